# SPDX-License-Identifier: Apache-2.0
"""What tests of datastores and data sets share: a workspace of their own, without a daemon."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard import Workspace  # noqa: E402
from runyard._config import workspace_file  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402


class Case(unittest.TestCase):
    """A workspace in a state directory of the test's own, and an empty folder to be in."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = os.path.realpath(folder.name)
        os.mkdir(os.path.join(self.top, "here"))
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(os.path.join(self.top, "here"))
        environ = mock.patch.dict(os.environ, RUNYARD_STATE=os.path.join(self.top, "state"))
        environ.start()
        self.addCleanup(environ.stop)
        self.workspace = self.workspace_of("s", "r", "w")
        self.store = self.workspace.get_default_datastore()

    @staticmethod
    def workspace_of(*names):
        """A workspace of these names."""
        return Workspace._existing(workspace_file.Identity(*names))

    def put(self, name, content="x"):
        """Write a file here; its path."""
        path = os.path.abspath(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        return path

    def read(self, path):
        """The content of a file."""
        with open(path, encoding="utf-8") as file:
            return file.read()

    def stored(self, path):
        """The content of a file of the datastore."""
        return self.read(str(self.store.path(path)))

    def refused(self, why, call, *args, **kwargs):
        """See a call refused, with these words."""
        with self.assertRaisesRegex(UserErrorException, why):
            call(*args, **kwargs)

    @contextlib.contextmanager
    def said(self):
        """What is printed, and said on stderr, inside of the block."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield out, err
