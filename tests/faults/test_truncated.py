# SPDX-License-Identifier: Apache-2.0
"""Every file of the state directory is cut at every byte (R8): the daemon starts, with its database and without, says what it
skipped, and everything else is as it was. A sample of the first and last bytes and some between, or more (depth.py).
"""

import os
import random
import shutil
import sys
import unittest

sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import depth  # noqa: E402
from oracle import Witness  # noqa: E402

from processes import living, wait_for  # noqa: E402
from daemon import FINAL, Daemon, needs  # noqa: E402

SOME, MORE = 20, 300  # cuts
BETWEEN = 1  # bytes between the first and the last one
DATABASE = ("runyard.db", "runyard.db-wal", "runyard.db-shm")
NOT_READ = ("/work/", "/blobs/", "/cache/", "/artifacts/")  # at a start


def cuts(size):
    if depth.EVERY:
        return range(size)
    between = range(2, max(2, size - 1))
    return sorted({0, 1, size - 1, *random.sample(between, min(BETWEEN, len(between)))} & set(range(size)))


def remove_database(state):
    for name in DATABASE:
        if os.path.exists(os.path.join(state, name)):
            os.unlink(os.path.join(state, name))


@needs("runyardd")
class TruncatedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """Two runs that have ended, and one that waits."""
        cls.daemon = daemon = Daemon()
        cls.addClassCleanup(daemon.close)
        cls.spared, cls.hurt = [Witness(daemon, points=3, pause=0).submit() for _ in range(2)]
        for run in (cls.spared, cls.hurt):
            daemon.wait(run.id)
        wait_for("free slots", lambda: not daemon.get("/targets")["items"][0]["running"])
        daemon.api("POST", "/targets/local", {"slots": 0})
        cls.waits = Witness(daemon, points=3, pause=0).submit()
        daemon.stop()
        cls.whole = os.path.join(daemon.root, "whole")
        shutil.copytree(daemon.state, cls.whole)

    def files(self):
        for folder, _, names in os.walk(self.whole):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), self.whole)
                passed_over = name in DATABASE + ("lock", "runyardd.sock") or self.spared.id in path
                if not passed_over and not any(part in "/" + path for part in NOT_READ):
                    yield path

    def test_any_file_cut_at_any_byte(self):
        count = 0
        points = [(path, size) for path in sorted(self.files())
                  for size in cuts(os.path.getsize(os.path.join(self.whole, path)))]
        for path, size in depth.sample(points, SOME, MORE):
            for with_database in (True, False):
                with self.subTest(file=path, size=size, with_database=with_database):
                    self.cut(path, size, with_database)
                    count += 1
        print("%d cuts" % count, file=sys.stderr)

    def test_a_record_whose_second_fact_is_lost(self):
        """The daemon no longer knows that it started the run; what the launcher wrote ends it."""
        path = os.path.join("runs", self.hurt.id, "record", "daemon.jsonl")
        with open(os.path.join(self.whole, path), "rb") as file:
            first = file.readline()
        for size in (len(first) - 1, len(first), len(first) + 20):
            self.cut(path, size, with_database=False)

    def cut(self, path, size, with_database):
        daemon = self.daemon
        shutil.rmtree(daemon.state)
        shutil.copytree(self.whole, daemon.state)
        os.truncate(os.path.join(daemon.state, path), size)
        if not with_database:
            remove_database(daemon.state)
        before = len(daemon.said())
        daemon.start()
        try:
            self.check(path, with_database, daemon.said()[before:])
        except Exception as problem:
            raise AssertionError("%s\nthe daemon said: %s" % (problem, daemon.said()[before:][-2000:])) from problem
        finally:
            daemon.stop()
            wait_for("the end of every process", lambda: not living(daemon.state))

    def check(self, path, with_database, said):
        known = {run["id"] for run in self.daemon.get("/runs")["items"]}
        self.assertIn(self.spared.id, known)
        self.spared.check()
        for run in (self.hurt, self.waits):
            if run.id not in known:
                self.assertFalse(with_database)
                self.assertIn(run.id, said, "a run that is skipped is named")
        if with_database:
            self.assertEqual(self.daemon.status(self.hurt.id), "Completed")
        elif self.hurt.id in known:
            self.assertIn(self.daemon.wait(self.hurt.id, 10)["status"], FINAL)
        if self.waits.id in known and self.waits.id in path:
            self.daemon.api("POST", "/targets/local", {"slots": 1})
            self.assertIn(self.daemon.wait(self.waits.id, 10)["status"], FINAL)


if __name__ == "__main__":
    unittest.main()
