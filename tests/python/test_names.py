# SPDX-License-Identifier: Apache-2.0
"""The names of azureml, what they cost, and what a run without a record answers."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._client import files  # noqa: E402
from runyard._own_runs.offline import _OfflineRun  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402


class Names(unittest.TestCase):
    def script(self, text):
        """Run a script in a process that has the names."""
        env = dict(os.environ, PYTHONPATH=os.pathsep.join([os.path.join(PYTHON, "hook"), PYTHON]),
                   RUNYARD_RUN_ID="r1", RUNYARD_JOURNAL=os.path.join(self.top, "absent"))
        done = subprocess.run([sys.executable, "-c", text], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name

    def test_one_class_under_every_name(self):
        self.script("""if True:
            import azureml.core, runyard
            from azureml.core import Experiment, Run, VERSION, Workspace
            from azureml.core.run import Run as run
            from azureml.core.experiment import Experiment as experiment
            from azureml.core.runconfig import CondaDependencies
            from azureml.core.conda_dependencies import CondaDependencies as again
            from azureml._restclient.constants import RunStatus
            assert Run is run is runyard.Run and Experiment is experiment and CondaDependencies is again
            assert VERSION.startswith('1.') and RunStatus.COMPLETED == 'Completed'
            assert issubclass(Run.get_context().__class__, Run)
            """)

    def test_a_script_that_only_logs_loads_little(self):
        heavy = {"typing", "json", "re", "socket", "threading", "http.client", "logging", "uuid", "hashlib"}
        with_names = self.script("import sys\nfrom azureml.core import Run\nRun.get_context()\n"
                                 "print(' '.join(sorted({!r} & set(sys.modules))))".format(heavy))
        bare = self.script("import sys\nprint(' '.join(sorted({!r} & set(sys.modules))))".format(heavy))
        self.assertEqual(with_names, bare)

    def test_what_the_real_package_brings_along_is_there_without_an_import_of_its_own(self):
        self.script("""if True:
            import sys, urllib, azureml.core
            assert not {'urllib.request', 'azureml.data', 'azureml.exceptions'} & set(sys.modules)
            assert azureml.exceptions.UserErrorException and azureml.data.FileDataset and urllib.request.urlopen
            from azureml import data
            from urllib import parse
            assert data is azureml.data is sys.modules['azureml.data'] and parse.quote
            for module in (azureml, urllib):
                try:
                    module.no_such_name
                except AttributeError as error:
                    name = module.__name__
                    assert str(error) == "module '" + name + "' has no attribute 'no_such_name'", error
                else:
                    raise AssertionError(name)
            """)


class Offline(unittest.TestCase):
    def test_everything_is_harmless(self):
        run = _OfflineRun()
        with contextlib.redirect_stdout(io.StringIO()):
            run.log_list("l", [1])
            run.log_row("r", a=1)
            run.log_table("t", {"a": [1]})
            run.upload_files(["a"], ["b"])
        run.set_tags({"k": 1, "bare": None})
        run.remove_tags(["bare"])
        run.add_properties({"p": 2})
        self.assertEqual((run.get_tags(), run.tags, run.get_properties()), ({"k": "1"}, {"k": "1"}, {"p": "2"}))
        self.assertEqual((run.get_file_names(), list(run.get_children())), ([], []))
        self.assertEqual((run.number, run.parent, run.get_status(), run.status), (0, None, "Running", "Running"))
        self.assertEqual(run.wait_for_completion()["runId"], run.id)
        self.assertTrue(run.child_run().id.startswith("OfflineRun_"))
        self.assertEqual((run.experiment.name, len(list(run.create_children(2)))), ("OfflineExperiment", 2))
        self.assertRegex(run.id, r"^OfflineRun_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertIn(run.id, repr(run))
        run.flush()
        run.cancel()
        run.fail("why")
        run.complete()

    def test_what_asks_of_a_record_finds_none_and_no_daemon_is_looked_for(self):
        run, said = _OfflineRun(), io.StringIO()
        with contextlib.redirect_stdout(said), mock.patch("runyard._client.api.Client.open", side_effect=AssertionError):
            self.assertIsNone(run.register_model("ridge", model_path="outputs/model.pkl"))
            self.assertIsNone(run.download_file("outputs/model.pkl"))
            self.assertIsNone(run.download_files(prefix="outputs"))
            self.assertEqual((run.get_secret("a"), run.get_secrets(["a", "b"])), (None, {"a": None, "b": None}))
            self.assertEqual((run.get_all_logs(), run.restore_snapshot()), ([], ""))
            self.assertEqual(run.get_environment().python.interpreter_path, sys.executable)
            self.assertIsInstance(run.submit_child(None), _OfflineRun)
        self.assertEqual(said.getvalue(), "Attempted to register model ridge from outputs/model.pkl\n")

    def test_folders_that_are_not_there_are_said(self):
        run = _OfflineRun()
        with self.assertLogs("runyard") as said:
            run.upload_folder("a", "absent")
            run.upload_files(["a"], [])
        self.assertEqual(len(said.output), 2)

    def test_a_text_in_the_place_of_a_list_is_one_cell(self):
        run, said = _OfflineRun(), io.StringIO()
        with contextlib.redirect_stdout(said):
            run.log_list("x", "abc")
        self.assertEqual((run.get_metrics(), said.getvalue()), ({"x": "abc"}, "Attempted to log list metric x:\nabc\n"))

    def test_what_was_logged_can_be_read_back(self):
        run, said = _OfflineRun(), io.StringIO()
        with contextlib.redirect_stdout(said):
            run.log("once", 0.5)
            run.log("nan", float("nan"))
            for value in (1, 1.5):
                run.log("mixed", value)
            run.log_list("list", (n for n in (1, 2)))
            run.log_row("rows", a=1)
            run.log_row("rows", a=2, b="x")
            run.log_table("rows", {"c": [3, 4]})
            run.log_table("uneven", {"a": [1], "b": [1, 2]})
            run.log_image("ROC", "absent.png")
            run.log_predictions("p", "{")
        found = run.get_metrics()
        self.assertNotEqual(found["nan"], found.pop("nan"))
        self.assertEqual(found, {
            "once": 0.5, "mixed": [1.0, 1.5], "list": [1, 2],
            "rows": {"a": [1, 2, None, None], "b": [None, "x", None, None], "c": [None, None, 3, 4]}})
        self.assertEqual(run.get_metrics("once"), {"once": 0.5})
        self.assertEqual(list(run.get_metrics(recursive=True)), [run.id])
        self.assertTrue(said.getvalue().startswith("Attempted to log scalar metric once:\n0.5\n"))
        self.assertIn("Attempted to log list metric list:\n[1, 2]\n", said.getvalue())
        self.assertIn("Attempted to log image metric ROC:\nabsent.png\n", said.getvalue())


class Targets(unittest.TestCase):
    def test_where_a_file_is_written(self):
        with tempfile.TemporaryDirectory() as top:
            self.assertEqual(files.target_of("outputs/a.pkl", None), os.path.join(os.getcwd(), "a.pkl"))
            self.assertEqual(files.target_of("outputs/a.pkl", top), os.path.join(top, "a.pkl"))
            self.assertEqual(files.target_of("outputs/a.pkl", os.path.join(top, "b")), os.path.join(top, "b"))
            self.assertEqual(files.target_of("a", os.path.join(top, "new", "")), os.path.join(top, "new", "a"))
            self.assertEqual(files.inside(top, "outputs/a"), os.path.join(top, "outputs", "a"))
            for name in ("../a", "/a", "."):
                with self.assertRaisesRegex(UserErrorException, "outside of"):
                    files.inside(top, name)
        with self.assertRaisesRegex(UserErrorException, "names no file"):
            files.target_of("outputs/..", None)


if __name__ == "__main__":
    unittest.main()
