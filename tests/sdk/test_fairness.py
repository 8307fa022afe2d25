# SPDX-License-Identifier: Apache-2.0
"""Dashboards of Fairlearn: kept with a run, found and given back; wrong ones are refused."""

import copy

from notebook_case import Interactive, needs_daemon

from runyard import Model
from runyard.exceptions import ModelNotFoundException, UserErrorException
from runyard.fairness import (DashboardValidationException, download_dashboard_by_upload_id, list_available_upload_ids,
                              upload_dashboard_dictionary)

DASHBOARD = {
    "schemaType": "dashboardDictionary", "schemaVersion": 0, "predictionType": "binaryClassification",
    "trueY": [0, 1, 1], "predictedY": [[0, 1, 0], [1, 1, 1]], "modelNames": ["ridge:1", "岭:1"],
    "precomputedFeatureBins": [{"featureBinName": "性别", "binVector": [0, 1, 1], "binLabels": ["f", "m"]}],
    "precomputedMetrics": [[{"accuracy_score": {"global": 0.5, "bins": [0.5, 1.0]}}] * 2]}


@needs_daemon
class Dashboards(Interactive):
    def changed(self, **values):
        """A dashboard with other values."""
        return dict(copy.deepcopy(DASHBOARD), **values)

    def test_what_is_uploaded_is_listed_and_given_back(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        self.assertEqual(list_available_upload_ids(run), [])
        first, second = (upload_dashboard_dictionary(run, self.changed(trueY=[number, 1, 1]), "a", "d", "id", validate_model_ids=False)
                         for number in (0, 1))
        self.assertEqual(sorted(list_available_upload_ids(run)), sorted([first, second]))
        self.assertEqual(download_dashboard_by_upload_id(run, second), self.changed(trueY=[1, 1, 1]))
        with self.assertRaisesRegex(UserErrorException, "fairness/none.json was not found"):
            download_dashboard_by_upload_id(run, "none")
        run.upload_file("fairness/damaged.json", self.put("damaged", "{"))
        with self.assertRaisesRegex(DashboardValidationException, "fairness/damaged.json of run .* is damaged"):
            download_dashboard_by_upload_id(run, "damaged")
        run.complete()

    def test_its_models_have_to_be_registered(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        Model.register(self.workspace, self.put("model.pkl"), "ridge")
        with self.assertRaisesRegex(ModelNotFoundException, "岭"):
            upload_dashboard_dictionary(run, DASHBOARD, "a")
        Model.register(self.workspace, self.put("model.pkl"), "岭")
        upload_dashboard_dictionary(run, DASHBOARD, "a")
        self.assertEqual(len(list_available_upload_ids(run)), 1)
        run.complete()

    def test_data_of_another_form_are_refused(self):
        bins = [dict(DASHBOARD["precomputedFeatureBins"][0], binLabels=["f"])]
        for given, said in (
                ([], "it has no schemaType, schemaVersion, "), (self.changed(schemaType="x"), "'schemaType' of 'x' is invalid"),
                (self.changed(predictionType="x"), "must be 'binaryClassification' or 'regression'"),
                (self.changed(schemaVersion=1), "'schemaVersion' of 1"), (self.changed(trueY=[0]), "a predictedY has length 3 instead of 1"),
                (self.changed(modelNames=["a"]), "modelNames has length 1 instead of 2"),
                (self.changed(precomputedFeatureBins=bins), "binLabels of '性别' has length 1 instead of 2"),
                (self.changed(precomputedMetrics=[]), "precomputedMetrics has length 0 instead of 1"),
                (self.changed(precomputedMetrics=[[]]), "an element of precomputedMetrics has length 0 instead of 2"),
                (self.changed(trueY=[0, 1, object()]), "cannot be written as JSON")):
            with self.assertRaisesRegex(DashboardValidationException, "^Dashboard: .*" + said):
                upload_dashboard_dictionary(None, given, "a", validate_model_ids=False)
        with self.assertRaisesRegex(DashboardValidationException, r"too large \(\d+ > 10 bytes\)"):
            upload_dashboard_dictionary(None, DASHBOARD, "a", upload_bytes_limit=10, validate_model_ids=False)
