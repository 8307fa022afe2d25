# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core.script_run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["RUNNING_STATES", "ScriptRun"]


def __getattr__(name: str) -> Any:
    """A name of runyard.script_run."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core.script_run' has no attribute {!r}".format(name))
    import runyard.script_run as real
    return getattr(real, name)
