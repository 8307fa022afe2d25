# SPDX-License-Identifier: Apache-2.0
"""The launcher alone: run directories made by hand, a held lock, and every way a run can end."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

LAUNCHER = os.path.join(os.environ.get("RUNYARD_BIN", "build/bin"), "runyard-launcher")
F_OFD_SETLK = 37
PATIENCE = 20


def wait_for(what, condition):
    """Waits until `condition` gives something true, and returns it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError("waited in vain for " + what)


def hold_lock(path):
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.fcntl(fd, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    return fd


def living(mark):
    """Processes (not zombies) whose environment holds `mark`."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark.encode() in file.read():
                    found.append(int(pid))
        except OSError:
            pass
    return found


class LauncherTest(unittest.TestCase):
    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.addCleanup(self.state.cleanup)
        self.id = f"scenario_{os.getpid()}_{time.monotonic_ns()}"
        self.mark = "RUNYARD_RUN_ID=" + self.id
        self.run_dir = os.path.join(self.state.name, "runs", self.id)
        self.attempt = os.path.join(self.run_dir, "attempt-1")
        for folder in ("record", "artifacts", "attempt-1/work"):
            os.makedirs(os.path.join(self.run_dir, folder))

    def path(self, *names):
        return os.path.join(self.attempt, *names)

    def start(self, script, **changes):
        with open(self.path("work", "main.py"), "w") as file:
            file.write("import os, sys, time, signal, json\n" + script)
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
        self.write("record/environ.json", {"PATH": os.environ["PATH"], "HOME": self.state.name})
        lock = hold_lock(self.path("lock"))
        process = subprocess.Popen([LAUNCHER, "run", "--run-dir", self.run_dir, "--lock-fd", str(lock)], pass_fds=[lock])
        os.close(lock)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

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

    def finish(self, script, **changes):
        self.assertEqual(self.start(script, **changes).wait(PATIENCE), 0)
        return self.ending()

    def holders(self):
        wait_for("the child", lambda: b"ready" in self.read("log"))
        return json.loads(self.read("lock"))

    def assert_nothing_left(self):
        wait_for("the end of every process", lambda: not living(self.mark))

    def test_completed(self):
        end = self.finish("print('hello'); open('outputs/m.txt','w').write('abc'); os.symlink('/etc/passwd','outputs/l')")
        self.assertEqual((end["outcome"], end["code"], end["reason"]), ("completed", 0, "exited"), end)
        self.assertEqual(self.read("log"), b"hello\n")
        self.assertEqual(end["seal"]["attempt-1/log"], 6)
        with open(os.path.join(self.run_dir, "artifacts/outputs/m.txt")) as file:
            self.assertEqual(file.read(), "abc")
        self.assertFalse(os.path.lexists(os.path.join(self.run_dir, "artifacts/outputs/l")))

    def test_exit_code(self):
        end = self.finish("sys.exit(3)")
        self.assertEqual((end["outcome"], end["code"]), ("failed", 3), end)

    def test_signal(self):
        end = self.finish("os.kill(os.getpid(), signal.SIGSEGV)")
        self.assertEqual((end["outcome"], end["reason"], end["signal"]), ("failed", "signalled", 11), end)

    def test_exception_sentence(self):
        end = self.finish("json.dump({'type': 'ValueError', 'message': 'no', 'traceback': 't'}, open(os.path.join("
                          "os.environ['RUNYARD_JOURNAL'], f'error-{os.getpid()}.json'), 'w')); sys.exit(1)")
        self.assertEqual(end["message"], f"User program failed with ValueError: no (interpreter {sys.executable})")

    def test_missing_interpreter(self):
        end = self.finish("", interpreter="/nowhere/python")
        self.assertEqual((end["reason"], end["stage"]), ("could_not_start", "interpreter"), end)
        self.assertIn("/nowhere/python", end["message"])

    def test_double_fork_leaves_nothing(self):
        self.finish("if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0: time.sleep(1000)\n  os._exit(0)\nos.wait()")
        self.assertEqual(living(self.mark), [])

    def test_cancel_with_sigterm_ignored(self):
        process = self.start("signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(1000)")
        worker = self.holders()["worker"]["pid"]
        self.write("record/wishes.jsonl", {"t": 1.0, "wish": "cancel", "by": "me", "message": ""})
        os.kill(worker, signal.SIGUSR1)
        self.assertEqual(process.wait(PATIENCE), 0)
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"]), ("canceled", "cancelled"), end)
        self.assert_nothing_left()

    def test_timed_out(self):
        self.assertEqual(self.finish("time.sleep(1000)", max_seconds=0.3)["reason"], "timed_out")

    def test_told_to_stop(self):
        process = self.start("print('ready', flush=True); time.sleep(1000)")
        self.holders()
        process.terminate()
        self.assertEqual(self.ending()["reason"], "stopped")

    def kill_one(self, who):
        self.start("if os.fork() == 0:\n  os.setsid()\nprint('ready', flush=True)\ntime.sleep(1000)")
        os.kill(self.holders()[who]["pid"], signal.SIGKILL)
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"]), ("failed", "launcher_killed"), end)
        self.assertEqual(end["message"], "the run's launcher was killed")
        self.assertIn(b"ready", self.read("log"))
        self.assert_nothing_left()
        return end

    def test_worker_killed(self):
        self.assertEqual(self.kill_one("worker")["by"], "guard")

    def test_guard_killed(self):
        self.assertEqual(self.kill_one("guard")["by"], "worker")


if __name__ == "__main__":
    unittest.main()
