# SPDX-License-Identifier: Apache-2.0
"""Completion in real shells: bash and zsh on a terminal, where the user presses the tabulator, and fish as it completes."""

import os
import pty
import re
import shutil
import signal
import subprocess
import unittest

from processes import wait_for
from daemon import BIN, DaemonTest, SharedDaemonTest, basic_environment, needs, program

# A shell that reads no file of the user's, prints no prompt, and says when it is ready.
STARTS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"],
             "PS1= PS2=; bind 'set enable-bracketed-paste off' 'set show-all-if-ambiguous on' 'set page-completions off' 2>/dev/null\n"
             "bind 'set completion-query-items 0'\n"),
    "zsh": (["zsh", "-f", "-i"],
            "PS1= PROMPT_EOL_MARK=; unsetopt ZLE_BRACKETED_PASTE; autoload -Uz compinit; compinit -D -u; LISTMAX=10000; zstyle ':completion:*' menu no\n"),
}


class Shell:
    """An interactive shell on a terminal. `close` ends it."""

    def __init__(self, name, daemon):
        command, settings = STARTS[name]
        environment = {**basic_environment(daemon.home), "RUNYARD_STATE": daemon.state, "TERM": "dumb", "COLUMNS": "200"}
        environment["PATH"] = BIN + ":" + environment["PATH"]
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(daemon.sources)
            os.execvpe(command[0], command, environment)
        self.pid, self.shown = pid, ""
        os.set_blocking(self.terminal, False)
        self.type(settings + "source <(runyard completion %s); echo re''ady\n" % name)
        self.wait_for("ready")

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def read(self):
        try:
            self.shown += os.read(self.terminal, 65536).decode("utf-8", "replace")
        except BlockingIOError:
            pass
        return self.shown

    def wait_for(self, text):
        wait_for("%r on the terminal, which shows %r" % (text, self.shown[-500:]), lambda: text in self.read())

    def complete(self, line, expected):
        """Type `line` and the tabulator until `expected` is shown; then drop the line."""
        self.shown = ""
        self.type(line + "\t")
        self.wait_for(expected)
        self.type("\x15")  # Ctrl-U

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def needs_shell(name):
    return unittest.skipUnless(shutil.which(name), name + " is not installed")


@needs("runyardd", "runyard", "runyard-launcher")
class CompletionTest(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.daemon.folder({"main.py": "print(1)", "sub/x.csv": "a\n1\n"}, name="here")
        cls.run_id = cls.daemon.cli("submit", "--json", "-x", "my ridge", "--", "true", cwd=folder).json["id"]
        cls.daemon.cli("wait", cls.run_id)
        cls.daemon.cli("dataset", "register", "titanic", "sub/x.csv", cwd=folder)

    def candidates(self, *words):
        lines = self.daemon.cli("completion", "candidates", "--", *words).out.splitlines()
        return lines[0], [line.split("\t")[0] for line in lines[1:]]

    def check_on_terminal(self, name):
        shell = Shell(name, self.daemon)
        self.addCleanup(shell.close)
        shell.complete("runyard subm", "runyard submit ")
        shell.complete("runyard env li", "runyard env list ")
        shell.complete("runyard runs --st", "runyard runs --status ")
        shell.complete("runyard runs --status=Fai", "--status=Failed ")
        shell.complete("runyard show " + self.run_id[:-3], "runyard show %s " % self.run_id)
        shell.complete("runyard runs --all -x my", "-x my\\ ridge ")
        shell.complete("runyard target set lo", "set local ")
        shell.complete("runyard submit --source=he", "--source=here/")
        shell.complete("runyard submit here/ma", "here/main.py ")

    @needs_shell("bash")
    def test_bash(self):
        self.check_on_terminal("bash")

    @needs_shell("zsh")
    def test_zsh(self):
        self.check_on_terminal("zsh")

    @needs_shell("fish")
    def test_fish(self):
        def completed(line):
            source = "runyard completion fish | source; complete -C '%s'" % line
            done = self.daemon.execute(["fish", "--no-config", "-c", source], environment={
                "PATH": BIN + ":/usr/bin:/bin", "XDG_CONFIG_HOME": self.daemon.root, "XDG_DATA_HOME": self.daemon.root})
            return [text.split("\t")[0] for text in done.out.splitlines()]
        self.assertEqual(completed("runyard subm"), ["submit"])
        self.assertEqual(completed("runyard runs --st"), ["--status"])
        self.assertEqual(completed("runyard runs --status=Fai"), ["--status=Failed"])
        self.assertEqual(completed("runyard show " + self.run_id[:-3]), [self.run_id])
        self.assertEqual(completed("runyard runs -x my"), ["my ridge"])
        self.assertIn("here/main.py", completed("runyard submit here/ma"))

    def test_names_that_the_daemon_knows(self):
        self.assertEqual(self.candidates("show", ""), ("words", ["latest", self.run_id]))
        self.assertEqual(self.candidates("show", "my ridge/"), ("words", ["my ridge/1"]))
        self.assertEqual(self.candidates("runs", "--workspace", "d"), ("words", ["default"]))
        self.assertEqual(self.candidates("dataset", "register", "t"), ("words", ["titanic"]))
        self.assertEqual(self.candidates("datastore", "link", "workspaceb"), ("words", ["workspaceblobstore"]))
        self.assertEqual(self.candidates("model", "register", ""), ("words", []))
        self.assertEqual(self.candidates("env", "show", ""), ("words", []))

    @needs_shell("bash")
    def test_a_name_is_no_command_inside_quotes_either(self):
        for name in ("$(touch obeyed)", "a'b", "plain"):
            self.daemon.cli("dataset", "register", name, "here/sub/x.csv")
        script = ("source <(runyard completion bash); COMP_WORDS=(runyard dataset register %s); COMP_CWORD=3; _runyard runyard; "
                  "printf '%%s\\n' \"${COMPREPLY[@]}\"")
        for typed, expected in (("'\"'", ["plain", "titanic"]), ("\\'", ["plain", "titanic"]),
                                ("''", ["\\$\\(touch\\ obeyed\\)", "a\\'b", "plain", "titanic"])):
            done = self.daemon.execute(["bash", "-c", script % typed], environment={"PATH": BIN + ":/usr/bin:/bin"})
            self.assertEqual(sorted(done.out.splitlines()), expected, typed)

    def test_a_daemon_that_hangs_is_not_waited_for(self):
        os.kill(self.daemon.process.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, self.daemon.process.pid, signal.SIGCONT)
        self.assertEqual(self.candidates("show", ""), ("words", []))

    @needs_shell("mandoc")
    def test_the_manual_page_is_sound(self):
        page = self.daemon.cli("help", "--man").out
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page.encode(), stdout=subprocess.PIPE)
        remarks = [line for line in done.stdout.decode().splitlines() if "missing date" not in line]
        self.assertEqual(remarks, [])

    @needs_shell("man")
    def test_man_shows_the_page(self):
        path = os.path.join(self.daemon.root, "runyard.1")
        with open(path, "w") as file:
            file.write(self.daemon.cli("help", "--man").out)
        done = subprocess.run(["man", "--warnings", "-l", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "120"})
        self.assertEqual(done.stderr, b"")
        self.assertRegex(done.stdout.decode(), re.compile(r"^ +-x, --experiment EXPERIMENT$", re.MULTILINE))


@needs("runyard")
class NoDaemonTest(DaemonTest):
    def make_daemon(self, **options):
        return super().make_daemon(start=False)

    def test_none_is_started_and_nothing_is_said(self):
        done = self.daemon.cli("completion", "candidates", "--", "show", "")
        self.assertEqual((done.out, done.err), ("words\n", ""))
        self.assertIn("submit\t", self.daemon.cli("completion", "candidates", "--", "").out)
        self.assertFalse(self.daemon.published())

    def test_the_program_alone_lists_its_commands(self):
        self.assertEqual(self.daemon.cli().out, self.daemon.cli("--help").out)
        self.assertEqual(self.daemon.execute([program("runyard"), "help", "runs"]).out, self.daemon.cli("runs", "--help").out)


if __name__ == "__main__":
    unittest.main()
