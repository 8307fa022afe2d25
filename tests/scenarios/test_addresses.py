# SPDX-License-Identifier: Apache-2.0
"""Where the daemon is found: its port stays over restarts, so that open pages and bookmarks go on working."""

import os
import socket
import unittest

from processes import free_port, read_bytes
from daemon import DaemonTest, needs


@needs("runyardd")
class PortTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.asked = free_port()
        self.daemon.stop()
        self.daemon.start("--port", str(self.asked))

    def port(self):
        return self.daemon.published()["port"]

    def test_a_daemon_has_the_port_of_the_one_before(self):
        self.assertEqual(self.port(), self.asked)
        for _ in range(2):
            self.daemon.restart()
            self.assertEqual(self.port(), self.asked)

    def test_a_port_that_is_taken_is_replaced(self):
        self.daemon.stop()
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", self.asked))
            other.listen()
            self.daemon.start()
            self.assertNotEqual(self.port(), self.asked)

    def test_a_damaged_file_is_no_port(self):
        self.daemon.stop()
        for text in (b"", b"port\n", b"99999999\n", b"-1\n"):
            with open(os.path.join(self.daemon.state, "port"), "wb") as file:
                file.write(text)
            self.daemon.start()
            self.assertEqual(read_bytes(os.path.join(self.daemon.state, "port")).decode(), "%d\n" % self.port())
            self.daemon.stop()
        self.daemon.start()


if __name__ == "__main__":
    unittest.main()
