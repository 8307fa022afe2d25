# SPDX-License-Identifier: Apache-2.0
"""Sections 4.8 and 4.9 of the reference, row by row: the run around a script, and the run without a record.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import contextlib
import io
import os
import subprocess
import sys
import unittest

from notebook_case import ROOT, Notebook, needs_daemon

from azureml.core.run import _OfflineRun
from runyard import Run
from runyard.exceptions import RunEnvironmentException, UserErrorException
from runyard.widgets import RunDetails

CONTEXT = "import os\nfrom azureml.core import Run, Workspace\nrun = Run.get_context()\n"


@needs_daemon
class Inside(Notebook):
    def holds(self, script):
        """A script ends well, so what it asserts is true."""
        return self.finished(CONTEXT + script)

    def test_4_8_01_get_context_is_the_run_of_the_script(self):
        run = self.holds("""if True:
            from azureml.core.run import _SubmittedRun, _OfflineRun
            assert type(run) is _SubmittedRun and isinstance(run, Run) and not isinstance(run, _OfflineRun)
            run.tag("id", run.id)
            assert run.status == "Running" and run.get_details()["runId"] == run.id
        """)
        self.assertEqual(run.get_tags(), {"id": run.id})

    def test_4_8_02_every_call_gives_the_same_object(self):
        self.holds("assert run is Run.get_context() is Run.get_context(allow_offline=False, used_for_context_manager=True)")

    def test_a_copy_of_the_run_reports_to_the_same_run(self):
        run = self.holds("""if True:
            import copy, multiprocessing, pickle
            def report(given, value):
                given.log("seen", value)
            if __name__ == "__main__":
                assert pickle.loads(pickle.dumps(run)) is copy.deepcopy([run])[0] is run
                for number in range(2):
                    worker = multiprocessing.get_context("spawn").Process(target=report, args=(run, number))
                    worker.start()
                    worker.join()
                    assert worker.exitcode == 0
        """)
        self.assertEqual(run.get_metrics(), {"seen": [0, 1]})

    def test_get_submitted_run_is_the_run_of_the_script(self):
        self.holds("assert Run.get_submitted_run() is run")

    def test_get_submitted_run_outside_of_a_run_raises(self):
        with self.assertRaises(RunEnvironmentException):
            Run.get_submitted_run()

    def test_4_8_03_experiment_and_workspace_are_those_of_the_submission(self):
        run = self.holds("os.chdir('/')\nrun.tag('names', run.experiment.name + '/' + run.experiment.workspace.name)\n"
                         "assert run.experiment.workspace.subscription_id and run.experiment.workspace.resource_group\n"
                         "assert [found.id for found in run.experiment.get_runs()] == [run.id]\n"
                         "assert Workspace.from_config() == run.experiment.workspace")
        self.assertEqual(run.get_tags(), {"names": self.experiment.name + "/" + self.workspace.name})

    def test_4_8_04_the_variables_that_scripts_read(self):
        run = self.holds("""if True:
            names = ("AZUREML_RUN_ID", "AZUREML_ARM_SUBSCRIPTION", "AZUREML_ARM_RESOURCEGROUP",
                     "AZUREML_ARM_WORKSPACE_NAME", "AZUREML_ARM_PROJECT_NAME", "AZUREML_OUTPUT_DIRECTORY")
            assert not {"AZUREML_RUN_TOKEN", "AZUREML_SERVICE_ENDPOINT"} & set(os.environ)
            run.set_tags({name: os.environ[name] for name in names})
        """)
        self.assertEqual(run.get_tags(), {
            "AZUREML_RUN_ID": run.id, "AZUREML_ARM_SUBSCRIPTION": self.workspace.subscription_id,
            "AZUREML_ARM_RESOURCEGROUP": self.workspace.resource_group,
            "AZUREML_ARM_WORKSPACE_NAME": self.workspace.name, "AZUREML_ARM_PROJECT_NAME": self.experiment.name,
            "AZUREML_OUTPUT_DIRECTORY": "./outputs"})

    def test_4_8_08_secrets_of_the_workspace(self):
        vault = self.workspace.get_default_keyvault()
        vault.set_secret("password", "open sesame")
        vault.set_secrets({"other": "值", "third": ""})
        self.assertEqual([secret["name"] for secret in vault.list_secrets()], ["other", "password", "third"])
        self.holds("assert run.get_secret('password') == 'open sesame' and run.get_secret('none') is None\n"
                   "assert run.get_secrets(['other', 'none']) == {'other': '值', 'none': None}")
        vault.delete_secret("third")
        self.assertIsNone(vault.get_secret("third"))
        for name, value in (("", "x"), ("x", 3), (None, "x")):
            self.assertRaises(UserErrorException, vault.set_secret, name, value)
        self.assertRaises(UserErrorException, vault.delete_secret, "third")
        self.assertEqual(os.stat(vault._path).st_mode & 0o777, 0o600)

    def test_4_8_05_processes_of_the_script_log_to_the_same_run(self):
        run = self.holds("""if True:
            import multiprocessing, subprocess, sys
            def work(number):
                Run.get_context().log("forked", number)
            run.log("own", 1)
            other = "from azureml.core import Run; Run.get_context().log('other', 2)"
            subprocess.run([sys.executable, "-c", other], check=True)
            child = multiprocessing.get_context("fork").Process(target=work, args=(3,))
            child.start(); child.join()
        """)
        self.assertEqual(run.get_metrics(), {"own": 1, "other": 2, "forked": 3})

    def test_4_8_06_the_script_can_rename_and_describe_its_run(self):
        run = self.holds("run.display_name, run.description = '显示', 'words'\n"
                         "assert (run.display_name, run.description) == ('显示', 'words')")
        self.assertEqual((run.display_name, run.description), ("显示", "words"))

    def test_4_8_07_outside_of_a_run_it_can_be_asked_to_raise(self):
        with self.assertRaisesRegex(RunEnvironmentException, "Could not load a submitted run, if outside of an execution "
                                    "context, use experiment.start_logging to initialize an azureml.core.Run."):
            Run.get_context(allow_offline=False)


@needs_daemon
class Offline(Notebook):
    def printed(self, call, *arguments, **more):
        """What a method of an offline run prints."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            getattr(self.run_, call)(*arguments, **more)
        return out.getvalue()

    def setUp(self):
        super().setUp()
        self.run_ = Run.get_context()

    def test_4_9_01_it_is_what_scripts_test_for(self):
        run = self.run_
        self.assertTrue(isinstance(run, _OfflineRun) and type(run) is _OfflineRun and isinstance(run, Run))
        self.assertTrue("_OfflineRun" in str(run) and run.id.startswith("OfflineRun_"))
        self.assertNotEqual(run.id, Run.get_context().id)

    def test_4_9_02_what_is_logged_is_printed(self):
        self.assertEqual(self.printed("log", "x", 0.5), "Attempted to log scalar metric x:\n0.5\n")
        self.assertEqual(self.printed("log_list", "x", (n for n in (1, 2))), "Attempted to log list metric x:\n[1, 2]\n")
        self.assertEqual(self.printed("log_row", "r", a=1), "Attempted to log row metric r:\n{'a': 1}\n")
        self.assertEqual(self.printed("log_table", "t", {"a": [1]}), "Attempted to log table metric t:\n{'a': [1]}\n")
        self.assertEqual(self.printed("log_image", "i", "i.png"), "Attempted to log image metric i:\ni.png\n")

    def test_4_9_03_what_is_uploaded_is_printed(self):
        self.assertEqual(self.printed("upload_file", "a", "b.txt"), "Attempted to track file a at b.txt\n")

    def test_4_9_04_what_was_logged_can_be_read_back(self):
        self.printed("log", "x", 1)
        self.printed("log", "x", 2)
        self.printed("log_row", "r", a=1)
        self.assertEqual(self.run_.get_metrics(), {"x": [1, 2], "r": {"a": 1}})
        self.assertEqual(self.run_.get_metrics("x"), {"x": [1, 2]})

    def test_4_9_05_it_has_an_experiment_with_a_workspace(self):
        self.assertEqual(self.run_.experiment.workspace, self.workspace)
        self.assertTrue(self.run_.experiment.name)

    def test_4_9_06_tags_and_properties_are_remembered(self):
        self.run_.tag("k", 1)
        self.run_.set_tags({"bare": None})
        self.run_.add_properties({"p": 2})
        self.assertEqual((self.run_.get_tags(), self.run_.get_properties()), ({"k": "1", "bare": None}, {"p": "2"}))

    def test_4_9_07_nothing_else_does_harm(self):
        run = self.run_
        for call in (run.start, run.complete, run.cancel, run.flush, lambda: run.fail("why")):
            self.assertIsNone(call())
        self.assertEqual((run.parent, run.number, run.input_datasets, run.output_datasets), (None, 0, {}, {}))
        self.assertEqual((list(run.get_children()), run.get_file_names(), run.get_snapshot_id()), ([], [], None))
        self.assertEqual((run.get_status(), run.wait_for_completion()["runId"]), ("Running", run.id))

    def test_4_9_08_its_children_are_like_it(self):
        with self.run_.child_run("fold") as child:
            self.assertIsInstance(child, _OfflineRun)
        self.assertEqual([type(child) for child in self.run_.create_children(count=2)], [_OfflineRun] * 2)
        self.assertEqual(len(list(self.run_.create_children(tag_key="k", tag_values=[1, 2, 3]))), 3)

    def test_4_9_09_an_offline_script_starts_no_daemon(self):
        state = os.path.join(self.top, "elsewhere")
        done = subprocess.run([sys.executable, "-c", "from runyard import Run\nrun = Run.get_context()\nrun.log('x', 1)\n"
                               "run.tag('k')\nprint(run.experiment.name)\nrun.complete()"],
                              env=dict(os.environ, RUNYARD_STATE=state, PYTHONPATH=os.path.join(ROOT, "python")),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.stdout, done.stderr),
                         (b"Attempted to log scalar metric x:\n1\nOfflineExperiment\n", b""))
        self.assertFalse(os.path.exists(state))

    def test_4_9_10_a_view_of_it_says_that_there_is_nothing_to_show(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            RunDetails(self.run_).show()
        self.assertIn("nothing to show", out.getvalue())

    def test_4_9_11_wrong_values_are_said_and_raise_nothing(self):
        with self.assertLogs("runyard") as said:
            self.printed("log_table", "t", {"A": [1, 2], "B": [1]})
            self.printed("log_row", "r", a=[1])
        self.assertEqual(len(said.output), 2)


@needs_daemon
class Below(Notebook):
    def test_a_run_inside_of_another_can_be_added_to_at_and_after_its_end(self):
        run = self.submit("""
            import io
            from azureml.core import Run
            for number in range(2):
                child = Run.get_context().child_run()
                class Ending(io.BytesIO):
                    def read(self, size=-1):
                        child.complete()
                        return super().read(size)
                if number:
                    child.upload_file("outputs/large", Ending(b"content"))
                child.complete()
                child.log("x", 2.5)
            """)
        run.wait_for_completion()
        second, first = run.get_children()
        self.assertEqual([(child.get_status(), child.get_metrics()) for child in (first, second)],
                         [("Completed", {"x": 2.5})] * 2)
        self.assertEqual((first.get_file_names(), second.get_file_names()), ([], ["outputs/large"]))


if __name__ == "__main__":
    unittest.main()
