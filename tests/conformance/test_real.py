# SPDX-License-Identifier: Apache-2.0
"""The table of the public surface against the real azureml-core, which pip installs into an environment that is thrown
away. Facts only: names, order, defaults. Minutes long, and needs a package index: only with RUNYARD_SLOW=1."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "scenarios")]

from census import TABLE, draw  # noqa: E402
from exported import download, packages  # noqa: E402
from read_signatures import read  # noqa: E402
from signatures import stated  # noqa: E402
from table import owners  # noqa: E402
from venvs import make_venv  # noqa: E402

RELEASE = "1.61.0.post4"


PACKAGES = ["azureml-core==" + RELEASE, "azureml-train-core", "azureml-widgets", "ipython<9", "setuptools<80"]
READ = ("azureml.contrib.", "azureml.interpret.", "azureml.monitoring.", "azureml.opendatasets.", "azureml.pipeline.",
        "azureml.tensorboard.")  # not installed
SLOW = os.environ.get("RUNYARD_SLOW") and sys.version_info[:2] == (3, 11)  # the facts are the same under every CPython


@unittest.skipUnless(SLOW, "slow, needs CPython 3.11 and a package index: set RUNYARD_SLOW=1")
class Real(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """`cls.found`: {path: {name: facts}} of the original; `cls.folder`: that of the wheels."""
        top = tempfile.mkdtemp(prefix="real-sdk-")
        cls.addClassCleanup(shutil.rmtree, top)
        python = make_venv(os.path.join(top, "venv"), PACKAGES)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RUNYARD_"))}
        done = subprocess.run([python, os.path.join(HERE, "signatures.py")], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment, cwd=top,
                              input=json.dumps({owner.path: owner.example for owner in owners()
                                                if not owner.path.startswith(READ)}).encode())
        if done.returncode:
            raise AssertionError(done.stderr.decode("utf-8", "replace")[-4000:])
        cls.found = json.loads(done.stdout.decode())
        download(top)
        cls.folder = top
        read_packages = packages(top)
        cls.found.update({owner.path: read(read_packages, owner.path) for owner in owners() if owner.path.startswith(READ)})

    def test_every_row_states_a_fact(self):
        for owner in owners():
            for row in owner.rows:
                with self.subTest(owner.name + "." + row.name):
                    self.assertIn(row.name, self.found[owner.path])
                    found = self.found[owner.path][row.name]
                    self.assertEqual(None if found is None else [tuple(fact) for fact in found], stated(row.call))

    def test_nothing_public_is_forgotten(self):
        said = {owner.path: {row.name for row in owner.rows} | {name for name, _ in owner.missing()}
                for owner in owners()}
        for owner in owners():
            with self.subTest(owner.path):
                classes = {other.name for other in owners() if other.path == owner.path + "." + other.name}
                known = said[owner.path] | said.get(owner.extends, set()) | classes
                self.assertEqual(sorted(set(self.found[owner.path]) - known), [])

    def test_only_what_exists_in_v1_is_listed_as_not_provided(self):
        for owner in owners():
            with self.subTest(owner.path):
                self.assertEqual(sorted({name for name, _ in owner.missing()} - set(self.found[owner.path])), [])

    def test_the_table_of_the_census_is_drawn_from_the_packages(self):
        with open(TABLE, encoding="utf-8") as file:
            self.assertEqual(draw(self.folder), file.read())

    def test_the_exported_names_are_those_of_the_packages(self):
        done = subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.dirname(HERE)), "scripts",
                                                            "azureml_names"), "--facts", "--check"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
