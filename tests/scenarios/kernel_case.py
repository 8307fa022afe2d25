# SPDX-License-Identifier: Apache-2.0
"""A test that runs notebooks in a real kernel, cell by cell."""

import json
import os
import subprocess
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sdk"))
from notebook_case import ROOT, Notebook, needs_daemon as needs_daemon
from venvs import notebook_python


class KernelCase(Notebook):
    def setUp(self):
        super().setUp()
        try:
            self.python = notebook_python()
        except RuntimeError as error:
            self.skipTest("no environment with a kernel could be made: " + str(error)[-300:])

    def cells(self, name, may_fail=("fail-in-a-block",)):
        """What every cell of a notebook gave, from a kernel of its own. AssertionError: one ended in an error that may
        not."""
        environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "python", "hook") + ":" + os.path.join(ROOT, "python"),
                           IPYTHONDIR=os.path.join(self.top, "ipython"), MPLCONFIGDIR=os.path.join(self.top, "matplotlib"),
                           JUPYTER_RUNTIME_DIR=os.path.join(self.top, "jupyter"))
        done = subprocess.run([self.python, os.path.join(ROOT, "tests", "scenarios", "kernel.py"), name],
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr.decode()[-3000:])
        found = json.loads(done.stdout.decode())
        failed = {cell: what["error"] for cell, what in found.items() if what["error"]}
        self.assertEqual({cell: error for cell, error in failed.items() if cell not in may_fail}, {})
        return found
