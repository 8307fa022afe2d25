# SPDX-License-Identifier: Apache-2.0
"""The oracle finds what is wrong: one that finds nothing proves nothing."""

import os
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

from oracle import LINE, WRITERS, Range, check_lines, check_numbers, check_points  # noqa: E402


class NumbersTest(unittest.TestCase):
    def kinds(self, found, done, begun, **options):
        return {finding.kind: finding.count for finding in check_numbers("here", "main", found, Range(done, begun), **options)}

    def test_what_is_as_it_should_be(self):
        for found in ([0, 1, 2], [0, 1, 2, 3]):
            self.assertEqual(self.kinds(found, 3, 4), {})

    def test_lost(self):
        self.assertEqual(self.kinds([0, 2], 4, 4), {"lost": 2})

    def test_doubled(self):
        self.assertEqual(self.kinds([0, 1, 1, 2], 3, 3), {"doubled": 1})

    def test_torn(self):
        self.assertEqual(self.kinds([0, 1, "2", 7], 2, 3), {"torn": 2})

    def test_reordered(self):
        self.assertEqual(self.kinds([1, 0, 2], 3, 3), {"reordered": 1})

    def test_an_end_that_may_be_missing_has_no_gaps(self):
        self.assertEqual(self.kinds([0, 1], 4, 4, may_end_early=True), {})
        self.assertEqual(self.kinds([0, 2], 4, 4, may_end_early=True), {"lost": 1})


class PlacesTest(unittest.TestCase):
    def expected(self, count):
        return {name: Range(count, count) for name in WRITERS}

    def log(self, count):
        return b"".join(b"%s line %08d\n" % (name.encode(), i) for i in range(count) for name in WRITERS)

    def test_a_whole_log(self):
        self.assertEqual(list(check_lines("log", self.log(3), self.expected(3), False)), [])

    def test_a_line_in_a_line(self):
        torn = self.log(3).replace(b"main line 00000001\n", b"main lishell line 00000001\nne 00000001\n")
        kinds = {finding.kind for finding in check_lines("log", torn, self.expected(3), False)}
        self.assertEqual(kinds, {"torn", "lost", "doubled"})

    def test_a_log_that_is_cut(self):
        cut = self.log(3)[:-5]
        self.assertEqual({f.kind for f in check_lines("log", cut, self.expected(3), False)}, {"torn", "lost"})
        self.assertEqual(list(check_lines("log", cut, self.expected(3), True)), [])

    def test_steps_and_the_shared_series(self):
        metrics = {name: {"values": [0, 1], "steps": [0, 1]} for name in WRITERS}
        metrics["all"] = {"values": [place * 10**6 + i for i in (0, 1) for place in range(len(WRITERS))], "steps": None}
        self.assertEqual(list(check_points("API", metrics, self.expected(2))), [])
        metrics["main"]["steps"] = [0, None]
        metrics["all"]["values"][0] = 99 * 10**6
        self.assertEqual([(f.writer, f.kind) for f in check_points("API", metrics, self.expected(2))],
                         [("main", "torn"), ("main", "lost"), ("unknown", "torn")])

    def test_lines_are_known_by_their_writers(self):
        self.assertEqual(LINE.findall(b"main line 00000001\nmain  line 00000002\n"), [(b"main", b"00000001")])


if __name__ == "__main__":
    unittest.main()
