# SPDX-License-Identifier: Apache-2.0
"""Sections 4.5 and 4.6 of the reference, row by row: what details say, and how runs of every kind are found.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import contextlib
import io
import os
import re
import types
import unittest

from notebook_case import Interactive, needs_daemon

from runyard import Experiment, Run, get_run

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$"


@needs_daemon
class Details(Interactive):
    def test_4_5_05_the_end_is_not_there_before_the_end(self):
        run = self.submit("import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.02)",
                          [os.path.join(self.folder, "go")])
        self.assertNotIn("endTimeUtc", run.get_details())
        self.put("go")
        details = run.wait_for_completion()
        self.assertRegex(details["endTimeUtc"], TIME)
        self.assertRegex(details["startTimeUtc"], TIME)

    def test_4_5_06_the_keys_of_the_run_definition(self):
        run = self.finished("pass", arguments=["--n", 1])
        found = run.get_details()["runDefinition"]
        self.assertLessEqual({
            "script", "command", "useAbsolutePath", "arguments", "sourceDirectoryDataStore", "framework", "communicator",
            "target", "dataReferences", "data", "outputData", "datacaches", "jobName", "maxRunDurationSeconds",
            "nodeCount", "priority", "credentialPassthrough", "identity", "environment", "history", "spark",
            "parallelTask", "amlCompute", "tensorflow", "mpi", "pyTorch", "hdi", "docker", "environmentVariables"},
            set(found))
        self.assertEqual((found["script"], found["arguments"], found["target"], found["framework"], found["nodeCount"],
                          found["maxRunDurationSeconds"]), ("main.py", ["--n", "1"], "local", "Python", 1, 2592000))
        self.assertEqual(found["history"]["directoriesToWatch"], ["logs"])
        self.assertTrue(found["environment"]["python"]["userManagedDependencies"])
        self.assertFalse(found["docker"]["useDocker"])

    def test_4_5_07_nothing_is_said_of_an_error_or_warning_that_is_not_there(self):
        details = self.finished("pass").get_details()
        self.assertFalse({"error", "warnings"} & set(details))

    def test_4_5_08_who_submitted_it(self):
        self.assertTrue(self.finished("pass").get_details()["submittedBy"])


@needs_daemon
class Found(Interactive):
    def test_4_6_13_the_properties_that_every_run_has(self):
        interactive = self.experiment.start_logging(snapshot_directory=None)
        for run, kind in ((interactive, None), (self.finished("pass"), "azureml.scriptrun")):
            again = Run(self.experiment, run.id)
            self.assertEqual((again.id, again.name, again.type, again.parent, again.experiment),
                             (run.id, "run_" + run.id, kind, None, self.experiment))
            self.assertEqual((again.display_name, again.description, again.input_datasets, again.output_datasets),
                             (run.name, None, {}, {}))
            self.assertEqual((again.tags, again.number), ({}, run.number))

    def test_4_6_14_a_run_of_a_script_is_found_again(self):
        run = self.finished("pass")
        for again in (Run(self.experiment, run.id), Run.get(self.workspace, run.id), self.workspace.get_run(run.id),
                      get_run(self.experiment, run.id, rehydrate=True), next(self.experiment.get_runs())):
            self.assertEqual((again, again.get_status(), again.type), (run, "Completed", "azureml.scriptrun"))

    def test_4_6_16_get_runs_is_a_generator_newest_first_without_children(self):
        ids = []
        for _ in range(3):
            with self.experiment.start_logging(snapshot_directory=None) as run:
                child = run.child_run()
                child.complete()
            ids.insert(0, run.id)
        found = self.experiment.get_runs()
        self.assertIsInstance(found, types.GeneratorType)
        self.assertEqual((next(found).id, [run.id for run in found]), (ids[0], ids[1:]))
        self.assertEqual([run.id for run in Run.list(self.experiment)], ids)
        for more in (self.experiment.get_runs(include_children=True), Run.list(self.experiment, include_children=True)):
            self.assertEqual(len(list(more)), 6)

    def test_4_6_17_run_list_filters_by_everything_at_once(self):
        good = self.experiment.start_logging(snapshot_directory=None, tags={"k": "v"})
        good.add_properties({"p": "1"})
        good.complete()
        self.experiment.start_logging(snapshot_directory=None, tags={"k": "v"}).cancel()
        found = Run.list(self.experiment, None, {"k": "v"}, {"p": "1"}, "Completed")
        self.assertEqual([run.id for run in found], [good.id])
        self.assertEqual(list(Run.list(self.experiment, tags="k", status="Failed")), [])

    def test_4_6_18_children_are_filtered(self):
        parent = self.experiment.start_logging(snapshot_directory=None)
        with parent.child_run("one") as one:
            one.tag("k", "v")
            with one.child_run("below") as below:
                below.tag("k", "v")
        two = parent.child_run("two")
        two.add_properties({"p": "1"})
        two.cancel()
        parent.complete()

        def ids(**filters):
            return [child.id for child in parent.get_children(**filters)]

        self.assertEqual(ids(), [two.id, one.id])
        self.assertEqual((ids(tags={"k": "v"}), ids(properties="p"), ids(status="Canceled")),
                         ([one.id], [two.id], [two.id]))
        self.assertEqual(set(ids(recursive=True, tags="k")), {one.id, below.id})
        self.assertEqual((ids(type="azureml.scriptrun"), parent.get_status()), ([], "Completed"))

    def test_4_6_19_pages_of_runs_and_experiments(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.assertTrue(re.match(r"^http://runyard-[0-9a-f]{20}\.localhost:\d+/runs/" + run.id + "$", run.get_portal_url()))
        self.assertRegex(self.experiment.get_portal_url(), r"^http://runyard-[0-9a-f]{20}\.localhost:\d+/experiments/")

    def test_4_6_20_experiments_print_as_they_did(self):
        self.assertEqual(repr(self.experiment), "Experiment(Name: {},\nWorkspace: default)".format(self.experiment.name))

    def test_4_6_21_a_parent_does_not_depend_on_its_children(self):
        with self.experiment.start_logging(snapshot_directory=None) as parent:
            parent.child_run("failed").fail("why")
        self.assertEqual(parent.get_status(), "Completed")

    def test_4_6_22_runs_of_other_experiments_are_not_listed(self):
        other = Experiment(self.workspace, self.experiment.name + " other")
        run = other.start_logging(snapshot_directory=None)
        self.assertEqual((list(self.experiment.get_runs()), [run.id for run in other.get_runs()]), ([], [run.id]))


@needs_daemon
class Started(Interactive):
    def test_4_1_12_ids_of_submitted_runs(self):
        experiment = Experiment(self.workspace, "ids-of-runs")
        with contextlib.redirect_stdout(io.StringIO()):
            run = experiment.submit(self.config("pass"))
            mine = experiment.submit(self.config("pass"), run_id=run.id + "-mine")
        self.assertRegex(run.id, r"^ids-of-runs_\d{10}_[0-9a-f]{8}$")
        self.assertEqual((mine.id, mine.name), (run.id + "-mine", "run_" + run.id + "-mine"))
        for submitted in (run, mine):
            submitted.wait_for_completion()

    def test_4_1_13_numbers_count_the_runs_of_an_experiment(self):
        numbers = [self.experiment.start_logging(snapshot_directory=None).number, self.finished("pass").number,
                   self.finished("from azureml.core import Run\nassert Run.get_context().number == 3").number]
        self.assertEqual(numbers, [1, 2, 3])

    def test_4_1_14_unknown_arguments_are_accepted(self):
        run = self.experiment.start_logging(snapshot_directory=None, something="else")
        self.assertEqual(run.get_status(), "Running")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            run = self.experiment.submit(self.config("print('shown')"), show_output=True, something="else")
        self.assertIn("\nshown\n", out.getvalue())
        self.assertEqual(run.status, "Completed")

    def test_4_1_15_one_folder_of_outputs_by_name(self):
        run = self.experiment.start_logging(outputs="results", snapshot_directory=None)
        self.put("results/a")
        self.put("outputs/b")
        run.complete()
        self.assertEqual(run.get_file_names(), ["results/a"])


if __name__ == "__main__":
    unittest.main()
