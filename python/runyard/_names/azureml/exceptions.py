# SPDX-License-Identifier: Apache-2.0
"""The names of azureml.exceptions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def __getattr__(name: str) -> Any:
    """A class of runyard.exceptions."""
    import runyard.exceptions as real
    if name == "__all__":
        return [each for each in dir(real) if each.endswith("Exception")]
    if not name.endswith("Exception"):
        raise AttributeError("module 'azureml.exceptions' has no attribute {!r}".format(name))
    return getattr(real, name)
