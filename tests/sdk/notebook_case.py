# SPDX-License-Identifier: Apache-2.0
"""A test that is a notebook: its process uses the SDK, which starts a real daemon, in a folder of the test's own."""

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BIN = os.path.realpath(os.environ.get("RUNYARD_BIN", os.path.join(ROOT, "build", "dev", "bin")))
sys.path[:0] = [os.path.join(ROOT, "python"), os.path.join(ROOT, "python", "runyard", "_names")]
sys.path.append(os.path.join(ROOT, "tests", "scenarios"))  # what it shares with them

from processes import living, wait_for  # noqa: E402
from runyard import Environment, Experiment, ScriptRunConfig, Workspace  # noqa: E402
from runyard._own_runs import interactive  # noqa: E402
from runyard._client.api import client, path_of  # noqa: E402

FINAL = ("Completed", "Failed", "Canceled")
PROCESS = "import os, sys, time\nsys.path.insert(0, {!r})\nfrom runyard import Experiment, Workspace\n" \
          "experiment = Experiment(Workspace.from_config(), sys.argv[1])\n".format(os.path.join(ROOT, "python"))
needs_daemon = unittest.skipUnless(os.access(os.path.join(BIN, "runyardd"), os.X_OK),
                                   "runyardd has not been built in " + BIN)


class Notebook(unittest.TestCase):
    """One daemon and one folder for the tests of a class; `self.experiment` is the test's own."""

    @classmethod
    def setUpClass(cls):
        cls.top = tempfile.mkdtemp(prefix="ry-", dir="/tmp")
        cls.before = dict(os.environ)
        for name in [name for name in os.environ if name.startswith(("RUNYARD_", "AZUREML_"))]:
            del os.environ[name]
        os.environ.update(RUNYARD_STATE=os.path.join(cls.top, "state"), RUNYARD_HOME=os.path.dirname(BIN))
        cls.here = os.getcwd()
        os.chdir(cls.top)

    @classmethod
    def tearDownClass(cls):
        os.chdir(cls.here)
        try:
            client.call("POST", path_of("stop"))
            wait_for("the end of every process", lambda: not cls.others())
        finally:
            client.close()
            for pid in cls.others():
                os.kill(pid, signal.SIGKILL)
            os.environ.clear()
            os.environ.update(cls.before)
            shutil.rmtree(cls.top, ignore_errors=True)

    @classmethod
    def others(cls):
        """Processes that belong to the test, without this one."""
        return [pid for pid in living(cls.top) if pid != os.getpid()]

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="笔 记-", dir=self.top)
        os.chdir(self.folder)
        self.addCleanup(os.chdir, self.top)
        with self.quiet():
            self.workspace = Workspace.from_config()
        self.experiment = Experiment(self.workspace, "实验 " + self.id().rsplit(".", 1)[-1][:100])
        self.addCleanup(self.end_open)

    @staticmethod
    def end_open():
        """See to it that no run of this process is left open."""
        for run in list(interactive._open.values()):
            run.cancel()

    @contextlib.contextmanager
    def quiet(self):
        """What is said on stderr inside of the block, as a stream."""
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            yield said

    def put(self, name, content="x"):
        """Write a file of the notebook's folder."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def source(self, script):
        """A folder with a main.py of this text."""
        place = tempfile.mkdtemp(prefix="源 码-", dir=self.top)
        with open(os.path.join(place, "main.py"), "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(script))
        return place

    def config(self, script, arguments=(), python=None, **more):
        """A configuration of a script with this text; `more` are arguments of ScriptRunConfig."""
        environment = Environment("user-managed")
        environment.python.user_managed_dependencies = True
        if python:
            environment.python.interpreter_path = python
        return ScriptRunConfig(self.source(script), "main.py", list(arguments), environment=environment, **more)

    def submit(self, script, arguments=(), python=None, tags=None, **more):
        """Start a script; it is over when the test is. What submit prints is kept in `self.said`."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            run = self.experiment.submit(self.config(script, arguments, python, **more), tags)
        self.said = said.getvalue()
        self.addCleanup(self.end, run)
        return run

    @staticmethod
    def end(run):
        """See to it that a run is over."""
        if run.get_status() not in FINAL:
            run.cancel()
            run.wait_for_completion(raise_on_error=False)

    def finished(self, script, **more):
        """A script that has ended well."""
        run = self.submit(script, **more)
        run.wait_for_completion()
        return run


class OneRun(Notebook):
    """Tests that ask one run, which `make` makes for all of them; kept in `run_`, and what it answered in `answers`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_ = None

    def setUp(self):
        super().setUp()
        if self.run_ is None:
            type(self).run_, type(self).answers = self.make()

    def make(self):
        """The run, and what it answered."""
        raise NotImplementedError


class Interactive(Notebook):
    """What tests of interactive runs share."""

    def ended(self, run):
        """State and message of a run, as the daemon has them."""
        facts = run._refresh()
        return facts["status"], (facts["error"] or {}).get("message")

    def text(self, run, name):
        """The content of a file of a run, as text."""
        target = os.path.join(self.top, "down")
        run.download_file(name, target)
        with open(target, encoding="utf-8") as file:
            return file.read()

    def process(self, source, prefix=()):
        """A Python of its own that runs `source` with an `experiment`."""
        return subprocess.Popen([*prefix, sys.executable, "-c", PROCESS + source, self.experiment.name], cwd=self.folder,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def id_of(self, process):
        """The run id that a process prints first."""
        return process.stdout.readline().decode().strip()
