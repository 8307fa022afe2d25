# SPDX-License-Identifier: Apache-2.0
"""Environments that are built for runs: from an index of the tests' own, without a network."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from environment_case import LONG, SDK, SHOW, BuildCase, python_named
from launcher_case import LAUNCHER
from package_index import make_wheel
from processes import PATIENCE, living, read_bytes, wait_for


class Built(BuildCase):
    many, places = 10, 3  # builds that differ, and those that may go on at a time

    def test_it_is_built_once_and_used_again_without_an_index(self):
        said = self.completes(self.managed("demo==1.0"))
        prefix = os.path.join(self.built()[0], "prefix")
        self.assertEqual(said, "demo 1.0 %s %s\n" % (prefix, prefix))
        self.assertIn("pip install", self.env_log())
        self.assertEqual(self.warnings(), [])
        described = self.descriptions()
        self.index.shut()
        self.assertEqual(self.completes(self.managed("demo==1.0", name="another name", strict=True)), said)
        self.assertNotIn("pip install", self.env_log())
        self.assertEqual(self.descriptions(), described)
        item, = self.verb("list")["items"]
        self.assertEqual((item["name"], item["used_by"], item["tool"], item["replaced"]),
                         ("mine", self.id, "uv", []))
        self.assertGreater(item["bytes"], 0)

    def descriptions(self):
        """What is kept of interpreters; an entry that is made again has another inode."""
        folder = os.path.join(self.state.name, "cache", "interpreters")
        return {name: os.stat(os.path.join(folder, name)).st_ino for name in os.listdir(folder)}

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

    def test_a_run_that_waited_for_a_build_does_not_wait_for_the_run_that_built(self):
        going, go = (os.path.join(self.state.name, name) for name in ("going", "go"))
        first = self.start_building(self.managed("demo"), "import os, time\nopen(%r, 'w').close()\n"
                                    "while not os.path.exists(%r): time.sleep(0.05)\n" % (going, go))
        second = self.start(SHOW, managed=self.managed("demo"), sdk_path=SDK)
        wait_for("the second run to wait", lambda: "another run builds the same" in self.env_log())
        processes = living(self.run_dir)
        for pid in processes:  # so that it does not see the moment between the build and the first run
            os.kill(pid, signal.SIGSTOP)
        self.index.open()
        wait_for("the first run to go on", lambda: os.path.exists(going), LONG)
        for pid in processes:
            os.kill(pid, signal.SIGCONT)
        self.assertEqual(second.wait(LONG), 0)
        self.assertIsNone(first.poll())
        with open(go, "w"):
            pass
        self.assertEqual(first.wait(LONG), 0)

    def test_those_that_differ_are_built_as_many_at_a_time_as_is_said(self):
        for number in range(self.many):
            make_wheel(self.wheels, "w%d" % number, "1.0")
        self.variables["RUNYARD_ENV_BUILDS"] = str(self.places)
        self.index.shut()
        runs = []
        for number in range(self.many):
            process = self.start("import w%d\n" % number, managed=self.managed("w%d" % number), sdk_path=SDK)
            runs.append((process, self.attempt))

        def logs_with(words):
            return [attempt for _, attempt in runs if words in read_bytes(os.path.join(attempt, "env.log"))]

        waiting = b"waiting: %d environments are being built" % self.places
        wait_for("the others to wait", lambda: len(logs_with(waiting)) == self.many - self.places, LONG)
        wait_for("as many to ask", lambda: len(set(self.index.asked)) == self.places, LONG)
        self.assertEqual(len(logs_with(b"building the environment")), self.places)
        self.index.open()
        for process, attempt in runs:
            process.wait(LONG)
            self.assertEqual(json.loads(read_bytes(os.path.join(attempt, "exit.json")))["outcome"], "completed")
        self.assertEqual(len(self.built()), self.many)

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
        self.assertEqual([used["digest"] for used in self.verb("remove", "mine")["in_use"]], [digest])
        self.assertEqual(self.verb("gc", "--days", "0")["removed"], [])
        with open(self.path("work", "go"), "w"):
            pass
        process.wait(PATIENCE)
        self.assertEqual(self.verb("gc"), {"removed": [], "in_use": []})
        self.assertEqual([removed["digest"] for removed in self.verb("remove", digest[:8])["removed"]], [digest])
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

    def test_files_of_the_source_that_options_name(self):
        managed = self.managed("demo")
        managed["options"] += ["-c bounds.txt", "--find-links=."]
        self.prepare("")
        with open(self.path("work", "bounds.txt"), "w") as file:
            file.write("demo<2\n")
        self.first = True
        self.assertIn("demo 1.1 ", self.completes(managed))


class Settings(BuildCase):
    """What changes the packages is part of the key of the cache."""

    def bound(self, text):
        """A file of constraints, which a variable of pip names."""
        self.variables["PIP_CONSTRAINT"] = os.path.join(self.state.name, "bound.txt")
        with open(self.variables["PIP_CONSTRAINT"], "w") as file:
            file.write(text)

    def test_constraints_of_a_variable(self):
        self.assertIn("demo 2.0 ", self.completes(self.managed("demo")))
        self.bound("demo<2\n")
        self.assertIn("demo 1.1 ", self.completes(self.managed("demo")))
        self.bound("demo<1.1\n")
        self.assertIn("demo 1.0 ", self.completes(self.managed("demo")))
        self.bound("demo<2\n")
        self.assertIn("demo 1.1 ", self.completes(self.managed("demo")))
        self.assertNotIn("pip install", self.env_log())
        self.assertEqual(len(self.built()), 3)

    def test_an_index_of_a_variable_whose_password_is_kept_nowhere(self):
        managed = dict(self.managed("demo"), options=[])
        for password in ("canary1", "canary2"):
            self.variables["PIP_INDEX_URL"] = self.index.url.replace("//", "//me:%s@" % password)
            self.completes(managed)
        self.assertEqual(len(self.built()), 2)
        for folder in self.built():
            for name in ("environment.json", "requirements.txt"):
                self.assertNotIn(b"canary", read_bytes(os.path.join(folder, name)))
        self.assertNotIn("canary", self.env_log())

    def test_settings_in_the_source_are_not_those_of_uv(self):
        self.prepare("")
        with open(self.path("work", "uv.toml"), "w") as file:
            file.write("no-index = true\n")
        self.first = True
        self.assertIn("demo 2.0 ", self.completes(self.managed("demo")))

    def test_packages_that_were_built_for_numpy_1_get_it(self):
        for name, versions in (("numpy", ("1.26", "2.1")), ("torch", ("2.1.2", "2.5.0"))):
            for version in versions:
                make_wheel(self.wheels, name, version, ["numpy"] if name == "torch" else ())
        show = "import numpy, torch\nprint(torch.version, numpy.version)\n"
        old = self.managed(conda={"pytorch=2.1": "torch==2.1.*"})
        self.assertEqual(self.completes(old, show), "2.1.2 1.26\n")
        self.assertIn("numpy stays below 2, if possible: torch==2.1.* was built for numpy 1\n", self.env_log())
        self.assertEqual(self.completes(self.managed("torch"), show), "2.5.0 2.1\n")
        self.assertEqual(self.completes(self.managed("torch==2.1.2", "numpy>=2"), show), "2.1.2 2.1\n")


# A package whose build takes a second of the processor, and 300 MB.
BUSY = """
import os, shutil, time
def build_wheel(folder, *_):
    memory = b"x" * 300_000_000
    while time.process_time() < 1:
        pass
    return os.path.basename(shutil.copy(os.environ["BUILT_WHEEL"], folder))
"""
PROJECT = """
[project]
name = "tool"
version = "1.0"
[build-system]
requires = []
build-backend = "busy"
backend-path = ["."]
"""


class Costs(BuildCase):
    def test_the_build_is_no_cost_of_the_run(self):
        project = os.path.join(self.state.name, "busy")
        os.makedirs(project)
        for name, text in (("busy.py", BUSY), ("pyproject.toml", PROJECT)):
            with open(os.path.join(project, name), "w") as file:
                file.write(text)
        self.variables["BUILT_WHEEL"] = os.path.join(self.wheels, "tool-1.0-py3-none-any.whl")
        end, said = self.run_in(self.managed(project), "import tool\nprint(tool.version, time.process_time())\n")
        version, seconds = said.split()
        self.assertEqual((end["outcome"], version), ("completed", "1.0"), self.env_log())
        self.assertGreaterEqual(end["cpu_seconds"], float(seconds))
        self.assertLess(end["cpu_seconds"], float(seconds) + 0.9)
        self.assertLess(end["peak_bytes"], 300_000_000)


class Pins(BuildCase):
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


class OfTheirTime(BuildCase):
    """Packages from before a day. Each Python of today existed on the day, except in the tests about Python."""

    def setUp(self):
        super().setUp()
        self.index.uploaded = {"demo-1.0": "2020-01-01T00:00:00Z", "demo-1.1": "2026-04-30T23:59:59Z",
                               "demo-2.0": "2026-05-01T00:00:00Z"}

    def test_packages_from_before_a_day(self):
        said = [self.completes(self.managed("demo", before=day)) for day in ("2026-05-01", "2026-05-02")]
        self.assertEqual([line.split()[1] for line in said], ["1.1", "2.0"])
        self.assertIn(", with packages from before 2026-05-02\n", self.env_log())
        self.assertEqual(self.facts("prepared")[0]["before"], "2026-05-02")
        self.assertEqual(sorted(item["definition"]["before"] for item in self.verb("list")["items"]),
                         ["2026-05-01", "2026-05-02"])

    def test_conda_packages_come_from_the_index(self):
        self.assertIn("demo 1.1", self.completes(self.managed(conda={"demo": "demo"}, before="2026-05-01")))
        self.assertEqual(self.warnings(), ["conda cannot choose packages from before 2026-05-01; taken from the Python "
                                           "index: demo"])

    def test_an_index_that_does_not_say_when_files_were_uploaded(self):
        self.index.uploaded = {}
        self.fails(self.managed("demo", before="2026-05-01", strict=True), "does not say when files were uploaded")

    def test_the_python_of_that_day(self):
        other = python_named("3.9.*") or self.skipTest("needs a CPython 3.9 of pyenv")
        os.makedirs(os.path.join(self.state.name, ".pyenv", "versions"))
        os.symlink(os.path.dirname(os.path.dirname(other)), os.path.join(self.state.name, ".pyenv", "versions", "3.9.18"))
        said = self.completes(self.managed("demo", before="2021-06-01"), "print('%d.%d' % sys.version_info[:2])\n")
        self.assertEqual((said, self.warnings()), ("3.9\n", []))

    def test_a_python_that_uv_cannot_bring(self):
        self.variables.update(PYENV_ROOT="/nowhere", UV_PYTHON_INSTALL_MIRROR="http://127.0.0.1:1", UV_HTTP_RETRIES="0")
        managed = self.managed("demo", before="2021-06-01")
        self.completes(managed)
        warning, = self.warnings()
        self.assertIn("Python 3.9 cannot be had: the nearest on this machine is ", warning)
        self.assertIn("uv python install 3.9\n", self.env_log())
        self.completes(managed)  # the environment is there: nothing is asked of the network again
        self.assertNotIn("uv python install", self.env_log())


if __name__ == "__main__":
    unittest.main()
