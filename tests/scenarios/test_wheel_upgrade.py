# SPDX-License-Identifier: Apache-2.0
"""Upgrading the wheel while its daemon and runs go on, two environments with two versions, and a disk that is full.
Minutes long: only with RUNYARD_SLOW=1."""

import os
import subprocess
import sys
import unittest

from fresh_machine import AS_ROOT
from test_versions import WAITING
from test_wheel import SLOW, content
from wheel_case import WheelDaemonCase, version_of, with_version

OLDER = "0.0.9"
LEAVES = "the daemon is runyard %s, and this is %s"


class TwoVersionsCase(WheelDaemonCase):
    """`self.older` is the wheel of an older version: the same one with another number in it."""

    def setUp(self):
        super().setUp()
        self.older = with_version(self.wheel, OLDER, self.daemon.root)
        self.own = version_of(self.wheel)

    def submit(self, venv, source, name):
        """The id of a run, submitted from an environment."""
        return self.runyard(venv, "submit", "--json", "--experiment", "upgrade", "--python", os.path.join(venv, "bin/python"),
                            "train.py", cwd=self.daemon.folder({"train.py": source}, name)).json["id"]

    def finish(self, run_id):
        self.daemon.wait_log(run_id, "ready")
        open(self.daemon.attempt(run_id, "work", "go"), "w").close()
        self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")


@SLOW
class UpgradeTest(TwoVersionsCase):
    def test_runs_go_on_and_up_starts_the_new_version(self):
        venv = self.venv(sys.executable)
        before = content(venv)
        self.pip(venv, "install", "--no-index", self.older)
        run_id = self.submit(venv, WAITING, "long")
        self.daemon.wait_log(run_id, "ready")
        self.pip(venv, "install", "--upgrade", "--no-index", self.wheel)
        self.assertIn(LEAVES % (OLDER, self.own), self.runyard(venv, "status").out)
        between = self.submit(venv, "from azureml.core import Run; Run.get_context().log('x', 1)", "short")
        self.assertEqual(self.daemon.wait(between)["status"], "Completed")
        done = self.runyard(venv, "up")
        self.assertIn("runyard %s takes over from %s; 1 run goes on" % (self.own, OLDER), done.err)
        self.assertIn("runyard %s is running" % self.own, done.out)
        self.finish(run_id)
        self.runyard(venv, "down")
        self.pip(venv, "uninstall", "-y", "runyard")
        self.assertEqual(content(venv), before)

    def test_one_daemon_serves_two_environments(self):
        one, two = self.venv(sys.executable, "one"), self.venv(sys.executable, "two")
        self.pip(one, "install", "--no-index", self.older)
        self.pip(two, "install", "--no-index", self.wheel)
        self.runyard(one, "up")
        said = self.runyard(two, "status").out
        self.assertIn("program   %s/bin/runyardd" % one, said)
        self.assertIn(LEAVES % (OLDER, self.own), said)
        self.finish(self.submit(two, WAITING, "two"))
        self.runyard(two, "up")
        self.assertIn(LEAVES % (self.own, OLDER) + ": it serves both", self.runyard(one, "up").out)
        self.finish(self.submit(one, WAITING, "one"))
        self.pip(two, "uninstall", "-y", "runyard")
        self.assertIn("the daemon's installation was removed", self.runyard(one, "status").out)
        self.assertIn("runyard %s is running" % OLDER, self.runyard(one, "up").out)
        self.runyard(one, "down")


@unittest.skipUnless(AS_ROOT, "slow, and for root: set RUNYARD_SLOW=1")
class FullDiskTest(TwoVersionsCase):
    def test_an_upgrade_that_finds_no_space_leaves_the_former_version(self):
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", self.folder]).returncode:
            self.skipTest("cannot mount a tmpfs here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.folder])
        venv = self.venv(sys.executable)
        self.pip(venv, "install", "--no-index", self.older)
        before = content(venv)
        filler = os.path.join(self.folder, "filler")
        free = os.statvfs(self.folder)
        with open(filler, "wb") as file:
            file.write(b"\0" * (free.f_bavail * free.f_frsize - (4 << 20)))
        self.assertIn("No space left on device", self.pip(venv, "install", "--upgrade", "--no-index", self.wheel, code=1))
        self.assertLessEqual(set(before), set(content(venv)))  # pip leaves pieces of the new version beside it
        self.assertIn("runyard " + OLDER, self.runyard(venv, "--version").out)
        self.runyard(venv, "up")
        self.finish(self.submit(venv, WAITING, "former"))
        self.runyard(venv, "down")
        os.unlink(filler)
        self.pip(venv, "install", "--upgrade", "--no-index", self.wheel)
        self.assertIn("runyard " + self.own, self.runyard(venv, "--version").out)


if __name__ == "__main__":
    unittest.main()
