# SPDX-License-Identifier: Apache-2.0
"""Data sets as inputs of runs: what the script gets, what is seen of it from outside, and what stays as it was."""

import contextlib
import io
import os

from notebook_case import Notebook, needs_daemon
from sample_case import SampleCase

from runyard import Dataset, RunConfiguration, ScriptRunConfig
from runyard._data import workspace_folder
from runyard.exceptions import UserErrorException
from runyard.tabular_dataset import TabularDataset


CHANGE = """
seen = [open(sys.argv[1] + '/a.txt').read()]
for change in (lambda: open(sys.argv[1] + '/a.txt', 'w').write('changed'), lambda: open(sys.argv[1] + '/new', 'w')):
    try:
        change()
        seen.append('done')
    except OSError as error:
        seen.append(error.strerror)
run.log_list('seen', seen)
"""


@needs_daemon
class Samples(SampleCase):
    def test_upload_register_and_read_in_a_script(self):
        out, _ = self.run_sample("data_sets")
        self.assertEqual(out, """\
workspaceblobstore - default = True
workspacefilestore - default = False
workspaceartifactstore - default = False
workspaceworkingdirectory - default = False
Uploading an estimated of 2 files
Uploading diabetes1.csv
Uploaded diabetes1.csv, 1 files out of an estimated total of 2
Uploading diabetes2.csv
Uploaded diabetes2.csv, 2 files out of an estimated total of 2
Uploaded 2 files
\t diabetes dataset version 1
\t diabetes file dataset version 1
/diabetes1.csv
/diabetes2.csv
{'rows': 2, 'diabetic': 1, 'same path': True, 'copied': True, 'table': 'diabetes dataset 1', 'by id': 'diabetes dataset'}
['/diabetes1.csv', '/diabetes2.csv']
""")


@needs_daemon
class Inputs(Notebook):
    def setUp(self):
        super().setUp()
        self.store = self.workspace.get_default_datastore()
        self.target = self.id().rsplit(".", 1)[-1]
        self.put("data/a.txt", "a")
        self.put("data/子/b.txt", "b")
        self.store.upload("data", self.target, show_progress=False)
        self.folder_set = Dataset.File.from_files((self.store, self.target))

    def run_with(self, script, *arguments, **more):
        """A run of a script with these arguments, which has ended well, and what it logged as `seen`."""
        config = self.config("from runyard import Run\nimport os, sys\nrun = Run.get_context()\n" + script, arguments)
        for name, value in more.items():
            setattr(config.run_config, name, value)
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(config)
        run.wait_for_completion()
        return run, run.get_metrics().get("seen")

    def test_a_folder_is_not_changed_by_a_run(self):
        run, seen = self.run_with(CHANGE, self.folder_set.as_mount())
        refused = "Read-only file system"
        if "can change the original files" not in str(run.get_details().get("warnings")):
            self.assertEqual(seen, ["a", refused, refused])
        with open(os.path.join(str(self.store.path(self.target)), "a.txt")) as file:
            self.assertEqual(file.read() == "a", seen[1] == refused)
        self.assertEqual(list(run.input_datasets.values()), [str(self.store.path(self.target))])

    def test_a_single_file_is_the_path_of_a_file(self):
        data = Dataset.File.from_files((self.store, self.target + "/a.txt"))
        for how in (data.as_named_input("f").as_mount(), data.as_download()):
            self.assertEqual(self.run_with("run.log('seen', open(sys.argv[1]).read())", how)[1], "a")

    def test_what_a_run_does_to_its_inputs_no_other_run_sees(self):
        some = Dataset.File.from_files([(self.store, self.target + "/*.txt"), (self.store, self.target + "/子")])
        for data in (self.folder_set.as_download, some.as_download, some.as_mount):
            config = self.config("from runyard import Run\nimport os, sys\nrun = Run.get_context()\n" + CHANGE, [data()])
            with contextlib.redirect_stdout(io.StringIO()):
                runs = [self.experiment.submit(config) for _ in range(2)]
            for run in runs:
                run.wait_for_completion()
                self.assertEqual(run.get_metrics()["seen"][0], "a")

    def test_path_on_compute_is_where_the_script_finds_them(self):
        place = os.path.join(self.top, "absolute")
        script = "run.log_list('seen', [open(path + '/a.txt').read() for path in ('in/here', 'out', sys.argv[1])])"
        _, seen = self.run_with(script, self.folder_set.as_download("in/here"), self.store.path(self.target).as_download("out"))
        self.assertEqual(seen, ["a"] * 3)
        config = self.config("import os; os.listdir(" + repr(place) + ")", [self.folder_set.as_mount(place)])
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(config)
        run.wait_for_completion(raise_on_error=False)
        if run.get_status() != "Completed":
            self.assertIn("cannot give the run its inputs where they are asked for", run.get_details()["error"]["error"]["message"])
        config.in_place = True
        config.arguments = [self.folder_set.as_mount("in/here")]
        with self.assertRaisesRegex(UserErrorException, "would be in the source folder itself"):
            self.experiment.submit(config)

    def test_a_direct_input_is_the_data_set(self):
        data = Dataset.Tabular.from_delimited_files((self.store, self.target + "/a.txt"), separator=";").take(1)
        run, seen = self.run_with("found = run.input_datasets['t']; run.log('seen', type(found).__name__ + ' ' + "
                                  "found._definition['options']['separator'] + str(found.id == sys.argv[1]))",
                                  data.as_named_input("t"))
        self.assertEqual(seen, "TabularDataset ;True")
        self.assertIsInstance(run.input_datasets["t"], TabularDataset)
        self.assertEqual(run.input_datasets["t"]._definition, data._definition)

    def test_inputs_without_an_argument(self):
        data = {"mine": self.folder_set.as_named_input("mine").as_download()}
        references = {"ref": self.store.path(self.target).as_mount().to_config()}
        _, seen = self.run_with(
            "names = ('mine', 'AZUREML_DATAREFERENCE_mine', 'AZUREML_DATAREFERENCE_ref')\n"
            "run.log_list('seen', [run.input_datasets['mine']] + [os.environ[name] for name in names])",
            data=data, data_references=references)
        self.assertEqual(seen[1:], [seen[0]] * 2 + [str(self.store.path(self.target))])

    def test_references_are_local_paths_and_can_be_written(self):
        self.run_with("open(os.path.join(sys.argv[1], 'made.txt'), 'w').write('made')",
                      self.store.path(self.target + "-out").as_upload())
        self.assertEqual(self.store.download("here", self.target + "-out"), 1)

    def test_a_command_list(self):
        config = ScriptRunConfig(self.folder, command=["ls", self.folder_set.as_mount()])
        config.run_config.environment.python.user_managed_dependencies = True
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(config)
        run.wait_for_completion()
        run.download_file("azureml-logs/70_driver_log.txt", "log")
        with open("log", encoding="utf-8") as file:
            self.assertEqual(sorted(file.read().split()), ["a.txt", "子"])

    def test_what_is_seen_from_outside(self):
        data = self.folder_set.register(self.workspace, self.target)
        run, _ = self.run_with("pass", data.as_named_input("files").as_mount())
        found, = run.get_details()["inputDatasets"]
        self.assertEqual((found["dataset"].name, found["dataset"].version), (self.target, 1))
        self.assertEqual(found["consumptionDetails"]["inputName"], "files")
        self.assertEqual(found["consumptionDetails"]["mechanism"], "Mount")
        self.assertEqual(run.input_datasets, {"files": str(self.store.path(self.target))})
        self.assertEqual((run.output_datasets, run.get_environment().environment_variables), ({}, {}))

    def test_a_run_can_be_asked_when_its_data_sets_are_gone(self):
        run, _ = self.run_with("pass", self.folder_set.as_named_input("files").as_mount())
        registry = os.path.join(workspace_folder.of(self.workspace), "datasets.jsonl")
        os.rename(registry, registry + ".away")
        self.addCleanup(os.rename, registry + ".away", registry)
        self.assertEqual(list(run.get_details()["inputDatasets"][0]["dataset"]), ["id"])

    def test_a_run_inside_does_not_get_the_inputs_of_the_run_around_it(self):
        inner = "run.log('seen', str(run.input_datasets) + str('mine' in os.environ))"
        outer = "from runyard import ScriptRunConfig\n" \
                "config = ScriptRunConfig('.', 'inner.py')\n" \
                "config.run_config.environment.python.user_managed_dependencies = True\n" \
                "child = run.submit_child(config)\nchild.wait_for_completion()\n" \
                "run.log('seen', child.get_metrics()['seen'])"
        config = self.config("from runyard import Run\nrun = Run.get_context()\n" + outer,
                             [self.folder_set.as_named_input("mine").as_mount()])
        with open(os.path.join(config.source_directory, "inner.py"), "w") as file:
            file.write("from runyard import Run\nimport os\nrun = Run.get_context()\n" + inner)
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(config)
        run.wait_for_completion()
        self.assertEqual(run.get_metrics()["seen"], "{}False")

    def test_what_cannot_be_an_input(self):
        other = Dataset.File.from_files("data/a.txt")
        wrong = {"two inputs of the run have the name 'x'": [self.folder_set.as_named_input("x").as_mount(),
                                                            other.as_named_input("x").as_mount()],
                 "cannot mount a data set without files": [Dataset.File.from_files(
                     "data/*.none", validate=False).as_mount()]}
        for why, arguments in wrong.items():
            with self.assertRaisesRegex(UserErrorException, why):
                self.experiment.submit(self.config("", arguments))
        config = self.config("")
        config.run_config = RunConfiguration()
        config.run_config.data = {"x": "path"}
        with self.assertRaisesRegex(UserErrorException, r"run_config.data\['x'\] must be a data set"):
            self.experiment.submit(config)

    def test_a_configuration_stays_as_it_was(self):
        config = self.config("", [self.folder_set.as_named_input("x").as_mount()])
        before = list(config.arguments)
        with contextlib.redirect_stdout(io.StringIO()):
            self.addCleanup(self.end, self.experiment.submit(config))
        self.assertEqual((config.arguments, config.run_config.environment_variables), (before, {}))
