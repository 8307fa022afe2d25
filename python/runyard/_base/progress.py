# SPDX-License-Identifier: Apache-2.0
"""What is said while something takes longer than a second."""

from __future__ import annotations

import time

from .messages import say

_EVERY = 1.0


class Progress:
    """Says on stderr how far the sending or keeping of a file has come, once a second, from the first second on."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._next = time.monotonic() + _EVERY

    def add(self, size: int) -> None:
        """So many bytes more."""
        self._done += size
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            say("{}: {:.0f} of {:.0f} MB".format(self._what, self._done / 1e6, self._total / 1e6) if self._total
                else "{}: {:.0f} MB".format(self._what, self._done / 1e6))
