# SPDX-License-Identifier: Apache-2.0
"""S1, S2: what a page of another site, or a name pointed at this machine, sends is refused in words by every route."""

import unittest

from wire import JSON, imprint, request, routes, targets, wire
from daemon import SharedDaemonTest, needs

READS = ("GET", "HEAD")


@needs("runyardd")
class RouteTable(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run = cls.daemon.finish("print('ran')")
        cls.daemon.api("PUT", "/runs/%s/files/note.txt" % run["id"], b"a", "application/octet-stream")
        cls.values = {"id": run["id"], "name": "note.txt", "path": "main.py", "number": "1"}
        cls.table = [(method, target) for method, target in targets(cls.values)]
        cls.port = cls.daemon.published()["port"]

    def setUp(self):
        self.before = imprint(self.daemon)

    def tearDown(self):
        self.assertEqual(imprint(self.daemon), self.before)
        self.assertEqual(self.daemon.api("GET", "/status").status, 200)

    def refuse_all(self, status, *words, methods=None, host="localhost", headers=(JSON,), targets=None):
        """Every route (or `targets`), with its own method or each of `methods`, answers `status` and `words`."""
        with wire(self.daemon) as one:
            for own, target in self.table if targets is None else targets:
                for method in methods or (own,):
                    reply = one.ask(request(method, target, *headers, host=host))
                    self.assertEqual(reply.status, status, (method, target, host, headers, reply.head))
                    for word in words if method != "HEAD" else ():
                        self.assertIn(word, reply.words)


class TheTable(unittest.TestCase):
    def test_it_is_read_from_the_page(self):
        found = routes()
        for route in (("POST", "/api/v1/stop"), ("DELETE", "/api/v1/runs/{id}"), ("PUT", "/api/v1/runs/{id}/files/{name}"),
                      ("GET", "/login"), ("GET", "/assets/{name}"), ("GET", "/"), ("GET", "/runs/{id}")):
            self.assertIn(route, found)
        self.assertGreater(len(found), 60)


class Hosts(RouteTable):
    def test_a_name_that_was_pointed_at_this_machine(self):
        for host in ("evil.example", "evil.example:%d" % self.port, "localhost.evil.example", "127.0.0.1.evil.example",
                     "localhost.", "localhost.:%d" % self.port, "127.0.0.1.", "xlocalhost", "localhost@evil.example",
                     "evil.example@localhost", "localhost, evil.example", "localhost evil.example", "localhost/", "",
                     "*", "[::1"):
            with self.subTest(host):
                self.refuse_all(403, "cannot answer for host", host=host)

    def test_other_words_for_an_address_of_this_machine(self):
        for host in ("127.1", "127.0.0.2", "0.0.0.0", "0", "2130706433", "0x7f000001", "0177.0.0.1", "::1", "[::]",
                     "[::1%lo]",
                     "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "localhost:", "localhost:0", "localhost:65536",
                     "localhost:-1",
                     "localhost:7471x", "localhost:7471:7471", "LOCALHOST\u00ad", "locAlhost\u2024"):
            with self.subTest(host):
                self.refuse_all(403, "cannot answer for host", host=host)

    def test_none_or_two(self):
        self.refuse_all(403, "cannot answer for host nothing", host=None)
        for second in ("Host: evil.example", "Host: localhost", "hOsT: evil.example"):
            with self.subTest(second):
                self.refuse_all(403, "cannot answer for host", headers=(JSON, second))

    def test_another_host_in_the_target(self):
        for prefix in ("http://evil.example", "http://localhost", "//evil.example", "http:/", "evil.example"):
            with self.subTest(prefix), wire(self.daemon) as one:
                for method, target in self.table:
                    reply = one.ask(request(method, prefix + target, JSON))
                    self.assertIn(reply.status, (400, 404), (method, prefix + target))
                    self.assertIn("cannot", reply.words)

    def test_our_own_names_are_answered(self):
        for host in ("localhost", "LocalHost", "127.0.0.1", "[::1]", "localhost:%d" % self.port, "127.0.0.1:1",
                     "[::1]:65535"):
            with self.subTest(host), wire(self.daemon) as one:
                self.assertEqual(one.ask(request("GET", "/api/v1/status", host=host)).status, 200)
class OtherSites(RouteTable):
    def test_an_origin_that_is_not_ours(self):
        for origin in ("null", "", "http://evil.example", "https://localhost:%d" % self.port, "http://127.0.0.1",
                       "http://localhost:1",
                       "http://localhost.:%d" % self.port, "http://localhost:%d.evil.example" % self.port, "file://",
                       "http://localhost:%d/" % self.port, "http://localhost:%d, http://evil.example" % self.port,
                       "chrome-extension://x", "vscode-webview://x"):
            with self.subTest(origin):
                self.refuse_all(403, "cannot answer a page of", headers=(JSON, "Origin: " + origin))
        self.refuse_all(403, "cannot answer a page of", headers=(JSON, "Origin: http://localhost:%d" % self.port,
                                                                 "Origin: null"))

    def test_what_a_browser_says_of_a_page_of_another_site(self):
        for site in ("cross-site", "same-site", "unheard-of", "", "same-origin, cross-site"):
            with self.subTest(site):
                self.refuse_all(403, "another site", headers=(JSON, "Sec-Fetch-Site: " + site))

    def test_a_followed_link_reaches_a_page_but_nothing_of_the_api(self):
        followed = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
        with wire(self.daemon) as one:
            for target in ("/", "/runs/" + self.values["id"]):
                self.assertIn(one.ask(request("GET", target, *followed)).status, (200, 404), target)  # 404: no portal built
        of_api = [(method, target) for method, target in self.table if target.startswith("/api/")]
        for spelled in ("/api/", "/%61pi/", "/a%70%69/"):  # routes are found by the decoded path
            self.refuse_all(403, "another site", headers=(JSON, *followed),
                            targets=[(method, spelled + target[len("/api/"):]) for method, target in of_api])
        for dest in ("iframe", "frame", "embed", "object", "image", "script"):
            self.refuse_all(403, "another site", headers=(JSON, *followed[:2], "Sec-Fetch-Dest: " + dest))

    def test_a_type_that_a_form_or_a_simple_request_can_send(self):
        changing = [(method, target) for method, target in self.table if method not in READS]
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
                     "application/jsonp",
                     "text/plain; application/json", "application/json, text/plain", "text/json"):
            with self.subTest(kind):
                self.refuse_all(415, "cannot take content of type", headers=("Content-Type: " + kind,),
                                targets=changing)
        self.refuse_all(415, "needs Content-Type", headers=(), targets=changing)
        self.refuse_all(415, "cannot take", headers=(JSON, "Content-Type: text/plain"), targets=changing)

    def test_our_own_page_may_ask(self):
        own = ("Origin: http://127.0.0.1:%d" % self.port, "Sec-Fetch-Site: same-origin", JSON)
        with wire(self.daemon) as one:
            self.assertEqual(one.ask(request("POST", "/api/v1/login-links", *own, body=b"{}")).status, 200)
class Methods(RouteTable):
    def test_methods_that_no_route_has(self):
        unknown = ("OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND", "BREW", "get", "Delete", "HEADX")
        self.refuse_all(405, "cannot do", methods=unknown)

    def test_a_preflight_gets_no_word_that_lets_a_page_in(self):
        with wire(self.daemon) as one:
            for _, target in self.table:
                reply = one.ask(request("OPTIONS", target, "Origin: http://evil.example",
                                        "Access-Control-Request-Method: DELETE"))
                self.assertEqual(reply.status, 405)
                self.assertNotIn("access-control", reply.head.lower())

    def test_a_method_that_the_path_does_not_have(self):
        known = {}
        for method, target in self.table:
            known.setdefault(target, set()).add(method)
        with wire(self.daemon) as one:
            for target, methods in known.items():
                for method in {"GET", "POST", "PUT", "DELETE"} - methods:
                    reply = one.ask(request(method, target, JSON))
                    self.assertEqual(reply.status, 405, (method, target))
                    self.assertEqual(set(reply.header("Allow").split(", ")) - {"HEAD"}, methods)
                    self.assertIn("it has only", reply.words)

    def test_a_method_in_a_header_or_query_means_nothing(self):
        target = "/api/v1/runs/" + self.values["id"]
        with wire(self.daemon) as one:
            for header in ("X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE"):
                self.assertEqual(one.ask(request("GET", target + "?_method=DELETE&method=DELETE", header)).status, 200)


@needs("runyardd")
class Queue(SharedDaemonTest):
    def test_an_address_alone_yields_no_slot(self):
        self.daemon.api("POST", "/targets/local", {"slots": 1})
        holder = self.daemon.submit("import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\n")
        self.daemon.wait_status(holder, "Running")
        waits = self.daemon.submit("print(1)")
        path = "/runs/%s/wait?waiter=%s&timeout=" % (waits, holder)
        self.assertEqual(self.daemon.api("GET", path + "1").json["status"], "Queued")
        self.assertEqual(self.daemon.api("GET", path + "60", headers={"X-Runyard-Run": holder}).json["status"], "Completed")
        with open(self.daemon.attempt(holder, "work", "go"), "w"):
            pass
        self.assertEqual(self.daemon.wait(holder)["status"], "Completed")
