# SPDX-License-Identifier: Apache-2.0
"""Section 4.4 of the reference, row by row, beyond the text itself (test_notebook_runs.py): when it is printed, how it
is interrupted, and on which runs one can wait.
"""

import contextlib
import io
import os
import signal
import subprocess
import sys
import unittest

from notebook_case import PROCESS, Notebook, needs_daemon

from runyard import get_run
from runyard.exceptions import ActivityFailedException

HOLD = ("import os, sys, time\nprint('here', flush=True)\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.02)\n"
        "print('end')")


@needs_daemon
class Waiting(Notebook):
    def shown(self, run, *arguments, **more):
        """What wait_for_completion prints."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            run.wait_for_completion(*arguments, **more)
        return out.getvalue()

    def watcher(self, run, rest):
        """A process that waits for a run with its output, then does `rest`."""
        process = subprocess.Popen(
            [sys.executable, "-c", PROCESS + "from runyard import get_run\nrun = get_run(experiment, sys.argv[2])\n" + rest,
             self.experiment.name, run.id], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        return process

    def until(self, process, line):
        """Read what a process prints up to a line."""
        for printed in iter(process.stdout.readline, b""):
            if printed == line:
                return
        self.fail("{} was not printed: {}".format(line, process.stderr.read().decode()))

    def test_4_4_04_the_log_is_printed_as_it_comes(self):
        run = self.submit(HOLD, [os.path.join(self.folder, "go")])
        process = self.watcher(run, "run.wait_for_completion(show_output=True)")
        self.until(process, b"here\n")
        self.assertEqual(run.get_status(), "Running")
        self.put("go")
        self.assertIn(b"end\n\nExecution Summary\n", process.communicate()[0])

    def test_4_4_05_ctrl_c_leaves_the_run_going_and_says_how_to_end_it(self):
        run = self.submit(HOLD, [os.path.join(self.folder, "go")])
        process = self.watcher(run, "import signal\n"  # a shell has what it runs in the background ignore Ctrl-C
                                    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
                                    "from runyard.exceptions import ExperimentExecutionException\n"
                                    "try:\n  run.wait_for_completion(True)\n"
                                    "except ExperimentExecutionException as error:\n  print(error, flush=True)")
        self.until(process, b"here\n")
        process.send_signal(signal.SIGINT)
        said = process.communicate()[0].decode()
        self.assertIn("The output streaming for the run interrupted.\n"
                      "But the run is still executing on the compute target.", said)
        self.assertIn("runyard cancel " + run.id, said)
        self.assertEqual(run.get_status(), "Running")
        self.put("go")
        run.wait_for_completion()

    def test_4_4_06_a_canceled_run_raises_nothing(self):
        run = self.submit("import time\ntime.sleep(1000)")
        run.cancel()
        self.assertIn("\nExecution Summary\n", self.shown(run, True))
        self.assertEqual(run.status, "Canceled")

    def test_4_4_07_a_run_that_has_ended_shows_its_whole_log(self):
        run = self.finished("for number in range(1000): print(number)")
        again = get_run(self.experiment, run.id)
        self.assertIn("\n\n" + "".join("{}\n".format(number) for number in range(1000)) + "\n", self.shown(again, True))

    def test_4_4_08_without_output_nothing_is_printed(self):
        run = self.submit("print('here')")
        self.assertEqual((self.shown(run), self.shown(run, False, True, True)), ("", ""))

    def test_4_4_09_warnings_of_the_run_are_printed(self):
        run = self.submit("import os\n"
                          "with open(os.environ['RUNYARD_METRICS'], 'a') as file:\n    file.write('not json\\n')")
        said = self.shown(run, True)
        (warning,) = [warning["message"] for warning in run.get_details()["warnings"]]
        self.assertIn("\nWarnings:\n{}\n\n".format(warning), said)

    def test_4_4_11_children_are_waited_for_in_a_loop(self):
        parent = self.experiment.start_logging(snapshot_directory=None)
        with contextlib.redirect_stdout(io.StringIO()):
            children = [parent.submit_child(self.config(text)) for text in ("pass", "1/0")]
        parent.complete()
        states = [child.wait_for_completion(raise_on_error=False)["status"] for child in parent.get_children()]
        self.assertEqual(states, ["Failed", "Completed"])
        with self.assertRaises(ActivityFailedException):
            children[1].wait_for_completion()
        self.assertEqual(parent.get_status(), "Completed")

    def test_4_4_13_a_failure_without_words_is_given_some(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.fail()
        with self.assertRaisesRegex(ActivityFailedException, "The run failed"):
            run.wait_for_completion()

    def test_4_4_12_what_it_waits_for_is_said_while_it_is_queued(self):
        go = os.path.join(self.folder, "go")
        first, second = self.submit(HOLD, [go]), self.submit("pass")
        process = self.watcher(second, "run.wait_for_completion(True)")
        self.until(process, "Run {} is queued behind 1 run on local (1 slot)\n".format(second.id).encode())
        self.put("go")
        process.communicate()
        self.assertEqual((first.wait_for_completion()["status"], second.get_status()), ("Completed", "Completed"))


if __name__ == "__main__":
    unittest.main()
