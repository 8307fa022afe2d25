# SPDX-License-Identifier: Apache-2.0
"""Downloading the files of a run from a daemon that does not give all of them."""

import os
import sys
import tempfile
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._client import files  # noqa: E402
from runyard._client.http import Broken  # noqa: E402
from runyard._runs import logs  # noqa: E402
from runyard.exceptions import ServiceException, UserErrorException  # noqa: E402

NAMES = ["logs/a", "logs/b", "logs/c"]


class Body:
    """An answer: the name of the file, or an error after the first bytes."""

    def __init__(self, name, error=None):
        self._pieces = [name.encode("utf-8"), error or b""]

    def read(self):
        piece = self._pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self):
        """Does nothing."""


class Download(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name

    def refusal(self, download, **errors):
        """What download() raises if these files cannot be had."""
        def content(run_id, name):
            error = errors.get(name[-1])
            if isinstance(error, ServiceException):
                raise error
            return Body(name, error)

        with mock.patch.object(files, "content", content), self.assertRaises(UserErrorException) as raised:
            download()
        return str(raised.exception)

    def all(self):
        files.download_all("r1", NAMES, "logs", self.top, None, False)

    def test_a_connection_that_breaks_costs_one_file(self):
        said = self.refusal(self.all, b=Broken("the daemon closed the connection"))
        self.assertEqual(said, "1 of 3 files could not be downloaded:\nlogs/b: the daemon closed the connection")
        self.assertEqual(sorted(os.listdir(self.top)), ["a", "c"])

    def test_a_daemon_that_is_gone_is_asked_once_and_no_file_is_forgotten(self):
        said = self.refusal(self.all, a=Broken("closed"), b=ServiceException("it does not answer"))
        self.assertEqual(said, "3 of 3 files could not be downloaded:\nlogs/a: closed\nlogs/b: it does not answer\n"
                               "logs/c: not tried")

    def test_logs_too(self):
        said = self.refusal(lambda: logs.save_all("r1", NAMES + ["outputs/d"], self.top), b=Broken("closed"))
        self.assertEqual(said, "1 of 3 files could not be downloaded:\nlogs/b: closed")
        self.assertEqual(sorted(os.listdir(os.path.join(self.top, "logs"))), ["a", "c"])


if __name__ == "__main__":
    unittest.main()
