# SPDX-License-Identifier: Apache-2.0
"""What is asked of the daemon's lists."""

import os
import sys
import unittest

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")))

from runyard._runs.filters import query as filters  # noqa: E402


class Filters(unittest.TestCase):
    def test_a_name_with_an_equals_sign_is_quoted(self):
        self.assertEqual(filters("tag", {"a=b": "c=d", "n": 1, '"q"': None}),
                         [("tag", '"a=b"=c=d'), ("tag", "n=1"), ("tag", '"""q"""')])
        self.assertEqual(filters("tag", ["a=b", ["k", "v"]]), [("tag", '"a=b"'), ("tag", "k=v")])
        self.assertEqual(filters("property", 'in"side'), [("property", 'in"side')])


if __name__ == "__main__":
    unittest.main()
