# SPDX-License-Identifier: Apache-2.0
"""A dictionary of things by name that makes an unknown one when a script takes it for granted."""

from typing import Any, Callable, Dict

from .handlers import is_caller_prepared


class MadeOnUse(Dict[str, Any]):
    """Name to thing. `made[name]` makes it if it is unknown, unless the caller handles the KeyError; `in`, `get` and
    iteration make nothing."""

    def __init__(self, known: Dict[str, Any], make: Callable[[str], Any]) -> None:
        super().__init__(known)
        self._make = make

    def __missing__(self, name: str) -> Any:
        """Make a thing. KeyError: the caller handles it."""
        if not isinstance(name, str) or is_caller_prepared():
            raise KeyError(name)
        self[name] = made = self._make(name)
        return made
