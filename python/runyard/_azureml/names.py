# SPDX-License-Identifier: Apache-2.0
"""The modules of azureml, and what their names are here. Names that are not here may be out of scope (stand_ins.py).

A script that only logs loads this, so it loads nothing else but the table of these names.
"""

from __future__ import annotations

import sys

from .. import _azureml
from .ours import OURS, VALUES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Iterator, List, Optional, Tuple


def is_module(name: str) -> bool:
    """Whether azureml has a module of that name."""
    return name in OURS or _azureml.stand_ins.is_module(name)


def fill(module: ModuleType) -> None:
    """Turn an empty module into the azureml module with its name. Its names are looked up at their first use."""
    name = module.__name__
    module.__dict__.update(VALUES.get(name, {}), __doc__="The names of {}.".format(name),
                           __getattr__=lambda attribute: _value(module, attribute), __dir__=lambda: _all(module))


def _value(module: ModuleType, attribute: str) -> Any:
    """The value of a name: ours, a module below, or another name of SDK v1. AttributeError: there is none."""
    name = module.__name__
    if attribute == "__all__":
        return [found for found in _all(module) if not found.startswith("_")]
    found = _ours(name, attribute)
    private = attribute.startswith("__") and attribute != "__version__"
    if found is None and not private:
        found = _below(name, attribute) or _elsewhere(name, attribute)
    if found is None:
        raise AttributeError("module {!r} has no attribute {!r}{}".format(
            name, attribute, "" if private else ": " + unknown(name + "." + attribute)))
    setattr(module, attribute, found)
    return found


def _ours(name: str, attribute: str) -> Any:
    """Runyard's value of a name, or that of a library; None: there is none."""
    for theirs, module, ours in _definitions(name):
        if theirs == attribute:
            return getattr(__import__(module, fromlist=["__name__"]), ours) if _is_there(module) else None
    return None


def _is_there(module: str) -> bool:
    """Whether a module is ours, or belongs to a library that is installed."""
    top = module.partition(".")[0]
    if top == "runyard" or top in sys.modules:
        return True
    try:
        __import__(top)
    except ModuleNotFoundError as error:
        if error.name != top:
            raise
        return False
    return True


def _definitions(name: str) -> Iterator[Tuple[str, str, str]]:
    """The names of a module that are ours or a library's: each with the module that defines it, and its name there."""
    for word in OURS.get(name, "").split():
        module, _, names = word.partition(":")
        for entry in names.split(","):
            theirs, _, ours = entry.partition("=")
            yield theirs, module, ours or theirs


def _below(name: str, attribute: str) -> Optional[ModuleType]:
    """The module of azureml below another; None: there is none."""
    below = "{}.{}".format(name, attribute)
    return __import__(below, fromlist=["__name__"]) if is_module(below) else None


def _elsewhere(name: str, attribute: str) -> Any:
    """Another module's value of a name, or the stand-in for a name that Runyard does not have. None: SDK v1 does not
    have it either."""
    return _azureml.stand_ins.value(name, attribute)


def unknown(path: str) -> str:
    """The sentence about a module or name that SDK v1 does not have either."""
    return _azureml.stand_ins.unknown(path)


def _all(module: ModuleType) -> List[str]:
    """All names of a module."""
    name = module.__name__
    return sorted(
        set(VALUES.get(name, ())) | {entry[0] for entry in _definitions(name)} | set(_azureml.stand_ins.names(name)))
