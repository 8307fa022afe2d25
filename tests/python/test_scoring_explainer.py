# SPDX-License-Identifier: Apache-2.0
"""Scoring explainers, with what they use of interpret-community in its place: it is large."""

import os
import sys
import tempfile
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard.exceptions import UserErrorException  # noqa: E402
from runyard.scoring_explainer import (DeepScoringExplainer, DirectoryExistsException,  # noqa: E402
                                       KernelScoringExplainer, LinearScoringExplainer, ScoringExplainer,
                                       TreeScoringExplainer, load, save)

try:
    import numpy
except ImportError:
    numpy = None


class Explanation:
    """What is used of an explanation: each feature is twice as important as its value."""

    def __init__(self, rows):
        self.local_importance_values = [[2 * value for value in row] for row in rows]


class Explainer:
    """What is used of an explainer."""

    features = ["age", "bmi"]

    def __init__(self, transformations=None):
        self.transformations = transformations

    def explain_local(self, rows):
        return Explanation(rows)


class Scoring(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = os.path.join(folder.name, "outputs", "explainer")

    def test_each_kind_explains_as_its_original_and_comes_back_from_a_file(self):
        for made in (KernelScoringExplainer(Explainer(), [[1, 2]]), TreeScoringExplainer(Explainer()),
                     LinearScoringExplainer(Explainer(), None), DeepScoringExplainer(Explainer(), serializer=None)):
            path = save(made, self.folder, exist_ok=True)
            found = load(self.folder)
            self.assertEqual((path, type(found)), (os.path.join(self.folder, "scoring_explainer.pkl"), type(made)))
            self.assertEqual(found.explain([[1, 2], [3, 4]]), [[2, 4], [6, 8]])
            self.assertEqual((found.fit([[1, 2]]).predict([[1, 2]]), found.features), ([[2, 4]], ["age", "bmi"]))

    def test_the_names_of_features_are_those_before_or_after_the_transformation(self):
        plain = ScoringExplainer(Explainer())
        self.assertEqual((plain.raw_features, plain.engineered_features), (None, None))
        mapped = ScoringExplainer(Explainer(), feature_maps=[[[1, 1]]], raw_features=["both"])
        self.assertEqual((mapped.features, mapped.raw_features, mapped.engineered_features),
                         (["age", "bmi"], ["both"], ["age", "bmi"]))
        transformed = ScoringExplainer(Explainer("some"), engineered_features=["a", "b", "c"])
        self.assertEqual((transformed.features, transformed.engineered_features), (["age", "bmi"], ["a", "b", "c"]))

    @unittest.skipUnless(numpy, "this interpreter has no numpy")
    def test_raw_features_get_the_sums_of_what_was_made_from_them(self):
        mapped = TreeScoringExplainer(Explainer(), feature_maps=[numpy.array([[1, 1]]), numpy.array([[1, 0], [0, 1]])])
        self.assertEqual(mapped.explain([[1, 2], [3, 4]], get_raw=True), [[6], [14]])
        self.assertEqual(mapped.explain([[1, 2]]), [[2, 4]])

    def test_what_cannot_be_is_said(self):
        with self.assertRaisesRegex(UserErrorException, "`pip install interpret-community`.*not from 'list'"):
            TreeScoringExplainer([])
        with self.assertRaisesRegex(UserErrorException, "get_raw=True needs the feature_maps"):
            TreeScoringExplainer(Explainer()).explain([[1]], get_raw=True)
        os.makedirs(self.folder)
        with self.assertRaisesRegex(DirectoryExistsException, "the folder exists; exist_ok=True uses it"):
            save(TreeScoringExplainer(Explainer()), self.folder)
        with self.assertRaisesRegex(UserErrorException, "a part of it cannot be pickled"):
            save(TreeScoringExplainer(Explainer(lambda: 0)), self.folder, exist_ok=True)
        with self.assertRaisesRegex(UserErrorException, "cannot read a scoring explainer: .*No such file"):
            load(self.folder)
        with open(os.path.join(self.folder, "scoring_explainer.pkl"), "wb") as file:
            file.write(b"cabsent_module\nName\n.")
        with self.assertRaisesRegex(UserErrorException, "No module named 'absent_.*`pip install interpret-community`"):
            load(self.folder)


if __name__ == "__main__":
    unittest.main()
