# SPDX-License-Identifier: Apache-2.0
"""Sweeps of SDK v1 against a real daemon: samples in the style of public ones, run twice, and what a sweep is asked."""

import contextlib
import io
import os
import re
import shutil
import unittest

from notebook_case import Interactive, needs_daemon
from sample_case import SampleCase
from processes import wait_for
from runyard import hyperdrive_run
from runyard._client.api import client, path_of
from runyard.early_termination import BanditPolicy
from runyard.hyperdrive_config import HyperDriveConfig, PrimaryMetricGoal
from runyard.hyperdrive_exceptions import HyperDriveConfigException, HyperDriveNotImplementedException
from runyard.parameter_expressions import choice
from runyard.parameter_sampling import GridParameterSampling
from runyard.widgets import RunDetails

LOSS = """
import sys, time
from runyard import Run
run, loss = Run.get_context(), float(sys.argv[sys.argv.index("--loss") + 1])
for _ in range(3):
    run.log("loss", loss)
while "--wait" in sys.argv:
    time.sleep(0.05)
"""


def set_slots(count):
    """Let so many runs be active at a time."""
    client.call("POST", path_of("targets", "local"), {"slots": count})


@needs_daemon
class Samples(SampleCase):
    def setUp(self):
        super().setUp()
        set_slots(6)

    def each_twice(self, name, expected, **variables):
        for _ in range(2):
            out, said = self.run_sample(name, **variables)
            self.assertRegex(out, expected, said)
            shutil.rmtree(os.path.join(self.folder, "samples"))

    def test_a_grid_over_an_estimator(self):
        self.each_twice("sweep_grid", re.compile(
            r"RunId: HD_[-0-9a-f]+\nWeb View: http\S+\n\nStreaming azureml-logs/hyperdrive.txt\n={37}\n\n"
            r"\[\S+\]\[API\]\[INFO\]Experiment created\n(?:\[\S+\]\[\w+\]\[INFO\].*\n)+"
            r"\nExecution Summary\n={17}\nRunId: HD_[-0-9a-f]+\nWeb View: \S+\n\n"
            r"Best Run Id: True\nAccuracy: \[0.99, 0.99\]\n\['--epochs', '2', '--C', '0.5', '--max_iter', '100'\]\n"
            r"6 Completed hyperdrive\n"
            r"\{\"--C\": 0.5, \"--max_iter\": 100\} 0.99 Completed\n\{\"--C\": 0.5, \"--max_iter\": 50\} 0.98 Completed\n"
            r"sweep-grid\n$"))

    def test_random_sampling_with_a_policy(self):
        self.each_twice("sweep_random", re.compile(
            r"^\{'name': 'Bandit', 'properties': \{'evaluation_interval': 2, 'delay_evaluation': 0, 'slack_factor': 0.1\}\}\n"
            r"(?:Completed went on\n)+(?:Canceled (?:stopped|went on)\n)+True\nCompleted\n$"))

    def test_sweeps_and_children_are_resumed(self):
        self.each_twice("sweep_resume", re.compile(
            r"^True\nTrue\nTrue\n\['--epochs', '5', '--C', '0.6'\] 3\n\['--epochs', '5', '--C', '0.8'\] 5\n$"))

    @unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "builds an environment with Optuna: set RUNYARD_SLOW=1")
    def test_bayesian_sampling(self):
        self.each_twice("sweep_bayesian", re.compile(r"^Completed 14\nTrue\n$"), RUNYARD_ENV_BUILD="1")


@needs_daemon
class Sweeps(Interactive):
    def setUp(self):
        super().setUp()
        set_slots(3)

    def sweep(self, losses=(0.5, 0.25, 0.75), script=LOSS, metric="loss", total=None, concurrent=2, arguments=(), **more):
        """A sweep over these losses; it is over when the test is."""
        config = HyperDriveConfig(GridParameterSampling({"--loss": choice(*losses)}), metric, PrimaryMetricGoal.MINIMIZE,
                                  total or len(losses), concurrent, run_config=self.config(script, arguments), **more)
        run = self.experiment.submit(config)
        self.addCleanup(self.end, run)
        return run

    def test_the_best_run_of_a_sweep(self):
        run = self.sweep()
        self.assertIsInstance(run, hyperdrive_run.HyperDriveRun)
        run.wait_for_completion()
        best = run.get_best_run_by_primary_metric()
        self.assertEqual((best.id, best.get_metrics()["loss"], best.parent), (run.id + "_1", [0.25] * 3, run))
        self.assertEqual([child["best_primary_metric"] for child in run.get_children_sorted_by_primary_metric(reverse=True)],
                         [0.75, 0.5, 0.25])
        self.assertEqual(run.get_hyperparameters()[best.id], '{"--loss": 0.25}')
        self.assertEqual(sorted(run.get_metrics()), sorted(child.id for child in run.get_children()))
        properties = run.get_properties()
        self.assertEqual((properties["best_child_run_id"], properties["score"], properties["runTemplate"]),
                         (best.id, "0.25", "HyperDrive"))
        self.assertEqual((run.display_name, properties["azureml.runsource"]), ("sweep of main.py", "hyperdrive"))
        self.assertEqual(list(self.experiment.get_runs(type="hyperdrive")), [run])
        for refused in (run.get_diagnostics, run.fail):
            with self.assertRaises(HyperDriveNotImplementedException):
                refused()

    def test_decisions_are_in_the_record(self):
        run = self.sweep(losses=(0.5, 0.25))
        run.wait_for_completion()
        metrics = client.call("GET", path_of("runs", run.id, "metrics"), query={"name": "decisions"})["items"][0]["metrics"]
        columns = metrics[0]["columns"]
        self.assertEqual(columns["decision"], ["start", "start", "end"])
        self.assertEqual(columns["hyperparameters"][:2], ['{"--loss": 0.5}', '{"--loss": 0.25}'])

    def test_a_policy_stops_a_child_and_the_child_says_why(self):
        run = self.sweep(losses=(0.25, 5.0), arguments=["--wait"], policy=BanditPolicy(3, slack_amount=1))
        bad = wait_for("the second child", lambda: next((child for child in run.get_children()
                                                         if child.id == run.id + "_1"), None))
        bad.wait_for_completion()
        self.assertEqual(bad.get_status(), "Canceled")
        self.assertIn("at interval 3 its best loss was 5, worse than 1.25", str(bad._refresh()))
        run.cancel()
        run.wait_for_completion()

    def test_a_sweep_that_is_canceled_cancels_its_children(self):
        run = self.sweep(arguments=["--wait"])
        wait_for("two children that run", lambda: [child.status for child in run.get_children()] == ["Running"] * 2)
        run.cancel()
        run.wait_for_completion()
        self.assertEqual(run.get_status(), "Canceled")
        wait_for("the end of the children", lambda: {child.status for child in run.get_children()} == {"Canceled"})
        self.assertEqual(len(list(run.get_children())), 2)

    def test_the_reason_of_a_sweep_without_a_best_run(self):
        run = self.sweep(metric="mse", losses=(0.5,))
        run.wait_for_completion(raise_on_error=False)
        message = run.get_details()["error"]["error"]["message"]
        self.assertIn("no child run reported the primary metric 'mse' as a finite number; they logged 'loss'", message)
        failed = self.sweep(script="raise ValueError('no data')", losses=(0.5, 0.25))
        failed.wait_for_completion(raise_on_error=False)
        self.assertRegex(failed.get_details()["error"]["error"]["message"],
                         r"all 2 child runs failed; the first one, HD_\S+_0: .*no data")

    def test_another_process_finds_the_sweep(self):
        run = self.sweep(losses=(0.5,))
        run.wait_for_completion()
        process = self.process("run = next(experiment.get_runs())\nassert run == experiment.workspace.get_run(run.id)\n"
                               "print(type(run).__name__, run.id, run.get_best_run_by_primary_metric().id)\n")
        out, said = process.communicate()
        self.assertEqual(out.decode().split(), ["HyperDriveRun", run.id, run.id + "_0"], said.decode())

    def test_runs_that_do_not_match_are_not_resumed(self):
        run = self.sweep(losses=(0.5,))
        run.wait_for_completion()
        with self.assertRaisesRegex(HyperDriveConfigException, "primary_metric_name should be the same for all runs. Current "
                                                               "run's name is mse, while a run with loss was found"):
            self.sweep(metric="mse", resume_from=run)
        child = next(iter(run.get_children()))
        with self.assertRaisesRegex(HyperDriveConfigException, "resume_child_runs cannot contain duplicate runs."):
            self.sweep(resume_child_runs=[child, child])

    def test_the_view_in_a_notebook(self):
        run = self.sweep()
        run.wait_for_completion()
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            RunDetails(run).show()
        self.assertIn("Best child run: {}_1, loss = 0.25, --loss 0.25".format(run.id), said.getvalue())
        data = RunDetails(run).get_widget_data()
        self.assertEqual(len(data["child_runs"]), 3)


if __name__ == "__main__":
    unittest.main()
