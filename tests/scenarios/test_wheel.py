# SPDX-License-Identifier: Apache-2.0
"""The wheel of the SDK alone: built, installed into environments of two CPythons, used from another folder, beside the real SDK, removed.
Minutes long, and pip fetches build tools and the real SDK: only with RUNYARD_SLOW=1."""

import csv
import os
import shutil
import subprocess
import tempfile
import unittest

from processes import read_bytes
from venvs import make_venv
from wheel_case import digest_of
from daemon import BIN, ROOT, Daemon, needs

SLOW = unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "slow, and needs a package index: set RUNYARD_SLOW=1")
NOTEBOOK = """
import os
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
import runyard
with open("train.py", "w") as file:
    file.write("import runyard, subprocess, sys\\nfrom azureml.core import Run\\nRun.get_context().log('mse', 0.5)\\n"
               "print(subprocess.check_output([sys.executable, '-c', 'import azureml.core']) == b'')\\n")
env = Environment("mine")
env.python.user_managed_dependencies = True
run = Experiment(Workspace.from_config(), "wheel").submit(ScriptRunConfig(".", "train.py", environment=env))
run.wait_for_completion(show_output=True)
print(run.get_status(), run.get_metrics(), os.path.dirname(runyard.__file__))
"""
WHERE = "import azureml.core as core; print(core.__file__)"


def python_of(minor: int) -> str:
    """A CPython 3.minor of this machine. SkipTest: there is none."""
    found = subprocess.run([os.path.join(ROOT, "scripts/pythons"), "--all", "tests/python"], stdout=subprocess.PIPE, check=True)
    for python in found.stdout.decode().split():
        version = subprocess.run([python, "-c", "import sys; print(sys.version_info[1])"], stdout=subprocess.PIPE)
        if int(version.stdout) == minor:
            return python
    raise unittest.SkipTest("no CPython 3.%d on this machine" % minor)


class WheelCase(unittest.TestCase):
    """`self.wheel` is a fresh wheel, `self.daemon` where a daemon may run."""

    @classmethod
    def setUpClass(cls):
        cls.out = tempfile.mkdtemp(prefix="wheel-")
        cls.addClassCleanup(shutil.rmtree, cls.out)
        cls.wheel = subprocess.run([os.path.join(ROOT, "scripts/wheel"), "--sdk", "--out", cls.out], stdout=subprocess.PIPE,
                                   check=True).stdout.decode().strip()

    def setUp(self):
        self.daemon = Daemon(start=False)
        self.addCleanup(self.daemon.close)

    def venv(self, minor):
        """An environment with nothing but pip; its interpreter and site-packages."""
        folder = os.path.join(self.daemon.root, "venv-3.%d" % minor)
        return make_venv(folder, [], python_of(minor)), os.path.join(folder, "lib/python3.%d/site-packages" % minor)

    @staticmethod
    def pip(python, *arguments):
        done = subprocess.run([python, "-m", "pip", "--disable-pip-version-check", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise AssertionError("pip %s: %s" % (" ".join(arguments), done.stdout.decode("utf-8", "replace")[-4000:]))


def content(site):
    """Everything in a site-packages but what pip itself leaves when it runs."""
    return sorted(os.path.relpath(os.path.join(folder, name), site) for folder, _, names in os.walk(site)
                  for name in names if "/pip/" not in folder)


@SLOW
@needs("runyard", "runyardd", "runyard-launcher")
class WheelTest(WheelCase):
    def test_install_use_and_remove(self):
        for minor in (8, 12):
            with self.subTest(minor):
                python, site = self.venv(minor)
                before = content(site)
                self.pip(python, "install", "--no-index", self.wheel)
                self.assertIn("runyard_hook.pth", content(site))
                self.assertIn("runyard/py.typed", content(site))
                self.check_use(python, site)
                self.pip(python, "uninstall", "-y", "runyard")
                self.assertEqual(content(site), before)
                self.assertIn("No module named 'azureml'", self.daemon.execute([python, "-c", WHERE], code=1).err)

    def check_use(self, python, site):
        folder = os.path.join(self.daemon.root, "my work")
        os.makedirs(folder, exist_ok=True)
        done = self.daemon.execute([python, "-c", NOTEBOOK], cwd=folder, environment={"RUNYARD_HOME": os.path.dirname(BIN)})
        self.daemon.cli("down")
        self.assertIn("\nTrue\n", done.out)
        self.assertEqual(done.out.rstrip().split("\n")[-1], "Completed {'mse': 0.5} " + os.path.join(site, "runyard"))

    def test_without_programs_it_says_where_it_looked(self):
        python, site = self.venv(12)
        self.pip(python, "install", "--no-index", self.wheel)
        done = self.daemon.execute([python, "-c", "from azureml.core import Workspace; Workspace.from_config()"], code=1,
                                 environment={"PATH": "/nowhere", "RUNYARD_HOME": "/absent"})
        self.assertIn("'runyardd' was not found in /absent/bin, %s/bin, %s, /nowhere;" % (site, os.path.dirname(python)), done.err)


def damaged(site, distribution):
    """Files of an installed distribution that are not as it brought them."""
    record = os.path.join(site, distribution, "RECORD")
    with open(record, newline="") as file:
        rows = [row for row in csv.reader(file) if row[1]]
    return [name for name, digest, _ in rows if digest_of(read_bytes(os.path.join(site, name))) != digest]


@SLOW
class RealSdkTest(WheelCase):
    """Every order of installing and removing, in one environment that has the real azureml-core."""

    def core(self, **environment):
        """Which azureml.core a new process gets: "ours", "theirs" or the error."""
        done = self.daemon.execute([self.python, "-c", WHERE], code=None, environment=environment)
        if done.code:
            return done.err.strip().split("\n")[-1]
        return {self.site + "/azureml/core/__init__.py": "theirs", self.site + "/runyard/_names/azureml/__init__.py": "ours"}[
            done.out.strip().split("\n")[-1]]

    def check(self, with_hook, without_hook):
        self.assertEqual((self.core(), self.core(RUNYARD_AZUREML="off")), (with_hook, without_hook))

    def test_every_order(self):
        self.python, self.site = self.venv(9)
        nothing = "ModuleNotFoundError: No module named 'azureml'"
        self.pip(self.python, "install", "--no-index", self.wheel)
        self.check("ours", nothing)
        self.pip(self.python, "install", "azureml-core")  # ours, then the real one
        self.check("ours", "theirs")
        real = next(name for name in os.listdir(self.site) if name.startswith("azureml_core-"))
        self.pip(self.python, "install", "--no-deps", "--force-reinstall", "azureml-core")  # as notebooks do
        self.check("ours", "theirs")
        self.pip(self.python, "uninstall", "-y", "runyard")
        self.check("theirs", "theirs")
        self.pip(self.python, "install", "--no-index", self.wheel)  # the real one, then ours
        self.check("ours", "theirs")
        self.assertEqual(damaged(self.site, real), [])
        self.assertEqual(damaged(self.site, "runyard-0.1.0.dist-info"), [])
        self.pip(self.python, "uninstall", "-y", "azureml-core")
        self.check("ours", nothing)

    def test_a_notebook_that_reinstalls_it_while_it_runs(self):
        self.python, self.site = self.venv(10)
        self.pip(self.python, "install", "--no-index", self.wheel)
        done = self.daemon.execute([self.python, "-c", """if True:
            import azureml.core, subprocess, sys
            subprocess.check_call([sys.executable, '-m', 'pip', 'install', '-q', '--no-deps', '--force-reinstall',
                                   '--disable-pip-version-check', 'azureml-core'])
            from azureml.core.workspace import Workspace
            import runyard
            child = subprocess.check_output([sys.executable, '-c', 'import azureml.core as c; print(c.__file__)'])
            print(Workspace is runyard.Workspace, child.decode().strip() == azureml.core.__file__)
            """], environment={name: value for name, value in os.environ.items() if name.startswith("PIP_")})
        self.assertEqual(done.out, "True True\n")


if __name__ == "__main__":
    unittest.main()
