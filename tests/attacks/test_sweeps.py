# SPDX-License-Identifier: Apache-2.0
"""S12, S16: what a sweep and its route make of numbers, texts and secrets that they were not meant for."""

import json
import sys
import unittest
from urllib.parse import quote

import wire  # noqa: F401  finds daemon.py and its neighbors

from daemon import SharedDaemonTest, needs

SECRET = "postgres://me:canary-of-a-sweep@host/db"


@needs("runyardd")
class Sweeps(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        body = cls.daemon.request(None, kind="command", script=None, command=["true"])
        cls.path = "/runs/%s/sweep" % cls.daemon.post_run(body).json["id"]

    def status(self, query):
        return self.daemon.api("GET", self.path + "?" + query).status

    def test_numbers_out_of_range_are_refused(self):
        for query in ("points=1001", "points=3", "points=-1", "points=1e3", "points=" + "9" * 30, "after=-1", "after=x",
                      "wait=61", "wait=-1", "wait=inf", "wait=0.5"):
            self.assertEqual(self.status(query), 400, query)

    def test_a_metric_may_have_any_name_of_unicode_text(self):
        for name in ("' OR 1=1 --", '"', "a" * 5000, "\N{SNOWMAN}"):
            answer = self.daemon.api("GET", self.path + "?metric=" + quote(name))
            self.assertEqual((answer.status, answer.json["metric"]), (200, name))
        for query in ("metric=%00", "metric=%FF%FE"):
            self.assertEqual(self.status(query), 400, query)

    def test_a_run_that_is_not_there_is_named(self):
        for name in ("missing", "..", "%2e%2e%2fstatus", "a" * 3000):
            answer = self.daemon.api("GET", "/runs/%s/sweep?wait=60" % name)
            self.assertEqual(answer.status, 404, name)

    def test_one_who_says_to_be_another_run_gets_no_more(self):
        for asker in ("missing", "%FF", "../..", "x" * 3000):
            answer = self.daemon.api("GET", self.path, headers={"X-Runyard-Run": asker})
            self.assertEqual(answer.json["children"], [])

    @needs("runyard", "runyard-launcher")
    def test_a_secret_that_is_not_kept_ends_the_sweep_and_nothing_stands_in_for_it(self):
        done = self.daemon.cli("sweep", "--follow", "--json", "--python", sys.executable, "--metric", "loss", "--grid", "main.py",
                               "--db", SECRET, "--lr", "choice(1)", cwd=self.daemon.folder("pass"), code=1)
        self.assertIn("the arguments of the sweep hold an address with a password", done.err)
        sweep = self.daemon.get("/runs/%s/sweep" % json.loads(done.out.splitlines()[0])["id"])
        self.assertEqual((sweep["total"], sweep["children"]), (0, []))


if __name__ == "__main__":
    unittest.main()
