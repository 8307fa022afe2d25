# SPDX-License-Identifier: Apache-2.0
"""What is said while something takes longer than a second."""

import contextlib
import io
import os
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._base import progress  # noqa: E402


class ProgressTest(unittest.TestCase):
    def said(self, total, steps):
        """What is said when each step of (seconds, bytes) has come."""
        clock = iter([0.0])
        with mock.patch.object(progress.time, "monotonic", lambda: now[0]), contextlib.redirect_stderr(io.StringIO()) as out:
            now = [next(clock)]
            shown = progress.Progress("sending a.bin", total)
            for seconds, size in steps:
                now[0] += seconds
                shown.add(size)
        return out.getvalue().splitlines()

    def test_what_is_quick_says_nothing(self):
        self.assertEqual(self.said(10, [(0.3, 5), (0.3, 5)]), [])

    def test_from_the_first_second_on_once_a_second(self):
        said = self.said(10_000_000, [(0.6, 10 ** 6)] * 5)
        self.assertEqual(said, ["runyard: sending a.bin: 2 of 10 MB", "runyard: sending a.bin: 4 of 10 MB"])

    def test_a_stream_of_unknown_length(self):
        self.assertEqual(self.said(0, [(1.5, 3_000_000)]), ["runyard: sending a.bin: 3 MB"])


if __name__ == "__main__":
    unittest.main()
