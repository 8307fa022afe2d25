# SPDX-License-Identifier: Apache-2.0
"""Sections 4.2 and 4.3 of the reference, row by row: the words for states, and how submitted runs come to their end.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import os
import sys
import unittest

from notebook_case import FINAL, Notebook, needs_daemon
from processes import living, wait_for

from azureml._restclient.constants import RunStatus
from azureml.core import run as run_module, script_run
from runyard import Run
from runyard.exceptions import UserErrorException

WAIT = "import os, sys, time\nprint('here', flush=True)\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.02)"


class States(Notebook):
    """What the tests of this file share."""

    def waiting(self, script=WAIT):
        """A script that has begun, and ends once self.go() has been called."""
        run = self.submit(script, [os.path.join(self.folder, "go")])
        log = "azureml-logs/70_driver_log.txt"
        wait_for("the script's first line", lambda: "here" in run.get_details_with_logs()["logFiles"].get(log, ""))
        return run

    def go(self):
        """Let the script end."""
        self.put("go")


@needs_daemon
class Words(States):
    def test_4_2_01_run_status_has_a_constant_for_every_state(self):
        words = ("NotStarted Unapproved Pausing Paused Starting Provisioning Preparing Queued Running Finalizing "
                 "CancelRequested Completed Failed Canceled NotResponding")
        for word in words.split():
            name = "".join("_" + letter if letter.isupper() and place else letter for place, letter in enumerate(word)).upper()
            self.assertEqual(getattr(RunStatus, name), word)

    def test_4_2_02_the_states_of_a_run_that_goes_on(self):
        self.assertIs(run_module.RUNNING_STATES, script_run.RUNNING_STATES)
        self.assertEqual(set(run_module.RUNNING_STATES), set(RunStatus.get_running_statuses()))
        self.assertEqual(set(RunStatus.get_running_statuses()),
                         {"NotStarted", "Queued", "Preparing", "Provisioning", "Starting", "Running"})

    def test_4_2_03_the_states_after_the_script(self):
        self.assertEqual(set(RunStatus.get_post_processing_statuses()), {"Finalizing", "CancelRequested"})

    def test_4_2_04_get_status_asks_and_status_is_what_was_seen(self):
        run = self.waiting()
        seen = Run(self.experiment, run.id)
        self.assertEqual(seen.status, "Running")
        self.go()
        run.wait_for_completion()
        self.assertEqual((seen.status, seen.get_status(), seen.status), ("Running", "Completed", "Completed"))

    def test_4_2_05_a_script_run_goes_through_the_states_in_their_order(self):
        first = self.waiting()
        second = self.submit("pass")
        self.assertEqual((second.status, second.get_status()), ("Queued", "Queued"))
        self.go()
        seen = ["Queued"]

        def final():
            seen.append(second.get_status())
            return seen[-1] in FINAL

        wait_for("the end of the second run", final)
        order = ["Queued", "Preparing", "Running", "Finalizing", "Completed"]
        places = [order.index(state) for state in seen]
        self.assertEqual(places, sorted(places))
        self.assertEqual((seen[-1], first.get_status()), ("Completed", "Completed"))

    def test_4_2_06_a_submitted_run_has_a_state_at_once(self):
        run = self.submit("pass")
        self.assertIn(run.status, ("Queued", "Preparing", "Running"))
        self.assertTrue(run.id and run.number)

    def test_4_2_07_a_final_state_stays(self):
        run = self.finished("pass")
        run.cancel()
        run.fail("too late")
        with self.assertRaises(UserErrorException):
            run.complete()
        self.assertEqual(run.get_status(), "Completed")


@needs_daemon
class Ends(States):
    def test_4_3_33_a_script_can_cancel_itself(self):
        run = self.submit("import time\nfrom azureml.core import Run\nRun.get_context().cancel()\ntime.sleep(1000)")
        self.assertEqual(run.wait_for_completion()["status"], "Canceled")

    def test_4_3_34_fail_from_outside_ends_every_process_before_it_returns(self):
        run = self.waiting("import subprocess, sys\n"
                           "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n" + WAIT)
        mark = "RUNYARD_RUN_ID=" + run.id
        wait_for("both processes", lambda: len(living(mark)) >= 2)  # one that has just been started shows no environment
        run.fail("enough", error_code="E2")
        error = run.get_details()["error"]["error"]
        self.assertEqual((run.status, error["message"], error["code"]), ("Failed", "enough", "E2"))
        wait_for("the end of every process", lambda: not living(mark))

    def test_4_3_35_cancel_asks_the_script_first(self):
        run = self.waiting("import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: "
                           "(open('outputs/saved', 'w').close(), sys.exit(0)))\n" + WAIT)
        run.cancel()
        self.assertIn(run.status, ("CancelRequested", "Canceled"))
        self.assertEqual(run.wait_for_completion()["status"], "Canceled")
        self.assertIn("outputs/saved", run.get_file_names())

    def test_4_3_36_a_script_that_cannot_begin_is_failed_with_the_reason(self):
        self.waiting()
        python = os.path.join(self.folder, "python-for-a-while")
        os.symlink(sys.executable, python)
        run = self.submit("pass", python=python)
        os.unlink(python)
        self.go()
        self.assertEqual(run.wait_for_completion(raise_on_error=False)["status"], "Failed")
        self.assertIn("python-for-a-while", run.get_details()["error"]["error"]["message"])

    def test_4_3_37_a_script_that_kills_itself_is_failed(self):
        run = self.submit("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
        details = run.wait_for_completion(raise_on_error=False)
        self.assertEqual(details["status"], "Failed")
        self.assertIn("SIGKILL", details["error"]["error"]["message"])

    def test_4_3_38_an_uncaught_exception_is_described(self):
        run = self.submit("def deep():\n    raise KeyError('精')\ndeep()")
        error = run.wait_for_completion(raise_on_error=False)["error"]["error"]
        self.assertTrue(error["message"].startswith("User program failed with KeyError: '精'"), error["message"])
        self.assertEqual(error["debugInfo"]["type"], "KeyError")
        self.assertIn("in deep", error["debugInfo"]["stackTrace"])

    def test_4_3_39_a_block_around_the_run_of_a_script_ends_nothing(self):
        run = self.finished("from azureml.core import Run\nwith Run.get_context() as run:\n    run.log('x', 1)\n"
                            "assert run.get_status() == 'Running'\nrun.log('x', 2)")
        self.assertEqual(run.get_metrics(), {"x": [1, 2]})


if __name__ == "__main__":
    unittest.main()
