# SPDX-License-Identifier: Apache-2.0
"""TensorBoard beside runs: their event files while they are written, and their metrics as event files."""

import os
import textwrap
from unittest import mock

from notebook_case import Interactive, needs_daemon
from processes import wait_for

from runyard import tensorboard
from runyard._client import files
from runyard.exceptions import UserErrorException

PROGRAM = """
    import sys, time
    print("W1128 see https://github.com/tensorflow/tensorboard/issues/4784", file=sys.stderr)
    print("TensorBoard 2.19 at http://localhost:{}/ (Press CTRL+C to quit)".format(sys.argv[4]), file=sys.stderr, flush=True)
    time.sleep(600)
"""


@needs_daemon
class Boards(Interactive):
    def install(self, program):
        """A TensorBoard that interpreters of this test find."""
        self.put("site/tensorboard/__init__.py", "")
        self.put("site/tensorboard/main.py", textwrap.dedent(program))
        change = mock.patch.dict(os.environ, PYTHONPATH=os.path.abspath("site"))
        change.start()
        self.addCleanup(change.stop)

    def run_with(self, **files):
        """An open run with files below ./logs."""
        run = self.experiment.start_logging(snapshot_directory=None)
        for name, text in files.items():
            self.put("given", text)
            run.upload_file("logs/" + name, "given")
        return run

    def test_it_is_started_on_the_event_files_of_runs_and_stopped(self):
        self.install(PROGRAM)
        run = self.run_with(**{"train/events.out.tfevents.1": "abc", "other.txt": "no"})
        board = tensorboard.Tensorboard([run], local_root="boards", port=16006)
        with self.quiet(), mock.patch.object(tensorboard, "_PAUSE", 0.01):
            self.assertEqual(board.start(), "http://localhost:16006/")
            self.assertIsNone(board.start())
        pid = board._process.pid
        found = [os.path.join(folder, name) for folder, _, names in os.walk("boards") for name in names]
        self.assertEqual(found, [os.path.join("boards", run.id, "train", "events.out.tfevents.1")])
        run.upload_file("logs/events.out.tfevents.2", "given")
        wait_for("a copy of a new file", lambda: os.path.exists(os.path.join("boards", run.id, "events.out.tfevents.2")))
        board.stop()
        board.stop()
        self.assertNotIn(pid, self.others())
        run.complete()

    def test_modules_of_the_folder_do_not_stand_in_for_its_own(self):
        self.install(PROGRAM)
        for name in ("tensorboard/__init__.py", "time.py"):
            self.put(name, "raise SystemExit('a module of the folder')")
        board = tensorboard.Tensorboard([], local_root="boards", port=16007)
        with self.quiet():
            self.assertEqual(board.start(), "http://localhost:16007/")
        board.stop()

    def test_no_name_of_a_run_leads_out_of_the_folder(self):
        run = self.run_with()
        for name in ("..", "/elsewhere", "a/../../b"):
            run.display_name = name
            with self.assertRaisesRegex(UserErrorException, "lies outside of .*boards"):
                tensorboard.Tensorboard([run], local_root="boards", use_display_name=True).start()
        run.complete()

    def test_what_is_new_in_a_file_is_appended_to_its_copy(self):
        run = self.run_with(**{"events.out.tfevents.1": "abcdef"})
        copy = self.put("copies/events.out.tfevents.1", "abc")
        with open(copy, "rb") as kept:  # as TensorBoard has it
            tensorboard.copy_new(run.id, "copies")
            self.assertEqual(kept.read(), b"abcdef")
        self.put("copies/events.out.tfevents.1", "longer than it is")
        tensorboard.copy_new(run.id, "copies")
        with open(copy, "rb") as kept:
            self.assertEqual(kept.read(), b"abcdef")
        with mock.patch.object(files, "content", side_effect=AssertionError):
            tensorboard.copy_new(run.id, "copies")
        run.complete()

    def test_a_tensorboard_that_does_not_start_says_why(self):
        self.install("import sys\nsys.exit('no such port')")
        for root in (None, "boards"):
            with self.assertRaisesRegex(UserErrorException, "cannot start TensorBoard with .*: no such port. `pip install "):
                tensorboard.Tensorboard([], root).start()

    def test_metrics_are_exported_as_event_files(self):
        run = self.run_with()
        run.log("loss", 0.5, step=10)
        run.log("loss", 0.25, step=20)
        run.log("word", "text")
        run.log_row("cosine", angle=0.5, word="a")
        child = run.child_run("fold")
        child.log("fold", 3)
        child.complete()
        run.complete()
        for given in (run, [run], self.experiment):
            tensorboard.export_to_tensorboard(given, "exported")
            self.assertEqual(sorted(os.listdir("exported")), sorted([run.id, child.id]))
        tensorboard.export_to_tensorboard(run, "alone", recursive=False)
        self.assertEqual(os.listdir("alone"), [run.id])
        with open(os.path.join("exported", run.id, os.listdir("exported/" + run.id)[0]), "rb") as file:
            content = file.read()
        self.assertEqual([content.count(tag) for tag in (b"loss", b"cosine/angle", b"cosine/word", b"word")], [2, 1, 0, 0])
        self.assertIn(b"\x10\x0a", content)
        self.assertIn(b"\x10\x14", content)

    def test_what_is_no_run_is_refused(self):
        with self.assertRaisesRegex(UserErrorException, "the list of runs is empty"):
            tensorboard.export_to_tensorboard([], "exported")
        with self.assertRaisesRegex(UserErrorException, "a run, a list of runs or an experiment, not str"):
            tensorboard.export_to_tensorboard("run", "exported")
        self.assertFalse(os.path.exists("exported"))
