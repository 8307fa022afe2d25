# SPDX-License-Identifier: Apache-2.0
"""Section 4.7 of the reference, row by row: what a snapshot holds, and how it comes back.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import contextlib
import io
import os
import tempfile
import unittest
import zipfile

from notebook_case import Notebook, needs_daemon
from processes import wait_for

from runyard import Environment, ScriptRunConfig
from runyard.exceptions import SnapshotException


class Rows:
    """One test a row; the classes below say how a run is made of the notebook's folder."""

    def snapshot(self, run):
        """The names in a run's snapshot."""
        wait_for("the snapshot", run.get_snapshot_id)
        with zipfile.ZipFile(run.restore_snapshot(path="restored-" + run.id)) as archive:
            return sorted(name for name in archive.namelist() if not name.endswith("/"))

    def ignoring(self, **files):
        """The names in the snapshot of a folder with these ignore files."""
        for name in ("main.py", "data/a", "data/b", "sub/c", "sub/d"):
            self.put(name, "pass")
        for name, text in files.items():
            self.put(name.replace("_", ".", 1), text)
        return [name for name in self.snapshot(self.run_of("here")) if not os.path.basename(name).startswith(".")]

    def run_of(self, display_name):
        """A run that has been started in the notebook's folder."""
        raise NotImplementedError

    def test_4_7_02_an_unchanged_folder_has_the_same_snapshot(self):
        self.put("main.py", "pass")
        first = self.run_of("first")
        digest = wait_for("the snapshot", first.get_snapshot_id)
        again = self.run_of("again")
        self.assertEqual(wait_for("the second snapshot", again.get_snapshot_id), digest)
        self.put("main.py", "pass  # changed")
        other = self.run_of("other")
        self.assertNotEqual(wait_for("the third snapshot", other.get_snapshot_id), digest)

    def test_4_7_03_amlignore_wins_over_gitignore(self):
        self.assertEqual(self.ignoring(_amlignore="data/a\n", _gitignore="data/b\nsub/\n"),
                         ["data/b", "main.py", "sub/c", "sub/d"])

    def test_4_7_04_gitignore_counts_where_there_is_no_amlignore(self):
        self.assertEqual(self.ignoring(_gitignore="data/*\n!data/b\n"), ["data/b", "main.py", "sub/c", "sub/d"])

    def test_4_7_05_only_the_file_at_the_top_counts(self):
        self.put("sub/.amlignore", "c\n")
        self.put("sub/.gitignore", "d\n")
        self.assertEqual(self.ignoring(), ["data/a", "data/b", "main.py", "sub/c", "sub/d"])


@needs_daemon
class Submitted(Rows, Notebook):
    def run_of(self, display_name):
        environment = Environment("mine")
        environment.python.user_managed_dependencies = True
        config = ScriptRunConfig(".", "main.py", environment=environment)
        with contextlib.redirect_stdout(io.StringIO()):
            run = self.experiment.submit(config, display_name=display_name)
        self.addCleanup(self.end, run)
        return run

    def test_4_7_06_what_is_excluded_is_not_in_the_working_folder(self):
        self.put("data/a")
        self.put(".amlignore", "data/\n")
        self.put("main.py", "import os\nassert not os.path.exists('data') and os.path.exists('.amlignore')")
        self.assertEqual(self.run_of("here").wait_for_completion()["status"], "Completed")

    def test_4_7_07_a_link_to_a_file_is_a_file_that_can_be_read(self):
        self.put("real.txt", "text")
        os.symlink("real.txt", "link.txt")
        self.put("main.py", "assert open('link.txt').read() == 'text'")
        self.assertEqual(self.run_of("here").wait_for_completion()["status"], "Completed")


    def test_4_7_01_the_snapshot_of_a_script_run_is_a_zip(self):
        run = self.finished("print('精')", tags={"k": "v"})
        digest = run.get_snapshot_id()
        self.assertEqual(digest, run.get_details()["properties"]["ContentSnapshotId"])
        target = run.restore_snapshot(digest, path="restored")
        self.assertEqual(target, os.path.join(self.folder, "restored", digest + ".zip"))
        with zipfile.ZipFile(target) as archive:
            self.assertEqual(archive.read("main.py").decode("utf-8"), "print('精')")
        with self.assertRaisesRegex(SnapshotException, "it is not a folder"):
            run.restore_snapshot(path=self.put("a-file"))


@needs_daemon
class Interactive(Rows, Notebook):
    def run_of(self, display_name):
        run = self.experiment.start_logging(display_name=display_name, outputs=False)
        self.addCleanup(run.cancel)
        wait_for("the snapshot", run.get_snapshot_id)
        run.complete()
        return run

    def test_4_7_08_a_snapshot_is_restored_into_the_folder_for_temporary_files(self):
        self.put("main.py", "pass")
        run = self.run_of("here")
        target = run.restore_snapshot(run.get_snapshot_id())
        self.addCleanup(os.unlink, target)
        self.assertEqual(target, os.path.join(os.path.abspath(tempfile.gettempdir()), run.get_snapshot_id() + ".zip"))
        self.assertTrue(zipfile.is_zipfile(target))

    def test_4_7_09_another_folder_can_be_taken(self):
        self.put("elsewhere/a")
        run = self.experiment.start_logging(snapshot_directory="elsewhere")
        self.assertEqual(self.snapshot(run), ["a"])

    def test_4_7_10_a_snapshot_is_not_taken_twice(self):
        self.put("main.py", "pass")
        run = self.run_of("here")
        with self.assertRaisesRegex(SnapshotException, "Cannot take snapshot as the run already has one: "):
            run.take_snapshot(".")


class Limits(unittest.TestCase):
    def test_4_7_11_the_limits_that_scripts_lift_can_be_lifted(self):
        from azureml._restclient import constants, snapshots_client
        before = snapshots_client.SNAPSHOT_MAX_SIZE_BYTES
        self.assertIsInstance(before, int)
        for module in (snapshots_client, constants):
            module.SNAPSHOT_MAX_SIZE_BYTES = 10 ** 12
            self.assertEqual(module.SNAPSHOT_MAX_SIZE_BYTES, 10 ** 12)
        snapshots_client.SNAPSHOT_MAX_SIZE_BYTES = before


if __name__ == "__main__":
    unittest.main()
