# SPDX-License-Identifier: Apache-2.0
"""A stop of the daemon, whatever is under way."""

import contextlib
import http.client
import os
import sqlite3
import threading
import unittest

from processes import PATIENCE, wait_for
from yard import YardTest, needs


@needs("runyardd")
class StopTest(YardTest):
    @contextlib.contextmanager
    def busy_database(self):
        """While this lasts, the daemon's writer waits."""
        database = sqlite3.connect(os.path.join(self.yard.state, "runyard.db"), isolation_level=None)
        with contextlib.closing(database):
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")

    def ask(self, *request, **fields):
        """Ask in a thread, whatever becomes of it."""
        def run():
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.yard.api(*request, **fields)
        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)

    def test_requests_that_wait_for_the_database_outlive_it(self):
        waiting = self.yard.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.yard.wait_log(waiting, "ready")
        self.yard.api("POST", "/targets/local", {"slots": 4})
        body = self.yard.request(self.yard.folder("pass"))
        published = os.path.join(self.yard.state, "daemon.json")
        with self.busy_database():
            self.ask("POST", "/runs", body)
            self.ask("GET", "/runs/%s/metrics" % waiting)
            self.ask("POST", "/runs/%s/lines" % waiting, b'{"k":"tag","n":"a","v":"b"}\n', kind="application/x-ndjson")
            self.ask("POST", "/runs/%s/cancel" % waiting, {"grace_seconds": 0})
            wait_for("the snapshot of the submit", lambda: os.listdir(os.path.join(self.yard.state, "snapshots")))
            self.yard.get("/runs")
            assert self.yard.daemon is not None
            self.yard.daemon.terminate()
            wait_for("the end of the loop", lambda: not os.path.exists(published))
        self.assertEqual(self.yard.daemon.wait(PATIENCE), 0, self.yard.said()[-4000:])
        self.yard.start()
        run = self.yard.post_run(body).json["id"]
        self.assertEqual(self.yard.wait(run)["status"], "Completed")

    def test_what_lies_in_the_place_of_the_socket_holds_nothing_up(self):
        path = self.yard.published()["socket"]
        os.unlink(path)
        os.makedirs(os.path.join(path, "below"))
        self.assertEqual(self.yard.stop(), 0, self.yard.said()[-4000:])


if __name__ == "__main__":
    unittest.main()
