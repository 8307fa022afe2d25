# SPDX-License-Identifier: Apache-2.0
"""The parts of an interactive run that need no daemon: what it collects, and what it keeps of the printed text."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._own_runs import interactive  # noqa: E402
from runyard._report import outputs, user_log  # noqa: E402
from runyard._report.journal import Journal  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = os.path.realpath(folder.name)
        state = mock.patch.dict(os.environ, RUNYARD_STATE=os.path.join(self.top, "state"))
        state.start()
        self.addCleanup(state.stop)

    def put(self, name, text="x"):
        """Write a file below the folder of the test."""
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path


class Collected(Case):
    def names(self, folder):
        """What a folder would hand over."""
        return [found.name for found in folder.changed()]

    def test_only_what_is_new_or_other_than_at_the_beginning(self):
        self.put("outputs/old")
        self.put("outputs/grown")
        self.put("outputs/replaced")
        touched = self.put("outputs/touched")
        (folder,) = outputs.tracked(None, self.top)
        self.assertEqual(self.names(folder), [])
        self.put("outputs/grown", "more")
        os.replace(self.put("outputs/beside", "y"), os.path.join(self.top, "outputs", "replaced"))
        os.utime(touched, ns=(1, 1))
        self.put("outputs/子/new")
        self.assertEqual(self.names(folder), ["outputs/grown", "outputs/replaced", "outputs/touched", "outputs/子/new"])

    def test_special_files_and_links_to_nothing_are_passed_over(self):
        (folder,) = outputs.tracked(None, self.top)
        os.mkfifo(os.path.join(self.top, "outputs", "fifo"))
        os.symlink("nothing", os.path.join(self.top, "outputs", "dangling"))
        os.symlink(self.put("elsewhere"), os.path.join(self.top, "outputs", "link"))
        self.put("outputs/.hidden")
        self.assertEqual(self.names(folder), ["outputs/.hidden", "outputs/link"])

    def test_hidden_files_of_logs_are_left(self):
        folder = outputs.Folder(os.path.join(self.top, "logs"), "logs", hidden=False)
        self.put("logs/.hidden")
        self.put("logs/a.txt")
        self.assertEqual(self.names(folder), ["logs/a.txt"])

    def test_which_folders_outputs_means(self):
        def named(given):
            return [(folder.name, os.path.relpath(folder.path, self.top)) for folder in outputs.tracked(given, self.top)]
        self.assertEqual(named(None), [("outputs", "outputs")])
        self.assertEqual(named(False), [])
        self.assertEqual(named("./a/b"), [("a/b", "a/b")])
        self.assertEqual(named(["c", os.path.join(self.top, "d")]), [("c", "c"), ("d", "d")])
        self.assertEqual(named("../beside-" + os.path.basename(self.top))[0][0], "beside-" + os.path.basename(self.top))
        os.rmdir(os.path.join(self.top, "..", "beside-" + os.path.basename(self.top)))
        self.assertTrue(os.path.isdir(os.path.join(self.top, "a", "b")))
        for wrong in (3, [3], {"a": 1}):
            with self.assertRaisesRegex(UserErrorException, "outputs must be a folder"):
                outputs.tracked(wrong, self.top)

    def test_a_folder_that_cannot_be_made_is_said(self):
        self.put("outputs")
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            (folder,) = outputs.tracked(None, self.top)
        self.assertIn("cannot make the folder {}".format(os.path.join(self.top, "outputs")), said.getvalue())
        self.assertEqual(self.names(folder), [])

    def test_one_file_that_cannot_be_taken_does_not_stop_the_others(self):
        (folder,) = outputs.tracked(None, self.top)
        for name in "abc":
            self.put("outputs/" + name)
        taken, said = [], io.StringIO()

        def add(name, path):
            if name.endswith("b"):
                raise OSError("unreadable")
            taken.append(name)
        with contextlib.redirect_stderr(said):
            outputs.collect(folder.changed(), add)
        self.assertEqual(taken, ["outputs/a", "outputs/c"])
        self.assertIn("outputs/b: unreadable", said.getvalue())


class Printed(Case):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.top, "logs", "user_log.txt")
        self.out, self.err = io.StringIO(), io.StringIO()
        for redirect in (contextlib.redirect_stdout(self.out), contextlib.redirect_stderr(self.err)):
            redirect.__enter__()
            self.addCleanup(redirect.__exit__, None, None, None)

    def test_what_is_printed_goes_to_both_and_is_appended(self):
        for text in ("first", "第二"):
            log = user_log.UserLog(self.path)
            log.start()
            print(text)
            print("error", file=sys.stderr)
            self.assertFalse(sys.stdout.isatty())
            log.stop()
            print("outside")
            self.assertEqual(log.content().read().decode("utf-8"), text + "\nerror\n")
        self.assertEqual((self.out.getvalue(), self.err.getvalue()), ("first\noutside\n第二\noutside\n", "error\n" * 2))
        self.assertIs(sys.stdout, self.out)

    def test_a_block_in_a_block_writes_once(self):
        outer, inner = user_log.UserLog(self.path), user_log.UserLog(self.path)
        outer.start()
        print("before")
        inner.start()
        print("inside")
        inner.stop()
        self.assertEqual(inner.content().read(), b"inside\n")
        print("after")
        outer.stop()
        self.assertEqual(outer.content().read(), b"before\ninside\nafter\n")
        self.assertEqual(self.out.getvalue(), "before\ninside\nafter\n")

    def test_nothing_printed_is_nothing_kept(self):
        log = user_log.UserLog(self.path)
        log.start()
        log.stop()
        self.assertIsNone(log.content())

    def test_without_streams_there_is_nothing_to_keep(self):
        log = user_log.UserLog(self.path)
        with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
            log.start()
            print("nowhere")
            self.assertIsNone(sys.stdout)
            log.stop()
        self.assertIsNone(log.content())

    def test_a_file_that_cannot_be_written_is_said_and_printing_goes_on(self):
        self.put("logs")
        log = user_log.UserLog(self.path)
        log.start()
        print("printed")
        log.stop()
        self.assertEqual(self.out.getvalue(), "printed\n")
        self.assertIn("cannot write", self.err.getvalue())
        self.assertIsNone(log.content())


class Hold:
    """Ties a run to a journal; ends it where `failure` is None."""

    def __init__(self, journal, failure):
        self.journal, self.failure, self.endings = journal, failure, []

    def end(self, run_id, ending, fallback):
        if self.failure is not None:
            raise self.failure
        self.journal.close(fallback)
        self.endings.append(ending["outcome"])
        return {}


class Ended(Case):
    def setUp(self):
        super().setUp()
        self.journal = Journal(self.top)
        self.addCleanup(self.journal.forget)
        self.addCleanup(self.journal.close)
        self.addCleanup(interactive._open.clear)
        self.said = io.StringIO()
        redirect = contextlib.redirect_stderr(self.said)
        redirect.__enter__()
        self.addCleanup(redirect.__exit__, None, None, None)

    def run_(self, failure=None):
        """A run that this process is, and what ends it."""
        hold = Hold(self.journal, failure)
        return interactive.add_open(interactive.InteractiveRun(None, "r1", hold, self.top, [])), hold

    def test_the_error_of_a_block_stays_where_the_run_cannot_be_ended(self):
        run, _ = self.run_(OSError(28, "full"))
        with self.assertRaisesRegex(ValueError, "the user's own"), run:
            raise ValueError("the user's own")
        self.assertIn("run r1 could not be ended: [Errno 28] full; it is tried again", self.said.getvalue())

    def test_a_run_that_could_not_be_ended_ends_with_its_process_as_it_should_have(self):
        for wrong, outcome in ((False, "completed"), (True, "failed")):
            run, hold = self.run_(OSError(5, "broken"))
            with contextlib.suppress(ValueError), run:
                if wrong:
                    raise ValueError
            hold.failure = None
            interactive._close_all()
            self.assertEqual((hold.endings, interactive._open), ([outcome], {}))

    def test_a_run_that_was_not_ended_is_canceled_with_its_process(self):
        _, hold = self.run_()
        interactive._close_all()
        self.assertEqual(hold.endings, ["canceled"])

    def test_printed_text_that_cannot_be_kept_is_said_and_the_run_ends(self):
        run, hold = self.run_()

        def full(name, content):
            raise OSError(5, "broken")
        run._sink.add_newest = full
        with run:
            print("printed", file=sys.stderr)
        self.assertIn("cannot collect logs/user_log.txt: [Errno 5] broken", self.said.getvalue())
        self.assertEqual(hold.endings, ["completed"])


if __name__ == "__main__":
    unittest.main()
