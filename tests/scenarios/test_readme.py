# SPDX-License-Identifier: Apache-2.0
"""The README, in both languages: the same commands, links and figures, and lines that work as they are written there.
scripts/demo is run by test_install.py, on a fresh machine."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from venvs import make_venv
from daemon import ROOT, Daemon

INSTALL = ["pip install runyard", "python submit.py"]
CLONE = ["scripts/demo", "scripts/test"]
TRAIN = "import sys\nfrom azureml.core import Run\nRun.get_context().log('alpha', float(sys.argv[2]))\nopen('outputs/a.txt', 'w').close()\n"


def text_of(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def commands(text):
    """The lines that a reader types."""
    return re.findall(r"^    (\S.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)


def programs(text):
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


class TextTest(unittest.TestCase):
    def setUp(self):
        self.english, self.chinese = text_of("README.md"), text_of("README.zh.md")

    def test_its_commands_are_those_that_are_tested(self):
        self.assertEqual(commands(self.english), INSTALL + CLONE)

    def test_both_languages_say_the_same(self):
        for part in (commands, programs, lambda text: sorted(re.findall(r"\]\((.*?)\)", text)),
                     lambda text: re.findall(r"\d[\d,.]* %", text), lambda text: text.count("\n## "), lambda text: text.count("\n|")):
            self.assertEqual(part(self.english), part(self.chinese))


@unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "slow, and needs a package index: set RUNYARD_SLOW=1")
class LinesTest(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(start=False)
        self.addCleanup(self.daemon.close)
        self.wheel = os.environ.get("RUNYARD_WHEEL") or self.build_wheel()

    def build_wheel(self):
        out = tempfile.mkdtemp(prefix="wheel-")
        self.addCleanup(shutil.rmtree, out)
        done = subprocess.run([os.path.join(ROOT, "scripts/wheel"), "--out", out], stdout=subprocess.PIPE, check=True)
        return done.stdout.decode().strip()

    def test_the_lines_run_the_program_that_is_shown(self):
        program, = programs(text_of("README.md"))
        folder = self.daemon.folder({"submit.py": program, "train.py": TRAIN})
        python = make_venv(os.path.join(self.daemon.root, "venv"), [])
        environment = {"PATH": os.path.dirname(python) + ":/usr/bin:/bin", "PIP_NO_INDEX": "1",
                       "PIP_FIND_LINKS": os.path.dirname(self.wheel)}
        done = self.daemon.execute(["bash", "-ec", "\n".join([*INSTALL, "runyard down"])], cwd=folder, environment=environment)
        self.assertIn("{'alpha': 0.5} ", done.out)
        self.assertIn("outputs/a.txt", done.out)


if __name__ == "__main__":
    unittest.main()
