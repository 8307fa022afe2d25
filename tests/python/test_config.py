# SPDX-License-Identifier: Apache-2.0
"""The workspace's configuration file: where it is looked for, and what counts."""

import json
import os
import sys
import tempfile
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._config import workspace_file  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402


class Search(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = os.path.realpath(folder.name)
        self.below = os.path.join(self.top, "a", "b")
        os.makedirs(self.below)

    def put(self, *parts, **facts):
        """Write a configuration file; its path."""
        path = os.path.join(self.top, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(facts or {"workspace_name": "w"}, file)
        return path

    def test_the_hidden_folder_far_above_beats_the_plain_file_here(self):
        far = self.put(".azureml", "config.json")
        self.put("a", "b", "config.json")
        self.assertEqual(workspace_file.locate(self.below), far)

    def test_the_order_is_folder_then_name_then_distance(self):
        order = [self.put("a", "b", "project.json"), self.put("config.json"), self.put("a", "b", "config.json"),
                 self.put("aml_config", "project.json"), self.put("aml_config", "config.json"),
                 self.put("a", ".azureml", "project.json"), self.put(".azureml", "config.json"),
                 self.put("a", ".azureml", "config.json")]
        for path in reversed(order):
            self.assertEqual(workspace_file.locate(self.below), path)
            os.unlink(path)

    def test_a_file_is_taken_as_it_is(self):
        path = self.put("somewhere.json")
        self.assertEqual(workspace_file.locate(path), path)

    def test_another_file_name_is_searched_alone(self):
        self.put(".azureml", "config.json")
        path = self.put("a", "other.json")
        self.assertEqual(workspace_file.locate(self.below, "other.json"), path)

    def test_the_file_of_2018_is_written_where_its_folder_is_and_found_where_it_is_not(self):
        identity = workspace_file.Identity("s", "r", "w")
        old = os.path.join(self.below, "aml_config", "config.json")
        new = workspace_file.write(identity, self.below)
        self.assertEqual((workspace_file.locate(old), os.path.exists(old)), (new, False))
        os.mkdir(os.path.dirname(old))
        workspace_file.write(identity._replace(name="other"), self.below)
        self.assertEqual([workspace_file.read(path).name for path in (old, new)], ["other", "other"])
        self.assertEqual(workspace_file.locate(old), old)
        with self.assertRaisesRegex(UserErrorException, "could not be found in .*aml_config"):
            workspace_file.locate(os.path.join(self.top, "aml_config", "config.json"))

    def test_a_path_that_does_not_exist_is_refused_unless_a_folder_above_it_has_the_file(self):
        absent = os.path.join(self.below, "absent", "config.json")
        with self.assertRaisesRegex(UserErrorException, "could not be found in .*absent"):
            workspace_file.locate(absent)
        path = self.put("a", ".azureml", "config.json")
        self.assertEqual(workspace_file.locate(absent), path)

    def test_the_folder_above_a_link_is_the_one_above_its_target(self):
        self.put("links", "config.json")
        path = self.put("a", "config.json")
        link = os.path.join(self.top, "links", "link")
        os.symlink(self.below, link)
        self.assertEqual(workspace_file.locate(link), path)

    def test_a_file_name_gets_its_ending(self):
        identity = workspace_file.Identity("s", "r", "w")
        for name in ("ws", "ws.json", "ws.txt"):
            self.assertEqual(workspace_file.write(identity, self.below, name),
                             os.path.join(self.below, ".azureml", "ws.json"))

    def test_fields_are_texts_and_never_none(self):
        path = self.put("config.json", workspace_name="w")
        self.assertEqual(workspace_file.read(path), ("local", "local", "w"))
        path = self.put("config.json", workspace_name="w", subscription_id="s", resource_group="r")
        self.assertEqual(workspace_file.read(path), ("s", "r", "w"))

    def test_the_older_form_names_a_scope(self):
        path = self.put("project.json", Id="1", Scope="/subscriptions/s/resourceGroups/r/providers/"
                                                      "Microsoft.MachineLearningServices/workspaces/w")
        self.assertEqual(workspace_file.read(path), ("s", "r", "w"))

    def test_what_is_wrong_with_a_file_is_said_with_its_name(self):
        for text, why in (("{", "Expecting"), ("[]", "workspace_name"), ('{"Scope": "/x"}', "names no workspace")):
            path = self.put("config.json")
            with open(path, "w") as file:
                file.write(text)
            with self.assertRaisesRegex(UserErrorException, "config.json.*" + why):
                workspace_file.read(path)

    def test_what_is_written_is_found_again(self):
        identity = workspace_file.Identity("s", "r", "工作区")
        path = workspace_file.write(identity, self.below)
        self.assertEqual(path, os.path.join(self.below, ".azureml", "config.json"))
        self.assertEqual(workspace_file.read(workspace_file.locate(self.below)), identity)


if __name__ == "__main__":
    unittest.main()
