# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core.environment."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "CondaDependencies", "DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE", "DockerSection", "Environment",
    "PythonSection",
]


def __getattr__(name: str) -> Any:
    """A name of runyard.environment."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core.environment' has no attribute {!r}".format(name))
    import runyard.environment as real
    return getattr(real, name)
