# SPDX-License-Identifier: Apache-2.0
"""A stop of the daemon, whatever is under way."""

import contextlib
import http.client
import os
import sqlite3
import threading
import unittest

from processes import PATIENCE, wait_for
from daemon import DaemonTest, needs


@needs("runyardd")
class StopTest(DaemonTest):
    @contextlib.contextmanager
    def busy_database(self):
        """While this lasts, the daemon's writer waits."""
        database = sqlite3.connect(os.path.join(self.daemon.state, "runyard.db"), isolation_level=None)
        with contextlib.closing(database):
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")

    def ask(self, *request, **fields):
        """Ask in a thread, whatever becomes of it."""
        def run():
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.daemon.api(*request, **fields)
        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)

    def test_requests_that_wait_for_the_database_outlive_it(self):
        waiting = self.daemon.submit("import time\nprint('ready', flush=True)\ntime.sleep(1000)")
        self.daemon.wait_log(waiting, "ready")
        self.daemon.api("POST", "/targets/local", {"slots": 4})
        body = self.daemon.request(self.daemon.folder("pass"))
        published = os.path.join(self.daemon.state, "daemon.json")
        with self.busy_database():
            self.ask("POST", "/runs", body)
            self.ask("GET", "/runs/%s/metrics" % waiting)
            self.ask("POST", "/runs/%s/lines" % waiting, b'{"k":"tag","n":"a","v":"b"}\n', kind="application/x-ndjson")
            self.ask("POST", "/runs/%s/cancel" % waiting, {"grace_seconds": 0})
            wait_for("the snapshot of the submit", lambda: os.listdir(os.path.join(self.daemon.state, "snapshots")))
            self.daemon.get("/runs")
            assert self.daemon.process is not None
            self.daemon.process.terminate()
            wait_for("the end of the loop", lambda: not os.path.exists(published))
        self.assertEqual(self.daemon.process.wait(PATIENCE), 0, self.daemon.said()[-4000:])
        self.daemon.start()
        run = self.daemon.post_run(body).json["id"]
        self.assertEqual(self.daemon.wait(run)["status"], "Completed")

    def test_what_lies_in_the_place_of_the_socket_holds_nothing_up(self):
        path = self.daemon.published()["socket"]
        os.unlink(path)
        os.makedirs(os.path.join(path, "below"))
        self.assertEqual(self.daemon.stop(), 0, self.daemon.said()[-4000:])


if __name__ == "__main__":
    unittest.main()
