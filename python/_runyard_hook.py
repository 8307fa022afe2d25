# SPDX-License-Identifier: Apache-2.0
"""Loaded at the start of every Python process of a run, and of every interpreter that was enabled: the azureml names;
inside of a run the error that ends a process, and a warning where it imported the user's own code from outside of the
snapshot.

It imports nothing that the interpreter has not loaded by itself.
"""

import atexit
import os
import sys

from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import PathFinder, spec_from_file_location

TYPE_CHECKING = False  # importing typing would cost each process ten times what the rest does
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Tuple

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.join(_HERE, "runyard", "_names", "azureml")


_EXTERNALS = "sklearn.externals."
_MOVED = ("joblib", "six")


class AzuremlFinder:
    """Finds azureml beside the SDK, whatever is installed and whatever has been made of azureml.__path__."""

    @staticmethod
    def find_spec(name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """The spec of azureml, which finds its own parts; of another part (azureml.mlflow) from whoever installed it;
        else None."""
        if name == "azureml":
            start = os.path.join(_PACKAGE, "__init__.py")
            return spec_from_file_location(name, start, submodule_search_locations=[_PACKAGE])
        if not name.startswith("azureml."):
            return None
        from runyard._azureml_finder import Finder  # also where an azureml that is not ours stands in sys.modules
        own = Finder.find_spec(name)
        if own is not None or name.count(".") > 1:
            return own
        return PathFinder.find_spec(name, [os.path.join(each, "azureml") for each in sys.path if isinstance(each, str)])


class ExternalsFinder:
    """Finds sklearn.externals.joblib and six, and the modules in them, where scikit-learn has them no more."""

    told = False

    @staticmethod
    def find_spec(name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """The spec of another name for the real module; None where scikit-learn has its own, or there is none."""
        real = name[len(_EXTERNALS):]
        top = real.partition(".")[0]
        if not name.startswith(_EXTERNALS) or top not in _MOVED:
            return None
        outer = _EXTERNALS + top
        if PathFinder.find_spec(name, path) if name == outer else sys.modules[outer] is not sys.modules.get(top):
            return None
        try:
            __import__(real)
        except ImportError:
            return None
        loader: "Any" = ExternalsFinder
        return ModuleSpec(name, loader)

    @staticmethod
    def create_module(spec: "Any") -> None:
        """Nothing: exec_module has the module."""

    @staticmethod
    def exec_module(module: "Any") -> None:
        """Put the real module in the place of an empty one; said once in a process."""
        name = module.__name__
        real = name[len(_EXTERNALS):]
        if not ExternalsFinder.told and sys.stderr is not None:
            sys.stderr.write("runyard: scikit-learn has no {} any more; {} itself is used\n".format(name, real))
        ExternalsFinder.told = True
        sys.modules[name] = sys.modules[real]


def _write_error(directory: str, kind: "Any", error: "Any", trace: "Any") -> None:
    """Write error-PID.json, whole or not at all."""
    import json
    import traceback
    try:
        message = str(error)
    except Exception:
        message = ""
    text = "".join(traceback.format_exception(kind, error, trace))
    facts = {"type": kind.__name__, "message": message, "traceback": text}
    final = os.path.join(directory, "error-{}.json".format(os.getpid()))
    fd = os.open(final + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as writer:
        writer.write(json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace"))
    os.replace(final + ".new", final)


def _watch(directory: str, previous: "Callable[..., Any]") -> "Callable[..., Any]":
    """An excepthook that writes the error down and calls the previous one."""

    def hook(kind: "Any", error: "Any", trace: "Any") -> None:
        """Write, then go on as without Runyard, whatever happened to the writing."""
        try:
            _write_error(directory, kind, error, trace)
        except Exception:
            pass
        previous(kind, error, trace)

    return hook


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
    """The user's modules that this process has imported from elsewhere, and where they lie."""
    inside = (work + os.sep, os.path.realpath(work) + os.sep)
    library = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
    for name in sorted(set(_own_names(work))):
        where = getattr(sys.modules.get(name), "__file__", None)
        if not isinstance(where, str) or os.path.abspath(where).startswith(inside):
            continue
        if "site-packages" in where or "dist-packages" in where or not where.startswith(library):
            yield name, os.path.dirname(os.path.abspath(where))


def _warn_of_live_modules(directory: str) -> None:
    """At exit: write the warning, once in a run; the name of the file sees to that."""
    try:
        _write_warning(directory)
    except Exception:  # a process ends as it would without us
        pass


def _write_warning(directory: str) -> None:
    """Write a line for each of the user's modules that came from elsewhere, where nobody has done so."""
    work = os.path.join(os.path.dirname(directory), "work")
    found = ["module '{}' was imported from {}, not from the snapshot".format(*each) for each in _live_modules(work)]
    if not found:
        return
    import json
    fd = os.open(os.path.join(directory, "live-modules.jsonl"),
                 os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as writer:
        writer.write("".join(json.dumps({"k": "warning", "v": each}) + "\n" for each in found).encode("ascii"))


def _forget_azureml() -> None:
    """Let go of an azureml that was imported before the hook came (another .pth file, a sitecustomize)."""
    for name in [each for each in sys.modules if each == "azureml" or each.startswith("azureml.")]:
        del sys.modules[name]


def install() -> None:
    """Put the finders, the excepthook and the look back at exit in place, once."""
    if ExternalsFinder not in sys.meta_path:
        sys.meta_path.insert(0, ExternalsFinder)
        if os.environ.get("RUNYARD_AZUREML", "").lower() != "off":
            sys.meta_path.insert(0, AzuremlFinder)
            _forget_azureml()
    directory = os.environ.get("RUNYARD_JOURNAL")
    if directory and os.environ.get("RUNYARD_RUN_ID") and getattr(sys.excepthook, "__module__", "") != __name__:
        sys.excepthook = _watch(os.path.abspath(directory), sys.excepthook)
        atexit.register(_warn_of_live_modules, os.path.abspath(directory))
