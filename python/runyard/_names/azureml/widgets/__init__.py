# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.widgets."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["RunDetails"]


def __getattr__(name: str) -> Any:
    """A name of runyard.widgets."""
    if name not in __all__:
        raise AttributeError("module 'azureml.widgets' has no attribute {!r}".format(name))
    import runyard.widgets as real
    return getattr(real, name)
