# SPDX-License-Identifier: Apache-2.0
"""Whether a caller is prepared for an exception.

Notebook cells create or reuse a thing: `try: ComputeTarget(ws, name)`, and in the handler they create it. Other scripts
take the thing for granted, because it was made in the studio. The first need the exception, the second need the thing.
A comprehension and a generator have a handler of their own in newer Pythons, and count as prepared there.
"""

import dis
import sys
from types import CodeType

_BLOCKS = ("SETUP_FINALLY", "SETUP_EXCEPT", "SETUP_WITH")  # before Python 3.11


def is_caller_prepared() -> bool:
    """Whether the current call is inside of a `try` or `with`, up to the script or cell that it comes from."""
    frame = sys._getframe(1)
    while frame is not None:
        if not str(frame.f_globals.get("__name__")).startswith("runyard") and _guards(frame.f_code, frame.f_lasti):
            return True
        if frame.f_code.co_name.startswith(("<module", "<cell")):
            return False
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _guards(code: CodeType, at: int) -> bool:
    """Whether an instruction of some code is in a `try` or `with`."""
    ranges = getattr(dis.Bytecode(code), "exception_entries", None)
    if ranges is not None:
        return any(entry.start <= at < entry.end for entry in ranges)
    return any(found.opname in _BLOCKS and found.offset < at < found.argval for found in dis.get_instructions(code))
