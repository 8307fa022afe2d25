# SPDX-License-Identifier: Apache-2.0
"""Section 3 of the reference, row by row: uploads and downloads, and what is collected at the end of a run.

The number in a test's name is the section's, then the row's (rows.txt).
"""

import io
import os
import unittest

from notebook_case import Interactive, needs_daemon
from processes import wait_for

from runyard import Run
from runyard.exceptions import AzureMLException, UserErrorException

LOG = "azureml-logs/70_driver_log.txt"


class Files(Interactive):
    """What the tests of this file share: an open interactive run."""

    def setUp(self):
        super().setUp()
        self.run_ = self.experiment.start_logging(snapshot_directory=None)

    def below(self, folder):
        """The files below a folder."""
        return sorted(os.path.relpath(os.path.join(above, name), folder)
                      for above, _, names in os.walk(folder) for name in names)

    def read(self, name):
        """The text of a file here."""
        with open(name, encoding="utf-8") as file:
            return file.read()


@needs_daemon
class Uploads(Files):
    def test_3_01_upload_file_from_a_path_or_a_binary_stream(self):
        path = self.put("model.pkl", "model")
        self.run_.upload_file("model.pkl", path)
        self.run_.upload_file(name="outputs/精.bin", path_or_stream=io.BytesIO(b"stream"))
        with open(path, "rb") as stream:
            stream.read(2)
            self.run_.upload_file("rest", stream, datastore_name="accepted")
        self.assertEqual(self.run_.get_file_names(), ["model.pkl", "outputs/精.bin", "rest"])
        self.assertEqual([self.text(self.run_, name) for name in self.run_.get_file_names()], ["model", "stream", "del"])

    def test_3_02_upload_files_takes_lists_of_equal_length(self):
        paths = [self.put("a", "1"), self.put("b", "2"), self.put("c", "3")]
        with self.assertLogs("runyard"):
            self.run_.upload_files(["x", "y", "x"], paths)
        self.assertEqual((self.run_.get_file_names(), self.text(self.run_, "x")), (["x", "y"], "1"))

    def test_3_03_upload_folder(self):
        self.put("tree/sub/f")
        self.put("tree/g")
        self.run_.upload_folder("name", "tree")
        self.run_.upload_folder("name/again/", "tree/")
        self.assertEqual(self.run_.get_file_names(), ["name/again/g", "name/again/sub/f", "name/g", "name/sub/f"])

    def test_3_06_a_name_is_given_once(self):
        self.run_.upload_file("x", io.BytesIO(b"1"))
        text = "UserError: Resource Conflict: ArtifactId ExperimentRun/dcid.{}/x already exists.".format(self.run_.id)
        for again in (self.run_, Run(self.experiment, self.run_.id)):
            for name in ("x", "./x"):
                with self.assertRaisesRegex(AzureMLException, text):
                    again.upload_file(name, io.BytesIO(b"2"))
        self.assertEqual(self.text(self.run_, "x"), "1")

    def test_3_09_names_are_paths_inside_of_the_run(self):
        self.run_.upload_file("./outputs//m.pkl", io.BytesIO(b"model"))
        self.run_.upload_file("/tmp/n.pkl", io.BytesIO(b"other"))
        self.assertEqual(self.run_.get_file_names(), ["outputs/m.pkl", "tmp/n.pkl"])
        self.assertEqual(self.text(self.run_, "./outputs/m.pkl"), "model")


@needs_daemon
class Downloads(Files):
    def test_3_04_download_file_goes_where_it_should(self):
        self.run_.upload_file("outputs/m.pkl", io.BytesIO(b"model"))
        os.mkdir("there")
        self.put("m.pkl", "is overwritten")
        self.run_.download_file(name="outputs/m.pkl")
        self.run_.download_file("outputs/m.pkl", "there")
        self.run_.download_file("outputs/m.pkl", output_file_path="new/folder/n.pkl", _validate_checksum=True)
        self.assertEqual(self.below(self.folder), ["m.pkl", "new/folder/n.pkl", "there/m.pkl"])
        self.assertEqual(self.read("m.pkl"), "model")

    def test_3_05_download_files_below_a_prefix(self):
        for name in ("outputs/a", "outputs/b/c", "outputs2/d", "other"):
            self.run_.upload_file(name, io.BytesIO(b"x"))
        self.run_.download_files(prefix="outputs", output_directory="with")
        self.run_.download_files("outputs/", "without", append_prefix=False)
        self.run_.download_files(output_directory="all")
        self.assertEqual(self.below("with"), ["outputs/a", "outputs/b/c"])
        self.assertEqual(self.below("without"), ["a", "b/c"])
        self.assertEqual(self.below("all"), ["other", "outputs/a", "outputs/b/c", "outputs2/d"])

    def test_3_10_paths_of_downloads_count_when_there_is_one_for_each(self):
        for name in ("outputs/a", "outputs/b"):
            self.run_.upload_file(name, io.BytesIO(b"x"))
        self.run_.download_files("outputs", "named", ["1", "2"], 100, True, 60)
        self.assertEqual(self.below("named"), ["1", "2"])
        for wrong in (["1"], ["1", "1"]):
            with self.assertLogs("runyard"):
                self.run_.download_files("outputs", "again", wrong)
        self.assertEqual(self.below("again"), ["outputs/a", "outputs/b"])

    def test_3_11_what_is_not_there_is_said_with_what_is(self):
        self.run_.upload_file("outputs/a", io.BytesIO(b"x"))
        with self.assertRaisesRegex(UserErrorException, "File with path absent was not found,\navailable files include: "
                                                        "outputs/a."):
            self.run_.download_file("absent")
        for prefix in ("absent", "out"):
            with self.assertRaisesRegex(UserErrorException, "Prefix with path {} was not found".format(prefix)):
                self.run_.download_files(prefix)

    def test_3_12_get_file_names_has_images_and_logs_too(self):
        run = self.finished("if True:\n"
                            "    from azureml.core import Run\n"
                            "    open('logs/mine.txt', 'w').write('mine'); open('image.png', 'w').close()\n"
                            "    Run.get_context().log_image('image', 'image.png')\n"
                            "    open('outputs/a', 'w').close(); print('printed')\n")
        self.assertLessEqual({"image.png", "outputs/a", "logs/mine.txt", LOG}, set(run.get_file_names()))


@needs_daemon
class Collected(Files):
    def test_3_07_outputs_of_a_script_are_collected_also_when_it_fails(self):
        run = self.submit("import os\nassert os.listdir('outputs') == []\nopen('outputs/a', 'w').close()\n"
                          "os.makedirs('outputs/empty')\n1/0")
        run.wait_for_completion(raise_on_error=False)
        self.assertEqual([name for name in run.get_file_names() if name.startswith("outputs/")], ["outputs/a"])
        self.assertEqual(run.get_status(), "Failed")

    def test_3_08_uploaded_and_collected_under_one_name(self):
        run = self.finished("from azureml.core import Run\nopen('outputs/m', 'w').write('first')\n"
                            "Run.get_context().upload_file('outputs/m', 'outputs/m')\nopen('outputs/m', 'w').write('2')")
        self.assertEqual(self.text(run, "outputs/m"), "2")

    def test_3_23_a_file_hides_neither_a_log_nor_a_folder(self):
        run = self.finished("from azureml.core import Run\nrun = Run.get_context()\nopen('f', 'w').close()\n"
                            "for name in ('x', 'x/y', %r): run.upload_file(name, 'f')\nprint('the log', flush=True)" % LOG)
        run.download_files(None, "all")
        self.assertEqual(self.below("all"), ["azureml-logs/20_environment_log.txt", LOG, LOG + "~", "x/y", "x~"])
        self.assertIn("the log", self.read(os.path.join("all", LOG)))
        self.assertEqual(len([text for text in run.get_details()["warnings"] if "is listed as" in text["message"]]), 2)
        for name in (LOG, "x/y/z", "x"):
            with self.assertRaisesRegex(UserErrorException, "Resource Conflict"):
                run.upload_file(name, io.BytesIO(b"mine"))

    def test_3_24_an_interactive_run_has_no_log_to_hide(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.upload_file(LOG, io.BytesIO(b"mine"))
        run.complete()
        self.assertEqual((run.get_file_names(), self.text(run, LOG)), ([LOG], "mine"))

    def test_3_13_the_script_is_told_where_outputs_is(self):
        run = self.finished("import os\nopen(os.path.join(os.environ['AZUREML_OUTPUT_DIRECTORY'], 'a'), 'w').close()")
        self.assertIn("outputs/a", run.get_file_names())

    def test_3_14_every_way_of_ending_an_interactive_run_collects(self):
        for way in (lambda run: run.complete(), lambda run: run.fail("why"), lambda run: run.cancel(),
                    lambda run: run.__exit__(None, None, None)):
            run = self.experiment.start_logging(snapshot_directory=None).__enter__()
            self.put("outputs/" + run.id)
            way(run)
            self.assertIn("outputs/" + run.id, run.get_file_names())

    def test_3_15_logs_of_a_script_can_be_read_while_it_runs(self):
        go = os.path.join(self.folder, "go")
        run = self.submit("import os, sys, time\nlog = open('logs/mine.txt', 'w')\nlog.write('one\\n'); log.flush()\n"
                          "while not os.path.exists(sys.argv[1]): time.sleep(0.02)\nlog.write('two\\n')", [go])
        wait_for("the log of the script", lambda: "logs/mine.txt" in run.get_file_names())
        wait_for("its first line", lambda: self.text(run, "logs/mine.txt") == "one\n")
        self.assertEqual(run.get_status(), "Running")
        self.put("go")
        run.wait_for_completion()
        self.assertEqual(self.text(run, "logs/mine.txt"), "one\ntwo\n")

    def test_3_16_a_log_that_is_written_again_is_as_it_is_at_the_end(self):
        run = self.finished("for text in ('a long first text', 'short'):\n    open('logs/mine.txt', 'w').write(text)")
        self.assertEqual(self.text(run, "logs/mine.txt"), "short")

    def test_3_17_logs_of_an_interactive_run_are_kept_at_its_end_without_hidden_files(self):
        self.put("logs/mine.txt", "mine")
        self.put("logs/.hidden")
        self.run_.complete()
        self.assertEqual(self.run_.get_file_names(), ["logs/mine.txt"])

    def test_3_19_a_file_called_azureml_log_is_the_users_and_is_kept(self):
        self.put("outputs/azureml.log")
        self.run_.complete()
        run = self.finished("open('outputs/azureml.log', 'w').close()")
        for kept in (self.run_, run):
            self.assertIn("outputs/azureml.log", kept.get_file_names())

    def test_3_20_empty_folders_are_not_there(self):
        os.makedirs("outputs/empty")
        self.run_.complete()
        self.assertEqual(self.run_.get_file_names(), [])

    def test_3_18_a_later_run_keeps_only_what_is_new(self):
        self.put("outputs/first")
        self.run_.complete()
        later = self.experiment.start_logging(snapshot_directory=None)
        self.put("outputs/second")
        later.complete()
        self.assertEqual((self.run_.get_file_names(), later.get_file_names()), (["outputs/first"], ["outputs/second"]))


if __name__ == "__main__":
    unittest.main()
