# SPDX-License-Identifier: Apache-2.0
"""From a child's write of a line to a follower that has it."""

import os
import subprocess
import time
from typing import Iterator, List
from urllib.parse import quote

from figures import Figure, median
from daemon import Daemon

LINES = 1000
CHILD = """
import os, time
for i in range(%d):
    time.sleep(0.002)
    os.write(1, b"%%d\\n" %% time.clock_gettime_ns(time.CLOCK_BOOTTIME))
""" % LINES


def delays(pieces: Iterator[bytes]) -> List[float]:
    """Microseconds from the time in each line to its arrival here."""
    found: List[float] = []
    rest = b""
    for piece in pieces:
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        *lines, rest = (rest + piece).split(b"\n")
        found += [(now - int(line)) / 1e3 for line in lines]
    if len(found) != LINES:
        raise RuntimeError("%d of %d lines arrived" % (len(found), LINES))
    return found


def through_pipe(python: str) -> List[float]:
    child = subprocess.Popen([python, "-c", CHILD], stdout=subprocess.PIPE)
    assert child.stdout is not None
    found = delays(iter(lambda: os.read(child.stdout.fileno(), 65536), b""))
    child.wait()
    return found


def through_daemon(daemon: Daemon, python: str) -> List[float]:
    run_id = daemon.submit(CHILD, interpreter=python)
    connection = daemon.connection(60)
    try:
        connection.request("GET", "/api/v1/runs/%s/log?follow=1" % quote(run_id))
        response = connection.getresponse()
        return delays(iter(lambda: response.read1(65536), b""))
    finally:
        connection.close()


def measure(daemon: Daemon, python: str) -> Figure:
    floor, followed = through_pipe(python), through_daemon(daemon, python)
    floor += through_pipe(python)
    followed.sort()
    return Figure("line to follower", median(followed), "us", median(floor), 200.0, "value",
                  "floor: the same through a bare pipe; a line each 2 ms; p50 of %d (p99 %.0f us)"
                  % (LINES, followed[int(0.99 * len(followed))]))
