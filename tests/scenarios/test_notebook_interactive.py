# SPDX-License-Identifier: Apache-2.0
"""Sections 4.1 to 4.3 of the reference, row by row: runs that the process of the notebook is.

The number in a test's name is the section's, then the row's.
"""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
import unittest
import uuid

from notebook_case import ROOT, Notebook, needs_daemon
from processes import wait_for

from runyard import Run, get_run
from runyard.exceptions import SnapshotException, UserErrorException

PROCESS = "import os, sys, time\nsys.path.insert(0, {!r})\nfrom runyard import Experiment, Workspace\n" \
          "experiment = Experiment(Workspace.from_config(), sys.argv[1])\n".format(os.path.join(ROOT, "python"))


class Interactive(Notebook):
    """What the tests of this file share."""

    def ended(self, run):
        """State and message of a run, as the daemon has them."""
        facts = run._refresh()
        return facts["status"], (facts["error"] or {}).get("message")

    def text(self, run, name):
        """The content of a file of a run, as text."""
        target = os.path.join(self.top, "down")
        run.download_file(name, target)
        with open(target, encoding="utf-8") as file:
            return file.read()

    def process(self, source):
        """A Python of its own that runs `source` with an `experiment`."""
        return subprocess.Popen([sys.executable, "-c", PROCESS + source, self.experiment.name], cwd=self.folder,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def id_of(self, process):
        """The run id that a process prints first."""
        return process.stdout.readline().decode().strip()


@needs_daemon
class Creation(Interactive):
    def test_4_1_01_start_logging_is_running_at_once(self):
        run = self.experiment.start_logging()
        self.assertEqual((run.status, run.get_status(), run.type, run.number), ("Running", "Running", None, 1))
        self.assertIn("startTimeUtc", run.get_details())
        self.assertNotIn("endTimeUtc", run.get_details())

    def test_4_1_02_outputs_is_there_and_is_collected(self):
        run = self.experiment.start_logging()
        self.put("outputs/model.pkl", "model")
        self.put("outputs/子/x")
        self.put("logs/mine.txt")
        run.complete()
        self.assertLessEqual({"outputs/model.pkl", "outputs/子/x", "logs/mine.txt"}, set(run.get_file_names()))
        self.assertEqual(self.text(run, "outputs/model.pkl"), "model")

    def test_4_1_03_only_what_changed_since_the_start_is_collected(self):
        self.put("outputs/old")
        self.put("outputs/changed")
        run = self.experiment.start_logging(outputs=None, snapshot_directory=None)
        self.put("outputs/changed", "longer")
        run.complete()
        self.assertEqual(run.get_file_names(), ["outputs/changed"])

    def test_4_1_04_other_folders_of_outputs_or_none(self):
        run = self.experiment.start_logging(outputs=["a", "./b/c"], snapshot_directory=None)
        for name in ("a/1", "b/c/2", "outputs/3"):
            self.put(name)
        run.complete()
        self.assertEqual(run.get_file_names(), ["a/1", "b/c/2"])
        run = self.experiment.start_logging(outputs=False, snapshot_directory=None)
        self.put("outputs/4")
        run.complete()
        self.assertEqual(run.get_file_names(), [])

    def test_4_1_05_the_folder_at_the_start_counts(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("outputs/a")
        os.chdir(self.top)
        run.complete()
        self.assertEqual(run.get_file_names(), ["outputs/a"])

    def test_4_1_06_the_snapshot_is_taken_in_the_background(self):
        self.put("notebook.ipynb", "{}")
        self.put(".amlignore", "data/\n")
        self.put("data/large", "x" * 1000)
        run = self.experiment.start_logging()
        digest = wait_for("the snapshot", run.get_snapshot_id)
        self.assertEqual(run.get_details()["properties"]["ContentSnapshotId"], digest)
        target = run.restore_snapshot(path=os.path.join(self.top, "restored"))
        self.assertEqual(target, os.path.join(self.top, "restored", digest + ".zip"))
        import zipfile
        with zipfile.ZipFile(target) as archive:
            self.assertEqual(sorted(archive.namelist()), [".amlignore", "notebook.ipynb"])
        with self.assertRaisesRegex(SnapshotException, "Cannot take snapshot as the run already has one"):
            run.take_snapshot(".")
        with self.assertRaisesRegex(SnapshotException, "not other"):
            run.restore_snapshot("other")

    def test_4_1_07_no_snapshot_when_none_is_wanted(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.complete()
        self.assertIsNone(run.get_snapshot_id())
        with self.assertRaisesRegex(SnapshotException, "has no snapshot"):
            run.restore_snapshot()

    def test_4_1_08_a_folder_that_is_too_large_is_a_warning(self):
        path = self.put("huge.bin", "")
        os.truncate(path, 3 << 30)
        run = self.experiment.start_logging()
        warnings = wait_for("the warning", lambda: run.get_details().get("warnings"))
        self.assertIn("huge.bin", warnings[0]["message"])
        run.complete()
        self.assertEqual(self.ended(run), ("Completed", None))

    def test_4_1_09_a_folder_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(UserErrorException, "cannot take a snapshot of .*absent: No such file"):
            self.experiment.start_logging(snapshot_directory="absent")
        self.assertEqual(list(self.experiment.get_runs()), [])

    def test_4_1_10_ids_and_names(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.assertEqual(str(uuid.UUID(run.id)), run.id)
        self.assertEqual(run.name, "run_" + run.id)
        given = "my-run." + uuid.uuid4().hex
        run.complete()
        mine = self.experiment.start_logging(None, given, snapshot_directory=None, display_name="显示", tags={"k": 1})
        self.assertEqual((mine.id, mine.display_name, mine.get_tags()), (given, "显示", {"k": "1"}))
        mine.complete()
        self.assertEqual(self.experiment.start_logging("a name", snapshot_directory=None).display_name, "a name")
        self.assertEqual((run.number, mine.number), (1, 2))
        with self.quiet(), self.assertRaisesRegex(UserErrorException, "cannot start a run"):
            self.experiment.start_logging(run_id=given, snapshot_directory=None)

    def test_4_1_11_the_cell_run_again_leaves_the_earlier_run_and_says_so_once(self):
        with self.quiet() as said:
            runs = [self.experiment.start_logging(snapshot_directory=None) for _ in range(3)]
        for run in runs[:2]:
            self.assertEqual(said.getvalue().count("run {} of experiment".format(run.id)), 1)
        self.assertEqual([run.get_status() for run in runs], ["Running"] * 3)


@needs_daemon
class Ending(Interactive):
    def test_4_3_01_complete(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.log("x", 1.0)
        run.complete()
        self.assertEqual((run.status, self.ended(run)), ("Completed", ("Completed", None)))
        self.assertIn("endTimeUtc", run.get_details())
        run.complete()
        run.fail("too late")
        self.assertEqual(self.ended(run), ("Completed", None))

    def test_4_3_02_fail_with_a_text_an_exception_or_nothing(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.fail("the data is not there", error_code="E1")
        error = run.get_details()["error"]["error"]
        self.assertEqual((run.status, error["message"], error["code"]), ("Failed", "the data is not there", "E1"))
        run = self.experiment.start_logging(snapshot_directory=None)
        run.fail(ValueError("bad"))
        error = run.get_details()["error"]["error"]
        self.assertEqual((error["message"], error["code"], error["debugInfo"]["type"]),
                         ("User program failed with ValueError: bad", "UserError", "ValueError"))
        run = self.experiment.start_logging(snapshot_directory=None)
        with self.assertRaisesRegex(TypeError, "error_details must be instance of string or BaseException."):
            run.fail(3)
        run.fail()
        self.assertEqual(run.get_status(), "Failed")

    def test_4_3_03_cancel(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.put("outputs/a")
        run.cancel()
        self.assertEqual((run.status, self.ended(run)[0], run.get_file_names()), ("Canceled", "Canceled", ["outputs/a"]))
        run.cancel()

    def test_4_3_04_start_is_harmless(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.start()
        self.assertEqual(run.get_status(), "Running")

    def test_4_3_05_a_block_completes(self):
        with self.experiment.start_logging(snapshot_directory=None) as run:
            run.log("x", 1)
            self.assertEqual(run.get_status(), "Running")
        self.assertEqual(self.ended(run), ("Completed", None))

    def test_4_3_06_a_block_that_raises_fails_and_the_error_goes_on(self):
        with self.assertRaisesRegex(KeyError, "精"):
            with self.experiment.start_logging(snapshot_directory=None) as run:
                raise KeyError("精")
        self.assertEqual(self.ended(run), ("Failed", "User program failed with KeyError: '精'"))
        self.assertIn("KeyError: '精'", self.text(run, "logs/user_log.txt"))
        self.assertIn("Traceback (most recent call last)", run.get_details()["error"]["error"]["debugInfo"]["stackTrace"])

    def test_4_3_07_exit_with_nothing_or_zero_is_a_success_that_goes_no_further(self):
        for code in (None, 0):
            with self.experiment.start_logging(snapshot_directory=None) as run:
                sys.exit(code)
            self.assertEqual(self.ended(run), ("Completed", None))
        with self.assertRaises(SystemExit):
            with self.experiment.start_logging(snapshot_directory=None) as run:
                sys.exit(3)
        self.assertEqual(self.ended(run), ("Failed", "User program failed with SystemExit: 3"))

    def test_4_3_08_a_run_ended_inside_of_its_block_stays_as_it_was_ended(self):
        with self.experiment.start_logging(snapshot_directory=None) as run:
            run.cancel()
        self.assertEqual(self.ended(run)[0], "Canceled")

    def test_4_3_09_what_is_printed_in_a_block_is_kept_each_for_its_run(self):
        for text in ("first", "第二"):
            out = io.StringIO()
            with contextlib.redirect_stdout(out), self.quiet() as err:
                with self.experiment.start_logging(snapshot_directory=None) as run:
                    print(text)
                    print("error", file=sys.stderr)
            self.assertEqual((out.getvalue(), err.getvalue()), (text + "\n", "error\n"))
            self.assertEqual(self.text(run, "logs/user_log.txt"), text + "\nerror\n")
        with open("logs/user_log.txt", encoding="utf-8") as file:
            self.assertEqual(file.read(), "first\nerror\n第二\nerror\n")

    def test_4_3_10_names_that_are_taken_are_passed_over_at_the_end(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        path = self.put("outputs/model.pkl", "uploaded")
        run.upload_file("outputs/model.pkl", path)
        self.put("outputs/model.pkl", "changed afterwards")
        with self.assertRaisesRegex(UserErrorException, "Resource Conflict: ArtifactId ExperimentRun/dcid.*already exists"):
            run.upload_file("outputs/model.pkl", path)
        with self.quiet() as said:
            run.complete()
        self.assertEqual((said.getvalue(), self.text(run, "outputs/model.pkl")), ("", "uploaded"))

    def test_4_3_11_by_another_object_in_the_same_process(self):
        for way, state in ((lambda run: run.complete(), "Completed"), (lambda run: run.fail("why"), "Failed"),
                           (lambda run: run.cancel(), "Canceled")):
            run = self.experiment.start_logging(snapshot_directory=None)
            self.put("outputs/" + state)
            again = next(self.experiment.get_runs())
            way(again)
            self.assertEqual((again.status, run.status, run.get_status()), (state, state, state))
            self.assertIn("outputs/" + state, run.get_file_names())

    def test_4_3_12_a_script_run_cannot_be_completed_from_outside(self):
        run = self.submit("import time\ntime.sleep(1000)")
        with self.assertRaisesRegex(UserErrorException, "cannot be completed from outside"):
            run.complete()
        run.fail("enough")
        self.assertEqual(self.ended(run), ("Failed", "enough"))

    def test_4_3_13_metrics_tags_properties_and_files_after_the_end(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.log("x", 0.5)
        run.add_properties({"p": "1"})
        run.complete()
        run.log("x", 1.5)
        run.log("step", 1.5, step=2)
        run.tag("later", "yes")
        run.add_properties({"q": "2"})
        with self.assertRaises(UserErrorException):
            run.add_properties({"p": "other"})
        run.upload_file("later.txt", io.BytesIO(b"later"))
        run.log_image("image", plot=Figure())
        run.display_name, run.description = "名", "words"
        metrics = run.get_metrics()
        self.assertEqual((metrics["x"], metrics["step"], run.get_tags(), run.get_properties()),
                         ([0.5, 1.5], 1.5, {"later": "yes"}, {"p": "1", "q": "2"}))
        self.assertEqual((self.text(run, "later.txt"), run.display_name, run.description), ("later", "名", "words"))
        self.assertIn(metrics["image"].rsplit("/", 1)[-1], run.get_file_names())


class Figure:
    """Draws as a figure does."""

    def savefig(self, target, format):
        target.write(b"drawn")


@needs_daemon
class Processes(Interactive):
    def test_4_3_20_a_killed_process_makes_its_run_failed_and_keeps_what_was_logged(self):
        process = self.process("run = experiment.start_logging(snapshot_directory=None)\nrun.log('x', 0.5)\n"
                               "print(run.id, flush=True)\ntime.sleep(1000)")
        run = get_run(self.experiment, self.id_of(process))
        self.assertEqual(run.get_status(), "Running")
        process.kill()
        process.communicate()
        wait_for("the end of the run", lambda: run.get_status() == "Failed")
        self.assertTrue(run.get_details()["error"]["error"]["message"])
        self.assertEqual(run.get_metrics(), {"x": 0.5})

    def test_4_3_21_a_python_that_ends_in_order_cancels_its_open_runs_and_collects(self):
        process = self.process("runs = [experiment.start_logging(snapshot_directory=None) for _ in range(2)]\n"
                               "child = runs[0].child_run()\nopen('outputs/a', 'w').close()\n"
                               "print(*[run.id for run in runs + [child]], flush=True)")
        ids = self.id_of(process).split()
        process.communicate()
        self.assertEqual(process.returncode, 0)
        runs = [get_run(self.experiment, each) for each in ids]
        self.assertEqual([run.get_status() for run in runs], ["Canceled"] * 3)
        self.assertEqual([run.get_file_names() for run in runs], [["outputs/a"], ["outputs/a"], []])

    def test_4_3_22_a_forked_child_reports_and_does_not_end_the_run(self):
        process = self.process(
            "with experiment.start_logging(snapshot_directory=None) as run:\n"
            "  run.log('x', 1)\n  pid = os.fork()\n  if not pid:\n    run.log('x', 2); run.complete(); sys.exit(0)\n"
            "  os.waitpid(pid, 0)\n  print(run.id, run.get_status(), flush=True)\n  sys.stdin.readline()")
        run_id, status = self.id_of(process).split()
        self.assertEqual(status, "Running")
        out, err = process.communicate(b"\n")
        run = get_run(self.experiment, run_id)
        self.assertEqual((process.returncode, err, run.get_status(), run.get_metrics()), (0, b"", "Completed", {"x": [1, 2]}))

    def test_4_3_23_a_stopped_process_keeps_its_run(self):
        process = self.process("run = experiment.start_logging(snapshot_directory=None)\nprint(run.id, flush=True)\n"
                               "sys.stdin.readline()\nrun.complete()")
        run = get_run(self.experiment, self.id_of(process))
        process.send_signal(signal.SIGSTOP)
        watched = time.monotonic() + 3
        while time.monotonic() < watched:
            self.assertEqual(run.get_status(), "Running")
            time.sleep(0.1)
        process.send_signal(signal.SIGCONT)
        process.communicate(b"\n")
        self.assertEqual(run.get_status(), "Completed")

    def test_4_3_24_a_restarted_daemon_knows_the_run_and_nothing_is_lost(self):
        from runyard._client import client, path_of
        run = self.experiment.start_logging(snapshot_directory=None)
        run.log("x", 1)
        os.kill(client.call("GET", path_of("status"))["pid"], signal.SIGKILL)
        run.log("x", 2)
        self.assertEqual((run.get_status(), run.get_metrics()), ("Running", {"x": [1, 2]}))
        run.complete()
        self.assertEqual(self.ended(run), ("Completed", None))

    def test_4_3_25_logging_asks_nobody(self):
        from runyard._client import client, path_of
        run = self.experiment.start_logging(snapshot_directory=None)
        pid = client.call("GET", path_of("status"))["pid"]
        os.kill(pid, signal.SIGSTOP)
        try:
            for number in range(1000):
                run.log("x", number + 0.5)
            run.tag("k", "v")
            run.upload_file("f", io.BytesIO(b"f"))
        finally:
            os.kill(pid, signal.SIGCONT)
        self.assertEqual((len(run.get_metrics()["x"]), run.get_tags(), run.get_file_names()), (1000, {"k": "v"}, ["f"]))


@needs_daemon
class Children(Interactive):
    def test_4_6_01_children_stand_below_their_parent(self):
        with self.experiment.start_logging(snapshot_directory=None) as run:
            with run.child_run("fold") as child:
                child.log("mse", 1.5)
                grandchild = child.child_run(run_id="g" + uuid.uuid4().hex)
                grandchild.log("mse", 2.5)
                grandchild.complete()
            self.assertEqual((child.get_status(), run.get_status()), ("Completed", "Running"))
        self.assertEqual(child.display_name, run.name + ">fold")
        self.assertEqual(grandchild.display_name, child.display_name + ">run_" + grandchild.id)
        self.assertEqual((child.parent, grandchild.parent, run.parent), (run, child, None))
        self.assertEqual([each.id for each in run.get_children()], [child.id])
        self.assertEqual({each.id for each in run.get_children(recursive=True)}, {child.id, grandchild.id})
        self.assertEqual([each.id for each in self.experiment.get_runs()], [run.id])
        self.assertEqual(run.get_metrics(recursive=True), {child.id: {"mse": 1.5}, grandchild.id: {"mse": 2.5}})

    def test_4_6_02_create_children_by_count_or_by_tag(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        by_count = list(run.create_children(count=2))
        by_tag = list(run.create_children(tag_key="fold", tag_values=[0, "one"]))
        self.assertEqual([child.get_tags() for child in by_count + by_tag], [{}, {}, {"fold": "0"}, {"fold": "one"}])
        self.assertEqual([child.get_status() for child in by_count + by_tag], ["Running"] * 4)
        self.assertEqual([each.id for each in run.get_children(tags={"fold": "one"})], [by_tag[1].id])
        for wrong in ({}, {"count": 1, "tag_key": "k", "tag_values": []}, {"tag_key": "k"}, {"count": -1}, {"count": "2"}):
            with self.assertRaisesRegex(UserErrorException, "create_children takes"):
                run.create_children(**wrong)
        for child in run.get_children():
            child.complete()
            self.assertEqual(child.wait_for_completion()["status"], "Completed")
        self.assertEqual(list(run.get_children(status="Running")), [])

    def test_4_6_03_a_script_has_interactive_children(self):
        run = self.finished("""if True:
            from azureml.core import Run
            run = Run.get_context()
            with run.child_run("fold") as child:
                child.log("x", 1)
            for child in run.create_children(2):
                child.fail("why")
        """)
        children = list(run.get_children())
        self.assertEqual(sorted(child.get_status() for child in children), ["Completed", "Failed", "Failed"])
        self.assertEqual(run.get_status(), "Completed")

    def test_4_6_04_a_script_can_be_submitted_below_an_interactive_run(self):
        with self.experiment.start_logging(snapshot_directory=None) as run:
            with contextlib.redirect_stdout(io.StringIO()):
                child = run.submit_child(self.config("pass"))
                child.wait_for_completion(True)
        self.assertEqual((child.get_status(), child.parent.id), ("Completed", run.id))


@needs_daemon
class Identity(Interactive):
    def test_4_6_10_a_run_is_found_again_as_what_it_is(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.complete()
        for again in (Run(self.experiment, run.id), Run.get(self.workspace, run.id), self.workspace.get_run(run.id),
                      get_run(self.experiment, run.id), next(self.experiment.get_runs()),
                      next(Run.list(self.experiment, status="Completed"))):
            self.assertEqual((again, again.type, again.status, again.number), (run, None, "Completed", 1))
        self.assertEqual(list(Run.list(self.experiment, type="azureml.scriptrun")), [])

    def test_4_6_11_repr_and_the_table_of_a_notebook(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.assertEqual(repr(run), "Run(Experiment: {},\nId: {},\nType: None,\nStatus: Running)".format(
            self.experiment.name, run.id))
        shown = run._repr_html_()
        for text in (self.experiment.name, run.id, "None", "Running", run.get_portal_url(), "Link to"):
            self.assertIn(text, shown)
        self.assertIn(self.experiment.get_portal_url(), self.experiment._repr_html_())

    def test_4_6_12_display_name_and_description_can_be_set(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.assertEqual((run.display_name, run.description), (run.name, None))
        run.display_name, run.description = "显示 name", "words\nand more"
        self.assertEqual((run.display_name, run.description), ("显示 name", "words\nand more"))
        again = self.workspace.get_run(run.id)
        self.assertEqual((again.display_name, again.description), ("显示 name", "words\nand more"))
        again.display_name = "by another"
        self.assertEqual(self.workspace.get_run(run.id).display_name, "by another")

    def test_2_01_tags(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.tag("rank", 1)
        run.tag("bare")
        run.tag("k", "old")
        run.set_tags({"k": "new", "gone": "x"})
        run.remove_tags(["gone"])
        self.assertEqual(run.get_tags(), {"rank": "1", "bare": None, "k": "new"})
        self.assertEqual(run.tags, run.get_tags())
        self.assertEqual([each.id for each in self.experiment.get_runs(tags={"k": "new"})], [run.id])
        self.assertEqual(list(self.experiment.get_runs(tags="gone")), [])

    def test_2_02_properties_keep_their_first_value(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.add_properties({"author": "me", "n": 1})
        run.add_properties({"author": "me"})
        with self.assertRaisesRegex(UserErrorException, "property 'author' of run .* is 'me' already"):
            run.add_properties({"author": "you"})
        self.assertEqual(run.get_properties(), {"author": "me", "n": "1"})
        self.assertEqual([each.id for each in self.experiment.get_runs(properties={"n": "1"})], [run.id])

    def test_4_4_10_waiting_for_an_interactive_run(self):
        process = self.process("run = experiment.start_logging(snapshot_directory=None)\nprint(run.id, flush=True)\n"
                               "sys.stdin.readline()\nrun.complete()")
        run = get_run(self.experiment, self.id_of(process))
        process.stdin.write(b"\n")
        process.stdin.flush()
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            details = run.wait_for_completion(show_output=True)
        process.communicate()
        url = run.get_portal_url()
        self.assertEqual(out.getvalue(), "RunId: {0}\nWeb View: {1}\n\nExecution Summary\n=================\n"
                         "RunId: {0}\nWeb View: {1}\n\n".format(run.id, url))
        self.assertEqual(details["status"], "Completed")

    def test_4_5_10_details_of_an_interactive_run(self):
        with contextlib.redirect_stdout(io.StringIO()), self.experiment.start_logging(snapshot_directory=None) as run:
            print("printed")
        details = run.get_details()
        self.assertEqual((details["logFiles"], details["target"], details["inputDatasets"]), ({}, "local", []))
        self.assertNotIn("runDefinition", details)
        self.assertTrue(re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$", details["startTimeUtc"]))
        self.assertEqual(run.get_details_with_logs()["logFiles"], {})
        paths = run.get_all_logs()
        self.assertEqual(paths, [os.path.join(self.folder, "assets", run.id, "logs", "user_log.txt")])
        with self.assertRaisesRegex(UserErrorException, "is interactive"):
            run.get_environment()


if __name__ == "__main__":
    unittest.main()
