# SPDX-License-Identifier: Apache-2.0
"""Pipelines of SDK v1 against a real daemon: samples in the style of public ones, run twice, and how steps go."""

import os
import re
import shutil
import unittest

from notebook_case import Interactive, needs_daemon
from sample_case import SampleCase
from processes import kill_quietly, living, read_bytes, wait_for
from runyard import Dataset
from runyard._client.api import client, path_of
from runyard.exceptions import ActivityFailedException, UserErrorException
from runyard.output_dataset_config import OutputFileDatasetConfig
from runyard.pipeline import Pipeline
from runyard.pipeline_data import PipelineData
from runyard.pipeline_run import PipelineRun, StepRun
from runyard.pipeline_steps import CommandStep, PythonScriptStep
from runyard.script_run import run_from_facts

WRITE = """
import os, sys
os.makedirs(sys.argv[1], exist_ok=True)
with open(os.path.join(sys.argv[1], "number"), "w") as file:
    file.write(sys.argv[2])
"""
WAIT = "import os, sys, time\nopen(sys.argv[1] + '/' + sys.argv[2], 'a').write('x')\n" \
       "while not os.path.exists(sys.argv[1] + '/' + sys.argv[3]):\n    time.sleep(0.02)\n"


def set_slots(count):
    """Let so many runs be active at a time."""
    client.call("POST", path_of("targets", "local"), {"slots": count})


@needs_daemon
class Samples(SampleCase):
    def test_train_and_register(self):
        set_slots(4)
        expected = re.compile(
            r"\[\]\nPipelineRunId: ([-0-9a-f]+)\nLink to Azure Machine Learning Portal: \S+\nPipelineRun Status: .*"
            r"StepRunId: \1_0\n.*\nStreaming azureml-logs/70_driver_log.txt\n={40}\n\nArgument: prepped_data\n.*"
            r"StepRun\( Prepare Data \) Status: Finished\n.*"
            r"Loading model from \S+/azureml/\1_1/trained_model\n.*"
            r"PipelineRun Execution Summary\n={30}\nPipelineRun Status: Finished\n\{.*\}\n\nFinished\n"
            r"Prepare Data Finished \{'rows': 4\}\nTrain Model Finished \{'slope': 2.0\}\nRegister Model Finished \{\}\n"
            r"(?:\w+ \w+ azureml.StepRun True\n){3}2.0 azureml.PipelineRun\n2.0 True\n"
            r"the_model workspaceblobstore\nslope_model \{'Training context': 'Pipeline'\}\n"
            r"PipelineRunId: \S+\nLink.*\nFinished\n"
            r"\[\('Prepare Data', True\), \('Train Model', True\), \('Register Model', False\)\]\n$", re.S)
        for _ in range(2):
            out, said = self.run_sample("pipeline_train_register")
            self.assertRegex(out, expected, said)
            shutil.rmtree(os.path.join(self.folder, "samples"))


@needs_daemon
class Pipelines(Interactive):
    def setUp(self):
        super().setUp()
        set_slots(3)

    def step(self, name, script, *arguments, **more):
        """A step in a folder of its own."""
        config = self.config(script, ())
        return PythonScriptStep(config.script, name, list(arguments), source_directory=config.source_directory, **more)

    def submit(self, *steps, **more):
        """A pipeline, which is over when the test is."""
        run = self.experiment.submit(Pipeline(self.experiment.workspace, list(steps)), **more)
        self.addCleanup(self.end, run)
        return run

    def end(self, run):
        run.cancel()
        run.wait_for_completion(show_output=False, raise_on_error=False)

    def message(self, run):
        return run.get_details()["error"]["error"]["message"]

    def decisions(self, run):
        """Step and decision of each row."""
        columns = run.get_metrics()["decisions"]
        return list(zip(columns["step_name"], columns["decision"]))

    def test_two_steps_run_at_the_same_time(self):
        place = os.path.realpath(self.folder)
        run = self.submit(self.step("one", WAIT, place, "1", "2"), self.step("two", WAIT, place, "2", "1"))
        self.assertEqual(run.wait_for_completion(show_output=False), "Finished")
        self.assertIsInstance(run_from_facts(self.experiment, run._refresh()), PipelineRun)
        self.assertEqual([type(step) for step in run.get_children()], [StepRun] * 2)

    def test_a_failed_step(self):
        bad = self.step("bad", "raise ValueError('no data')")
        waits, apart, later = self.step("waits", ""), self.step("apart", ""), self.step("later", "")
        waits.run_after(bad)
        later.run_after(apart)
        run = self.submit(bad, waits, apart, later, continue_on_step_failure=True)
        with self.assertRaises(ActivityFailedException):
            run.wait_for_completion(show_output=False)
        self.assertRegex(self.message(run), r"step 'bad' is Failed: .*no data.*; 2 of 4 steps are completed")
        self.assertEqual({step.name: step.get_status() for step in run.get_steps()},
                         {"bad": "Failed", "apart": "Finished", "later": "Finished"})
        self.assertIn(("waits", "skip"), self.decisions(run))

    def test_a_failed_step_ends_the_pipeline(self):
        bad, later = self.step("bad", "raise ValueError('no data')"), self.step("later", "")
        apart = self.step("apart", "")
        apart.run_after(later)
        later.run_after(self.step("slow", "import time; time.sleep(0.5)"))
        run = self.submit(bad, apart)
        self.assertEqual(run.wait_for_completion(show_output=False, raise_on_error=False), "Failed")
        self.assertNotIn("apart", [step.name for step in run.get_steps()])

    def test_steps_are_reused_while_nothing_has_changed(self):
        data = PipelineData("data")
        write = self.step("write", WRITE, data, "1", outputs=[data])
        read = CommandStep(["cat", data], "read", inputs=[data], source_directory=write._source_directory)
        read._arguments[0] = "cat < /dev/null; ls"
        first = self.submit(write, read)
        first.wait_for_completion(show_output=False)
        second = self.submit(write, read)
        second.wait_for_completion(show_output=False)
        self.assertEqual(self.decisions(second)[:2], [("write", "reuse"), ("read", "reuse")])
        origin = first.get_steps()[0]
        reused = second.get_steps()[0]
        self.assertEqual(reused.properties["azureml.reusedrunid"], origin.id)
        self.assertEqual(str(reused.get_output_data("data")), str(origin.get_output_data("data")))
        path = os.path.join(str(origin.get_output_data("data")), "number")
        os.chmod(path, 0o600)
        with open(path, "w") as file:
            file.write("2")
        third = self.submit(write, read)
        third.wait_for_completion(show_output=False)
        self.assertEqual(self.decisions(third)[:2], [("write", "start"), ("read", "reuse")],
                         "the output was changed; what is written again is what was read before")
        fourth = self.submit(write, regenerate_outputs=True)
        fourth.wait_for_completion(show_output=False)
        self.assertEqual(self.decisions(fourth)[0], ("write", "start"))

    def test_an_output_that_was_never_written(self):
        data = PipelineData("data")
        run = self.submit(self.step("silent", "", data, outputs=[data]), self.step("reads", "", data, inputs=[data]))
        run.wait_for_completion(show_output=False, raise_on_error=False)
        self.assertIn("step 'silent' has ended without writing its output 'data'", self.message(run))
        with self.assertRaisesRegex(UserErrorException, "has no output 'data'; it has written: nothing"):
            run.get_steps()[0].get_output("data")

    def test_outputs_that_are_data_sets(self):
        made = OutputFileDatasetConfig("made").register_on_complete("made-by-a-step")
        data = PipelineData("data", is_directory=True)
        write = self.step("write", "import sys\nfor path in sys.argv[1:]:\n"
                                   "    open(path + '/a.csv', 'w').write('x\\n1\\n2\\n')", made, data,
                          outputs=[data.as_dataset().register("registered-data")])
        read = self.step("read", """
            import os, sys
            from runyard import Run
            found = Run.get_context().input_datasets
            Run.get_context().log_list("found", [os.listdir(found["files"])[0], os.listdir(sys.argv[1])[0],
                                                 open(found["copy"] + "/a.csv").read(), str(sorted(found))])
            """, made.as_input("files"), made.as_input("copy").as_download(), data.as_dataset().as_named_input("named"))
        run = self.submit(write, read)
        run.wait_for_completion(show_output=False)
        self.assertEqual(run.find_step_run("read")[0].get_metrics()["found"],
                         ["a.csv", "a.csv", "x\n1\n2\n", "['copy', 'files', 'named']"])
        for name in ("made-by-a-step", "registered-data"):
            self.assertEqual(Dataset.get_by_name(self.experiment.workspace, name).version, 1)

    def test_a_controller_that_is_killed_goes_on(self):
        place = os.path.realpath(self.folder)
        first, last = self.step("first", WAIT, place, "1", "go"), self.step("last", WAIT, place, "2", "go")
        last.run_after(first)
        run = self.submit(first, last)
        wait_for("the first step", lambda: os.path.exists(os.path.join(place, "1")))
        controllers = [pid for pid in living(os.environ["RUNYARD_STATE"])
                       if b"runyard._pipeline.controller" in read_bytes("/proc/%d/cmdline" % pid)]
        kill_quietly(max(controllers))
        with open(os.path.join(place, "go"), "w"):
            pass
        self.assertEqual(run.wait_for_completion(show_output=False), "Finished")
        self.assertEqual([read_bytes(os.path.join(place, name)) for name in "12"], [b"x", b"x"])
        self.assertEqual([kind for _, kind in self.decisions(run)], ["start", "start", "end"])

    def test_a_canceled_pipeline_cancels_its_steps(self):
        place = os.path.realpath(self.folder)
        run = self.submit(self.step("waits", WAIT, place, "1", "never"))
        wait_for("the step", lambda: os.path.exists(os.path.join(place, "1")))
        run.cancel()
        self.assertEqual(run.wait_for_completion(show_output=False), "Canceled")
        wait_for("the end of the step", lambda: run.get_steps()[0].get_status() == "Canceled")


if __name__ == "__main__":
    unittest.main()
