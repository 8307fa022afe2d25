# SPDX-License-Identifier: Apache-2.0
"""A test of a process that belongs to a run, and has a journal to report in."""

import glob
import json
import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard.run import Run  # noqa: E402


def read(directory):
    """The lines of every file of a journal, by file."""
    result = {}
    for path in glob.glob(os.path.join(directory, "*.jsonl")):
        with open(path, "rb") as reader:
            result[path] = [line for line in reader.read().split(b"\n") if line]
    return result


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.where = folder.name
        given = {"RUNYARD_RUN_ID": "r1", "RUNYARD_JOURNAL": self.where, "RUNYARD_RUN_NUMBER": "7"}
        patch = mock.patch.dict(os.environ, given)
        patch.start()
        self.addCleanup(patch.stop)
        self.run_ = Run.get_context()
        self.addCleanup(self.run_._journal.close)

    def lines(self):
        """The lines of the one file, parsed."""
        (raw,) = read(self.where).values()
        return [json.loads(line.decode("utf-8")) for line in raw]

    def script(self, text, **more):
        """Run a script in a process of its own."""
        env = dict(os.environ, PYTHONPATH=PYTHON, **more)
        return subprocess.run([sys.executable, "-c", text], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
