# SPDX-License-Identifier: Apache-2.0
"""Section 10 of the reference, and wrong calls: each raises the class that scripts catch, and says what was passed and
what is allowed.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import contextlib
import io
import os
import unittest
import uuid

from notebook_case import Interactive, needs_daemon
from processes import wait_for

from azureml import exceptions
from runyard import Experiment, Run, ScriptRunConfig, Workspace, get_run
from runyard.exceptions import (AzureMLException, ExperimentExecutionException, ServiceException, SnapshotException,
                                UserErrorException, WorkspaceException)
from runyard.widgets import RunDetails

MANY = "x" * 256

# What is called with a run, the class that is raised, and what its sentence says.
OF_A_RUN = [
    (lambda run: run.log("", 1), UserErrorException, "must not be empty: ''.*text is allowed"),
    (lambda run: run.log(None, 1), UserErrorException, "must not be empty: None"),
    (lambda run: run.log_list("x", [object()]), AzureMLException, "type <class 'object'> .*supported types include int"),
    (lambda run: run.log_row("x", a=[1]), AzureMLException, "column a contains a list value"),
    (lambda run: run.log_row("x", a={}), AzureMLException, "type <class 'dict'> is not supported"),
    (lambda run: run.log_table("x", [1]), AzureMLException, "must be a dictionary, not <class 'list'>"),
    (lambda run: run.log_table("x", {"A": [1, 2], "B": [1]}), AzureMLException,
     "Columns must have the same length, column A had length 2, however, column B had length 1"),
    (lambda run: run.log_table("x", {"A": [object()]}), AzureMLException, "type <class 'object'> is not supported"),
    (lambda run: run.log_image("x"), AzureMLException, "exactly one of path and plot; both are missing"),
    (lambda run: run.log_image("x", "a.png", "b"), AzureMLException, "exactly one of path and plot, not both.*'a.png'"),
    (lambda run: run.log_image("x", "absent.png"), UserErrorException, "absent.png is not there; the path of a file"),
    (lambda run: run.log_image("x", "."), UserErrorException, "is a folder; the path of a file"),
    (lambda run: run.log_image("x", plot=3), UserErrorException, "from int: the path of a file, a matplotlib figure"),
    (lambda run: run.log_confusion_matrix("x", "{"), UserErrorException, "Invalid JSON provided for 'x'.*allowed"),
    (lambda run: run.log_accuracy_table("x", "[1]"), UserErrorException, "it is a list, and an object is allowed"),
    (lambda run: run.log_residuals("x", None), UserErrorException, "Invalid JSON provided for 'x'"),
    (lambda run: run.log_predictions("x", {"a": object()}), UserErrorException, "object is not JSON"),
    (lambda run: run.tag(""), UserErrorException, "must not be empty: ''"),
    (lambda run: run.set_tags(["k"]), UserErrorException, r"tags must be a dictionary.*not \['k'\]"),
    (lambda run: run.remove_tags(3), UserErrorException, "tags must be a list of names, not 3"),
    (lambda run: run.add_properties("k"), UserErrorException, "properties must be a dictionary.*not 'k'"),
    (lambda run: run.add_properties({"": 1}), UserErrorException, "must not be empty: ''"),
    (lambda run: run.add_properties({"taken": "other"}), UserErrorException, "'?taken'?"),
    (lambda run: run.upload_file("", io.BytesIO()), UserErrorException, "must not be empty: ''"),
    (lambda run: run.upload_file("../x", io.BytesIO()), UserErrorException, "'../x' is not allowed: .*inside of the run"),
    (lambda run: run.upload_file(MANY, io.BytesIO()), UserErrorException, "xx' is not allowed: .*up to 255 bytes"),
    (lambda run: run.upload_file("taken", io.BytesIO()), UserErrorException, "/taken already exists"),
    (lambda run: run.upload_file("x", "absent"), UserErrorException, "cannot upload .*/absent: No such file"),
    (lambda run: run.upload_file("x", "."), UserErrorException, "it is a folder, which upload_folder takes"),
    (lambda run: run.upload_file("x", 3), UserErrorException, "UnsupportedType: .*a path or a binary stream, not int"),
    (lambda run: run.upload_file("x", io.StringIO("x")), UserErrorException, "UnsupportedType: .*binary mode"),
    (lambda run: run.upload_files(["a"], []), UserErrorException, "equal length, not 1 and 0"),
    (lambda run: run.upload_files(None, ["a"]), UserErrorException, "names must be a list of names, not None"),
    (lambda run: run.upload_folder("x", "absent"), UserErrorException,
     "Cannot upload path: absent since it is not a valid directory."),
    (lambda run: run.upload_folder("x", None), UserErrorException, "Cannot upload path: None since"),
    (lambda run: run.download_file("absent"), UserErrorException, "absent was not found,\navailable files include: taken"),
    (lambda run: run.download_file(None), UserErrorException, "must not be empty: None"),
    (lambda run: run.download_file("../x"), UserErrorException, "'../x' is not allowed"),
    (lambda run: run.download_files("absent"), UserErrorException, "Prefix with path absent was not found.*\n.*taken"),
    (lambda run: run.get_all_logs("a-file"), UserErrorException, "a-file: it is not a folder"),
    (lambda run: run.restore_snapshot("other"), SnapshotException, "no snapshot|not other"),
    (lambda run: run.fail(error_details=3), TypeError, "error_details must be instance of string or BaseException."),
    (lambda run: run.create_children(), UserErrorException, "either count, or tag_key and tag_values; count=None"),
    (lambda run: run.create_children(count="2"), UserErrorException, "count of 0 or more, not '2'"),
    (lambda run: run.create_children(count=1, tag_key="k", tag_values=[]), UserErrorException, "count=1, tag_key='k'"),
    (lambda run: run.submit_child("train.py"), UserErrorException, "takes a ScriptRunConfig, not str"),
    (lambda run: run.child_run(outputs=3), UserErrorException, "outputs must be a folder.*not 3"),
    (lambda run: run.get_environment(), UserErrorException, "is interactive"),
]

# What is called with an experiment, the class that is raised, and what its sentence says.
OF_AN_EXPERIMENT = [
    (lambda it: Run(it, "no-such-run"), ServiceException, "there is no run 'no-such-run'"),
    (lambda it: get_run(it, "no-such-run"), ServiceException, "no-such-run"),
    (lambda it: Run.get(it.workspace, "no-such-run"), ServiceException, "no-such-run"),
    (lambda it: it.workspace.get_run("no-such-run"), ServiceException, "no-such-run"),
    (lambda it: Run(it, ""), UserErrorException, "id is a text that is not empty, not ''"),
    (lambda it: Run(it, None), UserErrorException, "id is a text that is not empty, not None"),
    (lambda it: it.workspace.get_run(3), UserErrorException, "id is a text that is not empty, not 3"),
    (lambda it: Run("ridge", "id"), UserErrorException, "not to 'ridge'"),
    (lambda it: get_run(None, "id"), UserErrorException, "not to None"),
    (lambda it: Experiment(it.workspace, ""), UserErrorException, "text of 1 to 255 characters, not ''"),
    (lambda it: Experiment(it.workspace, 3), UserErrorException, "text of 1 to 255 characters, not 3"),
    (lambda it: Experiment(it.workspace, "a/b"), UserErrorException, "'a/b' must not contain '/'"),
    (lambda it: Experiment(it.workspace, MANY), UserErrorException, "text of 1 to 255 characters"),
    (lambda it: Workspace.get("never-seen"), WorkspaceException, "no workspace named 'never-seen'"),
    (lambda it: Workspace("", "g", "n"), UserErrorException, "subscription_id must be a text that is not empty, not ''"),
    (lambda it: it.start_logging(run_id="a/b"), UserErrorException, "'a/b' is not allowed: allowed are letters"),
    (lambda it: it.start_logging(run_id=3), UserErrorException, "'id' has the wrong type: 3"),
    (lambda it: it.start_logging(outputs=3), UserErrorException, "outputs must be a folder.*not 3"),
    (lambda it: it.start_logging(snapshot_directory="absent"), UserErrorException, "a snapshot of .*/absent: No such file"),
    (lambda it: it.start_logging(snapshot_directory="a-file"), UserErrorException, "a-file: it is a file, not a folder"),
    (lambda it: it.start_logging(tags=["k"]), UserErrorException, r"tags must be a dictionary.*not \['k'\]"),
    (lambda it: it.submit("train.py"), UserErrorException, "takes a ScriptRunConfig, not str"),
    (lambda it: it.submit(ScriptRunConfig(".")), UserErrorException, "needs a script or a command; both are missing"),
    (lambda it: it.submit(ScriptRunConfig(".", "absent.py")), ExperimentExecutionException,
     "/absent.py script path doesn't exist. The script should be inside the project folder"),
    (lambda it: it.submit(ScriptRunConfig("absent", "a.py")), UserErrorException, "source_directory .*/absent: No such"),
    (lambda it: it.submit(ScriptRunConfig(".", "a-file"), tags=["k"]), UserErrorException, "tags must be a dictionary"),
    (lambda it: RunDetails("id"), UserErrorException, "RunDetails takes a run, not str"),
]


@needs_daemon
class Wrong(Interactive):
    def setUp(self):
        super().setUp()
        self.put("a-file")

    def hold(self, table, given):
        """Every call of a table raises the class and says the words that stand beside it."""
        for number, (call, kind, text) in enumerate(table):
            with self.subTest(number, text=text), self.assertRaises(kind) as caught:
                call(given)
            self.assertRegex(str(caught.exception), text)

    def taken(self):
        """A run that has a file and a property of the name `taken`."""
        run = self.experiment.start_logging(snapshot_directory=None)
        run.upload_file("taken", io.BytesIO(b"x"))
        run.add_properties({"taken": "yes"})
        return run

    def test_10_11_wrong_calls_of_a_run(self):
        self.hold(OF_A_RUN, self.taken())

    def test_10_12_wrong_calls_of_a_run_that_has_ended(self):
        run = self.taken()
        run.complete()
        self.hold(OF_A_RUN, run)

    def test_10_13_wrong_calls_leave_nothing_behind(self):
        run = self.taken()
        for call, kind, _ in OF_A_RUN:
            with contextlib.suppress(kind):
                call(run)
        self.assertEqual((run.get_metrics(), run.get_tags(), run.get_file_names(), list(run.get_children())),
                         ({}, {}, ["taken"], []))
        self.assertEqual((run.get_properties(), run.get_details().get("warnings")), ({"taken": "yes"}, None))

    def test_10_14_wrong_calls_of_an_experiment(self):
        self.hold(OF_AN_EXPERIMENT, self.experiment)
        self.assertEqual(list(self.experiment.get_runs()), [])

    def test_10_15_logging_never_raises_for_want_of_a_valid_value(self):
        class Broken:
            def __repr__(self):
                raise ValueError("no words")
        run = self.experiment.start_logging(snapshot_directory=None)
        with self.assertLogs("runyard"), self.quiet():
            for value in (Broken(), object(), float("nan"), 1 << 5000, "\ud800", b"\xff", {"a": 1}, lambda: 0):
                run.log("any", value, step="not a number")
            run.log(3, 1)
            run.log("x\ny", 1)
            run.log("long" * 100, 1)
            run.log("huge", "x" * (2 << 20))
            run.complete()
        metrics = run.get_metrics()
        self.assertEqual(len(metrics.pop("any")), 8)
        self.assertEqual(metrics, {"3": 1, "x y": 1, **run.get_metrics("long" * 100)})
        self.assertEqual(list(run.get_metrics("long" * 100).values()), [1])


@needs_daemon
class Traps(Interactive):
    def test_10_05_the_default_environment_needs_no_conda(self):
        path = os.environ["PATH"]
        self.addCleanup(os.environ.__setitem__, "PATH", path)
        os.environ["PATH"] = "/usr/bin:/bin"
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(ScriptRunConfig(self.source("print('here')"), "main.py"))
        self.assertEqual(run.wait_for_completion()["status"], "Completed")

    def test_10_06_private_names_that_scripts_use(self):
        from azureml._restclient.constants import RunStatus
        from azureml._restclient.snapshots_client import SNAPSHOT_MAX_SIZE_BYTES
        from azureml.core.run import RUNNING_STATES, _OfflineRun
        self.assertTrue(RunStatus.COMPLETED and SNAPSHOT_MAX_SIZE_BYTES and RUNNING_STATES and _OfflineRun)
        self.assertTrue(hasattr(self.workspace, "_auth_object") and self.workspace.service_context)

    def test_10_07_every_class_of_exceptions(self):
        for name in ("UserError", "AzureML", "ActivityFailed", "ExperimentExecution", "Snapshot", "RunEnvironment",
                     "ModelPathNotFound", "Service", "ComputeTarget", "Workspace", "RunConfiguration", "Authentication"):
            self.assertTrue(issubclass(getattr(exceptions, name + "Exception"), exceptions.AzureMLException), name)

    def test_10_08_logging_goes_on_without_a_daemon(self):
        run = self.experiment.start_logging(run_id=uuid.uuid4().hex, snapshot_directory=None)
        from runyard._client.api import client, path_of
        pid = client.call("GET", path_of("status"))["pid"]
        client.call("POST", path_of("stop"))
        wait_for("the end of the daemon", lambda: not os.path.exists("/proc/{}".format(pid)))
        for number in range(10):
            run.log("x", number)
        run.tag("k", "v")
        run.upload_file("f", io.BytesIO(b"f"))
        self.assertEqual((run.get_metrics(), run.get_tags(), run.get_file_names()),
                         ({"x": list(range(10))}, {"k": "v"}, ["f"]))

    def test_names_that_are_not_utf8_in_errors_tags_and_variables(self):
        odd = os.fsdecode(b"odd-\xff")
        with self.assertRaisesRegex(ValueError, "cannot read"), self.quiet():
            with self.experiment.start_logging(snapshot_directory=None) as run:
                raise ValueError("cannot read " + odd)
        self.assertEqual(self.ended(run), ("Failed", "User program failed with ValueError: cannot read odd-?"))
        config = self.config("import os\nassert os.environb[b'ODD'] == b'odd-\\xff'")
        config.run_config.environment_variables = {"ODD": odd}
        run = self.experiment.submit(config, tags={"file": odd})
        self.assertEqual((run.wait_for_completion()["status"], run.get_tags()["file"]), ("Completed", "odd-?"))


if __name__ == "__main__":
    unittest.main()
