# SPDX-License-Identifier: Apache-2.0
"""An exception as text, for error-PID.json, ending.json and logs/user_log.txt.

The hook loads this file by its path, so it imports nothing of the package.
"""

import builtins
import collections
import itertools
import traceback
from typing import Any, Deque, Dict, Iterator, List, Optional, Set, Tuple

_MOST_FRAMES = 5000  # in the tracebacks of an exception and its causes; above this only the ends are shown
_MOST_ERRORS = 100
_SHOWN_FRAMES = 50  # at each end of a long traceback
_SHOWN_ERRORS = 10
_GROUP = getattr(builtins, "BaseExceptionGroup", ())
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def facts(error: BaseException, trace: Any) -> Dict[str, str]:
    """Type, message and traceback; a part is empty if the exception cannot be formatted."""
    try:
        message = str(error)
    except Exception:
        message = ""
    try:
        text = formatted(error, trace)
    except Exception:
        text = ""
    return {"type": type(error).__name__, "message": message, "traceback": text}


def formatted(error: BaseException, trace: Any) -> str:
    """The traceback as Python shows it. Of one with very many frames only the two ends, since formatting costs time."""
    if _is_long(error, trace):
        return "".join(_ends(error, trace))
    return "".join(traceback.format_exception(type(error), error, trace))


def _is_long(error: BaseException, trace: Any) -> bool:
    """Whether an exception, with its causes and parts, has too many frames to format all."""
    frames = 0
    seen: Set[int] = set()
    waiting: List[Tuple[BaseException, Any]] = [(error, trace)]
    while waiting:
        current, trace = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        frames += sum(1 for _ in itertools.islice(_steps(trace), _MOST_FRAMES))
        if frames >= _MOST_FRAMES or len(seen) > _MOST_ERRORS:
            return True
        parts = [current.__cause__, current.__context__]
        parts += list(current.exceptions if isinstance(current, _GROUP) else ())
        waiting += [(part, part.__traceback__) for part in parts if part is not None]
    return False


def _steps(trace: Any) -> Iterator[Any]:
    """A traceback's parts, from the outermost call."""
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _ends(error: BaseException, trace: Any) -> List[str]:
    """The text of a long traceback, in parts: the newest exceptions, with their outermost and innermost calls."""
    text: List[str] = []
    for shown, its_trace, link in reversed(_chain(error, trace)):
        if its_trace is not None:
            text += ["Traceback (most recent call last):\n"] + _calls(its_trace)
        text += traceback.format_exception_only(type(shown), shown)
        text += [link] if link else []
    return text


def _chain(error: BaseException, trace: Any) -> List[Tuple[BaseException, Any, str]]:
    """An exception and its causes, the newest first, with the sentence that leads to the newer one."""
    chain: List[Tuple[BaseException, Any, str]] = [(error, trace, "")]
    while len(chain) < _SHOWN_ERRORS:
        newest = chain[-1][0]
        older: Optional[BaseException] = newest.__cause__
        link = _CAUSE
        if older is None and not newest.__suppress_context__:
            older, link = newest.__context__, _CONTEXT
        if older is None or any(older is known for known, _, _ in chain):
            break
        chain.append((older, older.__traceback__, link))
    return chain


def _calls(trace: Any) -> List[str]:
    """The lines of the outermost and innermost calls of a traceback, and the number of calls between them."""
    last: Deque[Any] = collections.deque(maxlen=_SHOWN_FRAMES)
    count = 0
    for step in _steps(trace):
        last.append(step)
        count += 1
    if count <= 2 * _SHOWN_FRAMES:
        return traceback.format_tb(trace)
    return (traceback.format_tb(trace, _SHOWN_FRAMES) + ["  [{} more calls]\n".format(count - 2 * _SHOWN_FRAMES)] +
            traceback.format_tb(last[0]))
