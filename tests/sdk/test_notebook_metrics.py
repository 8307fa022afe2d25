# SPDX-License-Identifier: Apache-2.0
"""Sections 1.1 to 1.3 of the reference, row by row: what is logged, and what get_metrics returns.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import json
import unittest

import logged
from notebook_case import needs_daemon

from runyard._client.api import client, path_of


class Rows:
    """One test a row; the classes below say how the run was made."""

    def test_1_1_01_log_by_keyword_and_by_position(self):
        self.is_("keywords", 0.5)
        self.is_("position", 1)

    def test_1_1_02_log_list_takes_any_iterable(self):
        self.is_("generator", [1, 2, 3])

    def test_1_1_03_log_row_takes_columns_as_keywords(self):
        self.is_("row", {"angle": 0.5, "cos": 0.877})

    def test_1_1_04_log_table_takes_columns_of_cells_or_one_cell(self):
        self.is_("table1", {"angle": 0, "sine": 0.5})

    def test_1_1_05_log_image_takes_exactly_one_of_path_and_plot(self):
        self.refusal(0, "two invalid parameter")
        self.refusal(1, "two invalid parameter")
        self.refusal(2, "absent.png is not there")

    def test_1_1_06_documents_must_be_json(self):
        self.refusal(3, "Invalid JSON provided")

    def test_1_1_07_log_metric_is_log(self):
        self.is_("alias", 2)

    def test_1_1_08_flush_waits_for_what_get_metrics_then_gives(self):
        self.assertEqual(self.answers[10], {"steps": 1})

    def test_1_1_09_a_plot_in_the_place_of_the_path(self):
        self.assertEqual(self.content(self.address("ROC", r"ROC_\d{10}.png")), b"drawn")

    def test_1_1_10_calls_return_nothing(self):
        self.assertEqual(self.answers[9], [])

    def test_1_1_11_a_step_can_be_given_to_every_kind(self):
        found = client.call("GET", path_of("runs", self.run_.id, "metrics"))["items"][0]["metrics"]
        steps = {metric["name"]: metric["steps"] for metric in found if metric["name"].startswith(("steps", "no step"))}
        self.assertEqual({name: steps[name] for name in ("steps", "steps list", "no step")},
                         {"steps": [7], "steps list": [8, 8], "no step": None})
        self.is_("step row", {"step": 10, "a": 1})
        for name in ("steps table", "steps image", "steps pred"):
            self.assertIn(name, self.metrics)

    def test_1_2_01_python_scalars_keep_their_types(self):
        for name, value in (("int", 3), ("str", "resnet 精"), ("bool", True), ("none", None)):
            self.is_(name, value)
        self.assertNotEqual(self.metrics["nan"], self.metrics["nan"])
        self.is_("inf", float("inf"))

    def test_1_2_02_what_is_no_scalar_becomes_text(self):
        self.is_("object", "{'a': 1}")
        if hasattr(self, "warnings"):
            self.assertTrue(any("Converted key object of value {'a': 1} to str" in warning for warning in self.warnings))

    def test_1_2_12_a_tensor_of_one_element_is_its_number(self):
        self.is_("tensor", 0.5)

    def test_1_2_03_elements_of_lists_must_be_scalars(self):
        self.refusal(4, "Value of type .* is not supported, supported types include")

    def test_1_2_04_rows_hold_no_lists(self):
        self.refusal(5, "Row metrics cannot contain list values, column a contains a list value")

    def test_1_2_05_tables_are_dictionaries_of_equal_columns(self):
        self.refusal(6, "must be a dictionary")
        self.refusal(7, "Columns must have the same length, column A had length 2, however, column B had length 1")

    def test_1_2_11_elements_may_be_of_different_types(self):
        self.is_("mixed", [1.0, "a", 2.5, None, True])

    def test_1_2_07_a_huge_number_is_a_double(self):
        self.is_("huge", float(2 ** 70))

    def test_1_2_08_an_empty_list_is_nothing(self):
        self.assertNotIn("empty", self.metrics)

    def test_1_2_09_a_name_must_not_be_empty(self):
        self.refusal(8, "must not be empty")

    def test_1_3_01_name_gives_one_metric_or_nothing(self):
        self.assertEqual(self.run_.get_metrics("again"), {"again": [0.5, 0.25, 0.125]})
        self.assertEqual(self.run_.get_metrics(name="absent"), {})

    def test_1_3_02_recursive_is_by_run(self):
        found = self.run_.get_metrics(None, True)
        self.assertEqual((list(found), found[self.run_.id]["alias"]), ([self.run_.id], 2))
        self.assertEqual(self.run_.get_metrics(recursive=True, run_type="azureml.other"), {})
        self.assertEqual(list(self.run_.get_metrics(recursive=True, run_type=self.run_.type)), [self.run_.id])

    def test_1_3_03_log_twice_is_a_list_in_order(self):
        self.is_("again", [0.5, 0.25, 0.125])

    def test_1_3_04_a_list_of_one_is_a_scalar(self):
        self.is_("one", 7)

    def test_1_3_05_lists_and_values_are_one_flat_list(self):
        self.is_("flat", [1, 2, 3, 4])

    def test_1_3_06_rows_are_column_oriented(self):
        self.is_("rows", {"a": [1, 2, None], "b": [None, "x", None], "c": [None, None, True]})

    def test_1_3_07_tables_are_column_oriented_and_one_row_is_scalars(self):
        self.is_("table", {"angle": [0, 1], "sine": [0.0, 0.84]})
        self.is_("table1", {"angle": 0, "sine": 0.5})

    def test_1_3_08_rows_and_tables_merge(self):
        self.is_("merged", {"a": [1, 2, 3], "b": [None, None, 4]})

    def test_1_3_09_an_image_is_an_address(self):
        self.assertEqual(self.content(self.address("by path", "figure.png")), b"from a file")
        self.assertEqual(self.content(self.address("by plot", r"by plot_\d{10}.png")), b"drawn")
        self.assertEqual(self.content(self.address("ROC", r"ROC_\d{10}.png")), b"drawn")

    def test_1_3_10_images_of_one_name_are_a_list(self):
        self.assertEqual(len(set(self.metrics["twice"])), 2)
        for image in self.metrics["twice"]:
            self.assertRegex(image, r"/twice_\d{10}(_1)?.png$")
            self.assertEqual(self.content(image), b"drawn")

    def test_1_3_11_without_an_open_figure_nothing_is_stored(self):
        self.assertNotIn("closed", self.metrics)

    def test_1_3_12_documents_are_addresses_of_their_json(self):
        for name in ("cm", "at", "res", "pred"):
            self.address(name, name)
            self.assertIn(name, self.names)

    def test_1_3_13_populate_gives_the_artifacts(self):
        found = self.run_.get_metrics(populate=True)
        self.assertEqual((found["by path"].data, found["by path"].filename, found["by path"].data_location),
                         (b"from a file", "figure.png", self.metrics["by path"]))
        self.assertEqual([image.data for image in found["twice"]], [b"drawn"] * 2)
        self.assertEqual(json.loads(found["pred"].data.decode())["schema_type"], "predictions")
        self.assertEqual(self.content(found["by path"]), b"from a file")

    def test_1_3_16_cells_of_a_column_may_be_of_different_types(self):
        self.is_("cells", {"a": [1.0, "x", 2.5]})

    def test_1_3_17_name_recursive_type_and_populate_in_this_order(self):
        found = self.run_.get_metrics("by path", False, None, True)
        self.assertEqual((list(found), found["by path"].data), (["by path"], b"from a file"))

    def test_1_3_14_an_integer_beside_a_float_is_widened(self):
        self.is_("widened", [1.0, 1.5])

    def test_1_3_15_names_are_in_the_order_of_first_logging(self):
        self.assertEqual(list(self.metrics)[:4], ["keywords", "position", "alias", "again"])


@needs_daemon
class Submitted(Rows, logged.Submitted):
    """Through a script."""


@needs_daemon
class Interactive(Rows, logged.Interactive):
    """In the process of the test."""


@needs_daemon
class AfterTheEnd(Rows, logged.AfterTheEnd):
    """To a run that has ended."""


if __name__ == "__main__":
    unittest.main()
