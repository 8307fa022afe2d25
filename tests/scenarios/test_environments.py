# SPDX-License-Identifier: Apache-2.0
"""Environments that are built for runs: by pip and by uv, from an index of the tests' own, without a network."""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from launcher_case import LAUNCHER, LauncherCase
from package_index import Index, make_wheel, sha256
from processes import PATIENCE, living, read_bytes, wait_for
from venvs import shared_venv

SDK = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
LONG = 4 * PATIENCE  # a virtual environment with pip, under sanitizers, on a busy machine
SHOW = "import demo\nprint('demo', demo.version, sys.prefix, os.environ.get('VIRTUAL_ENV'))\n"


def python_named(pattern):
    """An interpreter of pyenv, or None."""
    found = sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/%s/bin/python" % pattern)))
    return found[-1] if found else None


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
        for each in words:
            self.assertIn(each, end["message"])
        self.assertEqual(self.built(), [])

    def env_log(self):
        return self.read("env.log").decode()

    def built(self):
        """The folders of environments, whole or not."""
        return [each for each in glob.glob(os.path.join(self.environments, "*"))
                if os.path.isdir(each) and os.path.basename(each) != "builds"]

    def warnings(self):
        return [each["v"] for each in self.facts("warning")]

    def verb(self, *words):
        """What `runyard-launcher --env ...` answers."""
        done = subprocess.run([LAUNCHER, "--env", *words, "--state", self.state.name], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=LONG, input=b"",
                              env={"PATH": "/usr/bin:/bin", "HOME": self.state.name})
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def start_building(self, managed):
        """A run whose build waits for the index, which is shut."""
        self.index.shut()
        process = self.start(SHOW, managed=managed, sdk_path=SDK)
        before = len(self.index.asked)
        wait_for("a question to the index", lambda: len(self.index.asked) > before, LONG)
        return process


class Built(EnvironmentCase):
    tool = "venv and pip"

    def test_it_is_built_once_and_used_again_without_an_index(self):
        said = self.completes(self.managed("demo==1.0"))
        prefix = os.path.join(self.built()[0], "prefix")
        self.assertEqual(said, "demo 1.0 %s %s\n" % (prefix, prefix))
        self.assertIn("pip install", self.env_log())
        self.assertEqual(self.warnings(), [])
        self.index.shut()
        self.assertEqual(self.completes(self.managed("demo==1.0", name="another name", strict=True)), said)
        self.assertNotIn("pip install", self.env_log())
        item, = self.verb("list")["items"]
        self.assertEqual((item["name"], item["used_by"], item["tool"], item["replaced"]),
                         ("mine", self.id, self.tool, []))
        self.assertGreater(item["bytes"], 0)

    def test_two_runs_that_want_the_same_build_it_once(self):
        first = self.start_building(self.managed("demo"))
        attempt = self.attempt
        second = self.start(SHOW, managed=self.managed("demo"), sdk_path=SDK)
        wait_for("the second run to wait", lambda: "another run builds the same" in self.env_log())
        self.index.open()
        self.assertEqual((first.wait(LONG), second.wait(LONG)), (0, 0))
        logs = ""
        for folder in (attempt, self.attempt):
            with open(os.path.join(folder, "exit.json")) as file:
                self.assertEqual(json.load(file)["outcome"], "completed")
            with open(os.path.join(folder, "env.log")) as file:
                logs += file.read()
        self.assertEqual((len(self.built()), logs.count("built in")), (1, 1))

    def test_cancelled_in_the_build(self):
        process = self.start_building(self.managed("demo"))
        self.wish()
        os.kill(json.loads(self.read("lock"))["worker"]["pid"], signal.SIGUSR1)
        self.assertEqual(self.ending()["outcome"], "canceled")
        process.wait(PATIENCE)
        self.assertEqual(self.built(), [])
        wait_for("the end of every process", lambda: not living(self.id))
        self.index.open()
        self.assertIn("demo 2.0", self.completes(self.managed("demo")))

    def test_killed_in_the_build(self):
        process = self.start_building(self.managed("demo"))
        holders = json.loads(self.read("lock"))
        for sign in (signal.SIGSTOP, signal.SIGKILL):
            for who in ("worker", "guard"):
                os.kill(holders[who]["pid"], sign)
        process.wait(PATIENCE)
        self.assertEqual(len(self.built()), 1)
        self.assertEqual(self.verb("list")["items"], [])
        self.index.open()
        self.assertIn("demo 2.0", self.completes(self.managed("demo")))
        self.assertEqual(len(self.built()), 1)

    def test_one_whose_python_is_gone_is_built_again(self):
        self.completes(self.managed("demo"))
        os.unlink(os.path.join(self.built()[0], "prefix", "bin", "python"))
        self.assertIn("demo 2.0", self.completes(self.managed("demo")))
        self.assertIn("pip install", self.env_log())

    def test_one_in_use_stays(self):
        process = self.start(SHOW + "print('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)\n",
                             managed=self.managed("demo"), sdk_path=SDK)
        wait_for("the run", lambda: b"ready" in self.read("log"), LONG)
        digest = os.path.basename(self.built()[0])
        self.assertEqual([each["digest"] for each in self.verb("remove", "mine")["in_use"]], [digest])
        self.assertEqual(self.verb("gc", "--days", "0")["removed"], [])
        with open(self.path("work", "go"), "w"):
            pass
        process.wait(PATIENCE)
        self.assertEqual(self.verb("gc"), {"removed": [], "in_use": []})
        self.assertEqual([each["digest"] for each in self.verb("remove", digest[:8])["removed"]], [digest])
        self.assertEqual((self.built(), self.verb("list")["items"]), ([], []))

    def test_what_the_shell_says_of_it(self):
        self.completes(self.managed("demo==1.0"))
        digest = os.path.basename(self.built()[0])

        def shell(*words):
            return subprocess.run([os.path.join(os.path.dirname(LAUNCHER), "runyard"), "env", *words], check=True,
                                  env={"RUNYARD_STATE": self.state.name, "PATH": "/usr/bin:/bin"},
                                  stdout=subprocess.PIPE).stdout.decode()

        line = shell("list").splitlines()[1]
        for word in (digest[:12], "mine", self.id):
            self.assertIn(word, line)
        self.assertIn("pip       demo==1.0\n", shell("show", digest[:6]))
        self.assertEqual(shell("gc"), "")
        self.assertIn("removed %s mine" % digest[:12], shell("remove", "mine"))
        self.assertEqual((shell("list"), self.built()), ("", []))

    def test_conda_packages_come_from_the_index_where_there_is_no_conda(self):
        conda = {"demo=1": "demo==1.*", "cudatoolkit=10": None}
        self.assertIn("demo 1.1 ", self.completes(self.managed(conda=conda)))
        warning, = self.warnings()
        self.assertIn("no micromamba, mamba or conda", warning)
        self.assertIn("demo=1 as demo==1.*", warning)
        self.assertIn("no Python package: cudatoolkit=10", warning)
        end, _ = self.run_in(self.managed("tool", conda=conda, conda_from_index=False, strict=True))
        self.assertIn("may not come from the Python index: demo=1", end["message"])

    def test_the_python_that_is_asked_for(self):
        other = python_named("3.9.*") or self.skipTest("needs a CPython 3.9 of pyenv")
        versions = os.path.join(self.state.name, ".pyenv", "versions")
        os.makedirs(versions)
        os.symlink(os.path.dirname(os.path.dirname(other)), os.path.join(versions, "3.9.18"))
        said = self.completes(self.managed("demo", python="3.9"), "print('%d.%d' % sys.version_info[:2])\n")
        self.assertEqual(said, "3.9\n")
        self.assertEqual(self.warnings(), [])

    def test_a_python_that_there_is_none_of(self):
        managed = self.managed("demo", python="3.99")
        self.variables["PYENV_ROOT"] = "/nowhere"
        end, _ = self.run_in(dict(managed, strict=True), interpreter=sys.executable)
        self.assertIn("Python 3.99 cannot be had: the nearest on this machine is", end["message"])
        self.completes(managed)
        self.assertEqual(len(self.warnings()), 1)

    def test_paths_with_spaces_and_quotes(self):
        outer = tempfile.TemporaryDirectory(prefix="it's a \"state\" ")
        self.addCleanup(outer.cleanup)
        shutil.copytree(self.state.name, outer.name, dirs_exist_ok=True)
        self.state, self.first = outer, False
        self.assertIn("demo 1.0 " + outer.name, self.completes(self.managed("demo==1.0")))

    def test_the_search_path_of_the_run_does_not_reach_the_tools(self):
        folder = os.path.join(self.state.name, "own")
        os.makedirs(os.path.join(folder, "pip"))
        with open(os.path.join(folder, "pip", "__init__.py"), "w") as file:
            file.write("raise SystemExit('a pip of the user')\n")
        self.variables["PYTHONPATH"] = folder
        self.assertIn("demo 2.0", self.completes(self.managed("demo")))


class BuiltByConda(EnvironmentCase):
    """What is asked of a conda. It is a stand-in: a script that understands the one command line that it is to get."""

    STAND_IN = """#!/bin/sh
[ "$1 $2 $3" = "create --yes --prefix" ] || exit 9
prefix=$4; shift 4
echo "asked for $*"
{python} -m venv "$prefix" && "$prefix/bin/python" -m pip install --no-index --find-links {wheels} demo==1.0
"""

    def test_conda_makes_the_prefix_and_pip_adds_to_it(self):
        self.path_prefix = os.path.join(self.state.name, "bin")
        program = os.path.join(self.path_prefix, "micromamba")
        os.makedirs(self.path_prefix)
        with open(program, "w") as file:
            file.write(self.STAND_IN.format(python=sys.executable, wheels=self.wheels))
        os.chmod(program, 0o755)
        said = self.completes(self.managed("tool", conda={"demo=1.0": "demo==1.0.*", "cudatoolkit": None}, python="3.8",
                                           channels=["one", "two"]), SHOW + "import tool\n")
        self.assertIn("demo 1.0", said)
        self.assertIn("asked for --channel one --channel two python=3.8 pip cudatoolkit demo=1.0\n", self.env_log())
        self.assertEqual(self.warnings(), [])
        self.assertEqual(self.verb("list")["items"][0]["tool"], "micromamba")


class UserManaged(EnvironmentCase):
    def test_a_prefix_of_conda_has_the_variables_of_its_activation(self):
        prefix = os.path.join(self.state.name, "envs", "mine")
        for folder in ("bin", "conda-meta"):
            os.makedirs(os.path.join(prefix, folder))
        os.symlink(sys.executable, os.path.join(prefix, "bin", "python"))
        with open(os.path.join(prefix, "conda-meta", "state"), "w") as file:
            json.dump({"version": 1, "env_vars": {"KEPT": "by conda", "SHELL_ONE": "by conda", "OWN": "by conda"}}, file)
        self.variables.update(VIRTUAL_ENV="/other", CONDA_DEFAULT_ENV="other", SHELL_ONE="of the shell")
        names = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "KEPT", "SHELL_ONE", "OWN", "VIRTUAL_ENV")
        said = self.completes(None, "print([os.environ.get(name) for name in %r])\n" % (names,),
                              interpreter=os.path.join(prefix, "bin", "python"), environment={"OWN": "mine"})
        self.assertEqual(said, "%r\n" % [prefix, "mine", "by conda", "by conda", "mine", None])


class Pins(EnvironmentCase):
    def test_one_that_cannot_be_had(self):
        said = self.completes(self.managed("demo==1.0.5", "tool"))
        self.assertIn("demo 1.1 ", said)
        version = "%d.%d.%d" % sys.version_info[:3]
        sentence = "demo==1.0.5 cannot be had for Python %s: the nearest version that exists is 1.1" % version
        self.assertEqual(self.warnings(), [sentence + ", which is used"])
        self.completes(self.managed("demo==1.0.5", "tool"))  # from the cache, and said again
        self.assertEqual(self.warnings(), [sentence + ", which is used"])
        for managed in (self.managed("demo==1.0.5", "tool", strict=True), self.managed("demo==1.0.5", strict=True)):
            end, _ = self.run_in(managed)
            self.assertEqual(end["reason"], "could_not_start")
            self.assertIn(sentence, end["message"])


class Failing(EnvironmentCase):
    """Each fails while it prepares, in words, and leaves nothing in the cache."""

    def test_a_package_that_does_not_exist(self):
        for _ in range(2):  # a failure is not kept
            self.fails(self.managed("no-such-package", strict=True), "cannot build the environment 'mine'",
                       "no-such-package", "Check the package's name")

    def test_what_the_interpreter_lacks_is_said_too(self):
        self.fails(self.managed("no-such-package"), "cannot build the environment",
                   "Besides, the environment asks for packages that %s does not have: no-such-package" % sys.executable,
                   requirements=["no-such-package"])

    def test_an_interpreter_that_has_all_is_used_without_an_index(self):
        self.index.close()
        said = self.completes(self.managed("demo"), "print(sys.executable)\n", requirements=["pip"])
        self.assertEqual(said, sys.executable + "\n")
        warning, = self.warnings()
        self.assertIn("The package index did not answer", warning)
        self.assertIn("The run uses %s, which has the packages" % sys.executable, warning)

    def test_an_index_that_is_down(self):
        self.index.close()
        self.fails(self.managed("demo", strict=True), "The package index did not answer")

    def test_versions_that_contradict(self):
        self.fails(self.managed("needy", "demo>=2"), "contradict", requirements=["needy"])

    def test_a_hash_that_does_not_match(self):
        line = "demo==1.0 --hash=sha256:"
        self.fails(self.managed(line + "0" * 64, strict=True), "A package is not the one that was pinned")
        right = sha256(os.path.join(self.wheels, "demo-1.0-py3-none-any.whl"))
        self.assertIn("demo 1.0", self.completes(self.managed(line + right)))

    def test_an_interpreter_that_is_gone(self):
        gone = os.path.join(self.state.name, "gone", "bin", "python")
        self.fails(self.managed("demo", strict=True), gone, "does not exist", interpreter=gone)

    def test_a_venv_whose_base_is_gone(self):
        broken = os.path.join(self.state.name, "venv", "bin", "python")
        os.makedirs(os.path.dirname(broken))
        os.symlink("/nowhere/python3", broken)
        self.fails(self.managed("demo", strict=True), broken, "a link to a file that does not exist",
                   interpreter=broken)

    def test_python_2(self):
        old = python_named("2.7*") or self.skipTest("needs a Python 2.7 of pyenv")
        self.fails(self.managed("demo", strict=True), "it is Python 2.7", "Python 3.7 or later is needed",
                   interpreter=old)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, for a small file system")
    def test_a_full_disk(self):
        os.makedirs(self.environments)
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", self.environments]
        if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("cannot mount a file system here")
        self.addCleanup(subprocess.run, ["umount", self.environments])
        self.fails(self.managed("demo", strict=True), "The disk is full")


class BuiltByUv(Built):
    """The same by uv, for whatever it concerns."""

    tool = "uv"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            cls.path_prefix = os.path.dirname(shared_venv("uv", ["uv"]))
        except RuntimeError as error:
            raise unittest.SkipTest("uv cannot be had: %s" % str(error)[-200:])

    def test_ten_that_differ_are_built_as_many_at_a_time_as_is_said(self):
        for number in range(10):
            make_wheel(self.wheels, "w%d" % number, "1.0")
        self.variables["RUNYARD_ENV_BUILDS"] = "3"
        self.index.shut()
        runs = []
        for number in range(10):
            process = self.start("import w%d\n" % number, managed=self.managed("w%d" % number), sdk_path=SDK)
            runs.append((process, self.attempt))

        def logs():
            return [read_bytes(os.path.join(attempt, "env.log")) for _, attempt in runs]

        wait_for("seven to wait", lambda: sum(b"waiting: 3 environments" in each for each in logs()) == 7, LONG)
        wait_for("three to ask", lambda: len(set(self.index.asked)) == 3, LONG)
        self.assertEqual(sum(b"building the environment" in each for each in logs()), 3)
        self.index.open()
        for process, attempt in runs:
            process.wait(LONG)
            self.assertEqual(json.loads(read_bytes(os.path.join(attempt, "exit.json")))["outcome"], "completed")
        self.assertEqual(len(self.built()), 10)


if __name__ == "__main__":
    unittest.main()
