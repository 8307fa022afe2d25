# SPDX-License-Identifier: Apache-2.0
"""The metrics of a service, as series of its run: requests, errors, latency_ms and memory_mb."""

from typing import Any, Callable, List

from .workers import memory_mb

_EVERY = 10.0  # seconds
_ERROR = 400  # the least status of an error


class Metrics:
    """Counts answers, and logs a point of each series every ten seconds in which there were some."""

    def __init__(self, run: Any, pids: Callable[[], List[int]], now: float) -> None:
        self._run, self._pids, self._since = run, pids, now
        self._seconds: List[float] = []
        self._errors = 0

    def count(self, seconds: float, status: int) -> None:
        """Count an answer."""
        self._seconds.append(seconds)
        self._errors += status >= _ERROR

    def check(self, now: float, is_last: bool = False) -> None:
        """Log the points, if it is time, or if they are the last. latency_ms is the median."""
        if not self._seconds or not (is_last or now - self._since >= _EVERY):
            return
        taken, errors = sorted(self._seconds), self._errors
        self._seconds, self._errors, self._since = [], 0, now
        self._run.log("requests", len(taken))
        self._run.log("errors", errors)
        self._run.log("latency_ms", round(taken[len(taken) // 2] * 1000, 3))
        self._run.log("memory_mb", round(memory_mb(self._pids()), 1))
