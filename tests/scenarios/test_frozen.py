# SPDX-License-Identifier: Apache-2.0
"""State directories that earlier versions have left behind open for ever, and say what they said."""

import os
import unittest

import frozen
from daemon import DaemonTest, needs


@needs("runyardd")
class FrozenTest(DaemonTest):
    def open(self, version, database):
        daemon = self.make_daemon(start=False)
        frozen.unpack(version, daemon)
        if not database:
            os.unlink(os.path.join(daemon.state, "runyard.db"))
        daemon.start()
        return daemon

    def make_daemon(self, **options):
        return super().make_daemon(start=False)

    def assert_says_the_same(self, version, database):
        found = frozen.answers_of(self.open(version, database))
        for path, frozen_answer in frozen.answers(version).items():
            self.assertEqual(frozen.missing(frozen_answer, found.get(path)), [], path)

    def test_with_its_database(self):
        for version in frozen.versions():
            with self.subTest(version):
                self.assert_says_the_same(version, True)

    def test_without_it(self):
        for version in frozen.versions():
            with self.subTest(version):
                self.assert_says_the_same(version, False)


if __name__ == "__main__":
    unittest.main()
