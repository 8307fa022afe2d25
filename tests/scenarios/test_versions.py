# SPDX-License-Identifier: Apache-2.0
"""A launcher and a daemon of different versions: what the other does not know is said, and old runs finish. A daemon and
clients of different versions: which of them serves whom, and how a newer daemon takes over."""

import json
import os
import shutil
import subprocess
import unittest

from processes import read_bytes, wait_for
from daemon import BIN, Daemon, DaemonTest, needs, program

WAITING = "import os, time\nprint('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)"
OTHER_WORDS = """
import os
with open(os.environ['RUNYARD_JOURNAL'] + '/other.jsonl', 'a') as file:
    file.write('{"k":"hello","version":2,"pid":1,"library":"later","host":"lab"}\\n{"k":"scalar","n":"x","v":1}\\n{"k":"wave","n":"y"}\\n')
"""


def set_version(path, version):
    """In the very file: a process that holds a lock on it goes on holding it."""
    content = json.loads(read_bytes(path))
    content["version"] = version
    with open(path, "r+") as file:
        file.write(json.dumps(content))
        file.truncate()


@needs("runyardd", "runyard-launcher")
class VersionsTest(DaemonTest):
    def go(self, run_id):
        with open(self.daemon.attempt(run_id, "work", "go"), "w"):
            pass

    def test_a_launcher_refuses_the_record_of_another_version(self):
        self.daemon.rebuilds = False  # of a spec that is not understood
        self.daemon.api("POST", "/targets/local", {"slots": 0})
        run_id = self.daemon.submit("print(1)")
        set_version(os.path.join(self.daemon.state, "runs", run_id, "record", "spec.json"), 99)
        self.daemon.api("POST", "/targets/local", {"slots": 1})
        run = self.daemon.wait(run_id)
        self.assertEqual(run["status"], "Failed")
        self.assertIn("the run is described in version 99, this program knows ", run["error"]["message"])

    def test_a_run_whose_launcher_is_of_another_version_goes_on_and_finishes(self):
        run_id = self.daemon.submit(WAITING)
        self.daemon.wait_log(run_id, "ready")
        self.daemon.kill()
        set_version(self.daemon.attempt(run_id, "lock"), 2)
        self.daemon.start()
        wait_for("the sentence", lambda: "its lock file is of version 2, this daemon knows 1" in self.daemon.said())
        self.assertEqual(self.daemon.status(run_id), "Running")
        self.go(run_id)
        self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")

    def test_an_ending_of_another_version_is_taken_and_the_run_says_so(self):
        run_id = self.daemon.submit(WAITING)
        self.daemon.wait_log(run_id, "ready")
        self.daemon.kill()
        self.go(run_id)
        wait_for("the ending", lambda: read_bytes(self.daemon.attempt(run_id, "exit.json")))
        set_version(self.daemon.attempt(run_id, "exit.json"), 2)
        self.daemon.start()
        run = self.daemon.wait(run_id)
        self.assertEqual(run["status"], "Completed")
        self.assertIn("the record of the ending is of version 2, this daemon knows 1", "\n".join(run["warnings"]))

    def test_a_journal_of_another_version_is_taken_and_the_run_says_so(self):
        run = self.daemon.finish(OTHER_WORDS)
        self.assertEqual(self.daemon.values(run["id"], "x"), [1])
        self.assertIn("version 2 of the metric line protocol, this daemon knows 1", "\n".join(run["warnings"]))


def other_version(folder, version):
    """The daemon's program of another installation, in `folder`, with another version of as many letters in it."""
    own = subprocess.check_output([program("runyardd"), "--version"]).split()[1]
    if len(version) != len(own):
        raise ValueError("'%s' is not as long as '%s'" % (version, own.decode()))
    os.makedirs(os.path.join(folder, "bin"))
    for name, target in (("lib", os.path.join(os.path.dirname(BIN), "lib")), ("bin/runyard-launcher", program("runyard-launcher"))):
        os.symlink(target, os.path.join(folder, name))
    path = os.path.join(folder, "bin/runyardd")
    with open(path, "wb") as file:
        file.write(read_bytes(program("runyardd")).replace(own + b"\0", version.encode() + b"\0"))
    os.chmod(path, 0o755)
    return path


@needs("runyard", "runyardd", "runyard-launcher")
class TwoInstallationsTest(unittest.TestCase):
    """One state directory, and a daemon of another version than the client."""

    def setUp(self):
        self.daemon = Daemon(start=False)
        self.addCleanup(self.daemon.close)
        self.own = self.daemon.cli("--version").out.split()[1]

    def start(self, version):
        self.other = other_version(os.path.join(self.daemon.root, "other"), version)
        self.daemon.execute([self.other, "--background"])
        self.addCleanup(self.daemon.cli, "down")

    def test_up_lets_a_newer_version_take_over_and_runs_go_on(self):
        self.start("0.0.9")
        run_id = self.daemon.submit(WAITING)
        self.daemon.wait_log(run_id, "ready")
        self.assertIn("the daemon is runyard 0.0.9, and this is %s: 'runyard up' lets this version take over; runs go on" % self.own,
                      self.daemon.cli("status").out)
        done = self.daemon.cli("up")
        self.assertIn("runyard %s takes over from 0.0.9; 1 run goes on" % self.own, done.err)
        self.assertIn("runyard %s is running" % self.own, done.out)
        self.assertIn("program   " + program("runyardd"), done.out)
        self.assertNotIn("warning", done.out)
        open(self.daemon.attempt(run_id, "work", "go"), "w").close()
        self.assertEqual(self.daemon.wait(run_id)["status"], "Completed")

    def test_the_sdk_says_that_the_daemon_is_older_once(self):
        self.start("0.0.9")
        done = self.daemon.python("from runyard import Workspace\nfor _ in range(2): Workspace.from_config().get_details()")
        self.assertEqual(done.err.count("runyard: the daemon is runyard 0.0.9, and this is %s: 'runyard up' lets this version "
                                        "take over; runs go on\n" % self.own), 1, done.err)

    def test_an_older_version_leaves_a_newer_daemon_alone(self):
        self.start("9.9.9")
        done = self.daemon.cli("up")
        self.assertIn("runyard 9.9.9 is running", done.out)
        self.assertIn("the daemon is runyard 9.9.9, and this is %s: it serves both; upgrade this installation" % self.own, done.out)
        self.assertNotIn("9.9.9", self.daemon.python("from runyard import Workspace; Workspace.from_config().get_details()").err)

    def test_up_replaces_a_daemon_whose_installation_was_removed(self):
        self.start("9.9.9")
        shutil.rmtree(os.path.dirname(os.path.dirname(self.other)))
        self.assertIn("the daemon's installation was removed", self.daemon.cli("status").out)
        self.assertIn("runyard %s is running" % self.own, self.daemon.cli("up").out)


if __name__ == "__main__":
    unittest.main()
