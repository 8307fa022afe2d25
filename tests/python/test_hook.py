# SPDX-License-Identifier: Apache-2.0
"""The hook that every Python process of a run starts with."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
HOOK = os.path.join(PYTHON, "hook")


class Hook(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.where = folder.name

    def script(self, text, path=(), **more):
        """Run a script in a process that the hook is in."""
        env = dict(os.environ, PYTHONPATH=os.pathsep.join([HOOK] + list(path) + [PYTHON]), PYTHONIOENCODING="utf-8",
                   RUNYARD_RUN_ID="r1", RUNYARD_JOURNAL=self.where, **more)
        return subprocess.run([sys.executable, "-c", text], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)

    def errors(self):
        """What stands in the error files."""
        result = []
        for name in os.listdir(self.where):
            if name.startswith("error-"):
                with open(os.path.join(self.where, name), encoding="utf-8") as reader:
                    result.append(json.load(reader))
        return result

    def test_error_is_written(self):
        done = self.script("raise ValueError('精度 \\udc80')")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count(b"Traceback"), 1)
        (facts,) = self.errors()
        self.assertEqual((facts["type"], facts["message"]), ("ValueError", "精度 ?"))
        self.assertIn("Traceback (most recent call last)", facts["traceback"])

    def test_no_error_no_file(self):
        done = self.script("import sys; sys.exit(3)")
        self.assertEqual((done.returncode, done.stderr, self.errors()), (3, b"", []))

    def test_nowhere_to_write(self):
        done = self.script("import os; os.environ['X'] = ''; os.rmdir({!r}); 1/0".format(self.where))
        os.mkdir(self.where)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"ZeroDivisionError", done.stderr)

    def test_azureml(self):
        done = self.script("""if True:
            import sys
            assert not {'runyard', 'json', 'traceback', 'logging'} & set(sys.modules)
            from azureml.core import Run
            assert 'azureml.core.run' not in sys.modules
            import azureml.core
            from azureml.core.run import Run as again, _OfflineRun
            from azureml.exceptions import UserErrorException
            from azureml.exceptions import *
            import runyard.exceptions
            assert Run is again is azureml.core.Run
            assert UserErrorException is runyard.exceptions.UserErrorException
            assert AzureMLException is runyard.exceptions.AzureMLException
            Run.get_context().log('x', 1)
            """)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_azureml_off(self):
        done = self.script("import azureml.core", RUNYARD_AZUREML="off")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([facts["type"] for facts in self.errors()], ["ModuleNotFoundError"])

    def live(self, *layout):
        """A snapshot with a package below some folders, the same package elsewhere, and a process that imports it."""
        attempt, elsewhere = os.path.join(self.where, "attempt"), os.path.join(self.where, "elsewhere")
        work = os.path.join(attempt, "work")
        for folder in (os.path.join(attempt, "journal"), os.path.join(elsewhere, "mine"),
                       os.path.join(work, *(layout + ("mine",)))):
            os.makedirs(folder)
        for folder in (os.path.join(elsewhere, "mine"), os.path.join(work, *(layout + ("mine",)))):
            open(os.path.join(folder, "__init__.py"), "w").close()
        self.where = os.path.join(attempt, "journal")
        done = self.script("import mine, json", [work, elsewhere])
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        try:
            with open(os.path.join(self.where, "live-modules.jsonl"), encoding="utf-8") as reader:
                return [json.loads(line) for line in reader], os.path.join(elsewhere, "mine")
        except FileNotFoundError:
            return [], None

    def test_module_from_elsewhere_is_warned_of(self):
        found, place = self.live("src")
        self.assertEqual(found, [{"k": "warning", "v": "module 'mine' was imported from {}, not from the snapshot".format(
            place)}])

    def test_module_of_the_snapshot_is_no_reason_to_warn(self):
        self.assertEqual(self.live(), ([], None))

    def test_sitecustomize_chain(self):
        other = os.path.join(self.where, "other")
        os.mkdir(other)
        with open(os.path.join(other, "sitecustomize.py"), "w") as writer:
            writer.write("import sys\nsys.stamp = __file__\n")
        done = self.script("import sys, sitecustomize; print(sys.stamp == sitecustomize.__file__, "
                           "{!r} in sys.path, '_runyard_hook' in sys.modules)".format(HOOK), [other])
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"True False True\n", b""))


if __name__ == "__main__":
    unittest.main()
