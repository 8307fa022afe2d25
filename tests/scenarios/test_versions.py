# SPDX-License-Identifier: Apache-2.0
"""A launcher and a daemon of different versions: what the other does not know is said, and old runs finish."""

import json
import os
import unittest

from processes import read_bytes, wait_for
from daemon import DaemonTest, needs

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


if __name__ == "__main__":
    unittest.main()
