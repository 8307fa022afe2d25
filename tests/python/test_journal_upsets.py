# SPDX-License-Identifier: Apache-2.0
"""The journal of a program that closes what is not its own, logs in a signal handler or on a full disk, or writes when its run
ends."""

import contextlib
import errno
import io
import itertools
import json
import os
import signal
import unittest
from unittest import mock

from journal_case import Case, read

from runyard._report import blobs, journal


class Upsets(Case):
    def test_a_descriptor_that_others_close_takes_nothing_along(self):
        done = self.script("""if True:
            import os
            from runyard import Run
            run = Run.get_context()
            run.log('x', 0.5)
            os.closerange(3, 1024)
            own = os.open(os.path.join(os.environ['RUNYARD_JOURNAL'], 'own'), os.O_RDWR | os.O_CREAT)
            run.log('x', 1.5)
            run.log('x', 2.5, step=2)
            os.write(own, b'of the user')
            """)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        files = [[json.loads(line.decode()) for line in raw] for raw in read(self.where).values()]
        self.assertEqual(sorted([line.get("v") for line in file] for file in files), [[None, 0.5], [None, 1.5, 2.5, None]])
        with open(os.path.join(self.where, "own"), "rb") as reader:
            self.assertEqual(reader.read(), b"of the user")

    def test_a_number_that_belongs_to_others_by_now_is_neither_written_nor_closed_at_the_end(self):
        done = self.script("""if True:
            import atexit, os
            def look():
                os.fstat(fd)
                print(os.path.getsize(own.name), flush=True)
            atexit.register(look)
            from runyard import Run
            run = Run.get_context()
            run.log('x', 0.5)
            own, fd = open(os.path.join(os.environ['RUNYARD_JOURNAL'], 'own'), 'wb'), run._journal._fd
            os.dup2(own.fileno(), fd)
            pid = os.fork()
            if not pid:
                look()
                os._exit(0)
            os.waitpid(pid, 0)
            """)
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, b"", b"0\n0\n"))

    def test_a_journal_that_cannot_be_closed_does_not_keep_others_open(self):
        other, said = journal.Journal(self.where), io.StringIO()
        self.addCleanup(other.forget)
        self.run_.log("x", 1)
        with mock.patch.object(journal, "_journals", [other, self.run_._journal]), contextlib.redirect_stderr(said), \
                mock.patch.object(other, "close", side_effect=ValueError("broken")):
            journal._close_all()
        self.assertEqual(self.lines()[-1]["k"], "end")
        self.assertIn("cannot close the journal in {}: broken".format(self.where), said.getvalue())

    def test_a_signal_handler_that_logs_while_kept_lines_are_written_doubles_and_loses_nothing(self):
        with mock.patch("os.write", side_effect=OSError(errno.EIO, "broken")), contextlib.redirect_stderr(io.StringIO()):
            for number in range(3):
                self.run_.log("kept", number)
        real, calls = os.write, []

        def interrupted(fd, data):
            wrote = real(fd, data)
            calls.append(data)
            if len(calls) == 2:  # the first line that was kept
                os.kill(os.getpid(), signal.SIGUSR1)
            return wrote
        before = signal.signal(signal.SIGUSR1, lambda *_: self.run_.log("of the handler", 9))
        self.addCleanup(signal.signal, signal.SIGUSR1, before)
        with mock.patch("os.write", interrupted):
            self.run_.log("last", 3)
        self.assertEqual([line["v"] for line in self.lines()[1:]], [0, 1, 2, 9, 3])
        self.run_._journal.close()
        self.assertEqual(self.lines()[-1]["lost"], 0)


class FullDisk(Case):
    """A disk that is full for the first calls of each kind: to open, write, link, make and rename."""

    @contextlib.contextmanager
    def full(self, times=2):
        """Inside of the block the disk is full at first, for so many calls of each kind."""
        with contextlib.ExitStack() as stack:
            for name in ("open", "link", "mkdir", "replace"):
                stack.enter_context(mock.patch("os." + name, self.failing(getattr(os, name), times)))
            stack.enter_context(mock.patch("time.sleep"))
            stack.enter_context(mock.patch("time.monotonic", itertools.count().__next__))
            yield stack.enter_context(contextlib.redirect_stderr(io.StringIO()))

    @staticmethod
    def failing(real, times):
        """A call that finds no space at first."""
        left = [errno.EDQUOT] + [errno.ENOSPC] * (times - 1)

        def call(*args):
            if left:
                raise OSError(left.pop(), "full")
            return real(*args)
        return call

    def test_a_file_waits_for_space(self):
        with self.full() as said:
            self.run_.upload_file("outputs/a", io.BytesIO(b"x" * 3000000))
        line = self.lines()[1]
        self.assertEqual((line["n"], line["size"]), ("outputs/a", 3000000))
        self.assertEqual(os.path.getsize(os.path.join(self.where, line["p"])), 3000000)
        self.assertIn("is full; waiting for space", said.getvalue())

    def test_blocks_that_are_written_in_part_are_written_whole(self):
        class Writer:
            kept = b""

            def write(self, block):
                if len(self.kept) % 2:
                    self.kept += b"|"
                    raise OSError(errno.ENOSPC, "full")
                self.kept += bytes(block[:3])
                return len(block[:3])
        writer = Writer()
        with self.full():
            blobs._write_all(writer, b"abcdefgh", self.where)
        self.assertEqual(writer.kept, b"abc|def|gh")

    def test_an_image_a_document_and_a_child_run_wait_for_space(self):
        with self.full():
            self.run_.log_confusion_matrix("m", {"a": [1]})
        with self.full():
            self.run_._start_child(self.run_._journal, "fold", "c1", None, {}).cancel()
        self.assertEqual([line["k"] for line in self.lines()], ["hello", "file", "document", "child"])
        self.assertEqual(self.run_._journal.lost, 0)

    def test_an_ending_waits_for_space(self):
        with self.full(), mock.patch("logging.Logger.warning") as warned:
            self.run_.fail("why")
        with open(os.path.join(self.where, "ending.json")) as reader:
            self.assertEqual(json.load(reader)["message"], "why")
        warned.assert_not_called()

    def test_other_errors_are_told_at_once(self):
        with mock.patch("os.link", side_effect=OSError(errno.EIO, "broken")), self.assertRaisesRegex(OSError, "broken"):
            self.run_.upload_file("outputs/a", io.BytesIO(b"x"))


class Fallback:
    """Takes what a run is told after its end."""

    def __init__(self):
        self.lines, self.files = [], []

    def send(self, data):
        self.lines.append(json.loads(data.decode("utf-8")))

    def add_file(self, name, path):
        with open(path, "rb") as reader:
            self.files.append((name, reader.read()))


class Endings(Case):
    def test_what_was_being_written_when_the_run_ended_goes_to_the_fallback_sink(self):
        journal, fallback = self.run_._journal, Fallback()

        class Ending(io.BytesIO):
            def read(self, size=-1):
                journal.close(fallback)
                return super().read(size)
        self.run_.log("x", 0.5)
        self.run_.upload_file("outputs/a", Ending(b"content"))
        self.run_.log("x", 1.5)
        self.run_.log("x", 2.5, step=1)
        self.assertEqual(fallback.files, [("outputs/a", b"content")])
        self.assertEqual([line["v"] for line in fallback.lines], [1.5, 2.5])
        self.assertEqual([line["k"] for line in self.lines()], ["hello", "scalar", "end"])

    def test_a_run_that_goes_on_after_all_has_its_journal_again(self):
        self.run_.log("x", 0.5)
        self.run_._journal.close(Fallback())
        self.run_._journal.reopen()
        self.run_.log("x", 1.5)
        self.run_.log("x", 2.5)
        self.run_._journal.close()
        files = [[json.loads(line.decode()) for line in raw] for raw in read(self.where).values()]
        self.assertEqual(sorted([line["v"] for line in file if line["k"] == "scalar"] for file in files), [[0.5], [1.5, 2.5]])
        self.assertEqual([file[-1]["k"] for file in files], ["end", "end"])


if __name__ == "__main__":
    unittest.main()
