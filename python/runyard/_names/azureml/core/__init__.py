# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.core."""

from typing import Any

__all__ = ["Environment", "Experiment", "Run", "RunConfiguration", "ScriptRunConfig", "VERSION", "Workspace"]

VERSION = "1.61.0"


def __getattr__(name: str) -> Any:
    """A public name of runyard."""
    if name not in __all__:
        raise AttributeError("module 'azureml.core' has no attribute {!r}".format(name))
    import runyard
    return getattr(runyard, name)
