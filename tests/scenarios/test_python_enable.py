# SPDX-License-Identifier: Apache-2.0
"""runyard python enable, disable, list: an interpreter imports the SDK by one file, which is ours alone."""

import os
import subprocess
import sys
import tempfile
import unittest

from daemon import Daemon, needs

IMPORTS = "import azureml.core, runyard"
OLDER = "/older/sdk\nimport sys; exec(\"try:\\n    import _runyard_hook\\n    _runyard_hook.install()\\nexcept Exception:\\n    pass\")\n"


def content(path):
    with open(path) as file:
        return file.read()


@needs("runyard")
class PythonEnableTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(start=False)
        cls.addClassCleanup(cls.daemon.close)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.venv = os.path.join(folder.name, "my venv")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.venv], check=True)
        self.python = os.path.join(self.venv, "bin", "python")
        asked = subprocess.run([self.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], stdout=subprocess.PIPE, check=True)
        self.packages = asked.stdout.decode().strip()
        self.pth = os.path.join(self.packages, "runyard.pth")

    def put(self, text, *names):
        path = os.path.join(self.packages, *names)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def imports(self):
        done = subprocess.run([self.python, "-c", IMPORTS], cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode == 0

    def test_it_imports_from_then_on_and_no_more_after(self):
        self.assertFalse(self.imports())
        for _ in range(2):  # the second time changes nothing
            self.daemon.cli("python", "enable", self.venv)
            self.assertTrue(self.imports())
        listed = self.daemon.cli("python", "list").out.splitlines()
        self.assertEqual(sum(self.python in line and "works" in line for line in listed), 1, listed)
        self.daemon.cli("python", "disable", self.venv)
        self.assertFalse(self.imports())
        self.assertFalse(os.path.exists(self.pth))
        self.assertNotIn(self.python, self.daemon.cli("python", "list").out)

    def test_one_that_cannot_be_enabled_is_left_as_it_was(self):
        self.put("", "runyard", "__init__.py")  # found before ours
        self.put("", "azureml", "core", "__init__.py")
        for before in (None, OLDER):
            with self.subTest(before=before):
                if before:
                    self.put(before, "runyard.pth")
                done = self.daemon.cli("python", "enable", self.venv, code=1)
                self.assertIn("cannot enable", done.err)
                self.assertEqual(content(self.pth) if os.path.exists(self.pth) else None, before)

    def test_a_file_of_that_name_of_another_program_stays(self):
        self.put("/theirs\n", "runyard.pth")
        for verb in ("enable", "disable"):
            done = self.daemon.cli("python", verb, self.venv, code=1)
            self.assertIn("cannot %s" % verb, done.err)
            self.assertIn("is not ours", done.err)
            self.assertEqual(content(self.pth), "/theirs\n")


if __name__ == "__main__":
    unittest.main()
