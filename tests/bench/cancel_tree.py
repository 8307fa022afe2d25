# SPDX-License-Identifier: Apache-2.0
"""The hard phase of a cancel: from the end of the grace time until a tree of 100 processes, deaf to SIGTERM, is gone.

It begins a grace time after the tree's main process heard SIGTERM, or with the first end of a process where a busy
machine let that one hear it late. Every process is watched through a pidfd, and gone is what was reaped.
"""

import os
import re
import select
import signal
import subprocess
import time
from typing import List

from figures import Figure, median
from processes import wait_for
from daemon import Daemon

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.join(HERE, "..", "programs", "tree.py")
PROCESSES = 101  # the main one, and what it started
ROUNDS, GRACE = 40, 0.1


def wait_any_ended(pidfds: List[int]) -> None:
    poll = select.poll()
    for pidfd in pidfds:
        poll.register(pidfd, select.POLLIN)
    poll.poll()


def wait_reaped(pidfd: int) -> None:
    """Kernels before 6.9 do not say when, so a look a millisecond."""
    wait_any_ended([pidfd])
    poll = select.poll()
    poll.register(pidfd, 0)  # POLLHUP alone
    try:
        while not poll.poll(1):
            signal.pidfd_send_signal(pidfd, 0)
    except ProcessLookupError:
        pass


def floor_once(python: str) -> float:
    return float(subprocess.check_output([python, os.path.join(HERE, "bare_kill.py"), TREE]))


def cancel_once(daemon: Daemon, python: str, source: str) -> float:
    run_id = daemon.submit(source, interpreter=python, grace_seconds=GRACE)
    daemon.wait_log(run_id, "ready")
    wait_for("a hundred processes", lambda: len(daemon.left_of(run_id)) == PROCESSES)
    tree = [os.pidfd_open(pid) for pid in daemon.left_of(run_id)]
    daemon.api("POST", "/runs/%s/cancel" % run_id)
    wait_any_ended(tree)
    first = time.monotonic()
    for pidfd in tree:
        wait_reaped(pidfd)
        os.close(pidfd)
    gone = time.monotonic()
    daemon.wait(run_id)
    asked, = re.findall(rb"asked at (\S+)", daemon.log(run_id))
    return (gone - min(first, float(asked) + GRACE)) * 1e3


def measure(daemon: Daemon, python: str) -> Figure:
    with open(TREE) as file:
        source = file.read()
    floors: List[float] = []
    spent: List[float] = []
    for _ in range(ROUNDS):
        floors.append(floor_once(python))
        spent.append(cancel_once(daemon, python, source))
    return Figure("tree of 100 killed", max(spent), "ms", max(floors), 20.0, "value",
                  "the longest of %d cancels, after the grace time (p50 %.1f ms); floor: kill in a loop, waitpid in a "
                  "loop, the longest (p50 %.1f ms)" % (ROUNDS, median(spent), median(floors)))
