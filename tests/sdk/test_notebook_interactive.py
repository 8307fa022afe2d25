# SPDX-License-Identifier: Apache-2.0
"""Sections 4.1 to 4.3 of the reference, row by row: runs that the process of the notebook is.

The number in a test's name is the section's, then the row's.
"""

import contextlib
import copy
import io
import os
import pickle
import signal
import subprocess
import sys
import time
import unittest
import uuid
import zipfile

from notebook_case import Interactive, needs_daemon
from processes import wait_for

from runyard import get_run
from runyard._client.api import client, path_of
from runyard.exceptions import SnapshotException, UserErrorException


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
        with zipfile.ZipFile(target) as archive:
            self.assertEqual(sorted(archive.namelist()), [".amlignore", "notebook.ipynb"])
        with self.assertRaisesRegex(SnapshotException, "Cannot take snapshot as the run already has one"):
            run.take_snapshot(".")
        with self.assertRaisesRegex(SnapshotException, "not other"):
            run.restore_snapshot("other")

    def test_4_1_07_no_snapshot_when_none_is_asked_for(self):
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

    def test_4_3_10_what_changed_since_its_upload_is_kept_at_the_end(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        path = self.put("outputs/model.pkl", "uploaded")
        run.upload_file("outputs/model.pkl", path)
        self.put("outputs/model.pkl", "changed afterwards")
        with self.assertRaisesRegex(UserErrorException, "Resource Conflict: ArtifactId ExperimentRun/dcid.*already exists"):
            run.upload_file("outputs/model.pkl", path)
        with self.quiet() as said:
            run.complete()
        self.assertEqual((said.getvalue(), self.text(run, "outputs/model.pkl")), ("", "changed afterwards"))

    def test_4_3_11_by_another_object_in_the_same_process(self):
        for way, state in ((lambda run: run.complete(), "Completed"), (lambda run: run.fail("why"), "Failed"),
                           (lambda run: run.cancel(), "Canceled")):
            run = self.experiment.start_logging(snapshot_directory=None)
            self.put("outputs/" + state)
            again = next(self.experiment.get_runs())
            way(again)
            self.assertEqual((again.status, run.status, run.get_status()), (state, state, state))
            self.assertIn("outputs/" + state, run.get_file_names())

    def test_4_3_14_a_run_that_was_ended_elsewhere_says_so(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        client.call("POST", path_of("runs", run.id, "end"), {"outcome": "canceled"})
        with self.quiet() as said:
            run.complete()
        self.assertEqual((run.status, said.getvalue().count("had been ended already, as Canceled")), ("Canceled", 1))

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

    def test_an_upload_that_is_under_way_at_the_end_is_kept(self):
        run = self.experiment.start_logging(snapshot_directory=None)

        class Ending(io.BytesIO):
            def read(self, size=-1):
                run.complete()
                return super().read(size)
        run.upload_file("outputs/large", Ending(b"content"))
        self.assertEqual((run.get_status(), run.get_file_names()), ("Completed", ["outputs/large"]))
        self.assertEqual(self.text(run, "outputs/large"), "content")


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

    def test_a_copy_of_an_open_run_is_the_run_and_a_worker_reports_to_it(self):
        for make in (lambda run: run, lambda run: run.child_run()):
            run = make(self.experiment.start_logging(snapshot_directory=None))
            self.assertIs(copy.deepcopy([run])[0], run)
            script = "import pickle, sys\nsys.path[:0] = %r\n" \
                     "run = pickle.load(sys.stdin.buffer)\nrun.log('seen', 1)\nrun.complete()\n" % sys.path
            subprocess.run([sys.executable, "-c", script], input=pickle.dumps(run), check=True)
            self.assertEqual((run.get_status(), run.get_metrics()), ("Running", {"seen": 1}))
            run.complete()
            self.assertEqual(pickle.loads(pickle.dumps(run)).get_status(), "Completed")

    def test_a_killed_process_that_its_parent_has_not_reaped_counts_as_gone(self):
        process = self.process("run = experiment.start_logging(snapshot_directory=None)\n"
                               "print(run.id, flush=True)\ntime.sleep(1000)")
        run = get_run(self.experiment, self.id_of(process))
        process.kill()
        wait_for("the end of the run", lambda: run.get_status() == "Failed")
        with open("/proc/%d/stat" % process.pid) as stat:
            self.assertEqual(stat.read().rsplit(") ", 1)[1][0], "Z")
        process.communicate()

    def test_4_3_21_a_python_that_ends_in_order_cancels_its_open_runs_and_collects(self):
        process = self.process("runs = [experiment.start_logging(snapshot_directory=None) for _ in range(2)]\n"
                               "child = runs[0].child_run()\nopen('outputs/a', 'w').close()\n"
                               "print(*[run.id for run in runs + [child]], flush=True)")
        ids = self.id_of(process).split()
        process.communicate()
        self.assertEqual(process.returncode, 0)
        runs = [get_run(self.experiment, run_id) for run_id in ids]
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
        run = self.experiment.start_logging(snapshot_directory=None)
        run.log("x", 1)
        os.kill(client.call("GET", path_of("status"))["pid"], signal.SIGKILL)
        run.log("x", 2)
        self.assertEqual((run.get_status(), run.get_metrics()), ("Running", {"x": [1, 2]}))
        run.complete()
        self.assertEqual(self.ended(run), ("Completed", None))

    def test_4_3_25_logging_makes_no_request(self):
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

    def test_4_3_26_a_process_that_does_not_see_the_files_reports_through_the_daemon(self):
        hidden = os.path.join(os.environ["RUNYARD_STATE"], "runs")
        tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", hidden], stderr=subprocess.PIPE)
        if tried.returncode:
            self.skipTest("files cannot be hidden here: " + tried.stderr.decode().strip())
        process = self.process(
            "with experiment.start_logging(snapshot_directory=None) as run:\n"
            "  assert run._own is None\n  run.log('x', 0.5)\n  run.log('x', 1.5)\n  run.log_list('l', [1, 2])\n"
            "  run.tag('k', 'v')\n  run.upload_file('f', sys.executable)\n  open('outputs/a', 'w').close()\n"
            "  print('printed', run.get_status())\nprint(run.id, flush=True)",
            prefix=["unshare", "-m", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', hidden])
        out, err = process.communicate()
        self.assertEqual((process.returncode, out.decode().split("\n")[0], err), (0, "printed Running", b""))
        run = get_run(self.experiment, out.decode().split()[-1])
        self.assertEqual((run.get_status(), run.get_metrics(), run.get_tags(), run.get_file_names()),
                         ("Completed", {"x": [0.5, 1.5], "l": [1, 2]}, {"k": "v"},
                          ["f", "logs/user_log.txt", "outputs/a"]))


if __name__ == "__main__":
    unittest.main()
