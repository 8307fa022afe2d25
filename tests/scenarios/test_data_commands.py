# SPDX-License-Identifier: Apache-2.0
"""`runyard datastore`, `dataset` and `model`: what they make is what the SDK finds, and the other way round."""

import os
import unittest

from daemon import DaemonTest, needs

FIND = """
import sys
from azureml.core import Dataset, Datastore, Model, Workspace
ws = Workspace.from_config()
print(Dataset.get_by_name(ws, "titanic").to_path() if sys.argv[1] == "dataset" else
      open(Model(ws, "churn").download("down")).read() if sys.argv[1] == "model" else
      Dataset.File.from_files((Datastore.get(ws, "mydata"), "*.txt")).to_path())
"""
MAKE = """
from azureml.core import Dataset, Datastore, Workspace
ws = Workspace(subscription_id="sub", resource_group="group", workspace_name="own")
store = Datastore.register_azure_blob_container(ws, "blobs", "container", "account", account_key="secret")
Dataset.File.from_files((store, "x"), validate=False).register(ws, "made")
"""
MISSING = """
from azureml.core import Dataset, Workspace
Dataset.get_by_name(Workspace(subscription_id="sub", resource_group="group", workspace_name="own"), "my data")
"""


@needs("runyardd")
class DataCommands(DaemonTest):
    def files(self, name, content="x"):
        """A folder with a file."""
        return self.daemon.folder({name: content})

    def found(self, noun):
        """What the SDK finds."""
        return self.daemon.python(FIND, noun, cwd=self.files("here.txt")).out.strip()

    def test_a_datastore_is_led_to_a_folder(self):
        folder = self.files("a.txt")
        said = self.daemon.cli("datastore", "link", "mydata", ".", cwd=folder).out
        self.assertEqual(said, "datastore mydata: %s\n" % folder)
        self.assertEqual(self.found("datastore"), "['/a.txt']")
        self.assertRegex(self.daemon.cli("datastore").out, r"(?m)^mydata +AzureBlob +yes +%s$" % folder)
        os.rename(folder, folder + ".gone")
        self.addCleanup(os.rename, folder + ".gone", folder)
        failed = self.daemon.python(FIND, "datastore", code=1)
        self.assertIn("datastore 'mydata' is linked to %s, which is not there" % folder, failed.err)

    def test_a_dataset_is_registered(self):
        folder = self.files("titanic.csv")
        for version in (1, 1, 2):
            path = "titanic.csv" if version == 1 else "."
            said = self.daemon.cli("dataset", "register", "titanic", path, cwd=folder).out
            self.assertIn("dataset titanic version %d, %s: %s" % (version, "tabular" if version == 1 else "file", folder), said)
        self.assertEqual(self.found("dataset"), "['/titanic.csv']")
        item, = [dataset for dataset in self.daemon.cli("dataset", "--json").json["items"] if dataset["name"] == "titanic"]
        self.assertEqual((item["version"], item["type"], item["paths"]), (2, "file", [folder]))

    def test_a_model_is_registered(self):
        folder = self.files("model/churn.pkl", "content")
        self.assertEqual(self.daemon.cli("model", "register", "churn", "model/churn.pkl", cwd=folder).out,
                         "model churn version 1: 1 file\n")
        self.assertEqual(self.found("model"), "content")
        self.assertEqual(self.daemon.cli("model", "register", "churn", "model", cwd=folder).out,
                         "model churn version 2: 1 file\n")
        self.assertRegex(self.daemon.cli("model").out, r"(?m)^churn +2 ")

    def test_the_workspace_of_a_notebook_is_named(self):
        self.daemon.python(MAKE)
        failed = self.daemon.python(MISSING, code=1)
        self.assertIn("`runyard dataset register 'my data' PATH --workspace own` registers one of your files", failed.err)
        self.daemon.cli("dataset", "register", "my data", self.files("a.txt"), "--workspace", "own")
        self.daemon.python(MISSING)
        self.assertRegex(self.daemon.cli("dataset", "--workspace", "own").out, r"(?m)^made +1 +file +.*/blobs/x$")
        listed = self.daemon.cli("datastore", "--workspace", "own", "--json").out
        self.assertIn('"account_name": "account"' if '": "' in listed else '"account_name":"account"', listed)
        self.assertNotIn("secret", listed)

    def test_what_is_refused(self):
        folder = self.files("a.txt")
        for why, words in (("it is not a folder", ["datastore", "link", "x", "a.txt"]),
                           ("no such file", ["datastore", "link", "x", "none"]),
                           ("letters, digits and '_'", ["datastore", "link", "x-y", "."]),
                           ("no such file", ["dataset", "register", "x", "none"]),
                           ("no http or https address", ["dataset", "register", "x", "ftp://host/a"]),
                           ("is file or tabular, not 'y'", ["dataset", "register", "x", ".", "--type", "y"]),
                           ("No such file", ["model", "register", "x", "none"])):
            self.assertIn(why, self.daemon.cli(*words, code=1, cwd=folder).err)

    def test_what_was_fetched_is_listed_and_removed(self):
        folder = os.path.join(self.daemon.state, "fetched", "https%3A", "%2Fhost")
        os.makedirs(folder)
        with open(os.path.join(folder, "a.csv"), "wb") as file:
            file.write(b"x" * 3_000_000)
        self.assertIn("3.0 MB  (fetched from web addresses: runyard dataset gc)", self.daemon.cli("du").out)
        self.assertIn("removed 3.0 MB", self.daemon.cli("dataset", "gc").out)
        self.assertFalse(os.path.exists(os.path.dirname(os.path.dirname(folder))))
        self.assertIn("removed 0 bytes", self.daemon.cli("dataset", "gc").out)


if __name__ == "__main__":
    unittest.main()
