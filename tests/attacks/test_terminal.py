# SPDX-License-Identifier: Apache-2.0
"""What a run wrote can be text and color on a terminal, and nothing else; files and pipes get every byte."""

import os
import pty
import re
import subprocess
import sys
import tty
import unittest

import wire  # noqa: F401  finds daemon.py and its neighbors

from daemon import ENABLED, SharedDaemonTest, basic_environment, needs, program

RED = b"\x1b[31mred\x1b[0m"
SEQUENCES = (b"\x1b]52;c;aGk=\x07", b"\x1b]0;title\x1b\\", b"\x1b]8;;http://x\x07", b"\x1bP1$r0m\x1b\\", b"\x1b[2J", b"\x1b[6n",
             b"\x1b[>4;2m", b"\x1bc", "\x9b2J".encode(), "\x9d52;c;aGk=\x9c".encode(), "\x90x\x9c".encode(), b"\x9b2J", b"\x07",
             b"\x08", "\u202e".encode())
WRITTEN = b"begin\n" + b"".join(b"<%s>" % sequence for sequence in SEQUENCES) + RED + b"\tend\n"
SCRIPT = ("import os, sys\nos.makedirs('outputs', exist_ok=True)\nfor byte in %r:\n    sys.stdout.buffer.write(bytes([byte]))\n    sys.stdout.flush()\n"
          "with open('outputs/x', 'wb') as file:\n    file.write(%r)\n" % (WRITTEN, WRITTEN))


def harmful(shown):
    """What is neither text nor a color."""
    return re.findall("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\udc80-\\udcff]",
                      re.sub("\\x1b\\[[0-9;:]*m", "", shown.decode("utf-8", "surrogateescape")))


@needs("runyardd", "runyard")
class Terminal(SharedDaemonTest):
    def on_terminal(self, *arguments, **options):
        """What runyard writes to stdout, which is a terminal."""
        return self.shown_of([program("runyard"), *arguments], **options)

    def shown_of(self, command, cwd=None, more=None):
        near, far = pty.openpty()
        tty.setraw(far)
        environment = {**basic_environment(self.daemon.home), "RUNYARD_STATE": self.daemon.state, "TERM": "xterm", **(more or {})}
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=far, stderr=subprocess.DEVNULL,
                                   env=environment, cwd=cwd)
        os.close(far)
        said = b""
        try:
            for piece in iter(lambda: os.read(near, 65536), b""):
                said += piece
        except OSError:  # so a terminal ends
            pass
        os.close(near)
        self.assertEqual(process.wait(), 0)
        return said

    def commands(self):
        run = self.daemon.finish(SCRIPT)["id"]
        return (["logs"], [run]), (["logs", "-f"], [run]), (["download"], [run, "outputs/x", "-o", "-"])

    def test_what_a_run_wrote_is_text_and_color(self):
        for command, arguments in self.commands():
            with self.subTest(command):
                shown = self.on_terminal(*command, *arguments)
                self.assertEqual(harmful(shown), [], shown)
                self.assertEqual(shown[:8] + shown[-len(RED) - 5:], b"begin\n<>" + RED + b"\tend\n")
                for word in (b"52;c", b"title", b"http", b"$r0m"):
                    self.assertNotIn(word, shown)
                self.assertEqual(self.on_terminal(*command, "--raw", *arguments), WRITTEN)
                piped = subprocess.run([program("runyard"), *command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       env={**basic_environment(self.daemon.home), "RUNYARD_STATE": self.daemon.state})
                self.assertEqual(piped.stdout, WRITTEN)

    def test_who_submits_and_follows(self):
        folder = self.daemon.folder(SCRIPT)
        options = ["submit", "-f", "--python", sys.executable]
        shown = self.on_terminal(*options, "main.py", cwd=folder)
        self.assertEqual(harmful(shown), [], shown)
        self.assertIn(RED, shown)
        self.assertEqual(self.on_terminal(*options, "--raw", "main.py", cwd=folder), WRITTEN)

    def test_who_waits_in_python(self):
        run = self.daemon.finish(SCRIPT)["id"]
        source = ("from azureml.core import Experiment, Run, Workspace\n"
                  "Run(Experiment(Workspace.get('default'), 'scenario'), %r).wait_for_completion(show_output=True)\n" % run)
        shown = self.shown_of([sys.executable, "-c", source], more=ENABLED)
        self.assertEqual(harmful(shown), [], shown)
        self.assertIn(RED, shown)
        self.assertNotIn(b"52;c", shown)

    def test_names_in_tables_and_json(self):
        name = "a\x9b2Jb\x1b[2J\u202e"
        run = self.daemon.finish("print(1)", display_name=name, tags={"t": name})["id"]
        for command in (["show", run], ["show", "--json", run], ["runs"], ["runs", "--json"]):
            self.assertEqual(harmful(self.on_terminal(*command)), [], command)

    def test_a_color_that_is_left_on_ends_with_the_log(self):
        run = self.daemon.finish("print('\\x1b[8mhidden')")["id"]
        self.assertEqual(self.on_terminal("logs", run), b"\x1b[8mhidden\n\x1b[0m")


if __name__ == "__main__":
    unittest.main()
