# SPDX-License-Identifier: Apache-2.0
"""examples/ridge in every kind of environment: interpreters by their path, and environments that are built for it.

With RUNYARD_SLOW=1 in every CPython of the machine that scikit-learn comes for, and from a conda channel.
"""

import os
import shutil
import subprocess
import sys
import unittest

from conda_channel import Channel, conda_program
from environment_case import LONG, folder_of_uv
from ridge_case import RidgeCase
from venvs import CACHE, shared_venv, sklearn_python
from daemon import ROOT, basic_environment

SUBMIT = """
import sys
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies
environment = Environment("ridge")
%s
config = ScriptRunConfig(sys.argv[1], script="train.py", environment=environment)
print(Experiment(Workspace.from_config(), "ridge").submit(config).id)
"""
BY_PATH = "environment.python.user_managed_dependencies = True\nenvironment.python.interpreter_path = %r"
CONDA_PACKAGES = "environment.python.conda_dependencies = CondaDependencies.create(conda_packages=['scikit-learn'])"
REQUIREMENTS = "environment = Environment.from_pip_requirements('ridge', %r)"
SPECIFICATION = "environment = Environment.from_conda_specification('ridge', %r)"
# What else lies in the virtual environment; the example needs none of it.
NOT_NEEDED = ("pip", "setuptools", "distutils", "_distutils", "pkg_resources", "matplotlib", "mpl_toolkits", "pillow",
              "pil", "fonttools", "kiwisolver", "contourpy")
slow = unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "takes minutes: set RUNYARD_SLOW=1")
needs_root = unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "needs root and unshare")


def pythons():
    """Every CPython from 3.7 on that the machine has."""
    listed = subprocess.run([os.path.join(ROOT, "scripts/pythons"), "--all", "tests/sdk"], stdout=subprocess.PIPE, check=True)
    return [path for path in listed.stdout.decode().split() if "/libraries-" not in path]


class RidgeEnvironments(RidgeCase):
    path = ""  # where uv or conda lies, in front of PATH

    def submit(self, environment, python=sys.executable, **variables):
        """The run, once it has ended, of an environment made by this line of Python."""
        search = ":".join(filter(None, [self.path, basic_environment(self.daemon.home)["PATH"]]))
        settings = {"PATH": search, "UV_CACHE_DIR": os.path.join(os.path.realpath(CACHE), "uv-cache"), "PIP_RETRIES": "0"}
        done = self.daemon.python(SUBMIT % environment, self.folder, python=python, environment={**settings, **variables})
        return self.daemon.wait(done.out.split()[-1], 5 * LONG)

    def put(self, name, text):
        path = os.path.join(self.daemon.root, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def without_network(self):
        """From now on the daemon, and what it starts, have only the loopback of an empty network namespace."""
        self.daemon.stop()
        self.daemon.wrapper = ("unshare", "--net")
        self.addCleanup(setattr, self.daemon, "wrapper", ())
        self.addCleanup(self.daemon.restart)
        self.daemon.start()


class ByPath(RidgeEnvironments):
    def test_in_a_virtual_environment_that_is_named(self):
        run = self.submit(BY_PATH % sklearn_python())
        self.assertEqual(self.check(run["id"])["interpreter"]["path"], sklearn_python())

    @slow
    def test_in_every_python_that_can_have_it(self):
        tried = []
        for python in pythons():
            try:
                named = shared_venv("sklearn", ["scikit-learn", "matplotlib"], python)
            except RuntimeError:
                continue
            with self.subTest(python=python):
                tried.append(self.check(self.submit(BY_PATH % named)["id"])["interpreter"]["version"])
        self.assertGreaterEqual(len(tried), 1)
        print("ridge ran in CPython " + ", ".join(tried), file=sys.stderr)


class Built(RidgeEnvironments):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path = folder_of_uv()

    def test_from_conda_packages_without_a_conda(self):
        run = self.check(self.submit(CONDA_PACKAGES)["id"])
        self.assertEqual((run["prepared"]["tool"], run["prepared"]["built"]), ("uv", True))
        self.assertIn("taken from the Python index: scikit-learn", run["warnings"][0])

    def test_from_a_requirements_file(self):
        run = self.check(self.submit(REQUIREMENTS % self.put("requirements.txt", "scikit-learn\n"))["id"])
        self.assertEqual(run["prepared"]["tool"], "uv")

    @needs_root
    def test_without_a_network(self):
        environment = REQUIREMENTS % self.put("cached.txt", "scikit-learn>=0.20\n")
        first = self.check(self.submit(environment)["id"])
        self.without_network()
        again = self.check(self.submit(environment)["id"])
        self.assertEqual((again["prepared"]["digest"], again["prepared"]["built"]), (first["prepared"]["digest"], False))
        # What is not in the cache is looked for in the Python that submits.
        other = REQUIREMENTS % self.put("new.txt", "scikit-learn>=0.21\n")
        empty = os.path.join(self.daemon.root, "no cache")
        found = self.check(self.submit(other, python=sklearn_python(), UV_CACHE_DIR=empty)["id"])
        self.assertIn("The run uses %s, which has the packages" % sklearn_python(), found["warnings"][-1])
        run = self.submit(other, python=shared_venv("plain"), UV_CACHE_DIR=empty)
        self.assertEqual((run["status"], run["stage"]), ("Failed", "interpreter"))
        self.assertIn("does not have: scikit-learn", run["error"]["message"])


@slow
class ByConda(RidgeEnvironments):
    """From a channel that holds what a virtual environment has of scikit-learn, as one package."""

    def test_from_a_specification(self):
        type(self).path = os.path.join(self.daemon.root, "bin")
        try:
            conda_program(self.path)
        except RuntimeError as error:
            self.skipTest("no conda can be had: %s" % str(error)[-200:])
        channel = Channel(os.path.join(self.daemon.root, "channel"))
        channel.add("scikit-learn", "1.0", self.libraries(), ["python"])
        text = "name: ridge\nchannels: [%s]\ndependencies:\n  - python=%d.%d\n  - scikit-learn\n"
        file = self.put("environment.yml", text % ((channel.url,) + sys.version_info[:2]))
        run = self.check(self.submit(SPECIFICATION % file)["id"])
        self.assertEqual((run["prepared"]["tool"], run["warnings"]), ("micromamba", []))

    @staticmethod
    def libraries():
        """The files of scikit-learn and of what it needs."""
        prefix = os.path.dirname(os.path.dirname(sklearn_python()))
        root = os.path.join(prefix, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")
        files = {}
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                inside = os.path.relpath(path, root)
                if not inside.lower().startswith(NOT_NEEDED) and not name.endswith(".pyc") and "/tests/" not in path:
                    with open(path, "rb") as file:
                        files["site-packages/" + inside] = file.read()
        return files


if __name__ == "__main__":
    unittest.main()
