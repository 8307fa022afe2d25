# SPDX-License-Identifier: Apache-2.0
"""Loaded at the start of every Python process of a run: the azureml names, and the error that ends a process.

It imports nothing that the interpreter has not loaded by itself.
"""

import os
import sys

from _frozen_importlib_external import spec_from_file_location  # type: ignore[import-not-found]

TYPE_CHECKING = False  # importing typing would cost each process ten times what the rest does
if TYPE_CHECKING:
    from typing import Any, Callable

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


def install() -> None:
    """Put the finder and the excepthook in place, once."""
    if os.environ.get("RUNYARD_AZUREML", "").lower() != "off" and AzuremlFinder not in sys.meta_path:
        sys.meta_path.insert(0, AzuremlFinder)  # type: ignore[arg-type]
    directory = os.environ.get("RUNYARD_JOURNAL")
    if directory and os.environ.get("RUNYARD_RUN_ID") and getattr(sys.excepthook, "__module__", "") != __name__:
        sys.excepthook = _watch(os.path.abspath(directory), sys.excepthook)
