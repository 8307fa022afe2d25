# SPDX-License-Identifier: Apache-2.0
"""The rules of the census on names and arguments of the real packages: nothing is missing in the areas of the table."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from census import AREAS, Fact, facts, omitted, missing  # noqa: E402

FACTS = facts()
OMITTED = omitted()


class Census(unittest.TestCase):
    def test_nothing_is_missing(self):
        for fact in FACTS:
            if fact.path not in OMITTED:
                with self.subTest("{} {}".format(fact.module, fact.path)):
                    self.assertEqual(missing(fact), "", fact.area)

    def test_spark_is_refused_in_words(self):
        self.assertEqual([missing(fact) for fact in FACTS if fact.path == "TabularDataset.to_spark_dataframe"], ["only raises"])

    def test_each_area_has_facts(self):
        for area in AREAS:
            self.assertGreater(len([fact for fact in FACTS if fact.area == area]), 20, area)


class Rules(unittest.TestCase):
    def test_what_they_find(self):
        for module, path, arguments, found in (
                ("azureml.nothing", "Name", [], "cannot be imported: "),
                ("azureml.core", "Nothing", [], "cannot be imported: "),
                ("azureml.data.dataset_snapshot", "DatasetSnapshot", [], "is a stand-in"),
                ("azureml.data", "TabularDataset.nothing", [], "is not there"),
                ("azureml.data", "TabularDataset.to_spark_dataframe", [], "only raises"),
                ("azureml.core", "Run.log", ["name", "weight"], "does not take weight"),
                ("azureml.core", "Run.log", ["name", "value"], ""),
                ("azureml.train.estimator", "Estimator.run_config", [], "")):
            self.assertEqual(missing(Fact("", module, path, arguments))[:len(found) or None], found, path)


if __name__ == "__main__":
    unittest.main()
