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
    """Load _runyard_hook from the folder above; a process starts whatever becomes of it."""
    try:
        place = os.path.join(os.path.dirname(here), "_runyard_hook.py")
        _load("_runyard_hook", _frozen_importlib_external.spec_from_file_location("_runyard_hook", place))
        sys.modules["_runyard_hook"].install()
    except Exception as error:
        sys.modules.pop("_runyard_hook", None)
        if sys.stderr is not None:
            sys.stderr.write("runyard: the hook could not start: {!r}\n".format(error))


def _step_aside(here: str) -> None:
    """Leave sys.path as it would be without us, and run the next sitecustomize, if any."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    spec = _frozen_importlib_external.PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        _load("sitecustomize", spec)


_HERE = os.path.dirname(os.path.abspath(__file__))
_start(_HERE)
_step_aside(_HERE)
