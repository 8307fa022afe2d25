# SPDX-License-Identifier: Apache-2.0
"""Loaded at the start of every Python process of a run, and of every interpreter that was enabled. Provides the azureml
names, and names that libraries have dropped. Inside a run it also records the error that ends a process, and warns if
the process imported the user's own code from outside the snapshot.

It imports nothing that the interpreter has not loaded by itself.
"""

import _collections_abc
import atexit
import os
import sys

from _frozen_importlib import module_from_spec
from _frozen_importlib_external import PathFinder, spec_from_file_location

TYPE_CHECKING = False  # importing typing would cost each process ten times what the rest does
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.join(_HERE, "runyard", "_names", "azureml")


# Names that libraries have dropped, by the module that had them; runyard/_libraries/shims.py says what they are now.
_DROPPED = {
    "numpy": frozenset(("bool", "complex", "float", "int", "long", "object", "str", "unicode")),
    "sklearn.datasets": frozenset(("load_boston",)),
}
if sys.version_info >= (3, 10):
    _DROPPED["collections"] = frozenset(_collections_abc.__all__) - {"Buffer"}  # which never was in collections
_EXTERNALS = "sklearn.externals."
_PARTS = {"age": "_libraries/age.py", "errors": "_report/errors.py", "shims": "_libraries/shims.py"}


class AzuremlFinder:
    """Finds azureml beside the SDK, whatever else is installed and whatever azureml.__path__ is."""

    @staticmethod
    def find_spec(name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """The spec of azureml, or of a module below it: ours, else one that another distribution installed
        (azureml.mlflow). None: it is another module."""
        if name == "azureml":
            start = os.path.join(_PACKAGE, "__init__.py")
            return spec_from_file_location(name, start, submodule_search_locations=[_PACKAGE])
        if not name.startswith("azureml."):
            return None
        from runyard._azureml.finder import Finder  # also where an azureml that is not ours stands in sys.modules
        own = Finder.find_spec(name)
        if own is not None or name.count(".") > 1:
            return own
        folders = [os.path.join(folder, "azureml") for folder in sys.path if isinstance(folder, str)]
        return PathFinder.find_spec(name, folders)


class ShimFinder:
    """Extends modules that have dropped names, and finds the modules that scikit-learn has dropped."""

    @staticmethod
    def find_spec(name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """The spec of a module that dropped names, which are added after its execution; an alias for joblib or six;
        else None."""
        if name in _DROPPED:
            return _watched(name, path, target)
        return _part("shims").external(name, path) if name.startswith(_EXTERNALS) else None


def _watched(name: str, path: "Any", target: "Any") -> "Any":
    """The spec of a module from the other finders, with one more step in this one execution of it. The ShimFinder of
    another copy of this file (an environment has one, a run brings its own) would ask ours again."""
    finders = [finder for finder in sys.meta_path
               if getattr(finder, "__name__", "") != "ShimFinder" and hasattr(finder, "find_spec")]
    spec = next(filter(None, (finder.find_spec(name, path, target) for finder in finders)), None)
    loader: "Any" = getattr(spec, "loader", None)
    if isinstance(loader, type) or not hasattr(loader, "exec_module") or not hasattr(loader, "__dict__"):
        return spec  # a loader of many modules, or one that cannot be extended

    def exec_module(module: "Any") -> None:
        """Execute the module as usual, then add the dropped names."""
        loader.__dict__.pop("exec_module", None)
        loader.exec_module(module)
        _offer_dropped(module)

    loader.exec_module = exec_module
    return spec


def _offer_dropped(module: "Any") -> None:
    """Extend a module's __getattr__ by the names that it has dropped."""
    own, dropped = getattr(module, "__getattr__", None), _DROPPED.get(module.__name__, frozenset())
    dropped = dropped.difference(getattr(module, "__deprecated_attrs__", ()))  # numpy 1.20 to 1.23 has them, and warns
    if not dropped or getattr(own, "__module__", None) == __name__:
        return

    def __getattr__(name: str) -> "Any":
        if name in dropped:
            return _part("shims").dropped(module, name, own)
        if own is not None:
            return own(name)
        error: "Any" = AttributeError("module {!r} has no attribute {!r}".format(module.__name__, name))
        error.name, error.obj = name, module  # Python makes its suggestions of these
        raise error

    # Through the module's own __getattr__, once its loader has executed it: the module keeps its class (cloudpickle
    # looks at it), its loader and its errors, and a name that it has is never looked up by us.
    module.__getattr__ = __getattr__


class _Ending:
    """Writes error-PID.json for the launcher: the error that ended this process."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._pid = 0  # of the process that has written the file

    def hook(self, previous: "Callable[..., Any]") -> "Callable[..., Any]":
        """An excepthook that writes the error down and calls the previous one."""

        def hook(kind: "Any", error: "Any", trace: "Any") -> None:
            """Write, then continue as without Runyard, even if writing failed."""
            try:
                self._write(_facts(error, trace))
            except Exception:
                pass
            previous(kind, error, trace)

        return hook

    def at_exit(self, last_words: "Optional[_LastWords]") -> None:
        """Write an error for which our hook was not called: another excepthook replaced it, or it is a SystemExit."""
        try:
            if self._pid == os.getpid():
                return
            error = _uncaught()
            words = last_words.found() if last_words else None
            if error is not None:
                self._write(_facts(error, error.__traceback__))
            elif words is not None:
                self._write({"type": "SystemExit", "message": words, "traceback": ""})
        except Exception:  # a process ends as it would without us
            pass

    def _write(self, facts: "Dict[str, str]") -> None:
        """Write the file, whole or not at all."""
        import json
        final = os.path.join(self._directory, "error-{}.json".format(os.getpid()))
        beside = "{}.{}.new".format(final, os.urandom(8).hex())
        fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as writer:
            writer.write(json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace"))
        os.replace(beside, final)
        self._pid = os.getpid()


def _part(part: str) -> "Any":
    """A module of the SDK, loaded by its path: a project may have a module named runyard."""
    name = "_runyard_" + part
    if name not in sys.modules:
        spec: "Any" = spec_from_file_location(name, os.path.join(_HERE, "runyard", _PARTS[part]))
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name]


def _facts(error: "Any", trace: "Any") -> "Dict[str, str]":
    """The facts of an error, with an explanation if a dropped name caused it."""
    facts: "Dict[str, str]" = _part("errors").facts(error, trace)
    try:
        _part("age").explain(facts, error)
    except Exception:  # then without
        pass
    return facts


def _uncaught() -> "Any":
    """The exception that ends the process; None: there is none. Libraries that catch an exception may also set
    sys.last_value, but then its traceback begins below a call of theirs."""
    error, trace = getattr(sys, "last_value", None), getattr(sys, "last_traceback", None)
    caught = trace is not None and trace.tb_frame.f_back is not None
    return error if isinstance(error, BaseException) and not caught else None


class _LastWords:
    """Watches stderr for the reason of an exit. The interpreter itself writes the text of sys.exit("text") there,
    without a Python frame; argument parsers write their error there last, before they exit. There is no hook for it,
    and replacing sys.exit would miss `raise SystemExit`."""

    _PARSERS = ("argparse", "optparse", "click.utils", "absl.app")
    _MOST = 3  # texts of the interpreter; sys.exit("text") makes two

    def __init__(self, stream: "Any") -> None:
        self._of_interpreter: "List[str]" = []
        self._of_parser: "Optional[str]" = None
        write, frame, parsers = stream.write, sys._getframe, self._PARSERS

        def written(text: str) -> "Any":
            """Write as before, and note what it was."""
            count = write(text)
            try:
                caller: "Any" = frame(1)
                while caller is not None and caller.f_code.co_name == "write":  # a wrapper of stderr
                    caller = caller.f_back
            except ValueError:
                caller = None
            if caller is None or self._of_parser is not None or caller.f_globals.get("__name__") in parsers:
                self._note(text, caller)
            return count

        stream.write = written

    def _note(self, text: str, caller: "Any") -> None:
        """Note a text; without a caller the interpreter wrote it."""
        if caller is None:
            if len(self._of_interpreter) < self._MOST:
                self._of_interpreter.append(text)
        elif caller.f_globals.get("__name__") in self._PARSERS:
            self._of_parser = text
        elif not text.isspace():
            self._of_parser = None

    def found(self) -> "Optional[str]":
        """The text of sys.exit(), else the error of a parser. None: neither was written last."""
        said = self._of_interpreter
        if len(said) == 2 and said[1] == "\n":
            return said[0].strip()
        if not said and self._of_parser is not None and "error: " in self._of_parser.lower():
            return self._of_parser.strip()
        return None


def _own_names(work: str) -> "Iterator[str]":
    """The names of the modules at the top of the snapshot, or of its folder src."""
    for folder in (work, os.path.join(work, "src")):
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for name in entries:
            if name.endswith(".py"):
                yield name[:-3]
            elif os.path.isfile(os.path.join(folder, name, "__init__.py")):
                yield name


def _live_modules(work: str) -> "Iterator[Tuple[str, str]]":
    """The user's modules that this process has imported from elsewhere, and their folders."""
    inside = (work + os.sep, os.path.realpath(work) + os.sep)
    library = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
    for name in sorted(set(_own_names(work))):
        where = getattr(sys.modules.get(name), "__file__", None)
        if not isinstance(where, str) or os.path.abspath(where).startswith(inside):
            continue
        if "site-packages" in where or "dist-packages" in where or not where.startswith(library):
            yield name, os.path.dirname(os.path.abspath(where))


def _warn_of_imports(directory: str) -> None:
    """At exit: write warnings about what this process has imported."""
    for name, warnings in (("live-modules", _warnings_of_live_modules), ("mlflow", _warnings_of_mlflow)):
        try:
            _write_warnings(os.path.join(directory, name + ".jsonl"), warnings(directory))
        except Exception:  # a process ends as it would without us
            pass


def _warnings_of_live_modules(directory: str) -> "List[str]":
    """A sentence for every module of the user that came from elsewhere."""
    work = os.path.join(os.path.dirname(directory), "work")
    return ["module '{}' was imported from {}, not from the snapshot".format(name, folder)
            for name, folder in _live_modules(work)]


def _warnings_of_mlflow(directory: str) -> "List[str]":
    """The launcher gives the same warning if there is a folder mlruns: a run has it once."""
    return ["MLflow was used: the metrics, parameters and files that it logs are not recorded in this run, as those "
            "of run.log and run.upload_file are"] if "mlflow" in sys.modules else []


def _write_warnings(path: str, sentences: "List[str]") -> None:
    """Write a line for each sentence. FileExistsError: another process of the run has done so."""
    if not sentences:
        return
    import json
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as writer:
        writer.write("".join(json.dumps({"k": "warning", "v": line}) + "\n" for line in sentences).encode("ascii"))


def _forget_azureml() -> None:
    """Drop an azureml that was imported before the hook (by another .pth file, or a sitecustomize)."""
    for name in [name for name in sys.modules if name == "azureml" or name.startswith("azureml.")]:
        del sys.modules[name]


def _offer_dropped_names() -> None:
    """Install the finder for modules that have dropped names, and extend those that are loaded already."""
    sys.meta_path.insert(0, ShimFinder)
    for name in _DROPPED:
        if name in sys.modules:
            _offer_dropped(sys.modules[name])


def install() -> None:
    """Install the finders, the excepthook and the exit handlers, once."""
    if os.environ.get("RUNYARD_SHIMS", "").lower() != "off" and ShimFinder not in sys.meta_path:
        _offer_dropped_names()
    if os.environ.get("RUNYARD_AZUREML", "").lower() != "off" and AzuremlFinder not in sys.meta_path:
        sys.meta_path.insert(0, AzuremlFinder)
        _forget_azureml()
    directory = os.environ.get("RUNYARD_JOURNAL")
    if directory and os.environ.get("RUNYARD_RUN_ID") and getattr(sys.excepthook, "__module__", "") != __name__:
        _watch(os.path.abspath(directory))


def _watch(directory: str) -> None:
    """Record how this process ends, and which modules it has imported by then."""
    ending = _Ending(directory)
    sys.excepthook = ending.hook(sys.excepthook)
    try:
        last_words = _LastWords(sys.stderr)
    except Exception:  # stderr is closed, or takes no other write()
        last_words = None
    atexit.register(_warn_of_imports, directory)
    atexit.register(ending.at_exit, last_words)
