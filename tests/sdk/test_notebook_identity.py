# SPDX-License-Identifier: Apache-2.0
"""Sections 4.4 to 4.6 of the reference, row by row, for interactive runs: children, names, details.

The number in a test's name is the section's, then the row's.
"""

import contextlib
import io
import os
import re
import unittest
import uuid

from notebook_case import Interactive, needs_daemon

from runyard import Run, get_run
from runyard.exceptions import UserErrorException


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
        self.assertEqual([below.id for below in run.get_children()], [child.id])
        self.assertEqual({below.id for below in run.get_children(recursive=True)}, {child.id, grandchild.id})
        self.assertEqual([found.id for found in self.experiment.get_runs()], [run.id])
        self.assertEqual(run.get_metrics(recursive=True), {child.id: {"mse": 1.5}, grandchild.id: {"mse": 2.5}})

    def test_4_6_02_create_children_by_count_or_by_tag(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        by_count = list(run.create_children(count=2))
        by_tag = list(run.create_children(tag_key="fold", tag_values=[0, "one"]))
        self.assertEqual([child.get_tags() for child in by_count + by_tag], [{}, {}, {"fold": "0"}, {"fold": "one"}])
        self.assertEqual([child.get_status() for child in by_count + by_tag], ["Running"] * 4)
        self.assertEqual([below.id for below in run.get_children(tags={"fold": "one"})], [by_tag[1].id])
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
