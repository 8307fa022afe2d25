# SPDX-License-Identifier: Apache-2.0
"""Explanations kept with a run, and found again. interpret-community is large: what the client uses of it is here in its
place."""

import datetime
import json
import os
import sys
import types
from unittest import mock

from notebook_case import Interactive, needs_daemon

from runyard import interpret
from runyard.exceptions import UserErrorException
from runyard.interpret import ExplanationClient, ExplanationNotFoundException, InvalidExplanationException


class Explanation:
    """What the client uses of an explanation."""

    method, model_type = "shap.tree", "Ridge"

    def __init__(self, id, values, **others):
        self.id, self.values = id, values
        vars(self).update(others)

    def get_ranked_global_values(self, top_k=None):
        return getattr(self, "_ranked_global_values", sorted(self.values, reverse=True))[:top_k]


def save(explanation, path):
    os.makedirs(path)  # which must be new
    for name, value in vars(explanation).items():
        with open(os.path.join(path, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(value, file)


def load(path):
    found = {}
    for name in os.listdir(path):
        if name not in ("runyard.json",):
            with open(os.path.join(path, name), encoding="utf-8") as file:
                found[name[:-len(".json")]] = json.load(file)
    return Explanation(**found)


@needs_daemon
class Explanations(Interactive):
    def setUp(self):
        super().setUp()
        library = types.ModuleType("interpret_community")
        library.explanation = types.SimpleNamespace(save_explanation=save, load_explanation=load)
        change = mock.patch.dict(sys.modules, interpret_community=library)
        change.start()
        self.addCleanup(change.stop)
        self.run_of_test = self.experiment.start_logging(snapshot_directory=None)
        self.client = ExplanationClient.from_run(self.run_of_test)

    def test_the_newest_explanation_that_fits_is_given_back(self):
        self.client.upload_model_explanation(Explanation("e1", [1, 3, 2], is_raw=True), comment="原始")
        self.client.upload_model_explanation(Explanation("e2", [5, 4], num_classes=2), true_ys=[0, 1], model_id="m:1")
        self.client.upload_model_explanation(Explanation("e2", [6, 4], num_classes=2))
        self.run_of_test.complete()
        other = ExplanationClient.from_run_id(self.workspace, self.experiment.name, self.run_of_test.id)
        self.assertEqual(other.run, self.run_of_test)
        self.assertEqual(other.download_model_explanation().values, [6, 4])
        for asked in ({"explanation_id": "e1"}, {"comment": "原始"}, {"raw": True}):
            self.assertEqual(other.download_model_explanation(**asked).id, "e1")
        cut = other.download_model_explanation(comment="原始", top_k=2)
        self.assertEqual((cut.get_ranked_global_values(), cut.values), ([3, 2], [1, 3, 2]))
        listed = other.list_model_explanations()
        self.assertEqual([found["id"] for found in listed], ["e1", "e2", "e2"])
        self.assertIsInstance(listed[0].pop("upload_time"), datetime.datetime)
        self.assertEqual(listed[0], {"id": "e1", "comment": "原始", "data_type": "tabular", "explain_type": "shap.tree",
                                     "model_type": "regression", "is_raw": True, "is_engineered": False})
        self.assertEqual([found["model_type"] for found in other.list_model_explanations(raw=False)], ["classification"] * 2)

    def test_what_there_is_not_is_said(self):
        with self.assertRaisesRegex(ExplanationNotFoundException, "has no explanation ; it has none"):
            self.client.download_model_explanation()
        self.client.upload_model_explanation(Explanation("e1", [1]))
        with self.assertRaisesRegex(ExplanationNotFoundException, "has no explanation id 'e2', is_raw True; it has e1"):
            self.client.download_model_explanation("e2", raw=True)
        with self.assertRaisesRegex(InvalidExplanationException, "a list is none of interpret-community"):
            self.client.upload_model_explanation([1])

    def test_without_the_library_the_error_says_how_to_install_it(self):
        with mock.patch.dict(sys.modules):
            del sys.modules["interpret_community"]
            with mock.patch.object(sys, "path", []), self.assertRaisesRegex(UserErrorException, "`pip install interpret-community`"):
                self.client.upload_model_explanation(Explanation("e1", [1]))
        self.assertEqual(self.client.list_model_explanations(), [])
        self.assertIs(interpret._library(), sys.modules["interpret_community"].explanation)
