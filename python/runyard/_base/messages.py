# SPDX-License-Identifier: Apache-2.0
"""Sentences for people, on stderr, on stdout and through logging."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def safe_repr(value: Any) -> str:
    """repr(), also of an object whose repr() fails."""
    try:
        return repr(value)
    except Exception:
        return "<{}>".format(type(value).__name__)


def say(sentence: str) -> None:
    """Write one line for people to stderr, where there is one; never raises."""
    to_stderr("runyard: " + sentence + "\n")


def to_stderr(text: str) -> None:
    """Write text to stderr, where there is one; never raises."""
    try:
        sys.stderr.write(_shown_on(sys.stderr, text))
        sys.stderr.flush()
    except Exception:  # also where it is None
        pass


def to_stdout(text: str) -> None:
    """Write text to stdout, where there is one; characters that its encoding lacks are escaped."""
    if sys.stdout is None:
        return
    text = _shown_on(sys.stdout, text)
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        sys.stdout.write(text.encode("ascii", "backslashreplace").decode("ascii"))
    flush(sys.stdout)


def _shown_on(stream: Any, text: str) -> str:
    """The text as it may be written to a stream."""
    from .harmless import shown_on  # it needs the module re, and most scripts write nothing
    return shown_on(stream, text)


def flush(stream: Any) -> None:
    """Flush a stream that can be flushed. Like print(), we need only write() of sys.stdout."""
    method = getattr(stream, "flush", None)
    if method is not None:
        method()


def warn(sentence: str) -> None:
    """Give a warning through logging."""
    import logging  # it costs more than a whole script that only logs metrics
    logging.getLogger("runyard").warning("%s", sentence)
