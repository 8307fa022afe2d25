# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/languages.md, as far as their languages are installed, and the same commands from Python."""

import os
import re
import shutil
import unittest

from daemon import BIN, ROOT, SharedDaemonTest, basic_environment, needs

PAGE = os.path.join(ROOT, "docs", "languages.md")
EXAMPLE = re.compile(r"## ([^\n]+)\n\n`(\S+)`:\n\n```\w+\n(.*?)```\n\n((?:    [^\n]+\n)+)", re.S)
SUBMIT = """
import sys
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
environment = Environment("mine")
environment.python.user_managed_dependencies = True
config = ScriptRunConfig(sys.argv[1], command=sys.argv[2:], environment=environment)
run = Experiment(Workspace.from_config(), "any language").submit(config)
run.wait_for_completion()
print(run.id)
"""
LOSSES = [500, 250, 125, 62.5, 31.25]
WHOLE_LOSSES = [500, 250, 125, 62, 31]  # the shell knows no others


@needs("runyardd", "runyard")
class LanguagesTest(SharedDaemonTest):
    def example(self, title):
        """A folder with the program of a section, and the lines that start it; skipped where a tool is missing."""
        with open(PAGE, encoding="utf-8") as file:
            found = {example[0]: example[1:] for example in EXAMPLE.findall(file.read())}
        name, source, commands = found[title]
        lines = [line.strip() for line in commands.splitlines()]
        for line in lines:
            tool = line.split(" -- ")[-1].split()[0]
            if "/" not in tool and not shutil.which(tool):
                self.skipTest(tool + " is not installed")
        return self.daemon.folder({name: source}), lines

    def check(self, run, language, losses=LOSSES):
        self.assertEqual((run["status"], run["tags"]), ("Completed", {"language": language}), run["error"])
        metric = self.daemon.metrics(run["id"])["loss"]
        self.assertEqual((metric["values"], metric["steps"]), (losses, [1, 2, 3, 4, 5]))
        model = self.daemon.api("GET", "/runs/%s/files/outputs/model.txt" % run["id"]).body
        self.assertEqual(float(model), losses[-1])

    def run_example(self, title, language, losses=LOSSES):
        """Do what a section says in a shell, then start the same program from Python."""
        folder, lines = self.example(title)
        path = BIN + ":" + basic_environment(self.daemon.home)["PATH"]
        for line in lines:
            self.daemon.execute(["/bin/sh", "-c", line], cwd=folder, environment={"PATH": path})
        self.check(self.daemon.get("/runs", limit=1)["items"][0], language, losses)
        words = lines[-1].split(" -- ")[1].split()
        self.check(self.daemon.run(self.daemon.python(SUBMIT, folder, *words).out.split()[-1]), language, losses)

    def test_bash(self):
        self.run_example("Bash", "bash", WHOLE_LOSSES)

    def test_r(self):
        self.run_example("R", "R")

    def test_perl(self):
        self.run_example("Perl", "perl")

    def test_a_compiled_program(self):
        self.run_example("A compiled program", "C")


if __name__ == "__main__":
    unittest.main()
