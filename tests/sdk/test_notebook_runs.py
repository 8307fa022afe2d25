# SPDX-License-Identifier: Apache-2.0
"""Sections 4.3 to 4.6 of the reference, row by row: what is asked of submitted runs, and how they are shown.

The number in a test's name is the section's, then the row's.
"""

import contextlib
import io
import os
import sys
import unittest

from notebook_case import Notebook, needs_daemon
from processes import wait_for

from runyard import Run
from runyard.exceptions import ActivityFailedException, UserErrorException
from runyard.widgets import RunDetails

LOG = "azureml-logs/70_driver_log.txt"
PREPARED = "azureml-logs/20_environment_log.txt"
SLEEP = "import time\nprint('here', flush=True)\ntime.sleep(1000)"


class Runs(Notebook):
    """What the tests of this file share."""

    def message(self, run):
        """Why a run failed."""
        return run.get_details()["error"]["error"]["message"]

    def printed(self, run):
        """Wait until a script has printed."""
        wait_for("the script's first line", lambda: "here" in run.get_details_with_logs()["logFiles"].get(LOG, ""))
        return run


@needs_daemon
class Endings(Runs):
    def test_4_3_30_complete_and_fail_inside_of_a_script(self):
        script = "import sys\nfrom azureml.core import Run\nrun = Run.get_context()\n"
        for rest, state, message in (
                ("run.log('x', 1)\nrun.complete()\nrun.log('x', 2)", "Completed", None),
                ("run.complete()\nsys.exit(1)", "Failed", "exited with status 1"),
                ("run.fail('the data is gone')", "Failed", "the data is gone"),
                ("run.fail(ValueError('bad'), error_code='E1')", "Failed", "User program failed with ValueError: bad"),
                ("sys.exit(0)", "Completed", None), ("sys.exit(3)", "Failed", "exited with status 3"),
                ("sys.exit('no data')", "Failed", "User program failed with SystemExit: no data"),
                ("1/0", "Failed", "User program failed with ZeroDivisionError: division by zero")):
            with self.subTest(rest):
                run = self.submit(script + rest)
                run.wait_for_completion(raise_on_error=False)
                self.assertEqual(run.get_status(), state)
                if message:
                    self.assertIn(message, self.message(run))
                if "log" in rest:
                    self.assertEqual(run.get_metrics(), {"x": [1, 2]})

    def test_4_3_31_fail_from_outside_ends_the_script(self):
        run = self.printed(self.submit(SLEEP))
        run.fail("enough")
        self.assertEqual((run.get_status(), self.message(run)), ("Failed", "enough"))
        run = self.printed(self.submit(SLEEP))
        run.fail(ValueError("bad"))
        self.assertEqual((run.get_status(), self.message(run)), ("Failed", "User program failed with ValueError: bad"))

    def test_4_3_32_cancel_in_every_stage_and_twice(self):
        first, waiting = self.printed(self.submit(SLEEP)), self.submit(SLEEP)
        for run in (waiting, first):
            run.cancel()
            self.assertIn(run.status, ("CancelRequested", "Canceled"))
            run.cancel()
            self.assertEqual(run.wait_for_completion()["status"], "Canceled")
            run.cancel()
            self.assertEqual(run.get_status(), "Canceled")


@needs_daemon
class Waiting(Runs):
    def test_4_4_01_the_text_of_wait_for_completion(self):
        """Every byte but the run's id and address is fixed."""
        run = self.submit("print('one')\nprint('two')")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            details = run.wait_for_completion(True)
        frame = "RunId: {}\nWeb View: {}\n".format(run.id, run.get_portal_url())
        self.assertEqual(out.getvalue(), frame + "\nStreaming " + LOG + "\n" + "=" * 40 + "\n\none\ntwo\n"
                         "\nExecution Summary\n=================\n" + frame + "\n")
        self.assertEqual(details, run.get_details())

    def test_4_4_02_a_failure_raises_or_is_printed(self):
        run = self.submit("1/0")
        with self.assertRaises(ActivityFailedException) as caught:
            run.wait_for_completion()
        self.assertIn("ZeroDivisionError", caught.exception.error_details)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertEqual(run.wait_for_completion(show_output=True, raise_on_error=False)["status"], "Failed")
        self.assertRegex(out.getvalue(), r'\nError:\n\{\n    "error": \{\n        "code": "UserError"')

    def test_4_4_03_a_run_cannot_wait_for_itself(self):
        run = self.submit("from azureml.core import Run\nRun.get_context().wait_for_completion()")
        run.wait_for_completion(raise_on_error=False)
        self.assertIn("cannot wait for its own end", self.message(run))


@needs_daemon
class Details(Runs):
    def test_4_5_01_the_keys_of_get_details(self):
        run = self.finished("pass", arguments=["--reg_rate", 0.1, ""], tags={"k": "v"})
        details = run.get_details()
        self.assertLessEqual({"runId", "target", "status", "startTimeUtc", "endTimeUtc", "properties", "inputDatasets",
                              "outputDatasets", "runDefinition", "logFiles", "submittedBy"}, set(details))
        self.assertEqual(details["runDefinition"]["arguments"], ["--reg_rate", "0.1", ""])
        self.assertEqual((details["runId"], details["status"], details["target"]), (run.id, "Completed", "local"))
        self.assertEqual(list(details["logFiles"]), [PREPARED, LOG])
        self.assertTrue(details["logFiles"][LOG].startswith("http://127.0.0.1:"))

    def test_4_5_02_details_with_logs_also_right_after_submission(self):
        run = self.submit("print('printed 精')")
        self.assertLessEqual({"runId", "status", "logFiles", "runDefinition"}, set(run.get_details_with_logs()))
        run.wait_for_completion()
        self.assertEqual(run.get_details_with_logs()["logFiles"][LOG], "printed 精\n")

    def test_4_5_03_all_logs_as_files(self):
        run = self.finished("print('printed')\nopen('logs/mine.txt', 'w').write('mine')")
        paths = run.get_all_logs()
        base = os.path.join(self.folder, "assets", run.id)
        self.assertEqual(sorted(paths), [os.path.join(base, name) for name in (PREPARED, LOG, "logs/mine.txt")])
        with open(os.path.join(base, LOG)) as file:
            self.assertEqual(file.read(), "printed\n")
        self.assertEqual(len(run.get_all_logs(destination="other")), 3)
        with self.assertRaisesRegex(UserErrorException, "it is not a folder"):
            run.get_all_logs(self.put("a-file"))

    def test_4_5_04_the_environment_of_a_run(self):
        config = self.config("import os\nprint(os.environ['K'])")
        config.run_config.environment.environment_variables["K"] = "v"
        run = self.experiment.submit(config)
        run.wait_for_completion()
        found = run.get_environment()
        self.assertTrue(found.python.user_managed_dependencies)
        self.assertEqual((found.python.interpreter_path, found.environment_variables), (sys.executable, {"K": "v"}))

    def test_4_6_15_type_number_and_children(self):
        run = self.finished("pass")
        self.assertEqual((run.type, run.number, run.parent, list(run.get_children())), ("azureml.scriptrun", 1, None, []))
        self.assertEqual(list(Run.list(self.experiment, type="azureml.scriptrun", status="Completed")), [run])
        self.assertEqual(list(self.experiment.get_runs(type="azureml.other")), [])


@needs_daemon
class Shown(Runs):
    def test_6_01_a_view_in_a_terminal_is_text(self):
        run = self.finished("from azureml.core import Run\nRun.get_context().log_list('x', [1, 2])")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            RunDetails(run).show()
        self.assertIn("Run id: {}\n".format(run.id), out.getvalue())
        self.assertIn("\nStatus: Completed\n", out.getvalue())
        self.assertIn("\nx = 2 (2 values)\n", out.getvalue())

    def test_6_02_the_data_of_the_widget(self):
        run = self.finished("from azureml.core import Run\nRun.get_context().log('x', 1)\nprint('printed')", arguments=["a"])
        found = RunDetails(run).get_widget_data()
        self.assertEqual((found["status"], found["run_id"], found["run_logs"], found["workbench_run_details_uri"]),
                         ("Completed", run.id, "printed\n", run.get_portal_url()))
        self.assertEqual(found["run_metrics"][0]["series"], [{"data": [1]}])
        self.assertEqual((found["run_properties"]["script_name"], found["run_properties"]["arguments"]), ("main.py", "a"))


if __name__ == "__main__":
    unittest.main()
