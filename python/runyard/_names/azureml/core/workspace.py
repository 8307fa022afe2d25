# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core.workspace."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Workspace"]


def __getattr__(name: str) -> Any:
    """A name of runyard.workspace."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core.workspace' has no attribute {!r}".format(name))
    import runyard.workspace as real
    return getattr(real, name)
