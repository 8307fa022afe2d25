# SPDX-License-Identifier: Apache-2.0
"""One process that goes on asking while its daemon ends, comes back elsewhere, or comes back as another version."""

import json
import os
import signal
import subprocess
import threading
import unittest
from unittest import mock

from notebook_case import BIN, Interactive, client, needs_daemon, path_of, wait_for
from processes import free_port
from runyard import Experiment
from runyard._client import daemon
from runyard.exceptions import ServiceException


@needs_daemon
class DaemonMoves(Interactive):
    def status(self):
        return client.call("GET", path_of("status"))

    def kill(self):
        """End the daemon as a crash does."""
        pid = self.status()["pid"]
        os.kill(pid, signal.SIGKILL)
        wait_for("the daemon's end", lambda: pid not in self.others())

    def published(self):
        return os.path.join(os.environ["RUNYARD_STATE"], "daemon.json")

    def publish(self, **fields):
        """Change what the daemon has said of itself; what it was."""
        with open(self.published(), encoding="utf-8") as file:
            before = json.load(file)
        with open(self.published(), "w", encoding="utf-8") as file:
            json.dump(dict(before, **fields), file)
        client.close()
        return before

    def test_another_port_and_another_process(self):
        before = self.status()
        self.kill()
        port = free_port()
        daemon = subprocess.Popen([os.path.join(BIN, "runyardd"), "--port", str(port)], stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)
        wait_for("the daemon", lambda: self.pid() == daemon.pid)
        after = self.status()
        self.assertNotEqual(after["pid"], before["pid"])
        self.assertTrue(after["url"].rstrip("/").endswith(":%d" % port), after["url"])
        self.assertIn(self.experiment.name, self.workspace.experiments)

    def test_the_port_is_used_only_where_no_socket_is_named(self):
        before = self.publish(socket=None)
        self.addCleanup(self.publish, **before)
        self.assertEqual(self.status()["state_dir"], os.environ["RUNYARD_STATE"])
        self.publish(socket=os.path.join(self.top, "absent"))
        with mock.patch.object(daemon, "_START", 2.0), self.assertRaises(ServiceException):
            self.status()

    def test_a_daemon_that_was_stopped_is_started(self):
        before = self.status()["pid"]
        client.call("POST", path_of("stop"))
        self.assertNotEqual(self.status()["pid"], before)

    def test_a_run_of_this_process_goes_on(self):
        run = self.experiment.start_logging(snapshot_directory=None)
        run.log("x", 1)
        client.call("POST", path_of("stop"))
        run.log("x", 2)
        self.assertEqual(run.get_metrics(), {"x": [1, 2]})
        self.kill()
        run.complete()
        self.assertEqual(self.ended(run), ("Completed", None))

    def test_asking_all_the_time(self):
        ends, pids, asked = threading.Event(), set(), 0

        def disturb():
            for number in range(6):
                pid = wait_for("an answer of a daemon that lives", lambda: self.pid() if self.pid() in pids else 0)
                os.kill(pid, (signal.SIGKILL, signal.SIGTERM)[number % 2])
                wait_for("another daemon", lambda: self.pid() not in (pid, 0))
            ends.set()
        thread = threading.Thread(target=disturb)
        thread.start()
        self.addCleanup(thread.join)
        while not ends.is_set():
            pids.add(self.status()["pid"])
            Experiment(self.workspace, "again-%d" % (asked % 5))
            asked += 1
        self.assertGreaterEqual(len(pids), 6)
        self.assertEqual(len([name for name in self.workspace.experiments if name.startswith("again-")]), min(asked, 5))

    def pid(self):
        """The daemon's process, as daemon.json says; 0: there is none."""
        try:
            with open(self.published(), encoding="utf-8") as file:
                return int(json.load(file)["pid"])
        except (OSError, ValueError):
            return 0

    def test_a_newer_minor_version_goes_on_and_a_newer_major_one_is_said(self):
        self.publish(protocol="1.9", version="1.9.0")
        self.assertEqual(self.status()["protocol"], 1)
        self.publish(protocol=2, version="2.0.0")
        with self.assertRaisesRegex(ServiceException, r"is 2\.0\.0 .*: restart the kernel") as caught:
            self.status()
        self.assertNotIn("\n", str(caught.exception))
        self.publish(protocol=1)
        self.assertEqual(self.status()["protocol"], 1)


if __name__ == "__main__":
    unittest.main()
