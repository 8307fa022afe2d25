# SPDX-License-Identifier: Apache-2.0
"""Cells as JSON text."""

import enum
import json
import os
import sys
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from runyard._report import values  # noqa: E402
from runyard.exceptions import AzureMLException  # noqa: E402


class Scalar:
    """What numpy's and torch's scalars have in common."""

    dtype = "float32"

    def __init__(self, value):
        self.value = value

    def item(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value

    def __repr__(self):
        return "Scalar!"


class Color(str, enum.Enum):
    RED = "red"


class Values(unittest.TestCase):
    def test_plain(self):
        for value in (None, True, False, 0, -3, 2 ** 63 - 1, -2 ** 63, 0.1, 1e300, "", 'a"\n\\é精'):
            self.assertEqual(json.loads(values.cell("x", value)), value)
        self.assertEqual(values.cell("x", True), "true")
        self.assertEqual(values.cell("x", Color.RED), '"red"')

    def test_not_finite(self):
        for text in ("nan", "inf", "-inf"):
            self.assertEqual(values.cell("x", float(text)), '{"$":"' + text + '"}')

    def test_big_integers(self):
        self.assertEqual(values.cell("x", 2 ** 64), repr(float(2 ** 64)))
        self.assertEqual(values.cell("x", -10 ** 400), '{"$":"-inf"}')

    def test_item(self):
        self.assertEqual(values.cell("x", Scalar(0.5)), "0.5")
        self.assertEqual(values.cell("x", Scalar(float("nan"))), '{"$":"nan"}')

    def test_repr_with_warning(self):
        for value, shown in ((Scalar(ValueError()), "Scalar!"), ([1], "[1]"), (1j, "1j")):
            with self.assertLogs("runyard", "WARNING") as said:
                self.assertEqual(json.loads(values.cell("x", value)), shown)
            self.assertIn("Converted key x", said.output[0])

    def test_dates_and_times_are_no_numbers(self):
        class Date(Scalar):
            dtype = types.SimpleNamespace(kind="M")
        with self.assertLogs("runyard", "WARNING"):
            self.assertEqual(values.cell("x", Date(1577836800000000000)), '"Scalar!"')
        with self.assertRaisesRegex(AzureMLException, "Date'> is not supported"):
            values.strict_cell(Date(1577836800000000000))

    def test_what_has_no_type_after_all_is_its_text(self):
        class Lazy(Scalar):
            @property
            def dtype(self):
                raise ValueError("not read yet")
        with self.assertLogs("runyard", "WARNING"):
            self.assertEqual(values.cell("x", Lazy(1)), '"Scalar!"')

    def test_strict(self):
        self.assertEqual(values.strict_cell(1), "1")
        with self.assertRaisesRegex(AzureMLException, "is not supported, supported types include"):
            values.strict_cell([1])


if __name__ == "__main__":
    unittest.main()
