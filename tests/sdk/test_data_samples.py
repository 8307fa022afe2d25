# SPDX-License-Identifier: Apache-2.0
"""Notebooks with a datastore of their own, a table of a web address and outputs that the next run reads: unchanged, and
twice."""

import os
import sys
import unittest
from unittest import mock

from notebook_case import ROOT, Notebook, needs_daemon
from sample_case import SampleCase

sys.path.append(os.path.join(ROOT, "tests", "python"))

from web_server import WebServer  # noqa: E402

from runyard import Dataset  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402
from runyard.output_dataset_config import (LinkFileOutputDatasetConfig, OutputFileDatasetConfig,  # noqa: E402
                                           OutputTabularDatasetConfig)

try:
    import pandas
    import sklearn
except ImportError:
    pandas = sklearn = None

DATASTORE = """\
MyBlobDatastore AzureBlob myaccount mycontainer
['/train.py'] ['MyBlobDatastore']
Completed {'names': 'train.py', 'same': 'train.py', 'reference': True} cpu-cluster
"""
CHAIN = """\
Completed ['beside', 'prepared'] prepared
[('prepared', ['/rows.csv']), ('beside', ['/kept.txt'])]
prepared-data {'stage': 'prepared'} ['/rows.csv'] ['/rows.csv']
Completed {'rows': [2, 2]}
"""


@needs_daemon
class Samples(SampleCase):
    def twice(self, name, *arguments):
        """What a sample prints in two runs of it, in folders of their own."""
        found = []
        for _ in range(2):
            found.append(self.run_sample(name, *arguments))
            self.doCleanups()
            self.setUp()
        return found

    def test_a_datastore_is_created_or_reused(self):
        (first, said), (second, _) = self.twice("own_datastore")
        self.assertEqual(first, "Registered blob datastore with name: MyBlobDatastore\n" + DATASTORE)
        self.assertEqual(second, "Found Blob Datastore with name: MyBlobDatastore\n" + DATASTORE)
        self.assertIn("the target 'cpu-cluster' is new", said)

    def test_what_a_run_writes_is_read_by_the_next(self):
        (first, said), (second, _) = self.twice("output_chain")
        self.assertEqual((first, second), (CHAIN, CHAIN))
        self.assertIn("datastore 'chain_data' is new", said)
        self.assertEqual(Dataset.get_by_name(self.workspace, "prepared-data").version, 2)

    @unittest.skipUnless(sklearn, "pandas or scikit-learn is not installed")
    def test_a_table_of_the_web_is_fetched_once(self):
        server = WebServer()
        self.addCleanup(server.stop)
        rows = ["{},{},{}".format(age, age / 2, int(age > 50)) for age in range(15, 90)]
        server.files["/diabetes.csv"] = "\n".join(["age,bmi,diabetic"] + rows).encode()
        with mock.patch.dict(os.environ, RUNYARD_FETCH_PRIVATE="1"):
            for out, _ in self.twice("web_table", server.url + "diabetes.csv"):
                self.assertEqual(out, "['age', 'bmi', 'diabetic']\nCompleted 69 True\n")
        self.assertEqual(len(server.seen), 1)


@needs_daemon
class Outputs(Notebook):
    def submit(self, script, *arguments, **more):
        """A run of a script with these arguments, which has ended."""
        run = self.experiment.submit(self.config("import os, sys\n" + script, list(arguments)), **more)
        run.wait_for_completion(raise_on_error=False)
        return run

    def test_a_run_that_fails_registers_nothing(self):
        output = OutputFileDatasetConfig("out").register_on_complete("never")
        run = self.submit("open(sys.argv[1] + '/a', 'w')\nsys.exit(1)", output)
        self.assertEqual((run.get_status(), os.listdir(run.output_datasets["out"])), ("Failed", ["a"]))
        self.assertNotIn("never", self.workspace.datasets)

    def test_the_folder_has_the_ids_of_the_run_and_of_the_output(self):
        store = self.workspace.get_default_datastore()
        run = self.submit("print(os.environ['out'])", OutputFileDatasetConfig("out"))
        self.assertEqual(run.output_datasets, {"out": str(store.path("dataset/{}/out".format(run.id)))})
        chosen = self.submit("", OutputFileDatasetConfig("out", (store, "at/{run-id}/{output-name}")), run_id="chosen")
        self.assertEqual(chosen.output_datasets, {"out": str(store.path("at/chosen/out"))})
        self.assertNotIn("out", run.get_details()["runDefinition"]["environment"]["environmentVariables"])

    def test_a_run_inside_a_run_does_not_get_its_outputs(self):
        output = OutputFileDatasetConfig("out")
        with mock.patch.dict(os.environ, RUNYARD_OUTPUTS='{"out": {"mode": "mount", "path": "/x"}}', out="/x"):
            run = self.submit("sys.exit('out' in os.environ or 'RUNYARD_OUTPUTS' in os.environ)")
        self.assertEqual((run.get_status(), output.name), ("Completed", "out"))

    def test_what_is_refused(self):
        a, b = OutputFileDatasetConfig("x"), OutputFileDatasetConfig("x")
        for why, call in (("two outputs of the run have the name 'x'", lambda: self.submit("", a, b)),
                          ("has no files yet: submit the run", lambda: self.submit("", a.as_input())),
                          ("not begin with a digit", lambda: OutputFileDatasetConfig("1")),
                          ("a datastore is needed", lambda: OutputFileDatasetConfig("x", ("store", "path"))),
                          ("leads out of datastore", lambda: self.submit("", OutputFileDatasetConfig(
                              "x", (self.workspace.get_default_datastore(), "../..")))),
                          ("must be a text that is not empty", lambda: a.register_on_complete("")),
                          ("Invalid partition_format", lambda: OutputFileDatasetConfig("x", partition_format="y")),
                          ("is made by OutputFileDatasetConfig", OutputTabularDatasetConfig),
                          ("is known when the run has completed", LinkFileOutputDatasetConfig("x").as_input)):
            with self.subTest(why), self.assertRaisesRegex(UserErrorException, why):
                call()
        config = self.config("")
        config.run_config.output_data["x"] = 3
        with self.assertRaisesRegex(UserErrorException, r"output_data\['x'\] must be an OutputFileDatasetConfig, not 3"):
            self.experiment.submit(config)

    @unittest.skipUnless(pandas, "pandas is not installed")
    def test_a_table_is_registered_and_read(self):
        table = OutputFileDatasetConfig("out").read_delimited_files(path_glob="*.csv").drop_columns("y")
        table = table.register_on_complete("numbers")
        self.submit("open(sys.argv[1] + '/a.csv', 'w').write('x,y\\n1,2\\n')\nopen(sys.argv[1] + '/b.txt', 'w')", table)
        for dataset in (Dataset.get_by_name(self.workspace, "numbers"), table.as_input().dataset):
            self.assertEqual(dataset.to_pandas_dataframe().values.tolist(), [["1"]])

    def test_an_output_by_the_configuration(self):
        config = self.config("import os\nopen(os.environ['named'] + '/a', 'w')")
        output = OutputFileDatasetConfig("named")
        config.run_config.output_data["named"] = output
        run = self.experiment.submit(config)
        run.wait_for_completion()
        self.assertEqual(os.listdir(run.output_datasets["named"]), ["a"])
        self.assertEqual(run.get_details()["runDefinition"]["outputData"]["named"]["mechanism"], "Mount")


if __name__ == "__main__":
    unittest.main()
