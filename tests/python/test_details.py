# SPDX-License-Identifier: Apache-2.0
"""What get_details makes of a run as the API describes it."""

import json
import os
import re
import sys
import tempfile
import unittest
from unittest import mock

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "python"))

from runyard._own_runs import journal_run  # noqa: E402
from runyard._runs import details  # noqa: E402
from runyard.script_run import run_from_facts  # noqa: E402


def example(**more):
    """The run in the page of the API, with other values."""
    with open(os.path.join(ROOT, "docs", "formats", "http-api.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```json\n(.*?)```", file.read(), re.S)
    (run,) = [json.loads(block) for block in blocks if '"number"' in block]
    return dict(run, **more)


class Shape(unittest.TestCase):
    def test_a_run_that_goes_on(self):
        found = details.shaped(example(), {"azureml-logs/70_driver_log.txt": "http://h/x"})
        json.dumps(found)
        self.assertEqual(set(found), {"runId", "target", "status", "startTimeUtc", "properties", "inputDatasets",
                                      "outputDatasets", "runDefinition", "logFiles", "submittedBy"})
        self.assertEqual((found["runId"], found["status"], found["target"], found["submittedBy"]),
                         (example()["id"], "Running", "local", "me"))
        self.assertTrue(found["startTimeUtc"].endswith("Z"))
        self.assertEqual(found["runDefinition"]["arguments"], ["--alpha", "0.5"])
        self.assertEqual((found["runDefinition"]["script"], found["runDefinition"]["maxRunDurationSeconds"]),
                         ("train.py", 2592000))
        self.assertEqual(found["properties"]["ContentSnapshotId"], example()["snapshot"]["digest"])
        self.assertEqual(found["runDefinition"]["environment"]["python"]["interpreterPath"], "/home/me/venv/bin/python")

    def test_what_git_says_is_said_under_both_names(self):
        git = {"azureml.git.branch": "main", "azureml.git.commit": "1a", "azureml.git.dirty": "True",
               "azureml.git.repository_uri": "u"}
        found = details.properties_of(example(snapshot={"digest": "d", "git": git}))
        self.assertEqual(found, dict(git, **{
            "_azureml.ComputeTargetType": "local", "ContentSnapshotId": "d", "mlflow.source.git.branch": "main",
            "mlflow.source.git.commit": "1a", "mlflow.source.git.repoURL": "u"}))

    def test_a_run_that_failed(self):
        ended = "2026-11-24T01:03:03.000000Z"
        error = {"code": "UserError", "message": "User program failed with ValueError: bad", "type": "ValueError",
                 "traceback": "Traceback ..."}
        found = details.shaped(example(status="Failed", ended=ended, error=error, warnings=["odd"]), {})
        self.assertEqual(found["endTimeUtc"], ended)
        self.assertEqual(found["error"]["error"]["message"], error["message"])
        self.assertEqual(found["error"]["error"]["code"], "UserError")
        self.assertEqual(found["error"]["error"]["debugInfo"]["type"], "ValueError")
        self.assertEqual([warning["message"] for warning in found["warnings"]], ["odd"])

    def test_arguments_that_are_not_utf8_are_texts(self):
        found = details.shaped(example(arguments=["a", {"base64": "/w=="}]), {})
        self.assertEqual(found["runDefinition"]["arguments"], ["a", "\udcff"])

    def test_an_interactive_run_has_no_definition(self):
        self.assertNotIn("runDefinition", details.shaped(example(kind="interactive"), {}))


class Shown(unittest.TestCase):
    def setUp(self):
        class Named:
            name = "<ridge>"
        self.run_ = run_from_facts(Named(), example())

    def test_repr(self):
        self.assertEqual(repr(self.run_), "Run(Experiment: <ridge>,\nId: {},\nType: azureml.scriptrun,\n"
                         "Status: Running)".format(example()["id"]))

    def test_a_script_prints_its_run_without_asking_the_daemon(self):
        with tempfile.TemporaryDirectory() as journal, mock.patch.dict(os.environ, RUNYARD_EXPERIMENT="ridge"):
            run = journal_run.submitted_run("ridge_1", journal)
            self.assertEqual(str(run), "Run(Experiment: ridge,\nId: ridge_1,\nType: azureml.scriptrun,\nStatus: Running)")

    def test_html_is_escaped(self):
        html = self.run_._repr_html_()
        self.assertIn("<td>&lt;ridge&gt;</td>", html)
        self.assertIn('href="{}"'.format(example()["url"]), html)

    def test_what_is_known_is_not_asked_for(self):
        run = self.run_
        self.assertEqual((run.number, run.name, run.status, run.tags, run.parent, run.display_name),
                         (1, example()["name"], "Running", {}, None, example()["name"]))
        self.assertEqual(run.properties, {"_azureml.ComputeTargetType": "local",
                                          "ContentSnapshotId": example()["snapshot"]["digest"]})


if __name__ == "__main__":
    unittest.main()
