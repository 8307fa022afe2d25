# SPDX-License-Identifier: Apache-2.0
"""What a submission says: of the process that submits, of the folder, of the interpreter."""

import json
import os
import re
import resource
import stat
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard import RunConfiguration, ScriptRunConfig  # noqa: E402
from runyard._config import interpreter  # noqa: E402
from runyard._runs import filters, request  # noqa: E402
from runyard.exceptions import (ExperimentExecutionException, RunConfigurationException,  # noqa: E402
                                UserErrorException)


class Process(unittest.TestCase):
    def script(self, text, env, **more):
        """What a process of its own prints as JSON."""
        done = subprocess.run([sys.executable, "-c", text], env=env, stdout=subprocess.PIPE, check=True, **more)
        return json.loads(done.stdout.decode("utf-8"))

    def test_bytes_that_are_not_utf8_are_base64(self):
        env = dict(os.environb)
        env.update({b"PYTHONPATH": os.fsencode(PYTHON), b"ODD": b"\xff", b"PLAIN": "精".encode("utf-8"), b"\xff": b"x"})
        found = self.script("import json; from runyard._runs import request; print(json.dumps(request.environ()))", env)
        self.assertEqual((found["ODD"], found["PLAIN"]), ({"base64": "/w=="}, "精"))
        self.assertEqual(set(found) & {"\udcff", "\ufffd"}, set())

    def test_what_a_run_has_added_is_not_passed_on(self):
        given = {"RUNYARD_RUN_ID": "r", "RUNYARD_JOURNAL": "/s/attempt-1/journal", "RUNYARD_STATE": "/s",
                 "PYTHONPATH": os.pathsep.join([os.path.join(PYTHON, "hook"), "/s/attempt-1/work", "/mine", PYTHON])}
        with mock.patch.dict(os.environ, given):
            found = request.environ()
        self.assertNotIn("RUNYARD_RUN_ID", found)
        self.assertEqual((found["PYTHONPATH"], found["RUNYARD_STATE"]), ("/mine", "/s"))

    def test_what_a_kernel_gave_its_processes_is_not_passed_on(self):
        inline = "module://matplotlib_inline.backend_inline"
        kernel = {"MPLBACKEND": inline, "FORCE_COLOR": "1", "PAGER": "cat", "TERM": "xterm-256color"}
        names = list(kernel) + ["JPY_PARENT_PID", "JPY_API_TOKEN"]
        with mock.patch.dict(os.environ, dict(kernel, JPY_PARENT_PID="1", JPY_API_TOKEN="secret")):
            found = request.environ()
            self.assertEqual({name: found[name] for name in names if name in found}, {"TERM": "xterm-256color"})
            del os.environ["JPY_PARENT_PID"], os.environ["JPY_API_TOKEN"]
            found = request.environ()
            self.assertEqual({name: found[name] for name in names if name in found}, kernel)

    def test_the_umask_is_read_and_left_alone(self):
        before = os.umask(0o027)
        try:
            self.assertEqual(request.umask(), 0o027)
            self.assertEqual(os.umask(0o027), 0o027)
        finally:
            os.umask(before)

    def test_limits_are_soft_and_hard(self):
        found = request.limits()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.assertEqual(found["nofile"], [soft, -1 if hard == resource.RLIM_INFINITY else hard])
        self.assertTrue(all(isinstance(value, int) and value >= -1 for pair in found.values() for value in pair))

    def test_the_names_of_limits_are_those_of_the_launcher(self):
        with open(os.path.join(PYTHON, "..", "protocol", "limits.h")) as table:
            names = re.findall(r'ResourceLimit\{"(\w+)", RLIMIT_(\w+)\}', table.read())
        self.assertEqual([name.upper() for name, _ in names], [number for _, number in names])
        self.assertEqual(sorted(number for _, number in names), sorted(request._LIMITS))


class Filters(unittest.TestCase):
    def test_names_and_pairs_in_any_form(self):
        for given, query in (("a", ["a"]), (["a", "b"], ["a", "b"]), ({"a": 1, "b": None}, ["a=1", "b"]),
                             (["a", ["b", "c d"], ("e", 2)], ["a", "b=c d", "e=2"]), (None, [])):
            self.assertEqual(filters.query("tag", given), [("tag", text) for text in query])


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = os.path.realpath(folder.name)
        self.write("train.py", "")

    def write(self, name, text, mode=0o644):
        """Write a file; its path."""
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def config(self, **more):
        """A configuration that needs no packages."""
        given = dict({"source_directory": self.top, "script": "train.py"}, **more)
        return ScriptRunConfig(**given)

    def test_a_whole_request(self):
        config = self.config(arguments=["--rate", 0.1, 3, "", "a b\n", "\udcff"], link=["data"], grace_seconds=3,
                             max_run_duration_seconds=60)
        config.run_config.environment_variables["OMP_NUM_THREADS"] = 2
        facts = os.stat(self.top)
        found = request.body(config, "id-1", {"k": 1, "bare": None})
        json.dumps(found)
        self.assertEqual(found["arguments"], ["--rate", "0.1", "3", "", "a b\n", {"base64": "/w=="}])
        self.assertEqual(found["source"], {
            "directory": self.top, "device": facts.st_dev, "inode": facts.st_ino, "in_place": False, "links": ["data"],
            "large": False, "snapshot": True, "upload": None})
        self.assertEqual((found["kind"], found["script"], found["interpreter"], found["submission_id"]),
                         ("script", "train.py", os.path.abspath(sys.executable), "id-1"))
        self.assertEqual((found["environment"], found["tags"]), ({"OMP_NUM_THREADS": "2"}, {"k": "1", "bare": None}))
        self.assertEqual((found["grace_seconds"], found["max_seconds"], found["target"]), (3, 60, "local"))
        self.assertEqual(found["sdk_path"], PYTHON)

    def test_the_example_variable_is_not_sent_beside_others(self):
        config = self.config()
        config.run_config.environment.environment_variables["A"] = "b"
        self.assertEqual(request.body(config, "i")["environment"], {"A": "b"})

    def test_a_command_is_joined_for_the_shell(self):
        found = request.body(self.config(script=None, command=["python", "train.py", "--n", 3]), "i")
        self.assertEqual((found["kind"], found["command"]), ("command", "python train.py --n 3"))

    def test_a_missing_script(self):
        with self.assertRaises(ExperimentExecutionException) as caught:
            request.body(self.config(script="absent.py"), "i")
        self.assertEqual(caught.exception.message, os.path.join(self.top, "absent.py") + " script path doesn't exist. "
                         "The script should be inside the project folder")

    def test_a_script_beside_the_folder(self):
        self.write("sub/x.py", "")
        with self.assertRaisesRegex(ExperimentExecutionException, "outside of the project folder"):
            request.body(self.config(source_directory=os.path.join(self.top, "sub"), script="../train.py"), "i")

    def test_neither_script_nor_command(self):
        with self.assertRaisesRegex(UserErrorException, "script or a command"):
            request.body(self.config(script=None), "i")

    def test_a_folder_that_is_missing_or_a_file(self):
        for name, why in (("absent", "No such file"), ("train.py", "it is a file, not a folder")):
            path = os.path.join(self.top, name)
            with self.assertRaisesRegex(UserErrorException, "cannot use the source_directory {}: {}".format(path, why)):
                request.body(self.config(source_directory=path), "i")

    def test_arguments_as_one_text(self):
        with self.assertRaisesRegex(UserErrorException, "must be a list"):
            self.config(arguments="--rate 0.1")

    def test_a_configuration_of_another_class(self):
        with self.assertRaisesRegex(RunConfigurationException, "environment must be a Environment, not str"):
            self.config(environment="env")

    def test_settings_given_beside_a_run_config_win(self):
        given = RunConfiguration(script="other.py", arguments=["a"])
        self.assertEqual((ScriptRunConfig(self.top, run_config=given).script, self.config(run_config=given).script),
                         ("other.py", "train.py"))

    def test_interpreters(self):
        real = os.path.abspath(sys.executable)
        for given in (None, "", "python"):
            self.assertEqual(interpreter.resolve(given), real)
        prefix = os.path.join(self.top, "venv")
        os.makedirs(os.path.join(prefix, "bin"))
        link = os.path.join(prefix, "bin", "python")
        os.symlink(real, link)
        self.assertEqual(interpreter.resolve(prefix), link)
        self.assertEqual(interpreter.resolve(link), link)

    def test_a_shim_is_asked_for_the_interpreter_behind_it(self):
        real = os.path.abspath(sys.executable)
        shim = self.write("shims/python3", "#!/bin/sh\nexec '{}' \"$@\"\n".format(real), 0o755)
        self.assertEqual(os.path.realpath(interpreter.resolve(shim)), os.path.realpath(real))
        broken = self.write("shims/broken", "#!/bin/sh\necho no python here >&2; exit 127\n", 0o755)
        with self.assertRaisesRegex(UserErrorException, "starts no Python .no python here"):
            interpreter.resolve(broken)

    def test_interpreters_that_cannot_be_used(self):
        plain = self.write("plain", "")
        self.assertFalse(os.stat(plain).st_mode & stat.S_IXUSR)
        for given, why in ((self.top, "has no bin/python"), (plain, "not an executable file"),
                           (os.path.join(self.top, "absent"), "no such file"), ("absent-python", "on PATH")):
            with self.assertRaisesRegex(UserErrorException, why):
                interpreter.resolve(given)


if __name__ == "__main__":
    unittest.main()
