# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core.experiment."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Experiment"]


def __getattr__(name: str) -> Any:
    """A name of runyard.experiment."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core.experiment' has no attribute {!r}".format(name))
    import runyard.experiment as real
    return getattr(real, name)
