# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

VERSION = "1.61.0"
__version__ = VERSION

_RUNYARD = ("Environment", "Experiment", "Run", "RunConfiguration", "ScriptRun", "ScriptRunConfig", "Workspace", "get_run")

__all__ = ["VERSION"] + list(_RUNYARD)


def __getattr__(name: str) -> Any:
    """A public name of runyard."""
    if name not in _RUNYARD:
        raise AttributeError("module 'azureml.core' has no attribute {!r}".format(name))
    import runyard
    return getattr(runyard, name)


def __dir__() -> List[str]:
    """The loaded names and the lazy ones."""
    return sorted(set(globals()) | set(_RUNYARD))
