# SPDX-License-Identifier: Apache-2.0
"""State directories that earlier versions have left behind open for ever, and say what they said."""

import os
import unittest

import frozen
from yard import YardTest, needs


@needs("runyardd")
class FrozenTest(YardTest):
    def open(self, version, database):
        yard = self.make_yard(start=False)
        frozen.unpack(version, yard)
        if not database:
            os.unlink(os.path.join(yard.state, "runyard.db"))
        yard.start()
        return yard

    def make_yard(self, **options):
        return super().make_yard(start=False)

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
