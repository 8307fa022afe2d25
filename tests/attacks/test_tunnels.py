# SPDX-License-Identifier: Apache-2.0
"""S3: the user at one end of an ssh tunnel is not everybody at the other: without a cookie nothing is answered."""

import re
import unittest

from strangers import ANOTHER_USER, DaemonOfAnother, ask_as, idle_connections_of, needs_root, ways
from wire import JSON, request
from daemon import needs

STATUS = request("GET", "/api/v1/status", "Connection: close")
LINK = request("POST", "/api/v1/login-links", JSON, "Connection: close", body=b"{}")


@needs("runyardd")
@needs_root  # to change the user, as sshd does
class Tunnels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = DaemonOfAnother()
        cls.addClassCleanup(cls.daemon.close)
        cls.port = cls.daemon.published()["port"]
        cls.way = "127.0.0.1:%d" % cls.port

    def through_tunnel(self, data):
        return ask_as(ANOTHER_USER, self.way, data, tunnel=True)

    def directly(self, data):
        return ask_as(ANOTHER_USER, self.way, data)

    def link(self):
        return re.search("/login[^\"]*", self.directly(LINK)).group(0)

    def test_the_far_end_is_a_stranger(self):
        for way in ways(self.port):
            for data in (STATUS, LINK):
                with self.subTest(way=way):
                    self.assertTrue(ask_as(ANOTHER_USER, way, data).startswith("HTTP/1.1 200"))
                    refused = ask_as(ANOTHER_USER, way, data, tunnel=True)
                    self.assertTrue(refused.startswith("HTTP/1.1 403"), refused)
                    self.assertIn("runyard open", refused)

    def test_the_browser_that_opens_the_link_is_let_in(self):
        answer = self.through_tunnel(request("GET", self.link(), "Connection: close"))
        cookie = re.search("^Set-Cookie: ([^;]*)", answer, re.MULTILINE).group(1)
        known = request("GET", "/api/v1/status", "Cookie: " + cookie, "Connection: close")
        self.assertTrue(self.through_tunnel(known).startswith("HTTP/1.1 200"))
        self.assertTrue(self.through_tunnel(STATUS).startswith("HTTP/1.1 403"))
        ended = self.directly(request("DELETE", "/api/v1/sessions", JSON, "Connection: close"))
        self.assertIn('{"ended":1}', ended)
        self.assertTrue(self.through_tunnel(known).startswith("HTTP/1.1 403"))

    def test_the_far_end_cannot_take_all_connections(self):
        with idle_connections_of(ANOTHER_USER, self.port):
            for where in (self.daemon.published()["socket"], self.way):
                self.assertTrue(ask_as(ANOTHER_USER, where, STATUS).startswith("HTTP/1.1 200"), where)

    def test_a_caller_whom_the_kernel_names_gets_no_cookie(self):
        link = self.link()
        answer = self.directly(request("GET", link, "Connection: close"))
        self.assertTrue(answer.startswith("HTTP/1.1 303"), answer)
        self.assertNotIn("Set-Cookie", answer)
        again = self.through_tunnel(request("GET", link, "Connection: close"))
        self.assertTrue(again.startswith("HTTP/1.1 403"), again)  # the link is used up


if __name__ == "__main__":
    unittest.main()
