# SPDX-License-Identifier: Apache-2.0
"""Sections 1.4 and 1.5 of the reference, row by row: JSON documents, and the limits that are gone.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import json
import unittest

import logged
from notebook_case import needs_daemon

from runyard import get_run


class Rows:
    """One test a row; the classes below say how the run was made."""

    def document(self, name, schema, **data):
        """A document came back with all that was logged."""
        found = json.loads(self.content(name).decode("utf-8"))
        self.assertEqual(found, {"schema_type": schema, "schema_version": "1.0.0", "data": data})

    def test_1_4_01_a_confusion_matrix_is_kept_as_its_json(self):
        self.document("cm", "confusion_matrix", class_labels=["0", "1"], matrix=[[5, 1], [2, 4]])

    def test_1_4_02_an_accuracy_table_is_kept_as_its_json(self):
        self.document("at", "accuracy_table", probability_tables=[[[82, 118, 0, 0], [75, 31, 87, 7]]],
                      percentile_tables=[[[82, 118, 0, 0]]], probability_thresholds=[0.0, 0.5],
                      percentile_thresholds=[0.0], class_labels=["0"])

    def test_1_4_03_residuals_are_kept_as_their_json(self):
        self.document("res", "residuals", bin_edges=[0, 100, 200], bin_counts=[88, 20])

    def test_1_4_04_predictions_are_kept_as_their_json(self):
        self.document("pred", "predictions", bin_averages=[0.25, 0.75], bin_errors=[0.013, 0.042], bin_counts=[56, 34],
                      bin_edges=[0.0, 0.5, 1.0])

    def test_1_5_01_more_than_50_names(self):
        self.assertEqual([self.metrics["name %d" % n] for n in range(120)], list(range(120)))

    def test_1_5_02_more_than_15_columns(self):
        self.assertEqual(self.metrics["wide"], {"c%d" % n: n for n in range(40)})

    def test_1_5_03_more_than_250_elements_at_once(self):
        self.assertEqual(self.metrics["long"], list(range(700)))
        self.assertEqual(self.metrics["very long"], list(range(100000)))

    def test_1_5_04_long_columns_and_long_cells(self):
        self.assertEqual(self.metrics["wide text"], {"c" * 255: "v" * 5000})

    def test_1_5_05_documents_of_more_than_3000_bytes(self):
        self.assertEqual(json.loads(self.content("large").decode())["data"]["matrix"], [list(range(300))] * 100)

    def test_1_5_06_more_than_50_tags_and_properties_of_any_length(self):
        tags, properties = self.run_.get_tags(), self.run_.get_properties()
        for number in range(120):
            self.assertEqual(tags["tag %d" % number + "t" * 200], "v" * 2000)
            self.assertEqual(properties["property %d" % number], "v" * 2000)

    def test_1_5_07_a_description_of_any_length(self):
        self.assertEqual(get_run(self.run_.experiment, self.run_.id).description, "d" * 8000)


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
