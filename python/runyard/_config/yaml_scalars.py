# SPDX-License-Identifier: Apache-2.0
"""Single values of YAML, with and without quotes."""

import json
import re
from typing import Any

_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None, ".nan": float("nan"),
          ".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf")}
_INT = re.compile(r"[-+]?[0-9]+$|0o[0-7]+$|0x[0-9a-fA-F]+$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?$")


def scalar(text: str) -> Any:
    """A text without quotes as null, true, false, a number, or itself."""
    if text.lower() in _WORDS and text in (text.lower(), text.upper(), text.title()):
        return _WORDS[text.lower()]
    if _INT.match(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    return float(text) if _FLOAT.match(text) else text


def plain(text: str) -> Any:
    """The value of a text without quotes. ValueError: it looks like a dictionary in the wrong place."""
    if ": " in text or text.endswith(":"):
        raise ValueError("'{}' has a colon; a text with one needs quotes".format(text))
    return scalar(text)


def quoted_end(text: str, start: int) -> int:
    """The position after the closing quote of the text at `start`; -1: there is none."""
    quote, position = text[start], start + 1
    while position < len(text):
        if quote == '"' and text[position] == "\\":
            position += 2
        elif text[position] != quote:
            position += 1
        elif quote == "'" and text[position + 1:position + 2] == quote:
            position += 2
        else:
            return position + 1
    return -1


def begins_quoted(text: str, position: int) -> bool:
    """Whether a quote opens a quoted text: it is where a value may begin, not inside a plain text."""
    before = text[:position].rstrip()
    if not before or before[-1] in "[{,":
        return True
    if len(before) < position:
        return before[-1] == ":" or before[-1] == "-" and not before.rstrip("- ")
    return before[-2:] in ("\":", "':")


def open_quote(text: str) -> bool:
    """Whether a value ends inside quotes."""
    position = 0
    while position < len(text):
        if text[position] in "\"'" and begins_quoted(text, position):
            position = quoted_end(text, position)
            if position < 0:
                return True
        else:
            position += 1
    return False


def unquoted(text: str) -> str:
    """The text without its quotes, if it has some. ValueError: it has an unknown escape."""
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] != '"':
        return text
    known = re.sub(r"\\(x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8}|[0ae_ N'LPv]|.)", _escape, text)
    try:
        return str(json.loads(known, strict=False))
    except ValueError:
        raise ValueError("{} has an escape that is not known".format(text)) from None


_ESCAPES = {"0": "\\u0000", "a": "\\u0007", "e": "\\u001b", "v": "\\u000b", "_": "\\u00a0", " ": " ", "N": "\\u0085",
            "'": "'", "L": "\\u2028", "P": "\\u2029"}


def _escape(match: "re.Match[str]") -> str:
    """An escape in JSON's notation."""
    given = match.group(1)
    if given[0] in "xU":
        return json.dumps(chr(int(given[1:], 16)))[1:-1]
    return _ESCAPES.get(given, match.group())


def folded(text: str) -> str:
    """Lines of a text folded into one; an empty line becomes a line end."""
    paragraphs = re.split(r"\n(?=\n)", text)
    return "".join(paragraph.replace("\n", " ") if not number else "\n" + paragraph[1:].replace("\n", " ").lstrip(" ")
                   for number, paragraph in enumerate(paragraphs))
