# SPDX-License-Identifier: Apache-2.0
"""What is asked of the daemon's lists, and where the files of a list are written."""

import os
import sys
import unittest

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")))

from runyard import _files  # noqa: E402
from runyard.experiment import filters  # noqa: E402


class Filters(unittest.TestCase):
    def test_a_name_with_an_equals_sign_is_quoted(self):
        self.assertEqual(filters("tag", {"a=b": "c=d", "n": 1, '"q"': None}),
                         [("tag", '"a=b"=c=d'), ("tag", "n=1"), ("tag", '"""q"""')])
        self.assertEqual(filters("tag", ["a=b", ["k", "v"]]), [("tag", '"a=b"'), ("tag", "k=v")])
        self.assertEqual(filters("property", 'in"side'), [("property", 'in"side')])


class Places(unittest.TestCase):
    def test_files_lie_under_their_names(self):
        self.assertEqual(_files._places(["a", "b/c", "b/d"]), ["a", "b/c", "b/d"])

    def test_a_file_that_is_named_as_a_folder_goes_beside_it(self):
        with self.assertLogs("runyard") as said:
            self.assertEqual(_files._places(["x", "x/y", "x_file", "x_file_file"]),
                             ["x_file_file_file", "x/y", "x_file", "x_file_file"])
        self.assertIn("'x' is a file and a folder of the run: the file is written as 'x_file_file_file'", said.output[0])


if __name__ == "__main__":
    unittest.main()
