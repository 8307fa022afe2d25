# SPDX-License-Identifier: Apache-2.0
"""`runyard doctor`: what is wrong with a state directory, in words, and what it fixes."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import unittest

from processes import kill_quietly, read_bytes, wait_for
from daemon import DaemonTest, needs

SCRIPT = """
import os
from runyard import Run
run = Run.get_context()
for i in range(20):
    run.log("x", i)
run.tag("color", "blue")
open("outputs/model.txt", "w").write("weights")
"""


@needs("runyardd", "runyard")
class DoctorTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.id = self.daemon.finish(SCRIPT)["id"]

    def path(self, *names):
        return os.path.join(self.daemon.state, *names)

    def run_path(self, *names):
        return self.path("runs", self.id, *names)

    def stop(self):
        self.assertEqual(self.daemon.stop(), 0)

    def examine(self, *arguments, code=1):
        """The findings by what they are about."""
        answer = self.daemon.cli("doctor", "--json", *arguments, code=code).json
        return {finding["about"]: finding for finding in answer["findings"]}

    def assert_finds(self, about, what, fixable):
        """It is found, it is fixed if it can be, and then it is found no more."""
        found = self.examine()
        self.assertEqual(list(found), [about], found)
        self.assertIn(what, found[about]["what"])
        self.assertEqual(found[about]["fixable"], fixable)
        fixed = self.examine("--fix", code=0 if fixable else 1)[about]
        self.assertEqual((fixed["fixed"], fixed["trouble"]), (fixable, None))
        if fixable:
            self.assertEqual(self.examine(code=0), {})

    def test_nothing_is_wrong_beside_a_daemon_and_without_one(self):
        said = self.daemon.cli("doctor").out
        self.assertIn("nothing is wrong", said)
        self.assertIn("a daemon uses it", said)
        self.stop()
        self.assertIn("runs: 1 run with 1 file\n", self.daemon.cli("doctor").out)

    def test_fix_stops_the_daemon_and_starts_it_again_while_runs_go_on(self):
        going_on = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(going_on, "ready")
        before = self.daemon.published()["pid"]
        self.daemon.cli("doctor", "--fix")
        self.daemon.process.wait()
        after = self.daemon.published()["pid"]
        self.addCleanup(kill_quietly, after)
        self.assertNotEqual(after, before)
        self.assertEqual(self.daemon.status(going_on), "Running")
        self.daemon.api("POST", "/runs/%s/cancel" % going_on, {"grace_seconds": 0})
        self.daemon.wait(going_on)
        self.daemon.cli("down")

    def test_rows_that_the_files_do_not_say(self):
        self.stop()
        with contextlib.closing(sqlite3.connect(self.path("runyard.db"))) as database:
            database.execute("DELETE FROM tag")
            database.execute("UPDATE metric SET last_cell = '7'")
            database.commit()
        found = self.examine()["'%s'" % self.id]["what"]
        self.assertIn("differ in 3 rows", found)
        self.assertIn("only in the files: tag %s|color|blue" % self.id, found)
        self.assert_finds("'%s'" % self.id, "differ in 3 rows", True)

    def test_a_database_that_is_damaged_or_missing(self):
        self.stop()
        with contextlib.closing(sqlite3.connect(self.path("runyard.db"))) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(self.path("runyard.db"), "r+b") as file:
            file.seek(30_000)
            file.write(b"\xff" * 300_000)
        self.assert_finds("the database", "damaged", True)
        os.unlink(self.path("runyard.db"))
        self.assert_finds("the database", "it is not there", True)

    def test_a_snapshot_whose_archive_was_damaged(self):
        digest = self.daemon.run(self.id)["snapshot"]["digest"]
        self.stop()
        archive = self.path("snapshots", digest, "archive.tar.zst")
        with open(archive, "r+b") as file:
            file.seek(os.path.getsize(archive) // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 0xff]))
        found = self.examine("--fix", code=0)["snapshot " + digest]
        self.assertIn("run %s uses it" % self.id, found["what"])
        self.assertTrue(os.path.isdir(self.path("snapshots", digest + ".broken")))
        self.assertIn("is not there", self.examine()["snapshot " + digest]["what"])
        self.daemon.start()
        self.daemon.finish(SCRIPT)  # the same files: it is taken again
        self.stop()
        self.assertEqual(self.examine(code=0), {})

    def test_files_that_are_cut_or_gone(self):
        self.stop()
        os.truncate(self.run_path("attempt-1", "log"), 0)
        with open(self.run_path("attempt-1", "journal", "metrics.jsonl"), "w"):
            pass
        journal = next(name for name in os.listdir(self.run_path("attempt-1", "journal")) if name not in ("blobs", "metrics.jsonl") and name.endswith(".jsonl"))
        os.truncate(self.run_path("attempt-1", "journal", journal), 10)
        found = self.examine()
        self.assertIn("was cut: it has 10 of the", found["run " + self.id]["what"])
        self.assertFalse(found["run " + self.id]["fixable"])

    def test_an_output_that_is_gone_or_longer(self):
        self.stop()
        artifact = self.run_path("artifacts", "outputs", "model.txt")
        with open(artifact, "a") as file:
            file.write("more")
        self.assert_finds("run " + self.id, "its file 'outputs/model.txt' has 11 bytes, and had 7", False)
        os.unlink(artifact)
        self.assert_finds("run " + self.id, "its file 'outputs/model.txt' cannot be read", False)

    def test_a_flipped_bit_in_an_output(self):
        wait_for("the digest to be noted", lambda: os.path.exists(self.run_path("record", "digests.jsonl")))
        self.stop()
        with open(self.run_path("artifacts", "outputs", "model.txt"), "r+b") as file:
            file.write(b"W")
        self.assert_finds("run " + self.id, "its file 'outputs/model.txt' does not hold what it held", False)

    def test_a_digest_that_was_not_noted_is_noted_by_the_doctor(self):
        wait_for("the digest to be noted", lambda: os.path.exists(self.run_path("record", "digests.jsonl")))
        self.stop()
        os.unlink(self.run_path("record", "digests.jsonl"))
        self.assertEqual(self.examine(code=0), {})
        self.assertIn(b"outputs/model.txt", read_bytes(self.run_path("record", "digests.jsonl")))

    def test_a_folder_that_is_no_run(self):
        self.stop()
        os.mkdir(self.path("runs", "stranger"), 0o700)
        self.assert_finds("'%s'" % self.path("runs", "stranger"), "is none that can be read", False)

    def test_what_a_killed_daemon_left_and_what_no_run_uses(self):
        self.stop()
        for name in ("runs/.new-1234", "snapshots/.tmp-1234", "uploads/1234"):
            os.makedirs(self.path(name, "inside"))
        shutil.copytree(self.path("snapshots", os.listdir(self.path("snapshots"))[0]), self.path("snapshots", "0" * 64))
        self.assertEqual(len(self.examine()), 4)
        found = self.examine("--fix", code=0)
        self.assertTrue(all(finding["fixed"] for finding in found.values()), found)
        self.assertEqual(self.examine("--fix", code=0), {})

    def test_files_that_others_can_read_are_closed(self):
        self.stop()
        os.chmod(self.run_path("record", "spec.json"), 0o644)
        os.chmod(self.path("yard.jsonl"), 0o640)
        found = self.examine("--fix", code=0)
        self.assertEqual([finding["remedy"] for finding in found.values()], ["closed to others"])
        self.assertEqual(os.stat(self.run_path("record", "spec.json")).st_mode & 0o777, 0o600)
        self.assertEqual(self.examine(code=0), {})

    def test_a_process_that_outlived_its_run(self):
        environment = {"RUNYARD_JOURNAL": self.run_path("attempt-1", "journal")}
        stray = subprocess.Popen(["sleep", "1000"], env=environment)
        self.addCleanup(stray.wait)
        self.addCleanup(stray.kill)
        self.assertIn("process %d is of this run" % stray.pid, self.examine()["run " + self.id]["what"])

    def test_a_run_without_a_live_launcher(self):
        going_on = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(going_on, "ready")
        self.daemon.kill()
        pids = [self.daemon.holder(going_on, who) for who in ("guard", "worker")]
        for pid in pids:
            kill_quietly(pid)
        wait_for("both to be gone", lambda: not any(os.path.exists("/proc/%d" % pid) for pid in pids))
        self.daemon.start()
        self.assertEqual(self.daemon.wait(going_on)["status"], "Failed")
        self.assertEqual(self.examine(code=0), {})

    def test_a_model_whose_file_was_changed(self):
        self.daemon.api("POST", "/models", {"workspace": None, "name": "m", "run": self.id, "path": "outputs/model.txt"})
        digest = os.listdir(self.path("contents"))[0]
        self.stop()
        os.unlink(self.path("contents", digest))  # not the file of the run, which is the same one
        with open(self.path("contents", digest), "w") as file:
            file.write("others")
        self.assertIn("model m:1", self.examine()["content " + digest]["what"])

    def test_no_state_directory(self):
        self.stop()
        done = self.daemon.cli("doctor", code=1, environment={"RUNYARD_STATE": self.path("nowhere")})
        self.assertIn("there is no state directory", done.err)


if __name__ == "__main__":
    unittest.main()
