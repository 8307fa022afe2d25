# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core.runconfig."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "CondaDependencies", "DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE", "DockerConfiguration",
    "HistoryConfiguration", "MpiConfiguration", "PyTorchConfiguration", "RunConfiguration",
    "SparkConfiguration", "TensorflowConfiguration",
]


def __getattr__(name: str) -> Any:
    """A name of runyard.runconfig."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core.runconfig' has no attribute {!r}".format(name))
    import runyard.runconfig as real
    return getattr(real, name)
