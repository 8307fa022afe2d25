# SPDX-License-Identifier: Apache-2.0
"""The names of azureml._restclient.constants."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["RunStatus"]


def __getattr__(name: str) -> Any:
    """A name of runyard._run_status."""
    if name not in __all__:
        raise AttributeError("module 'azureml._restclient.constants' has no attribute {!r}".format(name))
    import runyard._run_status as real
    return getattr(real, name)
