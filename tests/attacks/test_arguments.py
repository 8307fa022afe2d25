# SPDX-License-Identifier: Apache-2.0
"""S17: a name is never a command: what a shell or an option parser would obey arrives as it was written."""

import json
import os
import shutil
import subprocess
import sys

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import read_bytes, wait_for
from daemon import DaemonTest, needs, program

ECHO = "import json, os, sys\nprint(json.dumps([sys.argv[1:], os.environ.get('NAME'), os.getcwd()]))\n"


@needs("runyardd", "runyard")
class Arguments(DaemonTest):
    def setUp(self):
        super().setUp()
        self.mark = os.path.join(self.daemon.root, "obeyed")
        touch = "touch " + self.mark
        self.names = ["; %s" % touch, "$(%s)" % touch, "`%s`" % touch, "| %s" % touch, "&& %s &" % touch,
                      "\n%s\n" % touch, "-rf", "--help", "--", "-", "-c", "-o/x",
                      "'; %s; '" % touch, '"; %s; "' % touch, "*", "~", "$HOME", "${PATH}", "!x", "%s%n%99999d", "a b",
                      "", "\\", "@file", "=x", "#", "<x", ">x", "\x1b[2J", "é精"]

    def tearDown(self):
        self.assertFalse(os.path.exists(self.mark))

    def said(self, run):
        self.assertEqual(run["status"], "Completed", run)
        return json.loads(self.daemon.log(run["id"]))

    def test_of_scripts_and_commands(self):
        self.assertEqual(self.said(self.daemon.finish(ECHO, arguments=self.names))[0], self.names)
        body = {"kind": "command", "script": None, "command": [sys.executable, "main.py", *self.names]}
        self.assertEqual(self.said(self.daemon.finish(ECHO, **body))[0], self.names)
        expanded = self.said(self.daemon.finish(ECHO, arguments=self.names + ["$NAME"],
                                              environment={"NAME": "$(touch %s)" % self.mark}, expand=True))[0]
        self.assertEqual(expanded[-1], "$(touch %s)" % self.mark)

    def test_of_the_shell_client(self):
        folder = self.daemon.folder(ECHO)
        done = self.daemon.cli("submit", "--json", "main.py", *self.names, cwd=folder)
        self.assertEqual(self.said(self.daemon.wait(done.json["id"]))[0], self.names)
        done = self.daemon.cli("submit", "--json", "--", sys.executable, "main.py", *self.names, cwd=folder)
        self.assertEqual(self.said(self.daemon.wait(done.json["id"]))[0], self.names)
        for name in self.names[:12]:
            self.assertNotEqual(self.daemon.cli("show", "--", name, code=None).code, 0)

    def test_of_modules_in_the_working_directory(self):
        """Others may be able to write there: to /tmp, for example."""
        module = "open(%r, 'w').close()\n" % self.mark
        folder = self.daemon.folder({name + ".py": module for name in ("argparse", "json", "runpy", "tempfile", "typing")})
        os.mkdir(os.path.join(folder, "runyard"))
        for command in (["sweep", "--metric", "x", "--grid", "--python", sys.executable, "main.py"], ["env", "build", "missing.txt"]):
            self.assertIn("runyard: cannot", self.daemon.cli(*command, cwd=folder, code=None).err)

    def test_of_variables_and_labels(self):
        for name in self.names:
            run = self.daemon.finish(ECHO, environment={"NAME": name}, display_name=name, tags={"t": name},
                                   properties={"p": name}, submitter=name)
            self.assertEqual(self.said(run)[1], name)
            self.assertEqual((run["tags"]["t"], run["properties"]["p"]), (name, name))

    def test_of_files_and_folders(self):
        for name in ("; touch obeyed", "$(touch obeyed)", "-c", "--help", "a b", "'\"", "\\x", "*", "é精", "-", "=",
                     "%s"):
            with self.subTest(name):
                folder = self.daemon.folder({name + ".py": ECHO, "sub " + name + "/x": "1"}, name="folder " + name)
                about = os.stat(folder)
                body = self.daemon.request(None, script=name + ".py", experiment=name, arguments=["x"])
                body["source"] = {"directory": folder, "device": about.st_dev, "inode": about.st_ino}
                run = self.daemon.wait(self.daemon.post_run(body).json["id"])
                self.assertEqual(self.said(run)[0], ["x"])
                self.assertFalse(os.path.exists(os.path.join(self.said(run)[2], "obeyed")))

    def test_of_an_interpreter(self):
        folder = os.path.join(self.daemon.root, "; touch %s" % os.path.basename(self.mark))
        os.mkdir(folder)
        path = os.path.join(folder, "-c $(touch obeyed)")
        os.symlink(sys.executable, path)
        self.assertEqual(self.said(self.daemon.finish(ECHO, interpreter=path))[0], [])

    def test_of_what_an_interpreter_has_to_hold(self):
        for text in ("-r /etc/passwd", "--index-url=http://evil.example", "-e .", "$(touch %s)" % self.mark,
                     "; touch %s" % self.mark, "x @ file:///etc/passwd"):
            run = self.daemon.finish(ECHO, requirements=[text])
            self.assertIn(run["status"], ("Completed", "Failed"))
            self.assertNotIn("root:", json.dumps(run))

    def test_of_a_repository_that_names_programs(self):
        folder = self.daemon.folder(ECHO)
        git = ["git", "-c", "user.name=x", "-c", "user.email=x@example", "-C", folder]
        subprocess.run([*git, "init", "-q", "-b", "$(id);x"], check=True)
        for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "core.hooksPath", "diff.external", "core.editor",
                    "core.gitProxy", "alias.status"):
            subprocess.run([*git, "config", key,
                            "!touch %s;" % self.mark if key == "alias.status" else "touch %s;" % self.mark], check=True)
        about = os.stat(folder)
        body = self.daemon.request(None)
        body["source"] = {"directory": folder, "device": about.st_dev, "inode": about.st_ino}
        self.said(self.daemon.wait(self.daemon.post_run(body).json["id"]))

    def test_of_a_repository_that_leads_git_elsewhere(self):
        evil = "[filter \"x\"]\nclean = touch %s\n" % self.mark
        for name, commondir in (("evil", "evil" + "\n" * 5000), ("evil ", "evil \n")):
            folder = self.daemon.folder({"main.py": ECHO})
            git = ["git", "-c", "user.name=x", "-c", "user.email=x@example", "-C", folder]
            for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
                subprocess.run([*git, *words], check=True)
            repository = os.path.join(folder, ".git")
            shutil.copytree(repository, os.path.join(repository, name))
            for path, text in ((".gitattributes", "* filter=x\n"), (".git/%s/config" % name, evil), (".git/commondir", commondir)):
                with open(os.path.join(folder, path), "w") as file:
                    file.write(text)
            os.utime(os.path.join(folder, "main.py"), (0, 0))  # so that git has to look into it
            self.said(self.daemon.wait(self.daemon.post_run(self.daemon.request(folder)).json["id"]))
            self.assertFalse(os.path.exists(self.mark), commondir[:8])

    def test_of_a_hook_that_is_told_of_a_change(self):
        os.makedirs(os.path.join(self.daemon.state, "hooks"))
        hook, told = os.path.join(self.daemon.state, "hooks", "status-changed"), os.path.join(self.daemon.root, "told")
        with open(hook, "w") as file:
            file.write("#!/bin/sh\nprintf '%%s\\0' \"$RUNYARD_DISPLAY_NAME\" >> %s\n" % told)
        os.chmod(hook, 0o700)
        name = "$(touch %s); `touch %s`\n-x" % (self.mark, self.mark)
        self.daemon.finish("print(1)", display_name=name)
        wait_for("the program of the user's", lambda: name.encode() in read_bytes(told).split(b"\0"))

    def test_of_the_programs_themselves(self):
        for words in (["run", "--run-dir", "-x"], ["--finalize", "--run-dir", "$(touch %s)" % self.mark],
                      ["--finalize", "--run-dir", "../../.."]):
            self.assertNotEqual(self.daemon.execute([program("runyard-launcher"), *words], code=None).code, 0)
