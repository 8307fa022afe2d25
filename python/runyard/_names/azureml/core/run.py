# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core.run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Run", "_OfflineRun", "_SubmittedRun", "get_run", "RUNNING_STATES"]


def __getattr__(name: str) -> Any:
    """A name of runyard.run."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core.run' has no attribute {!r}".format(name))
    import runyard.run as real
    return getattr(real, name)
