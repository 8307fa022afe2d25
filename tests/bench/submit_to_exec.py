# SPDX-License-Identifier: Apache-2.0
"""From a client's submit (durable when answered) to the first line of the script it submitted."""

import os
import subprocess
import time
from typing import List

from figures import Figure, median
from processes import read_bytes, wait_for
from daemon import Daemon

ROUNDS, WARM = 40, 5
SCRIPT = "import time\nnow = time.clock_gettime(time.CLOCK_BOOTTIME)\nimport sys\nopen(sys.argv[1], 'w').write(repr(now))\n"


def boot_time() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def stamp(path: str) -> float:
    return float(wait_for("the child's time", lambda: read_bytes(path)))


def floor_once(python: str, script: str, path: str) -> float:
    """posix_spawn of the same program, to its first line."""
    begun = boot_time()
    subprocess.Popen([python, script, path], close_fds=False).wait()  # close_fds=False: subprocess uses posix_spawn or vfork
    return (stamp(path) - begun) * 1e3


def submit_once(daemon: Daemon, python: str, source: str, path: str) -> float:
    body = daemon.request(source, interpreter=python, arguments=[path])
    begun = boot_time()
    answer = daemon.post_run(body)
    if answer.status != 201:
        raise RuntimeError("a submit was answered %d: %r" % (answer.status, answer.body))
    spent = (stamp(path) - begun) * 1e3
    daemon.wait(answer.json["id"])
    return spent


def measure(daemon: Daemon, python: str) -> Figure:
    source = daemon.folder(SCRIPT)
    floors: List[float] = []
    spent: List[float] = []
    for i in range(ROUNDS + WARM):
        path = os.path.join(daemon.root, "stamp-%d" % i)
        floors.append(floor_once(python, os.path.join(source, "main.py"), path + "-floor"))
        spent.append(submit_once(daemon, python, source, path))
    return Figure("submit to exec", median(spent[WARM:]), "ms", median(floors[WARM:]), 5.0, "added",
                  "floor: posix_spawn of the same script; one slot, idle daemon, unchanged folder; p50 of %d" % ROUNDS)
