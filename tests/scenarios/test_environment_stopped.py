# SPDX-License-Identifier: Apache-2.0
"""Builds that are cut short, by a cancel or by kill -9, leave nothing half-built and hinder no other build."""

import json
import os
import signal
import unittest

from environment_case import LONG, SDK, SHOW, BuildCase
from processes import PATIENCE, wait_for

# The build of a package that says that it goes on, and then does not end.
BACKEND = """
import os, time
def build_wheel(*_, **__):
    open(os.environ["BUILDING"], "w").close()
    time.sleep(1000)
"""
PROJECT = """
[project]
name = "slow"
version = "1.0"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


class Stopped(BuildCase):
    def start_slow_build(self):
        """A run whose environment needs a package that is being built from its source."""
        project = os.path.join(self.state.name, "slow")
        os.makedirs(project)
        for name, text in (("backend.py", BACKEND), ("pyproject.toml", PROJECT)):
            with open(os.path.join(project, name), "w") as file:
                file.write(text)
        self.variables["BUILDING"] = os.path.join(self.state.name, "building")
        process = self.start(SHOW, managed=self.managed(project), sdk_path=SDK)
        wait_for("the package's build", lambda: os.path.exists(self.variables["BUILDING"]), LONG)
        return process

    def kill(self, process, *who):
        """SIGKILL for processes of the launcher; each is stopped first, so that none sees the other die."""
        holders = json.loads(self.read("lock"))
        for sign in (signal.SIGSTOP, signal.SIGKILL):
            for holder in who:
                os.kill(holders[holder]["pid"], sign)
        process.wait(PATIENCE)

    def assert_as_if_nothing_had_been(self):
        """No trace of the build, and the next one succeeds."""
        self.assertEqual(self.built(), [])
        self.assert_nothing_left()
        self.index.open()
        self.assertIn("demo 2.0", self.completes(self.managed("demo")))

    def test_canceled_in_the_download(self):
        self.cancel(self.start_building(self.managed("demo")))
        self.assert_as_if_nothing_had_been()

    def test_canceled_while_a_package_is_built(self):
        self.cancel(self.start_slow_build())
        self.assert_as_if_nothing_had_been()

    def test_canceled_while_it_waits_for_another_build(self):
        other = self.start_building(self.managed("demo"))
        self.cancel_waiting("waiting: another run builds the same environment")
        self.index.open()
        other.wait(LONG)
        self.assertEqual(len(self.built()), 1)

    def test_canceled_while_it_waits_for_its_turn(self):
        self.variables["RUNYARD_ENV_BUILDS"] = "1"
        other = self.start_building(self.managed("tool"))
        self.cancel_waiting("waiting: 1 environment is being built")
        self.index.open()
        other.wait(LONG)
        self.assertEqual(len(self.built()), 1)

    def cancel_waiting(self, words):
        """Start a run that has to wait, and cancel it when it says so."""
        process = self.start(SHOW, managed=self.managed("demo"), sdk_path=SDK)
        wait_for("the run to wait", lambda: words in self.env_log(), LONG)
        self.cancel(process)

    def until_it_waits_for_a_slot(self):
        """A run that has built its environment and, because the daemon gives slots, waits for one."""
        self.options = ("--slots", "given")
        process = self.start_building(self.managed("demo"))
        self.assertEqual(self.stages(), ["unpack", "environment", "build"])
        self.index.open()
        wait_for("the end of the build", lambda: self.stages()[-1] == "slot", LONG)
        return process

    def stages(self):
        return [fact["stage"] for fact in self.facts("preparing")]

    def test_its_slot_is_yielded_and_asked_for(self):
        process = self.until_it_waits_for_a_slot()
        self.assertEqual(self.facts("started"), [])
        open(self.path("slot"), "w").close()
        process.wait(LONG)
        self.assertEqual(self.ending()["outcome"], "completed")
        self.assertIn("demo 2.0", self.completes(self.managed("demo")))
        self.assertNotIn("build", self.stages())  # found ready

    def test_canceled_while_it_waits_for_a_slot(self):
        self.cancel(self.until_it_waits_for_a_slot())
        self.assertEqual(len(self.built()), 1)

    def test_the_worker_is_killed(self):
        self.kill(self.start_building(self.managed("demo")), "worker")
        self.assertEqual(self.ending()["reason"], "launcher_killed")
        self.assert_as_if_nothing_had_been()

    def test_the_guard_is_killed(self):
        self.kill(self.start_building(self.managed("demo")), "guard")
        self.assertEqual(self.ending()["reason"], "launcher_killed")
        self.assert_as_if_nothing_had_been()

    def test_both_are_killed(self):
        self.kill(self.start_building(self.managed("demo")), "worker", "guard")
        self.assertEqual(len(self.built()), 1)
        self.assertEqual(self.verb("list")["items"], [])
        self.assertEqual(self.finalize(), (0, ""))
        self.assertEqual(self.ending()["reason"], "launcher_killed")
        self.assert_as_if_nothing_had_been()

    def test_a_build_that_was_not_finalized_does_not_block_others(self):
        self.kill(self.start_building(self.managed("demo")), "worker", "guard")
        self.index.open()
        self.assertIn("demo 2.0", self.completes(self.managed("demo")))
        self.assertEqual(len(self.built()), 1)

    def test_the_build_of_another_run_goes_on(self):
        first = self.start_building(self.managed("demo"))
        attempt = self.attempt
        second = self.start(SHOW, managed=self.managed("tool"), sdk_path=SDK)
        wait_for("the second build", lambda: "pip install" in self.env_log(), LONG)
        self.kill(second, "worker")
        self.assertEqual(self.ending()["reason"], "launcher_killed")
        self.index.open()
        first.wait(LONG)
        with open(os.path.join(attempt, "exit.json")) as file:
            self.assertEqual(json.load(file)["outcome"], "completed")


if __name__ == "__main__":
    unittest.main()
