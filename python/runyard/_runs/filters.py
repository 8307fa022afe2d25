# SPDX-License-Identifier: Apache-2.0
"""Filters by tags and properties, as lists of runs, experiments and models take them."""

from typing import Any, Dict, List, Tuple, Union

Filter = Union[None, str, List[Any], Dict[str, Any]]


def query(kind: str, given: Filter) -> List[Tuple[str, str]]:
    """The query of a filter: a name, a list of names and of pairs with a value, or a dictionary."""
    return [(kind, _quoted(str(key)) if value is None else "{}={}".format(_quoted(str(key)), value))
            for key, value in labels(given)]


def labels(given: Filter) -> List[Tuple[Any, Any]]:
    """Name and value of each part of a filter; the value None matches any."""
    if isinstance(given, dict):
        return list(given.items())
    parts = [given] if isinstance(given, str) else given or ()
    return [tuple(part) if isinstance(part, (list, tuple)) and len(part) == 2 else (str(part), None) for part in parts]


def _quoted(key: str) -> str:
    """A name for the API: in double quotes where it could be read as another name with a value."""
    return '"{}"'.format(key.replace('"', '""')) if "=" in key or key.startswith('"') else key
