# SPDX-License-Identifier: Apache-2.0
"""Finding and ending processes that belong to one state directory, and waiting for conditions."""

import os
import signal
import socket
import time
from typing import Callable, List, TypeVar

Value = TypeVar("Value")
PATIENCE = 40.0  # seconds; sanitizers and two busy cores make everything slow


def wait_for(what: str, condition: Callable[[], Value], patience: float = PATIENCE, pause: float = 0.002) -> Value:
    """Wait until `condition`, asked every `pause` seconds, gives something true, and return it.
    AssertionError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %g s in vain for %s (last: %r)" % (patience, what, value))
        time.sleep(pause)


def free_port() -> int:
    """A TCP port that no process has now. Daemons of other tests use the usual one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def read_bytes(path: str) -> bytes:
    """A file's content; empty if it cannot be read, for instance because the process of a /proc file has ended."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def is_alive(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    stat = read_bytes("/proc/%d/stat" % pid)
    return bool(stat) and stat.rsplit(b") ", 1)[1][:1] not in (b"Z", b"X")


def living(mark: str) -> List[int]:
    """Processes (not zombies, not this one) whose environment or command line holds `mark`."""
    mark_bytes = mark.encode()
    found = []
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        folder = "/proc/%d/" % pid
        if pid != os.getpid() and (mark_bytes in read_bytes(folder + "environ") or mark_bytes in read_bytes(folder + "cmdline")):
            if is_alive(pid):
                found.append(pid)
    return found


def describe(pid: int) -> str:
    """A process in words, for messages."""
    line = read_bytes("/proc/%d/cmdline" % pid).replace(b"\0", b" ").decode("utf-8", "replace")
    return "%d (%s)" % (pid, line.strip())


def kill_quietly(pid: int, sig: int = signal.SIGKILL) -> None:
    """Send a signal. That the process has ended already is not an error."""
    try:
        os.kill(pid, sig)
    except ProcessLookupError:
        pass
