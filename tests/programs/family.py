# SPDX-License-Identifier: Apache-2.0
"""Processes that hide: in a new session, without environment, without the log, deaf to SIGTERM, orphaned. Says "ready"."""
import os
import signal
import sys
import time


def stay(name: str) -> None:
    open("here-" + name, "w").close()
    time.sleep(1000)
    os._exit(0)


def orphan(name: str, action) -> None:
    if os.fork() == 0:
        if os.fork() == 0:
            action()
            stay(name)
        os._exit(0)
    os.wait()


def shed() -> None:
    """A daemon in all but its folder: no environment, no session, no output of ours."""
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.execve(sys.executable, [sys.executable, "-c", "import time; open('here-shed', 'w').close(); time.sleep(1000)"], {})


orphan("session", os.setsid)
orphan("deaf", lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
orphan("shed", shed)
while not all(os.path.exists("here-" + name) for name in ("session", "deaf", "shed")):
    time.sleep(0.01)
os.makedirs("outputs", exist_ok=True)
with open("outputs/m.txt", "w") as file:
    file.write("abc")
print("ready", flush=True)
time.sleep(1000)
