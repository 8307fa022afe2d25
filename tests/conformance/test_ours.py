# SPDX-License-Identifier: Apache-2.0
"""The table of the public surface against our own signatures, and what is made from it."""

import functools
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "python"), os.path.join(ROOT, "python", "runyard", "_names")]

from signatures import described, difference, resolve, stated  # noqa: E402
from table import NONE, owners, table  # noqa: E402


def is_there(owner):
    """Whether ours can be imported."""
    try:
        resolve(owner.path)
    except ImportError:
        return False
    return True


@functools.lru_cache(maxsize=None)
def each_row():
    """Owner, row and what we have in its place (absent: "absent")."""
    found = {owner.path: described(owner.path, owner.example) for owner in owners() if is_there(owner)}
    return [(owner, row, found[owner.path].get(row.name, "absent"))
            for owner in owners() if owner.path in found for row in owner.rows]


def as_said(row, found):
    """Why ours is not what the row says; nothing where it is."""
    if row.ours == NONE or found == "absent":
        return "" if row.ours == NONE and found == "absent" else "we have it" if row.ours else "we do not have it"
    if row.ours:
        return "" if found == stated(row.ours) else "ours is {}, not {}".format(found, row.ours)
    return difference(stated(row.call), found)


class Ours(unittest.TestCase):
    def test_every_signature_is_as_the_table_says(self):
        for owner, row, found in each_row():
            with self.subTest(owner.name + "." + row.name):
                self.assertEqual(as_said(row, found), "")

    def test_a_difference_is_one_and_has_its_reason(self):
        for owner, row, found in each_row():
            with self.subTest(owner.name + "." + row.name):
                self.assertTrue(row.differs or not row.ours, "a difference without a reason")
                if row.ours and found != "absent":
                    self.assertNotEqual(difference(stated(row.call), found), "", "no difference any more")

    def test_everything_can_be_imported(self):
        self.assertEqual([owner.path for owner in owners() if not is_there(owner)], [])

    def test_no_name_stands_twice(self):
        for owner in owners():
            names = [row.name for row in owner.rows] + [name for name, _ in owner.missing()]
            self.assertEqual(sorted(set(names)), sorted(names), owner.path)

    def test_what_is_made_from_the_table_is_up_to_date(self):
        done = subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "azureml_names"), "--check"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual((done.returncode, done.stdout.decode()), (0, ""))

    def test_a_line_without_a_meaning_is_an_error(self):
        for lines in ("modules azureml.core", "module azureml.core\n  has ComputeTarget", "class a.B: A class.\n  not provided: c",
                      "module azureml.core\n  her runyard: Run"):
            with self.assertRaisesRegex(ValueError, "not understood: " + lines.splitlines()[-1].strip()):
                table("release 1\n" + lines + "\n")


class Differences(unittest.TestCase):
    def test_what_takes_every_call_of_the_original(self):
        for original, ours in (("f(a, b=1)", "f(a, b=1)"), ("f(a, b=1)", "f(a, b=1, c=2)"),
                               ("f(a, b=1)", "f(a=0, b=1)"), ("f(a, _b=None)", "f(a)"), ("f(a, **kwargs)", "f(a, b=1, **more)"), ("f", "f")):
            self.assertEqual(difference(stated(original), stated(ours)), "", ours)

    def test_what_does_not(self):
        for original, ours, why in (("f(a, b=1)", "f(b=1, a=2)", "parameter 1 is not 'a'"),
                                    ("f(a, b=1)", "f(a, b=2)", "the default of 'b' is 2, not 1"),
                                    ("f(a, b=1)", "f(a, b)", "the default of 'b' is None, not 1"),
                                    ("f(a)", "f(a, b)", "'b' has to be given"),
                                    ("f(a)", "f()", "parameter 1 is not 'a'"),
                                    ("f(a, _b=None, c=1)", "f(a, c=1)", "parameter 2 is not '_b'"),
                                    ("f(*args)", "f(**kwargs)", "it does not take *args"),
                                    ("f(a, **kwargs)", "f(a)", "it does not take **kwargs"),
                                    ("f()", "f", "one is a method and the other is not")):
            self.assertEqual(difference(stated(original), stated(ours)), why)


if __name__ == "__main__":
    unittest.main()
