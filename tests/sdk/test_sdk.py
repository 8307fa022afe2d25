# SPDX-License-Identifier: Apache-2.0
"""The SDK against a real daemon, which it starts itself: submit, wait, read back, cancel, children."""

import contextlib
import io
import os
import signal
import sys
import unittest

from notebook_case import Notebook, needs_daemon
from processes import wait_for

from runyard import Experiment, Run, RunConfiguration, ScriptRunConfig, Workspace, get_run
from runyard._client.api import client, path_of
from runyard.exceptions import (ActivityFailedException, ExperimentExecutionException, ServiceException, SnapshotException,
                                UserErrorException, WorkspaceException)

EVERY_KIND = """if True:
    import os, sys
    from azureml.core import Run
    run = Run.get_context()
    print('first line', flush=True)
    run.log('once', 0.5)
    for step in range(3):
        run.log('loss', 1.0 / (step + 1), step=step)
    run.log('mixed', 1); run.log('mixed', 1.5)
    run.log('nan', float('nan'))
    run.log('精度', 'ok')
    run.log_list('one', [7])
    run.log_list('list', (n for n in (1, 2))); run.log('list', 3)
    run.log_row('row', angle=0.5, cos=0.25)
    run.log_row('rows', a=1); run.log_row('rows', a=2, b='x')
    run.log_table('table', {'a': [1, 2], 'b': [3.5, None]})
    run.tag('bare'); run.tag('n', 1); run.tag('gone', 'x'); run.remove_tags(['gone'])
    run.add_properties({'author': 'me'})
    with open('model', 'wb') as file: file.write(b'model')
    run.upload_file('best.pkl', 'model')
    with open('model', 'rb') as file: run.upload_file('stream.pkl', file)
    os.makedirs('folder/sub'); open('folder/sub/f', 'w').close(); run.upload_folder('tree', 'folder')
    open('outputs/out.txt', 'w').write('out')
    print('asked', run.experiment.workspace.name, run.experiment.name, run.get_metrics('once')['once'],
          run.get_status(), run.get_details()['runId'] == run.id, run.get_tags()['n'])
    sys.stdout.write('no newline at the end')
"""

NESTED = """if True:
    import sys
    from azureml.core import Run, ScriptRunConfig
    run, depth = Run.get_context(), int(sys.argv[1])
    if depth:
        child = run.submit_child(ScriptRunConfig('.', 'main.py', arguments=[depth - 1]))
        child.wait_for_completion(show_output=depth == 2)
        run.log('below', child.get_metrics()['depth'])
        assert [found.id for found in run.get_children()] == [child.id]
    run.log('depth', depth)
"""


@needs_daemon
class Sdk(Notebook):
    def started(self, run):
        """Wait until a run's script is there."""
        wait_for("the script of " + run.id, lambda: run.get_status() == "Running")
        return run

    def test_a_run_from_submission_to_what_it_left(self):
        run = self.submit(EVERY_KIND, tags={"given": "yes"})
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            details = run.wait_for_completion(show_output=True)
        page = run.get_portal_url()
        self.assertEqual(said.getvalue().split("asked")[0], (
            "RunId: {0}\nWeb View: {1}\n\nStreaming azureml-logs/70_driver_log.txt\n"
            "========================================\n\nfirst line\n").format(run.id, page))
        self.assertIn("\nasked default {} 0.5 Running True 1\nno newline at the end\n\nExecution Summary\n"
                      "=================\nRunId: {}\nWeb View: {}\n".format(self.experiment.name, run.id, page),
                      said.getvalue())
        metrics = run.get_metrics()
        self.assertNotEqual(metrics["nan"], metrics.pop("nan"))
        self.assertEqual(metrics, {
            "once": 0.5, "loss": [1.0, 0.5, 1.0 / 3], "mixed": [1.0, 1.5], "精度": "ok", "one": 7, "list": [1, 2, 3],
            "row": {"angle": 0.5, "cos": 0.25}, "rows": {"a": [1, 2], "b": [None, "x"]},
            "table": {"a": [1, 2], "b": [3.5, None]}})
        self.assertEqual(list(metrics)[:3], ["once", "loss", "mixed"])
        self.assertEqual(run.get_metrics("once"), {"once": 0.5})
        self.assertEqual(run.get_metrics(name="absent"), {})
        self.assertEqual(run.get_tags(), {"given": "yes", "bare": None, "n": "1"})
        self.assertEqual(run.get_properties()["author"], "me")
        names = run.get_file_names()
        self.assertLessEqual({"best.pkl", "stream.pkl", "tree/sub/f", "outputs/out.txt",
                              "azureml-logs/70_driver_log.txt"}, set(names))
        self.assertEqual((details["status"], details["runId"], run.status), ("Completed", run.id, "Completed"))
        self.assertIn("azureml-logs/70_driver_log.txt", details["logFiles"])
        self.assertLess(details["startTimeUtc"], details["endTimeUtc"])
        self.assertEqual(repr(run), "Run(Experiment: {},\nId: {},\nType: azureml.scriptrun,\nStatus: Completed)".format(
            self.experiment.name, run.id))

    def test_files_come_back_and_can_be_added(self):
        run = self.submit("open('outputs/a.txt', 'w').write('a')\nopen('outputs/b.txt', 'w').write('b')")
        run.wait_for_completion()
        target = os.path.join(self.top, "down")
        run.download_files(prefix="outputs", output_directory=target)
        run.download_files(prefix="outputs/", output_directory=target, append_prefix=False)
        run.download_file("outputs/a.txt", os.path.join(target, "new", "c.txt"))
        found = sorted(os.path.relpath(os.path.join(folder, name), target)
                       for folder, _, names in os.walk(target) for name in names)
        self.assertEqual(found, ["a.txt", "b.txt", "new/c.txt", "outputs/a.txt", "outputs/b.txt"])
        with self.assertRaisesRegex(UserErrorException, "File with path absent was not found,\navailable files include"):
            run.download_file("absent")
        run.upload_file("后来/x", io.BytesIO(b"later"))
        with self.assertRaisesRegex(UserErrorException, "Resource Conflict: ArtifactId ExperimentRun/dcid.*already exists"):
            run.upload_file("后来/x", io.BytesIO(b"x" * (1 << 20)))
        run.download_file("后来/x", target)
        with open(os.path.join(target, "x"), "rb") as file:
            self.assertEqual(file.read(), b"later")
        run.log("afterwards", 3)
        run.tag("afterwards", "yes")
        run.add_properties({"p": "1"})
        run.add_properties({"p": "1"})
        with self.assertRaises(UserErrorException):
            run.add_properties({"p": "2"})
        self.assertEqual((run.get_metrics()["afterwards"], run.get_tags()["afterwards"], run.get_properties()["p"]),
                         (3, "yes", "1"))

    def test_a_failure_is_one_sentence_everywhere(self):
        run = self.submit("import no_such_module_here")
        with self.assertRaises(ActivityFailedException) as caught:
            run.wait_for_completion()
        sentence = "User program failed with ModuleNotFoundError: No module named 'no_such_module_here'"
        self.assertIn(sentence, str(caught.exception))
        self.assertIn(sentence, run.get_details()["error"]["error"]["message"])
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            self.assertEqual(run.wait_for_completion(True, raise_on_error=False)["status"], "Failed")
        self.assertIn("\nError:\n{", said.getvalue())
        self.assertIn("Traceback (most recent call last)", said.getvalue())

    @unittest.skipUnless(sys.version_info >= (3, 8), "has time.clock")
    def test_a_failure_that_the_age_of_the_script_explains_says_so_and_a_shim_prevents_others(self):
        run = self.submit("import time, collections\nassert issubclass(dict, collections.Mapping)\ntime.clock()")
        run.wait_for_completion(raise_on_error=False)
        error = run.get_details()["error"]["error"]["message"]
        self.assertTrue(error.startswith(
            "User program failed with AttributeError: module 'time' has no attribute 'clock'. time.clock was removed in Python "
            "3.8; pin python=3.7 in the environment of the run, or run it with libraries of its time: export "
            "RUNYARD_ENV_BEFORE=2020-04-01, and submit it again with an environment that lists its packages (the newest file "
            "of the source is of 20"), error)

    def test_a_run_that_waits_says_why_and_cancel_ends_it(self):
        first = self.started(self.submit("import time\ntime.sleep(1000)", grace_seconds=1))
        second = self.submit("print('here')")
        self.assertIn("Run {} is queued behind 1 run on local (1 slot)".format(second.id), self.said)
        self.assertEqual(second.get_status(), "Queued")
        first.cancel()
        self.assertIn(first.status, ("CancelRequested", "Canceled"))
        self.assertEqual(first.wait_for_completion()["status"], "Canceled")
        self.assertEqual(second.wait_for_completion()["status"], "Completed")

    def test_nested_waits_never_deadlock_on_one_slot(self):
        run = self.submit(NESTED, [2])
        run.wait_for_completion()
        self.assertEqual(run.get_metrics(), {"below": 1, "depth": 2})
        children = list(run.get_children(recursive=True))
        self.assertEqual([child.get_metrics()["depth"] for child in children], [1, 0])
        self.assertEqual(children[0].parent, run)
        self.assertEqual(set(run.get_metrics(recursive=True)), {run.id} | {child.id for child in children})
        self.assertEqual([found.id for found in self.experiment.get_runs()], [run.id])
        self.assertEqual(len(list(self.experiment.get_runs(include_children=True))), 3)

    def test_what_the_submitter_has_reaches_the_script(self):
        config = self.config("import os, sys, json\nprint(json.dumps([os.fsencode(a).hex() for a in sys.argv[1:]]))\n"
                             "print(oct(os.umask(0)), os.environ['FROM_ME'], os.environ['OWN'], sys.executable)\n"
                             "print(os.environb[b'ODD'].hex())",
                             ["", "a b", "'\"\n", 0.1, os.fsdecode(b"\xff")])
        config.run_config.environment.environment_variables["OWN"] = "own"
        before = os.umask(0o027)
        os.environ["FROM_ME"] = "见"
        os.environb[b"ODD"] = b"\xfe"
        try:
            run = self.experiment.submit(config)
        finally:
            os.umask(before)
        config.arguments.append("too late")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            run.wait_for_completion(show_output=True)
        self.assertIn('["", "612062", "27220a", "302e31", "ff"]\n0o27 见 own {}\nfe\n'.format(sys.executable),
                      said.getvalue())
        self.assertEqual(run.get_details()["runDefinition"]["arguments"], ["", "a b", "'\"\n", "0.1", "\udcff"])

    def test_a_run_is_found_again(self):
        runs = [self.submit("pass", tags={"n": str(n)}) for n in range(3)]
        for run in runs:
            run.wait_for_completion()
        self.assertEqual([run.id for run in self.experiment.get_runs()], [run.id for run in reversed(runs)])
        self.assertEqual([run.number for run in runs], [1, 2, 3])
        self.assertEqual([run.id for run in self.experiment.get_runs(tags={"n": "1"})], [runs[1].id])
        for again in (Run(self.experiment, runs[0].id), self.workspace.get_run(runs[0].id),
                      get_run(self.experiment, runs[0].id), Run.get(self.workspace, runs[0].id)):
            self.assertEqual((again, again.status), (runs[0], "Completed"))
        self.assertIn(self.experiment.name, self.workspace.experiments)
        with self.assertRaisesRegex(ServiceException, "no-such-run"):
            Run(self.experiment, "no-such-run")

    def test_a_killed_daemon_is_started_again_and_the_run_goes_on(self):
        go = os.path.join(self.folder, "go")
        run = self.started(self.submit("import os, sys, time\nfrom azureml.core import Run\nRun.get_context().log('x', 1)\n"
                                       "while not os.path.exists(sys.argv[1]): time.sleep(0.02)\n"
                                       "Run.get_context().log('x', 2)", [go]))
        os.kill(client.call("GET", path_of("status"))["pid"], signal.SIGKILL)
        self.assertEqual(run.get_status(), "Running")
        self.put("go")
        run.wait_for_completion()
        self.assertEqual(run.get_metrics(), {"x": [1, 2]})

    def test_what_cannot_be_submitted_is_refused_in_words(self):
        config = self.config("pass")
        config.script = "absent.py"
        with self.assertRaisesRegex(ExperimentExecutionException, "absent.py script path doesn't exist"):
            self.experiment.submit(config)
        with self.assertRaisesRegex(UserErrorException, "cannot use the source_directory"):
            self.experiment.submit(ScriptRunConfig(os.path.join(self.top, "absent"), "main.py"))
        with self.assertRaisesRegex(UserErrorException, "takes a ScriptRunConfig"):
            self.experiment.submit("train.py")
        with self.assertRaises(UserErrorException):
            Experiment(self.workspace, "a/b")
        self.assertEqual(list(self.experiment.get_runs()), [])

    def test_a_folder_that_is_too_large_names_what_to_exclude(self):
        place = self.source("pass")
        with open(os.path.join(place, "huge.bin"), "wb") as file:
            file.truncate(3 << 30)
        with self.assertRaisesRegex(SnapshotException, "huge.bin"):
            self.experiment.submit(ScriptRunConfig(place, "main.py"))

    def test_workspaces_are_names_that_must_be_made(self):
        with self.assertRaisesRegex(WorkspaceException, "no workspace named 'never-seen'"):
            Workspace.get("never-seen")
        made = Workspace.create("工作区", exist_ok=True)
        with self.assertRaises(WorkspaceException):
            Workspace.create("工作区")
        self.assertEqual(Workspace.get("工作区"), made)
        self.assertIn("工作区", Workspace.list())
        folder = os.path.join(self.top, "with-config")
        made.write_config(folder)
        self.assertEqual(Workspace.from_config(folder), made)
        for value in (made.name, made.location, made.subscription_id, made.resource_group, made.sku):
            self.assertIsInstance(value, str)
        self.assertTrue(all(isinstance(value, str) for value in made.get_details().values()))

    def test_a_run_configuration_is_copied_at_submission(self):
        given = RunConfiguration("main.py", ["--first"])
        given.environment.python.user_managed_dependencies = True
        given.environment_variables["K"] = "v"
        config = ScriptRunConfig(self.source("import os, sys\nprint(sys.argv[1:], os.environ['K'])"), run_config=given)
        run = self.experiment.submit(config, unknown_argument=1)
        given.arguments.append("--second")
        run.wait_for_completion()
        self.assertEqual(run.get_details()["runDefinition"]["arguments"], ["--first"])


if __name__ == "__main__":
    unittest.main()
