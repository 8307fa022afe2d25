# SPDX-License-Identifier: Apache-2.0
"""Pipelines before they are submitted: what is refused, in which order steps run, and what their arguments become."""

import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

import data_case  # noqa: E402
from runyard._pipeline import graph, kept_files  # noqa: E402
from runyard._pipeline.plan import FOLDER, Plan, of_run  # noqa: E402
from runyard.data_reference import DataPath, DataPathComputeBinding  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402
from runyard.output_dataset_config import OutputFileDatasetConfig  # noqa: E402
from runyard.pipeline import Pipeline  # noqa: E402
from runyard.pipeline_data import InputPortBinding, OutputPortBinding, PipelineData, PipelineParameter  # noqa: E402
from runyard.pipeline_data import TrainingOutput  # noqa: E402
from runyard.pipeline_run import PipelineRun  # noqa: E402
from runyard.pipeline_step import PipelineStep, StepSequence  # noqa: E402
from runyard.pipeline_steps import CommandStep, EstimatorStep, MpiStep, PythonScriptStep  # noqa: E402


class Case(data_case.Case):
    def setUp(self):
        super().setUp()
        self.source = tempfile.TemporaryDirectory()
        self.addCleanup(self.source.cleanup)
        with open(os.path.join(self.source.name, "main.py"), "w"):
            pass

    def step(self, name, *arguments, **more):
        return PythonScriptStep("main.py", name, list(arguments), source_directory=self.source.name, **more)

    def parts(self, *steps, **more):
        return {part.name: part for part in Pipeline(self.workspace, list(steps), **more)._parts()}


class Order(Case):
    def test_a_step_waits_for_those_whose_data_it_reads(self):
        data, table = PipelineData("data"), OutputFileDatasetConfig("table")
        first, second = self.step("first", data, outputs=[data]), self.step("second", table)
        third = self.step("third", data, table.as_input("t"), inputs=[data])
        parts = self.parts(third)
        self.assertEqual(list(parts), ["first", "second", "third"])
        self.assertEqual([part.after for part in parts.values()], [[], [], [0, 1]])
        self.assertEqual(self.parts(first, second).keys(), {"first", "second"})

    def test_sequences_lists_and_run_after(self):
        a, b, c, d = (self.step(name) for name in "abcd")
        parts = self.parts(StepSequence([a, [b, c], d]))
        self.assertEqual({name: part.after for name, part in parts.items()}, {"a": [], "b": [0], "c": [0], "d": [1, 2]})
        b.run_after(a)
        self.assertEqual({name: part.after for name, part in self.parts([b]).items()}, {"a": [], "b": [0]})

    def test_data_stands_for_the_step_that_writes_it(self):
        data = PipelineData("data")
        self.step("writer", data, outputs=[data])
        self.assertEqual(list(self.parts(data)), ["writer"])
        with self.assertRaisesRegex(ValueError, r"step output \[lone\] does not have a producer"):
            Pipeline(self.workspace, [PipelineData("lone")])

    def test_steps_in_a_circle(self):
        a, b, c = (self.step(name) for name in "abc")
        a.run_after(c)
        b.run_after(a)
        c.run_after(b)
        pipeline = Pipeline(self.workspace, [a, b, c])
        self.assertRegex(pipeline.validate()[0], r"^Cycle detected including node \w\(\w{8}\): (\w) waits for \w waits for "
                                                 r"\w waits for \1$")
        with self.assertRaisesRegex(UserErrorException, "cannot submit the pipeline: Cycle detected"):
            pipeline._submit_to(mock.Mock(), None)
        self.assertEqual(Pipeline(self.workspace, [self.step("lone")]).validate(), [])

    def test_a_circle_is_found_among_many(self):
        self.assertIsNone(graph.cycle([[], [0], [0, 1]]))
        self.assertEqual(graph.cycle([[], [2], [3], [1], [1]]), [1, 2, 3, 1])

    def test_a_chain_of_500_steps(self):
        before = None
        for number in range(500):
            step = self.step("step%d" % number)
            if before is not None:
                step.run_after(before)
            before = step
        self.assertEqual(len(Pipeline(self.workspace, [before])._steps), 500)


class Refused(Case):
    def test_data_that_no_step_writes(self):
        data = PipelineData("data")
        with self.assertRaisesRegex(ValueError, 'The intermediate data "data" does not have any producer step'):
            Pipeline(self.workspace, [self.step("reader", data, inputs=[data])])

    def test_two_steps_with_one_output(self):
        data = PipelineData("data")
        first, second = self.step("first", data, outputs=[data]), self.step("second", data, outputs=[data])
        with self.assertRaisesRegex(ValueError, "Step output data can not be used as an output for step first, as it is "
                                                "already an output of step second"):
            Pipeline(self.workspace, [first, second])

    def test_parameters(self):
        step = self.step("a", PipelineParameter("rate", 0.5), PipelineParameter("count", 3), PipelineParameter("on", True))
        pipeline = Pipeline(self.workspace, [step])
        for given, why in (({"rate": "fast"}, r"parameter 'rate' is a number \(its default is 0.5\), not 'fast'"),
                           ({"count": "2.5"}, "parameter 'count' is an integer"),
                           ({"on": 3}, "parameter 'on' is true or false"),
                           ({"other": 1}, "Pipeline parameter with name other does not exist; the pipeline has: count, on, ")):
            with self.assertRaisesRegex(UserErrorException, why):
                pipeline._submit_to(mock.Mock(), None, pipeline_parameters=given)
        self.assertEqual(pipeline._values({"rate": "1e-3", "count": 4}), {"rate": "1e-3", "count": "4", "on": "True"})
        with self.assertRaisesRegex(ValueError, "same name rate but different values 0.5, 1 used"):
            Pipeline(self.workspace, [step, self.step("b", PipelineParameter("rate", 1))])
        with self.assertRaisesRegex(ValueError, "Default value is of unsupported type: list"):
            PipelineParameter("x", [1])

    def test_what_steps_refuse(self):
        data = PipelineData("data")
        for call, why in (
                (lambda: self.step("a", data), "data appears in arguments list but is not in the input/output lists"),
                (lambda: self.step("a", inputs=["text"]), "Unexpected input type: <class 'str'>"),
                (lambda: self.step("a", outputs=[3]), "Unexpected output type: <class 'int'>"),
                (lambda: self.step("a", inputs=[data, data]), r"\[data\] is repeated. Input port names must be unique"),
                (lambda: PipelineData("a b"), r"\[a b\] is not a valid"), (lambda: PipelineData(""), "cannot be empty"),
                (lambda: PipelineData("a", output_mode="link"), "Invalid output mode"),
                (lambda: data.create_input_binding(mode="direct"), "has an invalid mode"),
                (lambda: InputPortBinding("a"), "bind_object is required"),
                (lambda: OutputPortBinding("a", bind_mode="x"), "Invalid bind_mode x"),
                (lambda: TrainingOutput("Loss"), "Unknown training output type"),
                (lambda: PythonScriptStep(""), "script_name is required"),
                (lambda: PythonScriptStep(3), "script_name must be a string"),
                (lambda: CommandStep(), "command is required"), (lambda: MpiStep("a"), "script_name is required"),
                (lambda: CommandStep("ls", source_directory="nowhere"), "should be an existing directory"),
                (lambda: EstimatorStep("a"), "Estimator, compute_target parameters are required"),
                (lambda: self.step("a", PipelineParameter("p", 1), params={"p": 2}), "Parameter name p is already in use"),
                (lambda: self.step("a", runconfig_pipeline_params={"NodeCount": 2}), "Expected type is PipelineParameter"),
                (lambda: Pipeline(self.workspace, [PythonScriptStep("other.py", source_directory=self.source.name)]),
                 r"Step \[other.py\]: script not found at: .*other.py. Make sure to specify"),
                (lambda: Pipeline(self.workspace, [], unknown=1), "parameter unknown is not recognized")):
            with self.assertRaisesRegex(ValueError, why):
                call()
        with self.assertRaisesRegex(NotImplementedError, "Can not add object of type int to Pipeline"):
            Pipeline(self.workspace, [3])
        with self.assertRaisesRegex(NotImplementedError, "a step of type PipelineStep cannot be run here"):
            Pipeline(self.workspace, [PipelineStep("a", None, None)])


    def test_what_is_not_there_yet_says_what_to_do(self):
        pipeline = Pipeline(self.workspace, [self.step("a")])
        for call in (lambda: pipeline.publish("name"), lambda: Pipeline.load_yaml(self.workspace, "pipeline.yml"),
                     lambda: PipelineRun.publish_pipeline(None, "name"), lambda: PipelineRun.save(None)):
            with self.assertRaisesRegex(UserErrorException, "is not part of Runyard. .*script"):
                call()


class Arguments(Case):
    def test_data_and_parameters_are_variables(self):
        data, out = PipelineData("data"), PipelineData("out", is_directory=True)
        writer = self.step("writer", "--out", data, outputs=[data])
        reader = self.step("reader", "--in", data, "--copy", data.as_download("copied"), "--out", out, "--rate",
                           PipelineParameter("rate", 0.5), 7, inputs=[data, data.as_download("copied")], outputs=[out],
                           params={"mode": "fast", "level": PipelineParameter("level", 1)})
        reader = self.parts(writer, reader)["reader"]
        self.assertEqual(reader.config.arguments, [
            "--in", "${AZUREML_DATAREFERENCE_data}", "--copy", "${RUNYARD_INPUT_copied}", "--out",
            "${AZUREML_DATAREFERENCE_out}", "--rate", "${AML_PARAMETER_rate}", 7])
        self.assertEqual(reader.parameters, {"AML_PARAMETER_rate": "rate", "AML_PARAMETER_level": "level"})
        self.assertEqual(reader.config.run_config.environment_variables, {"AML_PARAMETER_mode": "fast"})
        self.assertEqual([(read.name, read.step, read.output, read.mode) for read in reader.reads],
                         [("data", 0, "data", "mount"), ("copied", 0, "data", "download")])
        write = reader.writes[0]
        self.assertEqual((write.path, write.is_made, write.dataset), ("azureml/{run-id}/out", True, None))
        self.assertTrue(write.folder.endswith("workspaceblobstore/azureml/{run-id}/out"))

    def test_an_input_with_the_name_of_an_output_gets_another(self):
        data, out = PipelineData("data"), PipelineData("later", output_name="data")
        writer = self.step("writer", data, outputs=[data])
        reader = self.parts(writer, self.step("reader", data, out, inputs=[data], outputs=[out]))["reader"]
        self.assertEqual(reader.config.arguments, ["${AZUREML_DATAREFERENCE_INPUT_data}", "${AZUREML_DATAREFERENCE_data}"])

    def test_outputs_that_are_data_sets(self):
        out = OutputFileDatasetConfig("prepared").register_on_complete("clean")
        writer = self.step("writer", out)
        reader = self.step("reader", out.read_delimited_files().as_input("table"), out.as_input("files").as_download())
        parts = self.parts(writer, reader)
        self.assertEqual(parts["writer"].config.arguments, ["${prepared}"])
        write = parts["writer"].writes[0]
        self.assertEqual((write.path, write.dataset["registration"]["name"]), ("dataset/{run-id}/prepared", "clean"))
        self.assertEqual(parts["reader"].config.arguments, ["${RUNYARD_DATASET_table}", "${RUNYARD_INPUT_files}"])
        self.assertEqual([read.definition["type"] for read in parts["reader"].reads], ["tabular", "file"])

    def test_pipeline_data_as_a_data_set(self):
        data = PipelineData("data")
        writer = self.step("writer", data, outputs=[data.as_dataset().register("kept")])
        table = data.as_dataset().parse_delimited_files().keep_columns("a")
        reader = self.step("reader", inputs=[data.as_dataset().as_named_input("files"), table.as_named_input("table")])
        parts = self.parts(writer, reader)
        self.assertEqual(parts["writer"].writes[0].dataset["registration"]["name"], "kept")
        files, rows = (read.definition for read in parts["reader"].reads)
        self.assertEqual((files["paths"], rows["paths"]), ([FOLDER], [FOLDER + "/**/*.csv"]))
        self.assertEqual((rows["type"], rows["steps"]), ("tabular", [{"keep": ["a"]}]))

    def test_data_sets_and_references_that_no_step_writes(self):
        store = self.workspace.get_default_datastore()
        reference = store.path("raw", "raw")
        step = self.step("a", reference, inputs=[reference])
        self.assertEqual(self.parts(step)["a"].config.run_config.data_references, {"raw": reference})

    def test_a_data_path_as_a_parameter(self):
        default, other = DataPath(self.store, "raw"), DataPath(self.store, "other")
        given = (PipelineParameter("input", default), DataPathComputeBinding(mode="mount"))
        pipeline = Pipeline(self.workspace, [self.step("a", "--in", given, inputs=[given])])
        part = pipeline._parts()[0]
        self.assertEqual(part.config.arguments, ["--in", "${AZUREML_DATAREFERENCE_input}"])
        self.assertEqual(part.parameters, {"AZUREML_DATAREFERENCE_input": "input"})
        self.assertEqual(pipeline._values({"input": other}), {"input": str(self.store.path("other"))})
        with self.assertRaisesRegex(UserErrorException, "parameter 'input' is a DataPath"):
            pipeline._values({"input": "raw"})
        fixed = (default, DataPathComputeBinding())
        part = self.parts(self.step("b", fixed, inputs=[fixed]))["b"]
        self.assertEqual([str(argument) for argument in part.config.arguments], [str(self.store.path("raw"))])
        for wrong, why in (((1, 2), "First item in the tuple"), ((default, 2), "Second item in the tuple"),
                           ((PipelineParameter("x", 1), DataPathComputeBinding()), "should be DataPath")):
            with self.assertRaisesRegex(ValueError, why):
                self.step("c", inputs=[wrong])

    def test_a_command_quotes_paths(self):
        data = PipelineData("data")
        command = CommandStep(["python main.py --out", data, PipelineParameter("x", 1)], source_directory=self.source.name,
                              outputs=[data])
        part = self.parts(command)["CommandStep_python"]
        self.assertEqual(part.config.command, ["python main.py --out", '"${AZUREML_DATAREFERENCE_data}"',
                                               '"${AML_PARAMETER_x}"'])


class Kept(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def test_the_digest_is_of_names_and_content(self):
        path = self.put("a/b", "1")
        seen = [kept_files.digest(self.folder)]
        os.utime(path, (1, 1))
        self.assertEqual(kept_files.digest(self.folder), seen[0])
        for change in (lambda: self.put("a/b", "2"), lambda: self.put("a/c", ""), lambda: os.mkdir(self.folder + "/d"),
                       lambda: os.symlink("a", self.folder + "/link"), lambda: os.remove(path)):
            change()
            self.assertNotIn(kept_files.digest(self.folder), seen)
            seen.append(kept_files.digest(self.folder))
        self.assertIsNone(kept_files.digest(self.folder + "/nothing"))
        self.assertNotEqual(kept_files.digest(self.folder + "/a/c"), kept_files.digest(self.folder))

    def test_protected_files_are_read_only(self):
        path = self.put("a/b", "1")
        with mock.patch("os.chmod") as chmod:
            kept_files.protect(self.folder)
        (changed, mode), _ = chmod.call_args
        self.assertEqual((os.path.realpath(changed), mode & 0o222), (os.path.realpath(path), 0))
        self.assertEqual(chmod.call_count, 1)


class Plans(unittest.TestCase):
    def test_a_run_that_is_no_pipeline(self):
        for facts in ({"id": "a"}, {"id": "a", "configuration": {}}, {"id": "a", "configuration": {"pipeline": {"steps": []}}}):
            with self.assertRaisesRegex(UserErrorException, "run a is no pipeline"):
                of_run(facts)

    def test_a_plan_is_read_as_it_was_written(self):
        plan = Plan("p", True, False, {"x": "1"}, [None], [{}], [])
        self.assertEqual(of_run({"id": "a", "configuration": {"pipeline": plan.as_dict()}}), plan)


if __name__ == "__main__":
    unittest.main()
