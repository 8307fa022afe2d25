# SPDX-License-Identifier: Apache-2.0
"""What comes before the child: the snapshot, the interpreter, what the child is given, and a stop request meanwhile."""

import json
import os
import signal
import sys
import unittest

from launcher_case import LauncherCase
from processes import PATIENCE, living, wait_for


class StartTest(LauncherCase):
    def test_missing_interpreter(self):
        end = self.finish("", interpreter="/nowhere/python")
        self.assertEqual((end["reason"], end["stage"]), ("could_not_start", "interpreter"), end)
        self.assertIn("/nowhere/python", end["message"])

    def test_spec_unreadable(self):
        self.prepare("")
        with open(os.path.join(self.run_dir, "record/spec.json"), "w") as file:
            file.write('{"id": 3')
        self.assertEqual(self.launch().wait(PATIENCE), 1)
        end = self.ending()
        self.assertEqual((end["reason"], end["stage"], end["started"]), ("could_not_start", "launch", None), end)
        self.assertIn("cannot launch the run: cannot read record/spec.json", end["message"])

    def test_worker_cannot_begin(self):
        self.prepare("")
        os.mkdir(self.path("launcher.jsonl"))
        self.launch().wait(PATIENCE)
        end = self.ending()
        self.assertEqual((end["reason"], end["stage"]), ("could_not_start", "launch"), end)
        self.assertIn("launcher.jsonl", end["message"])

    def test_snapshot_broken(self):
        folder = os.path.join(self.state.name, "snapshots", "abc")
        os.makedirs(folder)
        with open(os.path.join(folder, "archive.tar.zst"), "w") as file:
            file.write("this is no archive")
        end = self.finish("", snapshot="abc")
        self.assertEqual((end["reason"], end["stage"]), ("could_not_start", "unpack"), end)
        self.assertIn("cannot unpack the snapshot", end["message"])
        self.assertIn(b"cannot unpack the snapshot", self.read("env.log"))

    def test_snapshot_with_links(self):
        root = self.source({"job.py": "print(open('inner').read(), open('data/x').read(), open('outer').read())",
                            "text": "in", "data/x": "linked"})
        os.symlink("text", os.path.join(root, "inner"))
        outside = os.path.join(self.state.name, "outside")
        with open(outside, "w") as file:
            file.write("out")
        os.symlink(outside, os.path.join(root, "outer"))
        digest = self.snapshot(self.without(root, "data"))
        end = self.finish("", script="job.py", snapshot=digest,
                          source={"directory": root, "in_place": False, "links": ["data"]})
        self.assertEqual(end["outcome"], "completed", self.read("log"))
        self.assertEqual(self.read("log"), b"in linked out\n")
        self.assertEqual([fact["v"] for fact in self.facts("warning")], [f"not captured: outer -> {outside}"])

    def test_a_file_that_was_not_captured_is_named(self):
        root = self.source({"job.py": "open('data/train.csv')", "data/train.csv": "1"})
        end = self.finish("", script="job.py", snapshot=self.snapshot(self.without(root, "data")),
                          source={"directory": root, "in_place": False, "links": []})
        self.assertEqual(end["error"]["type"], "FileNotFoundError", end)
        self.assertIn(f"{root}/data/train.csv exists, but was not captured", end["message"])
        self.assertIn("--link data", end["message"])

    def test_a_script_that_was_not_captured_is_named(self):
        root = self.source({"job.py": "", "other": ""})
        end = self.finish("", script="job.py", snapshot=self.snapshot(self.without(root, "job.py")),
                          source={"directory": root, "in_place": False, "links": []})
        self.assertEqual((end["reason"], end["stage"]), ("could_not_start", "start"), end)
        self.assertIn("--link job.py", end["message"])

    def test_stop_request_while_the_interpreter_is_checked(self):
        slow = self.path("python")
        with open(slow, "w") as file:
            file.write("#!/bin/sh\nsleep 1000\n")
        os.chmod(slow, 0o755)
        self.start("", interpreter=slow)
        wait_for("the check", lambda: b'"interpreter"' in self.read("launcher.jsonl"))
        wait_for("the interpreter's start", lambda: living(self.mark))
        self.request_stop()
        os.kill(json.loads(self.read("lock"))["worker"]["pid"], signal.SIGUSR1)
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"], end["started"]), ("canceled", "cancelled", None), end)
        self.assert_nothing_left()

    def test_stop_request_while_unpacking(self):
        folder = os.path.join(self.state.name, "snapshots", "slow")
        os.makedirs(folder)
        os.mkfifo(os.path.join(folder, "archive.tar.zst"))  # opening it waits for a writer that never comes
        self.start("", snapshot="slow")
        wait_for("unpacking", lambda: b"unpack" in self.read("launcher.jsonl"))
        self.request_stop()
        worker = wait_for("the worker", lambda: json.loads(self.read("lock"))["worker"])
        os.kill(worker["pid"], signal.SIGUSR1)
        self.assertEqual(self.ending()["outcome"], "canceled")

    def test_stop_request_before_the_start(self):
        self.prepare("print('never')")
        self.request_stop("fail", message="no more")
        self.assertEqual(self.launch().wait(PATIENCE), 0)
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"], end["message"]), ("failed", "failed_by_request", "no more"))
        self.assertEqual(self.read("log"), b"")

    def test_interpreter_is_described(self):
        self.finish("")
        fact, = self.facts("interpreter")
        self.assertEqual(fact["version"], "%d.%d.%d" % sys.version_info[:3])
        self.assertEqual((fact["implementation"], fact["prefix"]), ("cpython", sys.prefix))
        self.assertIsInstance(fact["packages"], dict)
        self.assertIn(sys.executable.encode(), self.read("env.log"))
        self.assertEqual(len(os.listdir(os.path.join(self.state.name, "cache/interpreters"))), 1)

    def test_a_folder_as_interpreter(self):
        end = self.finish("print(sys.prefix)", interpreter=sys.prefix)
        self.assertEqual(end["outcome"], "completed", end)
        self.assertEqual(self.read("log").decode().strip(), sys.prefix)

    def test_clean_environment(self):
        self.finish("print(os.environ.get('SUBMITTED'), os.environ.get('OWN'), os.environ['HOME'])", environment={"OWN": "1"},
                    clean_env=True)
        self.assertEqual(self.read("log").decode(), f"None 1 {self.state.name}\n")

    def test_limits(self):
        self.finish("import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_CORE)[0], "
                    "resource.getrlimit(resource.RLIMIT_SIGPENDING))",
                    limits={"nofile": [77, 88], "core": [0, -1], "sigpending": [55, 66]})
        self.assertEqual(self.read("log"), b"(77, 88) 0 (55, 66)\n")

    def test_a_limit_that_the_kernel_does_not_have(self):
        self.assertEqual(self.start("print(1)", limits={"speed": [1, 1]}).wait(PATIENCE), 1)
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"]), ("failed", "could_not_start"), end)
        self.assertIn("'speed', which is no resource limit", end["message"])

    def test_the_kernel_prefers_the_child(self):
        self.finish("print(open('/proc/self/oom_score_adj').read())")
        with open("/proc/self/oom_score_adj") as file:
            self.assertEqual(int(self.read("log")), min(1000, int(file.read()) + 100))

    def test_metrics_file_is_there(self):
        self.finish("print(os.path.getsize(os.environ['RUNYARD_METRICS']), oct(os.stat(os.environ['RUNYARD_METRICS']).st_mode))")
        self.assertEqual(self.read("log"), b"0 0o100600\n")


if __name__ == "__main__":
    unittest.main()
