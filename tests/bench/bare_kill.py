# SPDX-License-Identifier: Apache-2.0
"""bare_kill.py PROGRAM: starts it, waits for its "ready", then kills and reaps it and all that it started; prints the
milliseconds of that.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import List

PR_SET_CHILD_SUBREAPER = 36


def below(pid: int) -> List[int]:
    """All descendants, those that are zombies too."""
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        children = [int(word) for word in file.read().split()]
    return children + [pid for child in children for pid in below(child)]


def reap_all() -> None:
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    program = subprocess.Popen([sys.executable, sys.argv[1]], stdout=subprocess.PIPE)
    assert program.stdout is not None and program.stdout.readline() == b"ready\n"
    tree = below(os.getpid())
    begun = time.monotonic()
    for pid in tree:
        os.kill(pid, signal.SIGKILL)
    reap_all()
    print((time.monotonic() - begun) * 1e3)


main()
