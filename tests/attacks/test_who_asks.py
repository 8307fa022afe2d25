# SPDX-License-Identifier: Apache-2.0
"""S3: the kernel says who may ask, on every way in; everybody else gets a page that says what to do."""

import os
import re
import unittest

from strangers import ANOTHER_USER, STRANGER, DaemonOfAnother, RemoteDaemon, ask_as, idle_connections_of, needs_root, ways
from wire import JSON, request, targets, wire
from daemon import SharedDaemonTest, needs

NEW = request("POST", "/api/v1/experiments", JSON, "Connection: close",
              body=b'{"workspace": {"subscription_id": "local", "resource_group": "local", "name": "default"}, '
                   b'"name": "intruder"}')
STATUS = request("GET", "/api/v1/status", "Connection: close")
PAGE = request("GET", "/", "Connection: close")


class Refused(unittest.TestCase):
    def assert_refused(self, answer):
        self.assertTrue(answer.startswith("HTTP/1.1 403 Forbidden"), answer)
        self.assertIn("runyard open", answer)
        self.assertNotIn("Set-Cookie", answer)

    def assert_page_says_what_to_do(self, answer):
        self.assert_refused(answer)
        self.assertIn("<!doctype html>", answer)


@needs("runyardd")
@needs_root
class AnotherUser(SharedDaemonTest, Refused):
    def setUp(self):
        self.port = self.daemon.published()["port"]

    def assert_nothing_was_made(self):
        for way in ways(self.port):  # connections are taken in their order: what came before has been answered
            self.assertTrue(ask_as(os.getuid(), way, STATUS).startswith("HTTP/1.1 200"))
        self.assertEqual(self.daemon.get("/experiments")["items"], [])

    def open_the_folders(self):
        """As if the user had changed the modes."""
        for path, mode in ((self.daemon.root, 0o755), (self.daemon.state, 0o755), (self.daemon.published()["socket"], 0o666)):
            self.addCleanup(os.chmod, path, os.stat(path).st_mode & 0o777)
            os.chmod(path, mode)

    def test_is_refused_at_every_address(self):
        for way in ways(self.port):
            with self.subTest(way):
                self.assert_refused(ask_as(STRANGER, way, STATUS))
                self.assert_refused(ask_as(STRANGER, way, NEW))
                self.assert_page_says_what_to_do(ask_as(STRANGER, way, PAGE))
        self.assert_nothing_was_made()

    def test_does_not_reach_the_socket(self):
        path = self.daemon.published()["socket"]
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertIn("Permission denied", ask_as(STRANGER, path, STATUS))
        self.open_the_folders()
        self.assert_refused(ask_as(STRANGER, path, STATUS))
        self.assert_refused(ask_as(STRANGER, path, NEW))
        self.assert_nothing_was_made()

    def test_is_refused_at_every_route(self):
        table = [(method, target) for method, target in targets({}) if target != "/login"]
        asked = b"\0".join(request(method, target, JSON, "Connection: close") for method, target in table)
        answers = re.findall(r"HTTP/1.1 (\d+)", ask_as(STRANGER, "127.0.0.1:%d" % self.port, asked))
        self.assertEqual(answers, ["403"] * len(table))

    def test_a_client_that_is_gone_before_the_answer_is_no_user(self):
        for ending in ("close", "reset", "exit"):
            for way in ways(self.port):
                with self.subTest(ending=ending, way=way):
                    for _ in range(10 if ending == "exit" else 1):
                        ask_as(STRANGER, way, NEW, ending, rounds=200)
                    self.assert_nothing_was_made()

    def test_headers_that_name_a_user_mean_nothing(self):
        for header in ("X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: 127.0.0.1",
                       "X-Remote-User: root",
                       "Authorization: Basic cm9vdDpyb290", "Authorization: Bearer x",
                       "Cookie: runyard_%d=%s" % (self.port, "0" * 64)):
            with self.subTest(header):
                self.assert_refused(ask_as(STRANGER, "127.0.0.1:%d" % self.port,
                                           request("GET", "/api/v1/status", header, "Connection: close")))

    def test_cannot_take_all_connections(self):
        with idle_connections_of(STRANGER, self.port):
            with wire(self.daemon) as one:
                self.assertEqual(one.ask(request("GET", "/api/v1/status")).status, 200)
            way = "127.0.0.1:%d" % self.port  # nor keep out those whom only a cookie names
            link = self.daemon.api("POST", "/login-links").json["url"]
            answer = ask_as(ANOTHER_USER, way, request("GET", link[link.index("/login"):], "Connection: close"))
            cookie = re.search("^Set-Cookie: ([^;]*)", answer, re.MULTILINE).group(1)
            known = request("GET", "/api/v1/status", "Cookie: " + cookie, "Connection: close")
            self.assertTrue(ask_as(ANOTHER_USER, way, known).startswith("HTTP/1.1 200"))


@needs("runyardd")
@needs_root
class ADaemonOfAnotherUser(Refused):
    @classmethod
    def setUpClass(cls):
        cls.daemon = DaemonOfAnother()
        cls.addClassCleanup(cls.daemon.close)

    def test_answers_its_user_and_not_even_root(self):
        port = self.daemon.published()["port"]
        for way in ways(port) + [self.daemon.published()["socket"]]:
            with self.subTest(way):
                self.assertTrue(ask_as(ANOTHER_USER, way, STATUS).startswith("HTTP/1.1 200"))
                self.assert_refused(ask_as(0, way, STATUS))
                self.assert_refused(ask_as(0, way, NEW))
        self.assert_refused(ask_as(STRANGER, "127.0.0.1:%d" % port, STATUS))
        self.assertIn("Permission denied", ask_as(STRANGER, self.daemon.published()["socket"], STATUS))

    def test_a_client_that_is_gone_before_the_answer_is_no_user(self):
        port = self.daemon.published()["port"]
        for uid in (0, STRANGER):
            for ending in ("close", "reset", "exit"):
                for way in ways(port):
                    ask_as(uid, way, NEW, ending, rounds=100)
        for way in ways(port):
            self.assertIn('{"items":[]', ask_as(ANOTHER_USER, way, request("GET", "/api/v1/experiments",
                                                                           "Connection: close")))


@needs("runyardd")
@needs_root
class AnotherNetworkNamespace(Refused):
    @classmethod
    def setUpClass(cls):
        cls.daemon = RemoteDaemon()
        cls.addClassCleanup(cls.daemon.close)
        cls.way = "127.0.0.1:%d" % cls.daemon.published()["port"]

    def ask(self, data, uid=0):
        return ask_as(uid, self.way, data, before=self.daemon.far)

    def test_whom_the_kernel_cannot_name_is_refused_though_it_is_the_same_uid(self):
        self.assert_refused(self.ask(STATUS))
        self.assert_refused(self.ask(NEW))
        self.assert_page_says_what_to_do(self.ask(PAGE))
        self.assertEqual(self.daemon.get("/experiments")["items"], [])

    def test_a_link_lets_it_in(self):
        link = self.daemon.api("POST", "/login-links").json["url"]
        answer = self.ask(request("GET", link[link.index("/login"):], "Connection: close"))
        self.assertTrue(answer.startswith("HTTP/1.1 303"), answer)
        cookie = re.search("^Set-Cookie: ([^;]*)", answer, re.MULTILINE).group(1)
        known = request("GET", "/api/v1/status", "Cookie: " + cookie, "Connection: close")
        self.assertTrue(self.ask(known).startswith("HTTP/1.1 200"))
        self.assert_refused(self.ask(STATUS))
        self.assert_refused(self.ask(request("GET", "/api/v1/status", "Cookie: " + cookie[:-1], "Connection: close")))
        own_link = request("POST", "/api/v1/login-links", JSON, "Cookie: " + cookie, "Connection: close", body=b"{}")
        self.assert_refused(self.ask(own_link))

    def test_the_unix_socket_is_the_same_everywhere(self):
        answer = ask_as(0, self.daemon.published()["socket"], STATUS, before=self.daemon.far)
        self.assertTrue(answer.startswith("HTTP/1.1 200"), answer)
