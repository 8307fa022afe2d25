# SPDX-License-Identifier: Apache-2.0
"""What the launcher's scenarios share: run directories made by hand, a held lock, and questions about what is left."""

import fcntl
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

from processes import PATIENCE, living, wait_for
from daemon import program

LAUNCHER = program("runyard-launcher")
PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "programs")
F_OFD_GETLK, F_OFD_SETLK = 36, 37


def hold_lock(path):
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.fcntl(fd, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    return fd


def is_locked(path):
    with open(path, "r+b") as file:
        asked = fcntl.fcntl(file, F_OFD_GETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    return struct.unpack("hhqqi4x", asked)[0] != fcntl.F_UNLCK


def program(name):
    """The source of a badly behaved child."""
    with open(os.path.join(PROGRAMS, name)) as file:
        return file.read()


class LauncherCase(unittest.TestCase):
    options = ()  # more words of the launcher's command line

    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.addCleanup(self.state.cleanup)
        self.id = f"scenario_{os.getpid()}_{time.monotonic_ns()}"
        self.mark = "RUNYARD_RUN_ID=" + self.id
        self.run_dir = os.path.join(self.state.name, "runs", self.id)
        self.attempt = os.path.join(self.run_dir, "attempt-1")
        self.make_folders()

    def make_folders(self):
        for folder in ("record", "artifacts", "attempt-1/work"):
            os.makedirs(os.path.join(self.run_dir, folder))

    def path(self, *names):
        return os.path.join(self.attempt, *names)

    def prepare(self, code, **changes):
        """Writes what the daemon would have written before it starts a launcher."""
        with open(self.path("work", "main.py"), "w") as file:
            file.write("import os, sys, time, signal, json\n" + code)
        spec = {
            "version": 1, "id": self.id, "kind": "script",
            "workspace": {"subscription_id": "local", "resource_group": "local", "name": "default"},
            "experiment": "scenario", "number": 1, "script": "main.py", "arguments": [], "command": None,
            "interpreter": sys.executable, "environment": {}, "clean_env": False, "umask": 18, "limits": {},
            "source": {"directory": "", "in_place": False, "links": []}, "snapshot": None, "target": "local",
            "parent": None, "grace_seconds": 0.3, "max_seconds": 60, "sdk_path": "", "submitted": 1.0,
        }
        spec.update(changes)
        self.write("record/spec.json", spec)
        self.write("record/environ.json", {"PATH": os.environ["PATH"], "HOME": self.state.name, "SUBMITTED": "yes"})

    def launch(self, *wrapper):
        lock = hold_lock(self.path("lock"))
        words = ["run", "--run-dir", self.run_dir, "--lock-fd", str(lock), *self.options]
        process = subprocess.Popen([*wrapper, LAUNCHER, *words], pass_fds=[lock], stderr=subprocess.PIPE)
        os.close(lock)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def start(self, code, **changes):
        self.prepare(code, **changes)
        return self.launch()

    def finalize(self):
        """Exit status and complaint of --finalize."""
        done = subprocess.run([LAUNCHER, "--finalize", "--run-dir", self.run_dir], stderr=subprocess.PIPE, timeout=60)
        return done.returncode, done.stderr.decode()

    def request_stop(self, what="cancel", **fields):
        self.write("record/wishes.jsonl", dict({"t": 1.0, "wish": what, "by": "me", "message": ""}, **fields))

    def facts(self, kind):
        lines = [json.loads(line) for line in self.read("launcher.jsonl").splitlines()]
        return [line for line in lines if line["k"] == kind]

    def write(self, name, value):
        with open(os.path.join(self.run_dir, name), "w") as file:
            json.dump(value, file)
            file.write("\n")

    def read(self, *names):
        try:
            with open(self.path(*names), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""

    def ending(self):
        text = wait_for("exit.json", lambda: self.read("exit.json"))
        return json.loads(text)

    def finish(self, code, **changes):
        self.assertEqual(self.start(code, **changes).wait(PATIENCE), 0)
        return self.ending()

    def holders(self):
        wait_for("the child", lambda: b"ready" in self.read("log"))
        return json.loads(self.read("lock"))

    def assert_nothing_left(self):
        wait_for("the end of every process", lambda: not living(self.mark))

    def kill_one(self, who):
        self.start("if os.fork() == 0:\n  os.setsid()\nprint('ready', flush=True)\ntime.sleep(1000)")
        os.kill(self.holders()[who]["pid"], signal.SIGKILL)
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"]), ("failed", "launcher_killed"), end)
        self.assertEqual(end["message"], "the run's launcher was killed")
        self.assertIn(b"ready", self.read("log"))
        self.assert_nothing_left()
        return end

    def kill_both(self, code):
        process = self.start(code)
        holders = self.holders()
        for who in ("worker", "guard"):  # stopped first, so that neither sees the other die
            os.kill(holders[who]["pid"], signal.SIGSTOP)
        for who in ("worker", "guard"):
            os.kill(holders[who]["pid"], signal.SIGKILL)
        process.wait(PATIENCE)
        wait_for("the lock to be free", lambda: not is_locked(self.path("lock")))

    def hidden(self):
        """Processes that work in the attempt's folder, whatever their environment."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/cwd").startswith(os.path.realpath(self.attempt)):
                    found.append(int(pid))
            except OSError:
                pass
        return found

    def snapshot(self, root, name="abc"):
        folder = os.path.join(self.state.name, "snapshots", name)
        os.makedirs(folder)
        subprocess.run(["tar", "--zstd", "-cf", os.path.join(folder, "archive.tar.zst"), "-C", root, "."], check=True)
        return name

    def source(self, files):
        """A source folder with these files, name to text."""
        root = os.path.join(self.state.name, "source")
        for name, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "w") as file:
                file.write(text)
        return root

    def without(self, root, *excluded):
        """A copy of a folder without some of its entries: what a snapshot with ignore rules holds."""
        copy = root + "-captured"
        shutil.copytree(root, copy, symlinks=True, ignore=lambda _, names: set(excluded) & set(names))
        return copy
