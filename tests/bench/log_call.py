# SPDX-License-Identifier: Apache-2.0
"""run.log() per call beside a bare os.write of 60 bytes to a file opened with O_APPEND; prints JSON."""

import json
import os
import sys
import tempfile
import time
from typing import Callable

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
CALLS = 50000
ROUNDS = 5


def best(call: Callable[[], None]) -> float:
    """Microseconds per call in the best of the rounds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(CALLS):
            call()
        rounds.append((time.perf_counter() - began) / CALLS * 1e6)
    return min(rounds)


def floor(folder: str) -> float:
    """The bare write."""
    fd = os.open(os.path.join(folder, "bare"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    data, write = b"x" * 59 + b"\n", os.write
    try:
        return best(lambda: write(fd, data) and None)
    finally:
        os.close(fd)


def logged(folder: str) -> float:
    """run.log in a run's process."""
    os.environ.update(RUNYARD_RUN_ID="bench", RUNYARD_JOURNAL=folder)
    sys.path.insert(0, PYTHON)
    from runyard import Run
    run = Run.get_context()
    return best(lambda: run.log("loss", 0.25))


def main() -> None:
    """Measure both and print."""
    with tempfile.TemporaryDirectory() as folder:
        bare, value = floor(folder), logged(folder)
    print(json.dumps({"name": "run.log per call", "value": round(value, 3), "unit": "us", "floor": round(bare, 3),
                      "ratio": round(value / bare, 2)}))


main()
