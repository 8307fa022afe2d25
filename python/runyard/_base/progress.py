# SPDX-License-Identifier: Apache-2.0
"""Progress messages of work that takes longer than a second."""

from __future__ import annotations

import time

from .messages import say

_EVERY = 1.0


class Progress:
    """Prints on stderr how much of a file is sent or copied: once a second, after the first second."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._next = time.monotonic() + _EVERY

    def add(self, size: int) -> None:
        """Count `size` more bytes."""
        self._done += size
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            say("{}: {:.0f} of {:.0f} MB".format(self._what, self._done / 1e6, self._total / 1e6) if self._total
                else "{}: {:.0f} MB".format(self._what, self._done / 1e6))
