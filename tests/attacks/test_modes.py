# SPDX-License-Identifier: Apache-2.0
"""S3, S12: whatever runs and clients did, no other user can look into the state directory: folders 0700, files 0600."""

import os
import stat
import subprocess

import wire  # noqa: F401  finds daemon.py and its neighbors

from daemon import DaemonTest, needs, program
import tars

BUSY = """
import os
from runyard import Run
run = Run.get_context()
run.log("loss", 0.5)
run.upload_file("sent.txt", "main.py")
os.makedirs("outputs/deep", 0o777)
os.chmod("outputs/deep", 0o777)
for name in ("outputs/model.pkl", "outputs/deep/tool.sh", "logs/more.log", "left.txt"):
    with open(name, "w") as file: file.write("x")
    os.chmod(name, 0o777)
with run.child_run("inner") as child: child.log("loss", 1)
open(os.environ["RUNYARD_METRICS"], "a").write('{"k":"scalar","n":"x","v":1}\\n')
print("said")
"""
SESSION = """
from runyard import Experiment, Workspace
run = Experiment(Workspace.get(name="default"), "notebook").start_logging(snapshot_directory=".")
run.log("loss", 1)
open("note.txt", "w").write("x")
run.upload_file("note.txt", "note.txt")
run.complete()
run.register_model("note", "note.txt")
"""


def modes(root):
    """(path below root, type and mode) of everything that is there, links excepted."""
    for folder, names, files in os.walk(root):
        for name in names + files:
            path = os.path.join(folder, name)
            about = os.lstat(path)
            if not stat.S_ISLNK(about.st_mode):
                yield os.path.relpath(path, root), about.st_mode


@needs("runyardd", "runyard")
class Modes(DaemonTest):
    def setUp(self):
        self.addCleanup(os.umask, os.umask(0))  # as careless as a user can be
        super().setUp()

    def be_busy(self):
        run = self.daemon.finish({"main.py": BUSY, "bin/tool": "#!/bin/sh\n"}, umask=0)
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.daemon.finish("raise SystemExit(1)", umask=0)["status"], "Failed")
        self.assertEqual(self.daemon.finish({"main.py": "print(1)"}, umask=0, source=None, kind="command",
                                          command=["true"])["status"], "Completed")
        folder = self.daemon.folder("print(1)")
        os.chmod(os.path.join(folder, "main.py"), 0o666)
        self.daemon.python(SESSION, cwd=folder)
        self.daemon.cli("submit", "--follow", "main.py", cwd=folder)
        self.daemon.api("POST", "/uploads", tars.tar(tars.file("main.py", mode=0o777)), tars.BYTES)
        self.daemon.api("PUT", "/contents", b"1", "application/octet-stream")
        self.daemon.api("PUT", "/runs/%s/files/added.txt" % run["id"], b"1", "application/octet-stream")
        self.daemon.api("GET", "/runs/%s/archive" % run["id"])
        return run["id"]

    def test_after_a_busy_time(self):
        run = self.be_busy()
        os.chmod(self.daemon.root, 0o755)
        wrong = []
        for path, mode in modes(self.daemon.root):
            of_the_source = "/work/" in path or path.startswith("state/uploads/") and "/files/" in path
            if path.startswith("state/") and not of_the_source:
                expected = 0o700 if stat.S_ISDIR(mode) else 0o600
                if stat.S_IMODE(mode) != expected:
                    wrong.append("%s %o" % (path, stat.S_IMODE(mode)))
        self.assertEqual(wrong, [])
        self.assertEqual(os.stat(self.daemon.attempt(run, "work", "bin", "tool")).st_mode & 0o100, 0)

    def test_a_state_directory_that_is_open_is_closed_at_the_start(self):
        self.daemon.stop()
        os.chmod(self.daemon.state, 0o755)
        self.daemon.start()
        self.assertEqual(os.stat(self.daemon.state).st_mode & 0o777, 0o700)

    def test_what_the_background_daemon_makes(self):
        self.daemon.stop()
        done = subprocess.run([program("runyardd"), "--background"], env=self.daemon.environment, stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        try:
            self.assertEqual(os.stat(os.path.join(self.daemon.state, "daemon.log")).st_mode & 0o777, 0o600)
        finally:
            self.daemon.cli("down")
