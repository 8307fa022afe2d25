# SPDX-License-Identifier: Apache-2.0
"""ModelDataCollector: what it writes, and where."""

import csv
import glob
import os
import sys
import unittest
from unittest import mock

from folder_case import FolderCase

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")))

from runyard.monitoring import ModelDataCollector  # noqa: E402

try:
    import pandas
except ImportError:
    pandas = None


class Collected(FolderCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.top)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("RUNYARD_", "AML_"))}
        change = mock.patch.dict(os.environ, environment, clear=True)
        change.start()
        self.addCleanup(change.stop)

    def files(self):
        """Each file below the current folder, and its rows."""
        found = {}
        for path in glob.glob("**/*.csv", recursive=True):
            with open(path, encoding="utf-8", newline="") as file:
                found[path] = list(csv.reader(file))
        return found

    def rows(self):
        """The rows of the only file."""
        (rows,) = self.files().values()
        return rows

    def test_rows_are_appended_below_one_line_of_names(self):
        for _ in range(2):  # a second process of the service
            made = ModelDataCollector("ridge", designation="predictions", feature_names=["年龄", "bmi"])
            self.assertIsNone(made.collect([[59, 32.1], (48, "a,b")]))
        self.assertEqual(self.rows(), [["年龄", "bmi"]] + [["59", "32.1"], ["48", "a,b"]] * 2)

    def test_a_file_for_each_model_designation_and_day(self):
        ModelDataCollector("a/../b", "signals", workspace="s/g/w", webservice_name="web", model_version=3,
                           collection_name="clicks").collect([1, 2])
        with mock.patch.dict(os.environ, RUNYARD_RUN_ID="r", RUNYARD_WORKSPACE="mine", SERVICE_NAME="svc"):
            ModelDataCollector("..").collect([3])
        day = "[0-9]{4}/[0-9]{2}/[0-9]{2}"
        first, second = sorted(self.files())
        self.assertRegex(first, "^modeldata/s/g/w/web/a_.._b/3/signals/{}/clicks.csv$".format(day))
        self.assertRegex(second, "^outputs/modeldata/local/local/mine/svc/_/default/general/{}/default.csv$".format(day))
        self.assertEqual(self.files()[first], [["1", "2"]])

    def test_predictions_can_be_joined_to_their_inputs(self):
        inputs = ModelDataCollector("ridge", "inputs", ["age"])
        predictions = ModelDataCollector("ridge", "predictions", ["y"])
        correlations = inputs.collect([[59]], "mine")
        predictions.collect(predictions.add_correlations([[151.0]], correlations))
        self.assertEqual(predictions.add_correlations([1], None), [1])
        asked, answered = (rows for _, rows in sorted(self.files().items()))
        self.assertEqual((asked[0][1:], asked[1][1:]), (answered[0][1:], answered[1][1:]))
        self.assertEqual((asked[0][1], asked[1][1][:5], answered[1][0]), ("$aml_dc_correlation_id", "mine-", "151.0"))

    @unittest.skipUnless(pandas, "needs pandas")
    def test_frames_have_their_own_names_and_arrays_those_that_were_given(self):
        inputs = ModelDataCollector("ridge", "inputs")
        correlations = inputs.collect(pandas.DataFrame({"age": [1, 2]}))
        self.assertEqual([row[0] for row in self.rows()], ["age", "1", "2"])
        added = ModelDataCollector("ridge", "labels").add_correlations(pandas.DataFrame({"y": [0]}), correlations)
        self.assertEqual(list(added.columns), ["y"] + list(correlations))
        self.assertEqual(inputs.collect(pandas.DataFrame({"age": [3]}).values).keys(), correlations.keys())
        self.assertEqual([row[0] for row in self.rows()], ["age", "1", "2", "3"])

    def test_a_model_answers_whatever_cannot_be_collected(self):
        with self.assertLogs("runyard") as said:
            ModelDataCollector("ridge", "input").collect([1])
            ModelDataCollector("ridge").collect("text")
            self.put("modeldata", "in the way")
            ModelDataCollector("ridge").collect([1])
        self.assertRegex("\n".join(said.output), "no designation 'input', only inputs, .*\n.* is a str, not a list, .*\n.*Not a directory")

    def test_it_can_be_switched_off(self):
        with mock.patch.dict(os.environ, AML_MODEL_DC_STORAGE_ENABLED="False"):
            self.assertIsNone(ModelDataCollector("ridge", "inputs").collect([1]))
        self.assertEqual(self.files(), {})


if __name__ == "__main__":
    unittest.main()
