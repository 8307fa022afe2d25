# SPDX-License-Identifier: Apache-2.0
"""Section 2 of the reference, row by row: tags, properties, display name and description.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import textwrap
import unittest

from notebook_case import Notebook, OneRun, needs_daemon

from runyard import Run, ScriptRunConfig
from runyard.exceptions import AzureMLException, UserErrorException

# Said by a script and by the process of the test.
TOLD = """
def told(run):
    run.tag("k", "old"); run.tag("k", "new"); run.tag("bare"); run.tag("rank", 1)
    run.set_tags({"float": 1.5, "none": None})
    run.tag("gone", "x"); run.tag("gone too"); run.remove_tags(["gone"]); run.remove_tag("gone too")
    run.add_properties({"author": "me", "n": 1})
    run.add_properties({"author": "me"})
    try:
        run.add_properties({"author": "you"})
    except Exception as error:
        said.append(str(error))
    before = [run.display_name == run.name, run.description]
    run.display_name, run.description = "显示 name", "words\\nand more"
    said.append([before, run.display_name, run.description, run.get_tags()["k"], run.get_properties()["author"]])

said = []
"""
SCRIPT = TOLD + """
import json
from azureml.core import Run
run = Run.get_context()
told(run)
run.log("said", json.dumps(said))
"""


class Rows:
    """One test a row; the classes below say how the run was made."""

    def found(self, **filters):
        """The ids of the runs of the experiment that a filter finds."""
        return [run.id for run in self.run_.experiment.get_runs(**filters)]

    def test_2_01_a_tag_can_be_set_again(self):
        self.assertEqual((self.run_.get_tags()["k"], self.answers[1][3]), ("new", "new"))

    def test_2_02_a_tag_without_a_value_has_none(self):
        self.assertIsNone(self.run_.get_tags()["bare"])

    def test_2_03_set_tags_leaves_the_others_and_remove_tags_removes(self):
        self.assertEqual(set(self.run_.get_tags()), {"k", "bare", "rank", "float", "none"})

    def test_2_04_values_of_tags_are_texts(self):
        tags = self.run_.get_tags()
        self.assertEqual((tags["rank"], tags["float"], tags["none"]), ("1", "1.5", None))

    def test_2_06_a_property_keeps_its_first_value(self):
        self.assertRegex(self.answers[0], "property 'author' .* 'me' already")
        with self.assertRaisesRegex(UserErrorException, "author"):
            self.run_.add_properties({"author": "another user"})
        self.assertEqual(self.run_.get_properties()["author"], "me")

    def test_2_07_the_same_value_again_is_no_error(self):
        self.run_.add_properties({"author": "me"})
        self.assertEqual((self.run_.get_properties()["author"], self.answers[1][4]), ("me", "me"))

    def test_2_08_values_of_properties_are_texts(self):
        self.assertEqual((self.run_.get_properties()["n"], self.run_.properties["n"]), ("1", "1"))

    def test_2_11_display_name_and_description_can_be_set(self):
        self.assertEqual(self.answers[1][:3], [[True, None], "显示 name", "words\nand more"])
        again = Run(self.run_.experiment, self.run_.id)
        self.assertEqual((again.display_name, again.description), ("显示 name", "words\nand more"))

    def test_2_12_runs_are_found_by_a_tag(self):
        self.assertEqual(self.found(tags="bare"), [self.run_.id])
        self.assertEqual(self.found(tags="gone"), [])

    def test_2_13_runs_are_found_by_the_values_of_tags(self):
        self.assertEqual(self.found(tags={"k": "new", "rank": "1"}), [self.run_.id])
        self.assertEqual(self.found(tags={"k": "new", "rank": "2"}), [])

    def test_2_14_runs_are_found_by_properties(self):
        self.assertEqual(self.found(properties="author"), [self.run_.id])
        self.assertEqual(self.found(properties={"author": "me", "n": "1"}), [self.run_.id])
        self.assertEqual(self.found(properties={"author": "you"}), [])


@needs_daemon
class Submitted(Rows, OneRun):
    def make(self):
        run = self.finished(SCRIPT)
        return run, json.loads(run.get_metrics()["said"])


@needs_daemon
class Interactive(Rows, OneRun):
    def make(self):
        names = {}
        exec(textwrap.dedent(TOLD), names)
        with self.experiment.start_logging(snapshot_directory=None) as run:
            names["told"](run)
        return run, names["said"]


@needs_daemon
class Seen(Notebook):
    def test_2_05_tags_is_what_was_fetched_and_get_tags_fetches(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        seen = Run(self.experiment, run.id)
        run.tag("later", "yes")
        run.add_properties({"later": "too"})
        self.assertEqual((seen.tags, seen.properties), ({}, {}))
        self.assertEqual((seen.get_tags(), seen.tags, seen.get_properties(), seen.properties),
                         ({"later": "yes"}, {"later": "yes"}, {"later": "too"}, {"later": "too"}))

    def test_2_09_what_the_system_knows_is_among_the_properties_of_a_script_run(self):
        run = self.finished("pass")
        self.assertEqual(run.get_properties(), {"_azureml.ComputeTargetType": "local",
                                                "ContentSnapshotId": run.get_snapshot_id()})
        self.assertEqual(run.get_details()["properties"], run.properties)

    @unittest.skipUnless(shutil.which("git"), "git is not installed")
    def test_2_10_what_git_knows_is_among_the_properties(self):
        folder = self.source("pass")

        def git(*words):
            done = subprocess.run(["git", "-C", folder, "-c", "user.name=me", "-c", "user.email=me@here", *words],
                                  check=True, stdout=subprocess.PIPE, env=dict(os.environ, HOME=self.top))
            return done.stdout.decode().strip()

        for words in (["init", "-q", "-b", "work"], ["remote", "add", "origin", "https://example.org/me/it.git"],
                      ["add", "."], ["commit", "-q", "-m", "first"]):
            git(*words)
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(ScriptRunConfig(folder, "main.py"))
        self.addCleanup(self.end, run)
        found = run.get_properties()
        for name, value in (("azureml.git.commit", git("rev-parse", "HEAD")), ("azureml.git.branch", "work"),
                            ("azureml.git.repository_uri", "https://example.org/me/it.git"),
                            ("azureml.git.dirty", "False"), ("mlflow.source.git.commit", git("rev-parse", "HEAD")),
                            ("mlflow.source.git.branch", "work"),
                            ("mlflow.source.git.repoURL", "https://example.org/me/it.git")):
            self.assertEqual(found[name], value)

    def test_2_15_tags_of_a_submission(self):
        run = self.finished("pass", tags={"k": 1, "bare": None})
        self.assertEqual(run.get_tags(), {"k": "1", "bare": None})

    def test_2_16_a_property_cannot_be_changed_in_any_way(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.add_properties({"p": "1"})
        for again in (Run(self.experiment, run.id), run):
            with self.assertRaises(AzureMLException):
                again.add_properties({"p": "2"})
        self.assertEqual(run.get_properties(), {"p": "1"})


if __name__ == "__main__":
    unittest.main()
