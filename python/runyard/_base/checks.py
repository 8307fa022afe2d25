# SPDX-License-Identifier: Apache-2.0
"""Checks of arguments that callers give."""

from __future__ import annotations

from ..exceptions import UserErrorException
from .messages import safe_repr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional


def pairs(what: str, given: Any) -> Any:
    """The keys and values of a dictionary. UserErrorException: `given` is not a dictionary."""
    if not isinstance(given, dict):
        raise UserErrorException("{} must be a dictionary, as {{'key': 'value'}}, not {}".format(
            what, safe_repr(given)))
    return given.items()


def names(what: str, given: Any) -> List[Any]:
    """A list of names, or one name as a list. UserErrorException: `given` is neither."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, dict) or not hasattr(given, "__iter__"):
        raise UserErrorException("{} must be a list of names, not {}".format(what, safe_repr(given)))
    return list(given)


def arguments(given: Any) -> List[Any]:
    """The arguments of a script as a list; a list is returned itself. UserErrorException: `given` is a single text."""
    if isinstance(given, (str, bytes)):
        raise UserErrorException("arguments must be a list, as ['--alpha', 0.5], not the text {!r}".format(given))
    return given if isinstance(given, list) else list(given)


def tag_texts(tags: Any) -> Dict[str, Optional[str]]:
    """Tags as texts; None or {}: no tags. A tag without a value has None. UserErrorException: `tags` is not a
    dictionary."""
    return {str(key): None if value is None else str(value) for key, value in pairs("tags", tags or {})}


def check_experiment(given: Any) -> None:
    """UserErrorException: `given` is not an experiment."""
    if not hasattr(given, "get_runs"):
        raise UserErrorException("a run belongs to an Experiment, not to {!r}".format(given))


def run_id(given: Any) -> str:
    """A run's id. UserErrorException: `given` cannot be one."""
    if not isinstance(given, str) or not given:
        raise UserErrorException("a run's id is a text that is not empty, not {!r}".format(given))
    return given
