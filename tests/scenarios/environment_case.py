# SPDX-License-Identifier: Apache-2.0
"""What scenarios of built environments share: runs made by hand, and an index of the tests' own, without a network."""

import glob
import json
import os
import signal
import subprocess
import time
import unittest

from launcher_case import LAUNCHER, LauncherCase
from package_index import Index, make_wheel
from processes import PATIENCE, wait_for
from venvs import shared_venv

SDK = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
SLOW = bool(os.environ.get("RUNYARD_SLOW"))
LONG = 4 * PATIENCE  # a build, under sanitizers, on a busy machine
SHOW = "import demo\nprint('demo', demo.version, sys.prefix, os.environ.get('VIRTUAL_ENV'))\n"


def python_named(pattern):
    """An interpreter of pyenv, or None."""
    found = sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/%s/bin/python" % pattern)))
    return found[-1] if found else None


def folder_of_uv():
    """Where a uv lies; the test is skipped where none can be had."""
    try:
        return os.path.dirname(shared_venv("uv", ["uv"]))
    except RuntimeError as error:
        raise unittest.SkipTest("uv cannot be had: %s" % str(error)[-200:]) from None


class EnvironmentCase(LauncherCase):
    """Runs of a state directory whose environments come from `self.index`."""

    path_prefix = ""  # of PATH: where uv lies

    def setUp(self):
        super().setUp()
        self.wheels = os.path.join(self.state.name, "wheels")
        for version in ("1.0", "1.1", "2.0"):
            make_wheel(self.wheels, "demo", version)
        make_wheel(self.wheels, "needy", "1.0", ["demo<2"])
        make_wheel(self.wheels, "tool", "1.0")
        self.index = Index(self.wheels)
        self.addCleanup(self.index.close)
        self.first = True
        self.variables = {}

    @property
    def environments(self):
        return os.path.join(self.state.name, "cache", "environments")

    def prepare(self, code, **changes):
        """Every call prepares another run."""
        if not self.first:
            self.id = "scenario_%d_%d" % (os.getpid(), time.monotonic_ns())
            self.mark = "RUNYARD_RUN_ID=" + self.id
            self.run_dir = os.path.join(self.state.name, "runs", self.id)
            self.attempt = os.path.join(self.run_dir, "attempt-1")
            self.make_folders()
        self.first = False
        super().prepare(code, **changes)
        path = ":".join(filter(None, [self.path_prefix, "/usr/bin:/bin"]))
        self.write("record/environ.json", dict({"PATH": path, "HOME": self.state.name, "PIP_RETRIES": "1"},
                                               **self.variables))

    def managed(self, *pip, **changes):
        return dict({"name": "mine", "python": None, "pip": list(pip), "options": ["--index-url " + self.index.url]},
                    **changes)

    def run_in(self, managed, code=SHOW, **changes):
        """The ending of a run in an environment, and what it printed."""
        process = self.start(code, managed=managed, sdk_path=SDK, **changes)
        self.assertEqual(process.wait(LONG), 0)
        return self.ending(), self.read("log").decode()

    def completes(self, managed, code=SHOW, **changes):
        """What a run printed that completed."""
        end, said = self.run_in(managed, code, **changes)
        self.assertEqual(end["outcome"], "completed", (end, self.env_log()))
        return said

    def fails(self, managed, *words, **changes):
        """A run fails before its start, with a message that holds these words; nothing is left of its build."""
        end, _ = self.run_in(managed, **changes)
        self.assertEqual((end["outcome"], end["reason"]), ("failed", "could_not_start"), end)
        for word in words:
            self.assertIn(word, end["message"])
        self.assertEqual(self.built(), [])

    def env_log(self):
        return self.read("env.log").decode()

    def built(self):
        """The folders of environments, whole or not."""
        return [folder for folder in glob.glob(os.path.join(self.environments, "*"))
                if os.path.isdir(folder) and os.path.basename(folder) != "builds"]

    def warnings(self):
        return [fact["v"] for fact in self.facts("warning")]

    def verb(self, *words):
        """What `runyard-launcher --env ...` answers."""
        done = subprocess.run([LAUNCHER, "--env", *words, "--state", self.state.name], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=LONG, input=b"",
                              env={"PATH": "/usr/bin:/bin", "HOME": self.state.name})
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def start_building(self, managed, code=SHOW):
        """A run whose build waits for the index, which is shut."""
        self.index.shut()
        before = len(self.index.asked)
        process = self.start(code, managed=managed, sdk_path=SDK)
        wait_for("a question to the index", lambda: len(self.index.asked) > before, LONG)
        return process

    def cancel(self, process):
        """Cancel the run, and wait for its end: canceled, with nothing left of it."""
        self.request_stop()
        os.kill(json.loads(self.read("lock"))["worker"]["pid"], signal.SIGUSR1)
        self.assertEqual(self.ending()["outcome"], "canceled")
        process.wait(PATIENCE)
        self.assert_nothing_left()


class BuildCase(EnvironmentCase):
    """Runs whose environments are built; uv is on their PATH."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path_prefix = folder_of_uv()
