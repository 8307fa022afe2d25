# SPDX-License-Identifier: Apache-2.0
"""The database is an index of the files: one that is old, damaged or half made is made again, a newer one is left alone."""

import contextlib
import hashlib
import os
import sqlite3
import unittest

from processes import PATIENCE, read_bytes, wait_for
from daemon import DaemonTest, needs

SCRIPT = "from runyard import Run\nRun.get_context().log('x', 1)"
PAGE = 16384


@needs("runyardd")
class DatabaseTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.run_id = self.daemon.finish(SCRIPT)["id"]
        self.assertEqual(self.daemon.stop(), 0)
        self.change("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it lies in the one file

    @property
    def path(self):
        return os.path.join(self.daemon.state, "runyard.db")

    def beside(self, what):
        """Names beside the database that begin with its own and `what`."""
        return sorted(name for name in os.listdir(self.daemon.state) if name.startswith("runyard.db" + what))

    def change(self, *statements):
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    def overwrite(self, offset, content):
        with open(self.path, "r+b") as file:
            file.seek(offset)
            file.write(content)

    def start_and_see(self, *said):
        self.daemon.start()
        self.assertEqual(self.daemon.values(self.run_id, "x"), [1])
        for words in said:
            self.assertIn(words, self.daemon.said())

    def test_one_of_an_older_version_is_made_again_and_kept(self):
        self.change("PRAGMA user_version=2", "DROP TABLE argument")
        before = hashlib.sha256(read_bytes(self.path)).digest()
        self.start_and_see("of an older version", "made again from the files", "the old database is kept as")
        (kept,) = self.beside(".v2-")
        self.assertEqual(hashlib.sha256(read_bytes(os.path.join(self.daemon.state, kept))).digest(), before)
        self.assertEqual(self.daemon.stop(), 0)
        self.change("PRAGMA user_version=1")
        self.start_and_see()
        self.assertEqual((self.beside(".v2-"), len(self.beside(".v1-"))), ([], 1), "one is kept at most")

    def test_a_daemon_killed_while_it_makes_one_leaves_the_old_one_and_the_next_begins_again(self):
        self.change("PRAGMA user_version=2")
        before = read_bytes(self.path)
        stuck = os.path.join(self.daemon.state, "runs", "stuck", "record")
        os.makedirs(stuck)
        os.mkfifo(os.path.join(stuck, "spec.json"))  # a reader of it waits
        self.daemon.process = self.daemon.spawn_daemon()
        wait_for("a database that is being made", lambda: self.beside(".new"))
        self.daemon.kill()
        self.assertEqual((read_bytes(self.path), self.beside(".v2-")), (before, []))
        os.unlink(os.path.join(stuck, "spec.json"))
        self.start_and_see("made again from the files")
        self.assertEqual((self.beside(".new"), len(self.beside(".v2-"))), ([], 1))

    def test_one_of_a_newer_version_is_refused_and_not_touched(self):
        self.change("PRAGMA user_version=1000")
        before = read_bytes(self.path)
        self.daemon.process = self.daemon.spawn_daemon()
        self.assertEqual(self.daemon.process.wait(PATIENCE), 1)
        self.assertIn("the database is of version 1000", self.daemon.said())
        self.assertIn("install the newer Runyard", self.daemon.said())
        self.assertEqual(read_bytes(self.path), before)
        self.change("PRAGMA user_version=0")

    def test_one_that_is_cut_off_emptied_or_overwritten_is_made_again(self):
        whole = read_bytes(self.path)
        damages = {"cut in the middle": whole[:len(whole) // 2], "cut in a page": whole[:-100], "empty": b"", "zeros": bytes(len(whole)),
                   "another file": b"not a database at all\n" * 1000, "head overwritten": b"\xff" * 100 + whole[100:],
                   "tables overwritten": whole[:100] + b"\xff" * (PAGE - 100) + whole[PAGE:],
                   "a table renamed": whole.replace(b"CREATE TABLE run (", b"CREATE TABLE rvn (")}
        for what, content in damages.items():
            with self.subTest(what):
                with open(self.path, "wb") as file:
                    file.write(content)
                self.start_and_see()
                self.assertEqual(self.daemon.stop(), 0)
                self.assertEqual(self.daemon.cli("status", code=None).code, 3)
                with contextlib.closing(sqlite3.connect(self.path)) as database:
                    self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
        self.assertIn("the database is damaged", self.daemon.said())
        self.assertEqual(len(self.beside(".broken-")), 1)

    def test_pages_that_hold_nonsense_are_noticed_when_the_daemon_begins(self):
        pages = os.path.getsize(self.path) // PAGE
        self.assert_made_again_without(range(pages // 2, pages))

    def test_a_page_that_holds_nonsense_is_noticed_while_it_is_served(self):
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'chunk'").fetchone()
        self.assert_made_again_without([page - 1])
        self.assertEqual(self.daemon.said().count(" info Serving "), 3, "once before, once damaged, once with the new one")

    def assert_made_again_without(self, pages):
        for page in pages:
            self.overwrite(page * PAGE, os.urandom(PAGE))
        self.daemon.process = self.daemon.spawn_daemon()
        wait_for("a new database", lambda: "made again from the files" in self.daemon.said() and self.daemon.answers()
                 and self.daemon.api("GET", "/runs/%s/metrics" % self.run_id).status == 200)
        self.assertEqual(self.daemon.values(self.run_id, "x"), [1])
        self.assertEqual(self.daemon.finish(SCRIPT)["status"], "Completed")


if __name__ == "__main__":
    unittest.main()
