# SPDX-License-Identifier: Apache-2.0
"""The launcher itself is killed: the worker, the guard, or both, which --finalize then finds."""

import json
import os
import signal
import subprocess
import sys
import unittest

from launcher_case import LauncherCase, program
from processes import PATIENCE, living, wait_for


class KilledTest(LauncherCase):
    def test_worker_killed(self):
        self.assertEqual(self.kill_one("worker")["by"], "guard")

    def test_guard_killed(self):
        self.assertEqual(self.kill_one("guard")["by"], "worker")
        wait_for("the reserves to go", lambda: not [n for n in os.listdir(self.attempt) if n.startswith("exit.") and n != "exit.json"])

    def test_worker_killed_in_a_flood_loses_nothing(self):
        self.start(program("flood.py"))
        wait_for("output", lambda: len(self.read("log")) > 1 << 20)
        os.kill(json.loads(self.read("lock"))["worker"]["pid"], signal.SIGKILL)
        self.ending()
        lines = self.read("log").split(b"\n")[:-1]
        self.assertEqual(lines, [b"line %08d" % i for i in range(len(lines))])
        self.assertGreaterEqual(len(lines), int.from_bytes(self.read("work", "written"), sys.byteorder))

    def test_both_killed_and_finalized(self):
        self.kill_both(program("family.py"))
        self.assertEqual((len(living(self.mark)), len(self.hidden())), (3, 4))
        self.assertEqual(self.finalize(), (0, ""))
        end = self.ending()
        self.assertEqual((end["outcome"], end["reason"], end["by"]), ("failed", "launcher_killed", "bury"), end)
        self.assertEqual(end["message"], "the run's launcher was killed")
        self.assertGreater(end["started"], 0)
        self.assertEqual(living(self.mark), [])
        self.assertEqual(self.hidden(), [])
        self.assertEqual(self.read("log"), b"ready\n")
        self.assertEqual(end["seal"]["attempt-1/log"], 6)
        with open(os.path.join(self.run_dir, "artifacts/outputs/m.txt")) as file:
            self.assertEqual(file.read(), "abc")
        before = self.read("exit.json")
        self.assertEqual(self.finalize(), (0, ""))
        self.assertEqual(self.read("exit.json"), before)

    def test_finalize_keeps_a_stop_request(self):
        self.kill_both("print('ready', flush=True)\ntime.sleep(1000)")
        self.request_stop()
        self.assertEqual(self.finalize(), (0, ""))
        self.assertEqual((self.ending()["outcome"], self.ending()["by"]), ("canceled", "bury"))

    def test_finalize_spares_strangers(self):
        self.kill_both("print('ready', flush=True)\ntime.sleep(1000)")
        environ = {"RUNYARD_RUN_ID": self.id, "RUNYARD_ATTEMPT": "0" * 32}
        stranger = subprocess.Popen(["sleep", "1000"], env=environ)
        self.addCleanup(stranger.wait)
        self.addCleanup(stranger.kill)
        self.assertEqual(self.finalize(), (0, ""))
        self.assertEqual(living(self.mark), [stranger.pid])

    def test_finalize_after_a_restart_of_the_machine_kills_nothing(self):
        self.kill_both("print('ready', flush=True)\ntime.sleep(1000)")
        holders = json.loads(self.read("lock"))
        self.write("attempt-1/lock", dict(holders, boot_id="another"))
        self.assertEqual(self.finalize(), (0, ""))
        end = self.ending()
        self.assertEqual((end["reason"], end["message"]), ("lost", "the machine restarted while the run was going on"))
        self.assertTrue(living(self.mark))
        for pid in living(self.mark):
            os.kill(pid, signal.SIGKILL)
        self.assert_nothing_left()
        if holders["cgroup"]:  # a real restart would have taken it away
            wait_for("the cgroup to be empty", lambda: b"populated 0" in open(holders["cgroup"] + "/cgroup.events", "rb").read())
            os.rmdir(holders["cgroup"])

    def test_finalize_refuses_a_living_attempt(self):
        process = self.start("print('ready', flush=True)\ntime.sleep(1000)")
        self.holders()
        self.assertEqual(self.finalize(), (3, f"runyard-launcher: cannot finalize the run {self.id}: its launcher is alive\n"))
        self.assertFalse(self.read("exit.json"))
        process.terminate()
        self.ending()

    def test_finalize_of_an_attempt_that_never_began(self):
        self.prepare("")
        self.assertEqual(self.finalize(), (0, ""))
        end = self.ending()
        self.assertEqual((end["reason"], end["started"]), ("launcher_killed", None), end)
        self.assertEqual(self.launch().wait(PATIENCE), 3)  # nothing starts it afterwards


if __name__ == "__main__":
    unittest.main()
