# SPDX-License-Identifier: Apache-2.0
"""S16: whatever takes long holds up nothing else: archives take no disk, end with their clients, and are bounded in number."""

import os
import socket

from wire import request, wire

from processes import wait_for
from daemon import SharedDaemonTest, needs

LARGE = """
import os
with open("outputs/noise", "wb") as file:
    file.write(os.urandom(24 << 20))  # more than the buffers of a connection take, as a zip file too
"""
MOST = 16  # archives at a time


@needs("runyardd")
class LongAnswers(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_id = cls.daemon.finish(LARGE)["id"]
        cls.archive = request("GET", "/api/v1/runs/%s/archive" % cls.run_id)

    def begin(self, data=None):
        """A connection on which an answer has begun to come."""
        one = wire(self.daemon)
        one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        self.addCleanup(one.__exit__)
        one.send(data or self.archive)
        return one, one.reply(with_body=False)

    def descriptors(self):
        """Of the run's files, those that the daemon has open."""
        folder = "/proc/%d/fd" % self.daemon.process.pid
        links = []
        for name in os.listdir(folder):
            try:
                links.append(os.readlink(os.path.join(folder, name)))
            except OSError:
                pass
        return [link for link in links if "/runs/" + self.run_id in link]

    def test_status_is_answered_while_archives_are_made(self):
        begun = [self.begin() for _ in range(4)]
        self.assertEqual([reply.status for _, reply in begun], [200] * 4)
        for _ in range(10):
            for one, _ in begun:
                self.assertEqual(len(one.file.read(1 << 16)), 1 << 16)
            self.assertEqual(self.daemon.api("GET", "/status").status, 200)
            self.assertEqual(self.daemon.get("/runs/" + self.run_id)["status"], "Completed")
        self.assertEqual(len(self.descriptors()), 4)  # none is at its end
        left = [name for name in os.listdir(os.path.join(self.daemon.state, "cache")) if "zip" in name]
        self.assertEqual(left, [])

    def test_archives_end_with_their_clients_and_one_too_many_is_refused(self):
        begun = [self.begin() for _ in range(MOST)]
        self.assertEqual({reply.status for _, reply in begun}, {200})
        with wire(self.daemon) as one:
            refused = one.ask(self.archive)
        self.assertEqual(refused.status, 503)
        self.assertEqual(refused.words, "cannot answer: 16 archives are being made already; try again later")
        for one, _ in begun:
            one.__exit__()
        wait_for("the end of the archives", lambda: not self.descriptors())
        one, reply = self.begin()
        self.assertEqual(reply.status, 200)

    def test_a_head_makes_none(self):
        with wire(self.daemon) as one:
            answer = one.ask(request("HEAD", "/api/v1/runs/%s/archive" % self.run_id))
        self.assertEqual((answer.status, answer.header("Transfer-Encoding")), (200, "chunked"))
        wait_for("no descriptor", lambda: not self.descriptors())
