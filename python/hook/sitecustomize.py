# SPDX-License-Identifier: Apache-2.0
"""Starts Runyard's hook, then steps aside for the sitecustomize that would have run without it."""

import os
import sys

import _frozen_importlib
import _frozen_importlib_external


TYPE_CHECKING = False  # importing typing would cost each process ten times what the rest does
if TYPE_CHECKING:
    from typing import Any


def _load(name: str, spec: "Any") -> None:
    """Execute a module and leave it in sys.modules."""
    module = _frozen_importlib.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _start(here: str) -> None:
    """Load _runyard_hook from the folder above, unless runyard_hook.pth of an enabled interpreter has loaded it.
    If that fails, the process starts without it."""
    try:
        if "_runyard_hook" not in sys.modules:
            place = os.path.join(os.path.dirname(here), "_runyard_hook.py")
            _load("_runyard_hook", _frozen_importlib_external.spec_from_file_location("_runyard_hook", place))
        sys.modules["_runyard_hook"].install()
    except Exception as error:
        sys.modules.pop("_runyard_hook", None)
        if sys.stderr is not None:
            sys.stderr.write("runyard: the hook could not start: {!r}\n".format(error))


class _Elsewhere:
    """Finds usercustomize outside the project, for the one import that site does at start."""

    def __init__(self, path: "Any") -> None:
        self._path = path

    def find_spec(self, name: str, path: "Any" = None, target: "Any" = None) -> "Any":
        """Its spec; None for another module. ModuleNotFoundError: there is none, which site expects."""
        if name != "usercustomize":
            return None
        sys.meta_path.remove(self)
        spec = _frozen_importlib_external.PathFinder.find_spec(name, self._path)
        if spec is None:
            raise ModuleNotFoundError("No module named 'usercustomize'", name=name)
        return spec


def _projects(here: str) -> "Any":
    """The entries of sys.path for the project of this process's run, which come after ours, and for the runs that
    submitted it."""
    if not os.environ.get("RUNYARD_JOURNAL"):
        return []
    places = [os.path.abspath(entry) for entry in sys.path]
    runs = os.path.join(os.environ.get("RUNYARD_STATE") or os.sep, "runs") + os.sep
    behind = places.index(here) + 1 if here in places else len(places)
    return sys.path[behind:behind + 1] + [entry for entry in sys.path if entry.startswith(runs)]


def _step_aside(here: str) -> None:
    """Restore sys.path as it would be without us, and run the next sitecustomize, if there is one. Those of the
    project are not run: without us, its folder would come into sys.path only after them."""
    projects, find = _projects(here), _frozen_importlib_external.PathFinder.find_spec
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    others = [entry for entry in sys.path if entry not in projects]
    if getattr(sys.modules.get("site"), "ENABLE_USER_SITE", False) and find("usercustomize", projects):
        sys.meta_path.insert(0, _Elsewhere(others))
    spec = find("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        _load("sitecustomize", spec)


_HERE = os.path.dirname(os.path.abspath(__file__))
_start(_HERE)
_step_aside(_HERE)
