# SPDX-License-Identifier: Apache-2.0
"""S3: the one-time link and its cookie, through a proxy too: good once, and hidden from scripts and logs."""

import os
import re
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from strangers import STRANGER, ask_as, needs_root
from wire import JSON, Reply, request, wire
from daemon import SharedDaemonTest, DaemonTest, needs


def everything_kept(daemon):
    """The bytes of every file of the state directory, and what the daemon printed."""
    text = daemon.said().encode()
    for folder, _, names in os.walk(daemon.state):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    text += file.read()
    return text


@needs("runyardd")
@needs_root
class Links(DaemonTest):
    def link(self):
        """The path of a new link."""
        url = self.daemon.api("POST", "/login-links").json["url"]
        return url[url.index("/login"):]

    def get(self, target, *headers):
        """The answer to a caller whom the kernel does not name: only such a one gets a cookie."""
        where = "127.0.0.1:%d" % self.daemon.published()["port"]
        head, _, body = ask_as(STRANGER, where, request("GET", target, "Connection: close", *headers)).partition("\r\n\r\n")
        return Reply(int(head.split(" ")[1]), head + "\r\n", body.encode())

    def test_a_link_makes_one_cookie(self):
        link = self.link()
        with wire(self.daemon) as one:
            self.assertEqual(one.ask(request("HEAD", link)).status, 200)  # what a chat program does to show a preview
        self.assertEqual(self.get(link).status, 303)
        for target in (link, "/login", "/login?token=", link[:-1], link + "0", link[:-64] + link[-64:].upper()):
            again = self.get(target)
            self.assertEqual((again.status, again.header("Location")), (403, ""), target)
            self.assertEqual(again.header("Set-Cookie"), "")

    def test_cannot_be_guessed(self):
        made = [self.link() for _ in range(50)]
        tokens = [re.fullmatch(r"/login\?token=([0-9a-f]{64})", link).group(1) for link in made]
        self.assertEqual(len(set(tokens)), 50)
        for at in range(64):  # every digit is drawn again
            self.assertGreater(len({token[at] for token in tokens}), 4)

    def test_the_cookie_is_hidden_from_scripts_and_other_sites(self):
        cookie = self.get(self.link()).header("Set-Cookie")
        # Without a path a browser takes the folder that it sees, behind a proxy its prefix, and no neighbor gets it.
        self.assertRegex(cookie, r"^runyard_\d+=[0-9a-f]{64}; HttpOnly; SameSite=Strict$")

    def test_neither_link_nor_cookie_is_kept_anywhere(self):
        link = self.link()
        answer = self.get(link)
        cookie = re.search("=([0-9a-f]{64})", answer.header("Set-Cookie")).group(1)
        self.get("/", "Cookie: runyard_1=" + cookie)
        self.get("/login?token=" + "f" * 64)
        self.daemon.stop()
        kept = everything_kept(self.daemon)
        for secret in (link[-64:], cookie, "f" * 64):
            self.assertNotIn(secret.encode(), kept)

    def test_an_answer_is_kept_by_no_cache_and_named_to_no_other_page(self):
        answer = self.get(self.link())
        self.assertEqual((answer.header("Cache-Control"), answer.header("Referrer-Policy")),
                         ("no-store", "no-referrer"))
        self.assertEqual(answer.header("Clear-Site-Data"), '"cache", "storage"')

    def test_a_link_leads_to_our_own_pages_only(self):
        for page, expected in (("/runs/x", "./runs/x"), ("//evil.example", "./"), ("/%5Cevil.example", "./"),
                               ("http://evil.example", "./"),
                               ("/%0d%0aSet-Cookie:%20a=b", "./"), ("/a%0d", "./"), ("/%2Fevil.example", "./"),
                               ("", "./"),
                               ("javascript:alert(1)", "./")):
            with self.subTest(page):
                answer = self.get(self.link() + "&next=" + page)
                self.assertEqual((answer.status, answer.header("Location")), (303, expected))
                self.assertEqual(answer.head.count("Set-Cookie"), 1)


class Prefix(BaseHTTPRequestHandler):
    """A proxy at another port: what is below /user/me/ goes to the daemon, under names of its own."""

    def do_GET(self):
        daemon = HTTPConnection("127.0.0.1", self.server.daemon_port)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection",
                                                                                            "origin")}
        length = int(self.headers.get("Content-Length", 0))
        daemon.request(self.command, self.path[len("/user/me"):], self.rfile.read(length) or None, kept)
        answer = daemon.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Location", "Set-Cookie"):
            if answer.getheader(name):
                self.send_header(name, answer.getheader(name))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        daemon.close()

    do_POST = do_GET

    def log_message(self, *_):
        pass


@needs("runyardd")
class Proxies(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proxy = ThreadingHTTPServer(("127.0.0.1", 0), Prefix)
        cls.proxy.daemon_port = cls.daemon.published()["port"]
        thread = threading.Thread(target=cls.proxy.serve_forever)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.proxy.server_close)
        cls.addClassCleanup(cls.proxy.shutdown)

    def ask(self, target, method="GET"):
        front = HTTPConnection("127.0.0.1", self.proxy.server_port)
        front.request(method, target, b"{}" if method == "POST" else None,
                      {"Content-Type": "application/json"} if method == "POST" else {})
        answer = front.getresponse()
        answer.body = answer.read()
        front.close()
        return answer

    def test_a_prefix_is_kept(self):
        url = self.daemon.api("POST", "/login-links").json["url"]
        answer = self.ask("/user/me" + url[url.index("/login"):] + "&next=/runs/x")
        self.assertEqual(answer.status, 303)
        self.assertEqual(answer.getheader("Location"), "./runs/x")  # so /user/me/runs/x

    def test_another_port_on_this_machine_is_answered(self):
        self.assertEqual(self.ask("/user/me/api/v1/status").status, 200)
        self.assertEqual(self.ask("/user/me/api/v1/login-links", "POST").status, 200)
        for port in ("8000", "80"):
            with self.subTest(port), wire(self.daemon) as one:
                own = ("Origin: http://localhost:" + port, "Sec-Fetch-Site: same-origin", JSON)
                reply = one.ask(request("POST", "/api/v1/login-links", *own, host="localhost:" + port, body=b"{}"))
                self.assertEqual(reply.status, 200, reply.body)

    def test_a_proxy_that_passes_on_its_own_name_is_told_what_to_do(self):
        with wire(self.daemon) as one:
            reply = one.ask(request("GET", "/", host="hub.example"))
            self.assertEqual(reply.status, 403)
            self.assertIn("a proxy must send one of these as Host", reply.words)
            reply = one.ask(request("GET", "/", "Origin: https://hub.example"))
            self.assertEqual(reply.status, 403)
            self.assertIn("a proxy must send", reply.words)
