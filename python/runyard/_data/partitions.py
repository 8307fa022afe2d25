# SPDX-License-Identifier: Apache-2.0
"""partition_format: columns of a table from the paths of its files, as '/{Department}/{Day:yyyy/MM/dd}/*.csv'."""

import datetime
import re
from typing import Any, Dict, List, Optional

from ..exceptions import UserErrorException

_PARTS = {"yyyy": "year", "MM": "month", "dd": "day", "HH": "hour", "mm": "minute", "ss": "second"}
_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|\*+|[{}]")


class PartitionFormat:
    """A valid format: `{name}` is text of one folder's or file's name, `{name:yyyy/MM/dd/HH/mm/ss}` is a time, `*` is
    anything, `{{` and `}}` are braces. It describes the end of a path, from the start of a name."""

    def __init__(self, text: Any) -> None:
        """UserErrorException: the format is not valid."""
        self._text = text
        self._columns: Dict[str, Optional[List[str]]] = {}
        if not isinstance(text, str):
            raise UserErrorException("partition_format must be a text, not {!r}".format(text))
        self._pattern = re.compile("(?:^|/)" + self._translated(text.lstrip("/")) + r"\Z")
        if not self._columns:
            raise self._wrong("There must be at least one {column_name}")

    @property
    def columns(self) -> List[str]:
        """The names of the columns."""
        return list(self._columns)

    def values(self, path: str) -> Optional[Dict[str, Any]]:
        """Column to value, a text or a datetime, for the file at a path. None: the path does not match."""
        found = self._pattern.search(path)
        if found is None:
            return None
        texts = found.groupdict()
        try:
            return {name: texts["c{}".format(at)] if parts is None else _moment(texts, parts)
                    for at, (name, parts) in enumerate(self._columns.items())}
        except ValueError:  # the 31st of February
            return None

    def _translated(self, text: str) -> str:
        """The format as a regular expression."""
        pattern, at = "", 0
        for token in _TOKEN.finditer(text):
            pattern += re.escape(text[at:token.start()]) + self._token(token.group())
            at = token.end()
        return pattern + re.escape(text[at:])

    def _token(self, token: str) -> str:
        """One token as a regular expression."""
        if token in ("{{", "}}"):
            return re.escape(token[0])
        if token.startswith("*"):
            return "[^/]*" if token == "*" else ".*"
        if token in ("{", "}"):
            raise self._wrong("Brackets must be in pairs and cannot be nested")
        name, colon, form = token[1:-1].partition(":")
        if not name:
            raise self._wrong("Column name is not specified")
        if name in self._columns:
            raise self._wrong("Column '{}' occurs twice".format(name))
        return self._time(name, form) if colon else self._name(name)

    def _name(self, name: str) -> str:
        """A column of texts."""
        self._columns[name] = None
        return "(?P<c{}>[^/]+)".format(len(self._columns) - 1)

    def _time(self, name: str, form: str) -> str:
        """A column of times."""
        if any(parts is not None for parts in self._columns.values()):
            raise self._wrong("There cannot be more than one date part")
        parts = self._columns[name] = [part for part in _PARTS if part in form]
        if "yyyy" not in parts:
            raise self._wrong("Format 'yyyy' must be defined for datetime column")
        if any(form.count(part) > 1 for part in parts):
            raise self._wrong("A part of a date occurs twice")
        return re.sub("|".join(_PARTS), lambda part: r"(?P<t_{0}>\d{{{1}}})".format(part.group(), len(part.group())),
                      re.escape(form))

    def _wrong(self, why: str) -> UserErrorException:
        """The exception for a format that is not valid."""
        return UserErrorException('Invalid partition_format "{}". {}.'.format(self._text, why))


def _moment(texts: Dict[str, str], parts: List[str]) -> datetime.datetime:
    """The time with these parts. ValueError: there is no such time."""
    numbers = {_PARTS[part]: int(texts["t_" + part]) for part in parts}
    return datetime.datetime(numbers["year"], numbers.get("month", 1), numbers.get("day", 1), numbers.get("hour", 0),
                             numbers.get("minute", 0), numbers.get("second", 0))
