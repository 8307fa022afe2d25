# SPDX-License-Identifier: Apache-2.0
"""What get_metrics makes of the metrics that the API lists."""

import os
import sys
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._client import api  # noqa: E402
from runyard._runs import line_metrics, metrics  # noqa: E402


def scalar(*values):
    """A scalar metric as the API lists it, and what get_metrics gives for it."""
    return shaped({"name": "m", "kind": "scalar", "values": list(values), "steps": None})


def table(rows, **columns):
    """A table."""
    return shaped({"name": "m", "kind": "table", "columns": columns, "rows": rows})


def shaped(metric):
    """The value of one metric."""
    found = metrics.shaped([metric], "r1")
    assert list(found) == [metric["name"]]
    return found[metric["name"]]


class Shapes(unittest.TestCase):
    def test_a_value_logged_once_stands_alone(self):
        for value in (0.5, 3, "resnet", True, None):
            self.assertEqual((scalar(value), type(scalar(value))), (value, type(value)))

    def test_values_logged_again_are_a_list_in_their_order(self):
        self.assertEqual(scalar(0.5, 0.25, 0.75), [0.5, 0.25, 0.75])

    def test_integers_stay_integers(self):
        self.assertEqual([type(value) for value in scalar(1, 2)], [int, int])

    def test_an_integer_beside_a_float_becomes_one(self):
        self.assertEqual([(value, type(value)) for value in scalar(1, 1.5)], [(1.0, float), (1.5, float)])

    def test_a_bool_beside_a_float_stays(self):
        self.assertIs(scalar(True, 1.5)[0], True)

    def test_a_row_logged_once_is_column_to_cell(self):
        self.assertEqual(table(1, angle=[0.5], cos=[0.877]), {"angle": 0.5, "cos": 0.877})

    def test_rows_are_column_to_list(self):
        self.assertEqual(table(2, angle=[0, 1], cos=[1.0, 0.54]), {"angle": [0, 1], "cos": [1.0, 0.54]})

    def test_a_column_that_came_later_begins_with_none(self):
        self.assertEqual(table(2, a=[1, 2], b=[None, 3]), {"a": [1, 2], "b": [None, 3]})

    def test_an_image_is_the_address_of_its_artifact(self):
        image = {"name": "ROC", "kind": "image", "values": ["ROC_1.png"]}
        self.assertEqual(shaped(image), "aml://artifactId/ExperimentRun/dcid.r1/ROC_1.png")
        self.assertEqual(len(shaped(dict(image, values=["a", "b"]))), 2)

    def test_a_document_is_the_address_of_its_artifact(self):
        self.assertEqual(shaped({"name": "cm", "kind": "document", "schema": "confusion_matrix", "values": ["cm"]}),
                         "aml://artifactId/ExperimentRun/dcid.r1/cm")

    def test_metrics_of_several_kinds_and_one_name_do_not_hide_each_other(self):
        given = [{"name": "roc", "kind": "image", "values": ["ROC.png"]},
                 {"name": "roc", "kind": "scalar", "values": [0.9]},
                 {"name": "t", "kind": "document", "values": ["t"]},
                 {"name": "t", "kind": "table", "columns": {"a": [1]}, "rows": 1},
                 {"name": "roc (image)", "kind": "scalar", "values": [1]}]
        with self.assertLogs("runyard") as said:
            found = metrics.shaped(given, "r1")
        address = "aml://artifactId/ExperimentRun/dcid.r1/"
        self.assertEqual(list(found.items()), [
            ("roc (image) (image)", address + "ROC.png"), ("roc", 0.9), ("t (document)", address + "t"),
            ("t", {"a": 1}), ("roc (image)", 1)])
        self.assertEqual([line.split(":", 2)[2] for line in said.output], [
            "the run has a scalar and an image named 'roc': the image is given as 'roc (image) (image)'",
            "the run has a table and a document named 't': the document is given as 't (document)'"])

    def test_lines_of_several_kinds_and_one_name_do_not_hide_each_other(self):
        lines = ['{"k":"table","n":"t","v":{"a":[1,2]}}', '{"k":"scalar","n":"t","v":5}']
        with self.assertLogs("runyard"):
            self.assertEqual(line_metrics.shaped(lines, "r1", "t"), {"t (table)": {"a": [1, 2]}, "t": 5})
        self.assertEqual(line_metrics.shaped(lines, "r1", "other"), {})

    def test_what_json_cannot_say_arrives_as_numbers(self):
        found = api.decode(b'{"v":[{"$":"nan"},{"$":"inf"},{"$":"-inf"},{"$":"other"}]}')["v"]
        self.assertNotEqual(found[0], found[0])
        self.assertEqual(found[1:], [float("inf"), float("-inf"), {"$": "other"}])


class Addresses(unittest.TestCase):
    def test_parts_are_percent_encoded_and_the_last_keeps_its_slashes(self):
        self.assertEqual(api.path_of("runs", "a b/精", "files", "outputs/精 度?.txt"),
                         "/api/v1/runs/a%20b%2F%E7%B2%BE/files/outputs/%E7%B2%BE%20%E5%BA%A6%3F.txt")

    def test_none_is_not_in_a_query(self):
        self.assertEqual(api.with_query("/p", [("tag", "a=b"), ("tag", "c&d"), ("x", None)]),
                         "/p?tag=a%3Db&tag=c%26d")
        self.assertEqual(api.with_query("/p", {"x": None}), "/p")


if __name__ == "__main__":
    unittest.main()
