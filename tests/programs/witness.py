# SPDX-License-Identifier: Apache-2.0
"""A child that knows what it did: witness.py ACCOUNT POINTS PAUSE END

Its writers (itself, two threads, two forked workers, and one that uses no SDK) each write numbered points, lines and files. ACCOUNT,
a file outside of the run, holds for each writer how many calls have begun and how many have returned (six little-endian
u64: points begun, points done, lines begun, lines done, files begun, files done): it is memory that is shared, so that no
kill takes anything back. POINTS is for each writer, PAUSE the seconds after each; END is what follows the last point:
exit, kill, segv, _exit, or stay.
"""
import errno
import mmap
import os
import signal
import sys
import threading
import time

from runyard import Run

WRITERS = ("main", "thread-1", "thread-2", "worker-1", "worker-2", "shell")
POINTS, LINES, FILES = 0, 2, 4
FIELDS = 6
LINES_EVERY, FILES_EVERY = 2, 50


def patiently(act):
    """What needs no SDK waits for a full disk as the SDK does."""
    while True:
        try:
            return act()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            time.sleep(0.01)


def write_all(fd, data):
    while data:
        data = data[patiently(lambda: os.write(fd, data)):]


def write_file(name, data):
    def write():
        with open(name, "wb") as file:
            file.write(data)
    patiently(write)


class Writer:
    """One of WRITERS: everything it does is counted before and after."""

    def __init__(self, account, name):
        slot = WRITERS.index(name)
        self.name, self.slot = name, slot
        self.account = account[slot * FIELDS:(slot + 1) * FIELDS]

    def do(self, what, act):
        number = self.account[what]
        self.account[what] = number + 1
        act(number)
        self.account[what + 1] = number + 1

    def write(self, points, pause):
        for number in range(points):
            self.do(POINTS, self.point)
            if number % LINES_EVERY == 0:
                self.do(LINES, self.line)
            if number % FILES_EVERY == FILES_EVERY - 1:
                self.do(FILES, self.file)
            time.sleep(pause)

    def point(self, number):
        """One of its own series, and one of the series that all writers share."""
        run.log(self.name, number, step=number)
        run.log("all", self.slot * 10**6 + number)

    def line(self, number):
        os.write(1, b"%s line %08d\n" % (self.name.encode(), number))

    def file(self, number):
        name = "%s-%d.txt" % (self.name, number)
        write_file(name, b"%s %d\n" % (self.name.encode(), number) * 100)
        patiently(lambda: run.upload_file("witness/" + name, name))


class Shell(Writer):
    """Appends to the shared file, as a program without an SDK does."""

    def point(self, number):
        lines = b'{"k":"scalar","n":"%s","v":%d,"s":%d}\n' % (self.name.encode(), number, number)
        lines += b'{"k":"scalar","n":"all","v":%d}\n' % (self.slot * 10**6 + number)
        write_all(shared, lines)

    def file(self, number):
        write_file("outputs/%s-%d.txt" % (self.name, number), b"%s %d\n" % (self.name.encode(), number) * 100)


def fork(name, points, pause):
    pid = os.fork()
    if pid == 0:
        Writer(account, name).write(points, pause)
        os._exit(0)
    return pid


def end(how):
    sys.stdout.flush()
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "segv":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif how == "_exit":
        os._exit(7)
    elif how == "stay":
        time.sleep(1000)


path, points, pause, how = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
run = Run.get_context()
os.makedirs("outputs", exist_ok=True)
shared = os.open(os.environ["RUNYARD_METRICS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
with open(path, "r+b") as file:
    account = memoryview(mmap.mmap(file.fileno(), 0)).cast("Q")
workers = [fork(name, points, pause) for name in ("worker-1", "worker-2")]
threads = [threading.Thread(target=Writer(account, name).write, args=(points, pause), daemon=True) for name in ("thread-1", "thread-2")]
threads.append(threading.Thread(target=Shell(account, "shell").write, args=(points, pause), daemon=True))
for thread in threads:
    thread.start()
Writer(account, "main").write(points, pause)
if how in ("exit", "stay"):
    for thread in threads:
        thread.join()
    for pid in workers:
        os.waitpid(pid, 0)
end(how)
