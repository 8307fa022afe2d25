# SPDX-License-Identifier: Apache-2.0
"""Makes text of a run harmless for a terminal: only colors and printable text remain. The rules of cli/harmless.h."""

import re
from typing import Any, Match

_CSI, _STRING = "(?:\x1b\\[|\x9b)", "(?:\x1b[]PX^_]|[\x90\x98\x9d\x9e\x9f])"
_PAYLOAD = "[^\x07\x18\x1a\x1b\x9c\n]*"
_OTHER_THAN_TEXT = re.compile(
    _CSI + "([0-9;:]{0,100})m"  # a color
    + "|" + _CSI + "[ -?]*[@-~]?"
    + "|" + _STRING + _PAYLOAD + "(?:[\x07\x18\x1a\x9c]|\x1b\\\\)?"
    + "|\x1b[ -/]*[0-~]?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|[\u202a-\u202e\u2066-\u2069]")
_UNFINISHED = re.compile("(?:" + _CSI + "[ -?]*|(" + _STRING + ")" + _PAYLOAD + "(\x1b?)|\x1b[ -/]*)\\Z")
_LONGEST = 200


class Harmless:
    """Removes everything but text and colors from a text that arrives in pieces. One object for each stream."""

    def __init__(self) -> None:
        self._held = ""  # the start of a sequence that is not complete yet

    def passed(self, piece: str) -> str:
        """The harmless part of the next piece."""
        text = self._held + piece
        cut = _UNFINISHED.search(text)
        self._held = "" if cut is None else _shortened(cut)
        return _OTHER_THAN_TEXT.sub(_replacement, text if cut is None else text[:cut.start()])


def _shortened(cut: Match[str]) -> str:
    """An unfinished sequence, without the parts that are never shown."""
    if cut.group(1):
        return cut.group(1) + cut.group(2)
    return cut.group() if len(cut.group()) <= _LONGEST else "\x1b[?"


def _replacement(found: Match[str]) -> str:
    """The text that replaces a sequence."""
    if found.group(1) is not None:
        return "\x1b[" + found.group(1) + "m"
    return "\ufffd" if found.group() >= "\u2000" else ""


def is_terminal(stream: Any) -> bool:
    """Whether a stream leads to a terminal; it may be any object that can be written to."""
    asked = getattr(stream, "isatty", None)
    try:
        return bool(asked is not None and asked())
    except ValueError:  # it is closed
        return False


def shown_on(stream: Any, text: str) -> str:
    """A whole text as it may be written to a stream."""
    return Harmless().passed(text) if is_terminal(stream) else text
