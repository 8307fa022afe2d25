# SPDX-License-Identifier: Apache-2.0
"""What wait_for_completion prints around and between the log's bytes."""

import contextlib
import io
import os
import sys
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from runyard._base import messages  # noqa: E402
from runyard._client import daemon  # noqa: E402
from runyard._runs import wait  # noqa: E402
from runyard.exceptions import ServiceException  # noqa: E402


class Frame(unittest.TestCase):
    def test_the_whole_frame(self):
        out = bytearray()
        log = wait.Log(out.extend)
        out.extend(wait.head("r1", "http://h/runs/r1").encode())
        for block in (b"epoch 1\repoch 2\n", b"half", b" a line"):
            log.put(block)
        log.end()
        out.extend(wait.summary("r1", "http://h/runs/r1", [], None).encode())
        self.assertEqual(out.decode(), "\n".join([
            "RunId: r1", "Web View: http://h/runs/r1", "", "Streaming azureml-logs/70_driver_log.txt",
            "========================================", "", "epoch 1\repoch 2", "half a line", "", "Execution Summary",
            "=================", "RunId: r1", "Web View: http://h/runs/r1", "", ""]))

    def test_the_line_under_a_heading_is_ten_longer_than_the_name(self):
        self.assertEqual(wait.log_head("azureml-logs/60_control_log.txt").split("\n")[2], "=" * 41)

    def test_an_empty_log_has_no_heading(self):
        out = bytearray()
        wait.Log(out.extend).end()
        self.assertEqual(out, b"")

    def test_the_log_of_preparing_is_printed_where_it_tells_of_a_build(self):
        out = bytearray()
        log = wait.BuildLog(out.extend)
        for block in (b"unpacked 1 files\nbuild", b"ing the environment 'mine'\n", b"$ uv pip install"):
            log.put(block)
        log.end()
        self.assertEqual(bytes(out), wait.log_head(wait.ENVIRONMENT_LOG).encode() +
                         b"building the environment 'mine'\n$ uv pip install\n")

    def test_the_log_of_preparing_is_not_printed_where_nothing_is_built(self):
        out = bytearray()
        log = wait.BuildLog(out.extend)
        log.put(b"unpacked 1 files\ninterpreter /usr/bin/python: building the environment \n")
        log.end()
        self.assertEqual(out, b"")

    def test_warnings_and_an_error_that_is_not_raised(self):
        text = wait.summary("r", "u", ["one", "two"], {"error": {"message": "失败"}})
        self.assertIn('\nWarnings:\none\ntwo\n\nError:\n{\n    "error": {\n        "message": "失败"\n    }\n}\n', text)


class Writing(unittest.TestCase):
    def test_without_streams_nothing_is_written_and_nothing_raises(self):
        with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None), \
                mock.patch.object(daemon, "_WAIT_IN_RUN", 0), self.assertRaises(ServiceException):
            wait.writer()(b"bytes")
            messages.to_stdout("text")
            messages.say("a sentence")
            daemon.wait_in_run(lambda: False)

    def test_bytes_pass_to_stdout_as_they_are(self):
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        with contextlib.redirect_stdout(out):
            print("before")
            wait.writer()(b"\xff\x00\xe7\xb2\xbe")
        self.assertEqual(out.buffer.getvalue(), b"before\n\xff\x00\xe7\xb2\xbe")

    def test_a_character_cut_between_blocks_is_whole_in_a_notebook(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            write = wait.writer()
            for byte in "精".encode("utf-8"):
                write(bytes([byte]))
        self.assertEqual(out.getvalue(), "精")

    def test_a_stdout_that_can_only_write_is_enough(self):
        class Tee:
            def __init__(self):
                self.said = []
                self.write = self.said.append
        tee = Tee()
        with mock.patch("sys.stdout", tee):
            messages.to_stdout("a sentence\n")
            wait.writer()(b"a line\n")
        self.assertEqual(tee.said, ["a sentence\n", "a line\n"])

    def test_sentences_are_printed_whatever_the_encoding(self):
        out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
        with contextlib.redirect_stdout(out):
            messages.to_stdout("RunId: 精\n")
        self.assertEqual(out.buffer.getvalue(), b"RunId: \\u7cbe\n")


if __name__ == "__main__":
    unittest.main()
