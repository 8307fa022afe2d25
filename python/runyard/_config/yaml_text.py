# SPDX-License-Identifier: Apache-2.0
"""The part of YAML that run configurations and conda specifications use, as Python values.

Read: nested lists and dictionaries, also in brackets; texts, plain, quoted or as blocks, over several lines; numbers,
true, false, null; comments. Not read: anchors, aliases, tags, several documents. Written: one plain form of it.

A reader of our own, because configurations of SDK v1 are YAML and this SDK has no dependencies. It refuses what it does
not know, with the line.
"""

import json
import re
from typing import Any, Dict, List, NamedTuple, NoReturn, Optional, Tuple

from ..exceptions import UserErrorException
from .yaml_scalars import begins_quoted, folded, open_quote, plain, quoted_end, scalar, unquoted

_KEY = re.compile(r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#\[\]{},"'&*!|>%@`-][^#]*?|-[^\s#][^#]*?)"""
                  r"""\s*:(?:\s+(?P<rest>.*)|$)""")
_BLOCK = re.compile(r"(?P<style>[|>])(?P<chomp>[+-]?)\d?[+-]?$")
_REFUSED = {"&": "anchors", "*": "aliases", "!": "tags", "@": "a text that begins with @",
            "`": "a text that begins with `"}


class _Line(NamedTuple):
    """A line with content: its number, its column, and its text without comment."""

    number: int
    indent: int
    text: str


def load(text: str, name: str) -> Any:
    """The value of a document; None if it is empty. UserErrorException: "<name>, line <n>: <problem>"."""
    reader = _Reader(text, name)
    first = reader.peek()
    if first is None:
        return None
    try:
        value = reader.node(first)
    except RecursionError:
        reader.refuse(first.number, "what begins here is nested too deeply")
    after = reader.peek()
    if after is not None:
        reader.refuse(after.number, "'{}' does not belong to what stands above it".format(after.text))
    return value


def read(path: str, what: str) -> Any:
    """The value of a file. UserErrorException: it cannot be read, or is no YAML; `what` is its kind in the message."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        raise UserErrorException("cannot read the {} {}: {}".format(
            what, path, getattr(error, "strerror", None) or error)) from None
    return load(text, path)


def dump(value: Any) -> str:
    """A value as a document."""
    return "\n".join(_block(value, 0)) + "\n"


class _Reader:
    """Goes through the lines of a document, once."""

    def __init__(self, text: str, name: str) -> None:
        self._lines, self._name = text.splitlines(), name
        self._next = 0
        self._held: Optional[_Line] = None

    def refuse(self, index: int, why: str) -> NoReturn:
        """Raise UserErrorException for a line."""
        raise UserErrorException("{}, line {}: {}".format(self._name, index + 1, why))

    def peek(self) -> Optional[_Line]:
        """The next line with content."""
        while self._held is None and self._next < len(self._lines):
            raw = self._lines[self._next]
            text = _without_comment(raw).strip()
            if text and not (text in ("---", "...") or raw.startswith("%")):
                indent = len(raw) - len(raw.lstrip())
                if "\t" in raw[:indent]:
                    self.refuse(self._next, "a tab stands before '{}'; only spaces may".format(text))
                self._held = _Line(self._next, indent, text)
            else:
                self._next += 1
        return self._held

    def _take(self, line: _Line) -> None:
        """Continue after a line."""
        self._held, self._next = None, line.number + 1

    def node(self, line: _Line) -> Any:
        """The value that begins at a line."""
        if line.text == "-" or line.text.startswith("- "):
            return self._list(line.indent)
        if _KEY.match(line.text):
            return self._dictionary(line.indent)
        self._take(line)
        return self._inline(line.text, line.number, line.indent - 1)

    def _list(self, indent: int) -> List[Any]:
        """The entries that begin with a dash at a column."""
        found = []
        line = self.peek()
        while line is not None and line.indent == indent and (line.text == "-" or line.text.startswith("- ")):
            rest = line.text[1:].lstrip()
            if rest and (_KEY.match(rest) or rest == "-" or rest.startswith("- ")):
                self._held = _Line(line.number, indent + len(line.text) - len(rest), rest)
                found.append(self.node(self._held))
            else:
                self._take(line)
                found.append(self._value(rest, line, indent))
            line = self.peek()
        return found

    def _dictionary(self, indent: int) -> Dict[str, Any]:
        """The entries whose keys begin at a column."""
        found: Dict[str, Any] = {}
        line = self.peek()
        while line is not None and line.indent == indent:
            match = _KEY.match(line.text)
            if match is None:
                self.refuse(line.number, "'{}' is no 'key: value'".format(line.text))
            key = self._key(match.group("key"), line)
            if key in found:
                self.refuse(line.number, "'{}' is there twice".format(key))
            self._take(line)
            found[key] = self._value(match.group("rest") or "", line, indent, dashes=True)
            line = self.peek()
        if line is not None and line.indent > indent:
            self.refuse(line.number, "'{}' stands further right than what it belongs to".format(line.text))
        return found

    def _key(self, text: str, line: _Line) -> str:
        """A key without its quotes."""
        try:
            return unquoted(text)
        except ValueError as error:
            self.refuse(line.number, str(error))

    def _value(self, rest: str, line: _Line, indent: int, dashes: bool = False) -> Any:
        """The value after a key or a dash. `dashes`: a list may begin at the key's own column."""
        block = _BLOCK.match(rest)
        if block:
            return self._text_block(indent, block.group("style"), block.group("chomp"))
        if rest:
            return self._inline(rest, line.number, indent)
        below = self.peek()
        if below is not None and (below.indent > indent or dashes and below.indent == indent
                                  and (below.text == "-" or below.text.startswith("- "))):
            return self.node(below)
        return None

    def _text_block(self, indent: int, style: str, chomp: str) -> str:
        """The lines of a text after | or >: all that are indented further."""
        lines: List[str] = []
        while self._next < len(self._lines):
            raw = self._lines[self._next]
            if raw.strip() and len(raw) - len(raw.lstrip()) <= indent:
                break
            lines.append(raw)
            self._next += 1
        margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        text = "\n".join(line[margin:] for line in lines)
        body = text.rstrip("\n")
        body = body if style == "|" else folded(body)
        return body if chomp == "-" or not body else text + "\n" if chomp == "+" else body + "\n"

    def _next_text(self, indent: int, flow: bool) -> Optional[str]:
        """The next line of a value; None: it does not belong to it. A closing bracket may be at any column."""
        more = self.peek()
        if more is None or more.indent <= indent and not (flow and more.text[0] in "]}"):
            return None
        self._take(more)
        return " " + more.text

    def _more(self, text: str) -> Optional[str]:
        """The next line of a quoted text, in which # begins no comment; an empty line becomes a line end."""
        if self._next >= len(self._lines):
            return None
        raw = self._lines[self._next].strip()
        self._held, self._next = None, self._next + 1
        return (" " if not text.endswith("\n") else "") + raw if raw else "\n"

    def _inline(self, text: str, index: int, indent: int) -> Any:
        """A value that begins on a line and may continue on the next ones."""
        if text[0] in _REFUSED:
            self.refuse(index, "{} are not read ('{}')".format(_REFUSED[text[0]], text))
        flow = text[0] in "[{\"'"
        while True:
            try:
                value, end = _flow(text, 0) if flow else (plain(text), len(text))
            except IndexError:  # it continues on the next line
                end = -1
            except ValueError as error:
                self.refuse(index, str(error))
            if end >= 0 and flow:
                break
            more = self._more(text) if flow and open_quote(text) else self._next_text(indent, flow)
            if more is None and end < 0:
                self.refuse(index, "'{}' has no end".format(text))
            if more is None:
                break
            text += more
        if text[end:].strip():
            self.refuse(index, "'{}' stands behind the end of the value".format(text[end:].strip()))
        return value


def _without_comment(raw: str) -> str:
    """A line up to its comment: a # at the start or after a space, outside quotes."""
    position = 0
    while position < len(raw):
        if raw[position] in "\"'" and begins_quoted(raw, position):
            end = quoted_end(raw, position)
            position = end if end > 0 else len(raw)
        elif raw[position] == "#" and raw[position - 1:position] in ("", " ", "\t"):
            return raw[:position]
        else:
            position += 1
    return raw


def _flow(text: str, start: int) -> Tuple[Any, int]:
    """A value in brackets or quotes, and its end. IndexError: it is not complete yet. ValueError: it is not valid."""
    opening = text[start]
    if opening in "\"'":
        end = quoted_end(text, start)
        if end < 0:
            raise IndexError
        return unquoted(text[start:end]), end
    if opening == "[":
        return _flow_items(text, start + 1, "]")
    if opening == "{":
        pairs, end = _flow_items(text, start + 1, "}")
        return dict(pairs), end
    match = re.compile(r"[^,\]}]*?(?=\s*(?:[,\]}]|:\s|:$))").match(text, start)
    if match is None:
        raise IndexError
    return scalar(match.group()), match.end()


def _flow_items(text: str, start: int, closing: str) -> Tuple[List[Any], int]:
    """The items up to a closing bracket; of a dictionary as pairs."""
    found: List[Any] = []
    position = _skip(text, start)
    while text[position] != closing:
        item, position = _flow(text, position)
        position = _skip(text, position)
        if closing == "}":
            value = None
            if text[position] == ":":
                value, position = _flow(text, _skip(text, position + 1))
                position = _skip(text, position)
            item = (str(item), value)
        found.append(item)
        if text[position] == ",":
            position = _skip(text, position + 1)
        elif text[position] != closing:
            raise ValueError("'{}' stands where a comma or '{}' is expected".format(text[position:], closing))
    return found, position + 1


def _skip(text: str, position: int) -> int:
    """The next position that is no space."""
    while text[position] == " ":
        position += 1
    return position


def _block(value: Any, indent: int) -> List[str]:
    """The lines of a value, at a column."""
    before = " " * indent
    if isinstance(value, dict) and value:
        return [line for key, item in value.items() for line in _entry(before + _text(str(key)) + ":", item, indent)]
    if isinstance(value, (list, tuple)) and value:
        return [line for item in value for line in _entry(before + "-", item, indent)]
    return [before + _text(value)]


def _entry(head: str, value: Any, indent: int) -> List[str]:
    """A key or a dash with its value: on the same line, or below."""
    if not isinstance(value, (dict, list, tuple)) or not value:
        return [head + " " + _text(value)]
    if head.endswith("-"):  # the first line of a nested value follows the dash
        first, *rest = _block(value, indent + 2)
        return [head + " " + first.lstrip()] + rest
    return [head] + _block(value, indent + (0 if isinstance(value, (list, tuple)) else 2))


def _text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, str):
        safe = re.match(r"[A-Za-z0-9_./][^\n\r\t\"'#:\\,\[\]{}]*$|[A-Za-z0-9_./]$", value) and value == value.strip()
        return value if safe and value.isprintable() and scalar(value) == value else json.dumps(
            value, ensure_ascii=not value.isprintable())
    if isinstance(value, float):
        return {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}.get(repr(value), repr(value))
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    return "{}" if isinstance(value, dict) else "[]" if isinstance(value, (list, tuple)) else _text(str(value))
