# SPDX-License-Identifier: Apache-2.0
"""Each family of rounds: a third of them in each run of the suite, all with RUNYARD_SLOW=1 (thousands: rounds.py --long)."""

import os
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import depth  # noqa: E402
import rounds  # noqa: E402
from daemon import needs  # noqa: E402


@needs("runyardd")
class RoundsTest(unittest.TestCase):
    def play(self, name):
        count = rounds.FAMILIES[name].rounds
        for figure in rounds.play(name, rounds=count if depth.MORE else max(2, count // 3)):
            print("%s: %s" % (name, figure), file=sys.stderr)

    def test_the_daemon_is_killed_under_load(self):
        self.play("daemon")

    def test_the_daemon_is_killed_right_after_a_submit(self):
        self.play("submit")

    def test_worker_guard_or_both_are_killed(self):
        self.play("launcher")

    def test_the_child_ends_at_any_point(self):
        self.play("child")

    def test_launcher_and_daemon_are_stopped(self):
        self.play("stopped")

    def test_a_tree_of_a_hundred_is_canceled(self):
        self.play("tree")

    def test_a_bit_of_a_snapshot_is_another(self):
        self.play("damaged")


if __name__ == "__main__":
    unittest.main()
