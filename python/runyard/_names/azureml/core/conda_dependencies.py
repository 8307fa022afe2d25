# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core.conda_dependencies."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["CondaDependencies", "PYTHON_DEFAULT_VERSION"]


def __getattr__(name: str) -> Any:
    """A name of runyard.conda_dependencies."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core.conda_dependencies' has no attribute {!r}".format(name))
    import runyard.conda_dependencies as real
    return getattr(real, name)
