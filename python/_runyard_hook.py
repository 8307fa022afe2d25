# SPDX-License-Identifier: Apache-2.0
"""Loaded at the start of every Python process of a run: the azureml names, the error that ends a process, and a
warning where it imported the user's own code from outside of the snapshot.

It imports nothing that the interpreter has not loaded by itself.
"""

import atexit
import os
import sys

from _frozen_importlib_external import spec_from_file_location

TYPE_CHECKING = False  # importing typing would cost each process ten times what the rest does
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Tuple

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.join(_HERE, "runyard", "_names", "azureml")


class AzuremlFinder:
    """Finds the package azureml beside the SDK; everything else is left to others."""

    @staticmethod
    def find_spec(name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """The spec of azureml, else None."""
        if name != "azureml":
            return None
        start = os.path.join(_PACKAGE, "__init__.py")
        return spec_from_file_location(name, start, submodule_search_locations=[_PACKAGE])


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


def install() -> None:
    """Put the finder, the excepthook and the look back at exit in place, once."""
    if os.environ.get("RUNYARD_AZUREML", "").lower() != "off" and AzuremlFinder not in sys.meta_path:
        sys.meta_path.insert(0, AzuremlFinder)
    directory = os.environ.get("RUNYARD_JOURNAL")
    if directory and os.environ.get("RUNYARD_RUN_ID") and getattr(sys.excepthook, "__module__", "") != __name__:
        sys.excepthook = _watch(os.path.abspath(directory), sys.excepthook)
        atexit.register(_warn_of_live_modules, os.path.abspath(directory))
