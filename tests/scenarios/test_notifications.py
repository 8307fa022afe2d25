# SPDX-License-Identifier: Apache-2.0
"""A program of the user's hears of each change of a run's state."""

import os
import unittest

from processes import read_bytes, wait_for
from daemon import DaemonTest, needs


@needs("runyardd", "runyard-launcher")
class NotificationTest(DaemonTest):
    def hook(self, script):
        """Put a program in the place of the hook; the file that it may write to."""
        path = os.path.join(self.daemon.state, "hooks", "status-changed")
        os.makedirs(os.path.dirname(path))
        heard = os.path.join(self.daemon.root, "heard")
        with open(path, "w") as file:
            file.write("#!/bin/sh\n" + script.format(heard=heard))
        os.chmod(path, 0o700)
        return heard

    def test_a_program_of_the_user_hears_of_each_state_in_order(self):
        heard = self.hook('echo "$RUNYARD_RUN_ID $RUNYARD_STATUS $RUNYARD_EXPERIMENT $RUNYARD_MESSAGE" >> {heard}\n')
        good = self.daemon.finish("pass", experiment="精度")["id"]
        bad = self.daemon.finish("raise ValueError('it broke')")["id"]
        wait_for("word of the end", lambda: (bad + " Failed").encode() in read_bytes(heard))
        lines = read_bytes(heard).decode().splitlines()
        self.assertEqual([line.split()[1] for line in lines if line.startswith(good)][-1], "Completed")
        self.assertIn("精度", lines[0])
        self.assertTrue([line for line in lines if line.startswith(bad)][-1].split("Failed")[1].strip().startswith(
            "scenario User program failed with ValueError: it broke"))
        order = ["Queued", "Preparing", "Running", "Finalizing", "Completed", "Failed"]
        states = [order.index(line.split()[1]) for line in lines if line.startswith(good)]
        self.assertEqual(states, sorted(states))

    def test_what_comes_while_the_program_is_at_work_is_told_afterwards(self):
        heard = self.hook('while [ ! -e {heard}.go ]; do sleep 0.02; done\necho "$RUNYARD_RUN_ID $RUNYARD_STATUS $RUNYARD_MESSAGE" >> {heard}\n')
        good, bad, gone = (self.daemon.finish(script)["id"] for script in ("pass", "raise ValueError('it broke')", "pass"))
        self.assertEqual(self.daemon.api("DELETE", "/runs/" + gone, headers={"Content-Type": "application/json"}).status, 200)
        with open(heard + ".go", "w"):
            pass
        wait_for("word of the last", lambda: (gone + " Completed").encode() in read_bytes(heard), 60)
        lines = [line.split(None, 2) for line in read_bytes(heard).decode().splitlines()]
        for run, end in ((good, "Completed"), (bad, "Failed"), (gone, "Completed")):
            self.assertEqual([line[1] for line in lines if line[0] == run], ["Queued", "Preparing", "Running", "Finalizing", end])
        self.assertEqual([line[1] for line in lines if len(line) > 2], ["Failed"], "only an ending has a message")

    def test_without_a_program_nothing_is_started(self):
        self.assertEqual(self.daemon.finish("pass")["status"], "Completed")
        self.assertNotIn("notify", self.daemon.said())

    def test_a_program_that_fails_or_hangs_holds_nothing_up(self):
        heard = self.hook('echo "$RUNYARD_STATUS" >> {heard}; [ -e {heard}.go ] || exec sleep 1000\nexit 3\n')
        for _ in range(3):
            self.assertEqual(self.daemon.finish("pass")["status"], "Completed")
        wait_for("the first call", lambda: read_bytes(heard))
        self.assertEqual(self.daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
