# SPDX-License-Identifier: Apache-2.0
"""S2: what belongs to the daemon's pages in a browser belongs to no other server, whatever had the port before."""

import os
import re

from wire import JSON, request, wire
from daemon import SharedDaemonTest, needs

NAME = r"runyard-[0-9a-f]{20}\.localhost"


@needs("runyardd", "runyard")
class Origins(SharedDaemonTest):
    def setUp(self):
        self.port = self.daemon.published()["port"]
        self.portal = self.daemon.published()["portal"]
        self.host = self.portal[len("http://"):]

    def ask(self, *arguments, **named):
        with wire(self.daemon) as one:
            return one.ask(request(*arguments, **named))

    def test_pages_have_a_host_name_of_their_own(self):
        self.assertRegex(self.portal, "^http://%s:%d$" % (NAME, self.port))
        own = ("Origin: " + self.portal, "Sec-Fetch-Site: same-origin")
        self.assertEqual(self.ask("GET", "/", *own, host=self.host).status, 200)
        self.assertEqual(self.ask("POST", "/api/v1/login-links", JSON, *own, host=self.host, body=b"{}").status, 200)
        self.assertTrue(self.daemon.api("POST", "/login-links").json["url"].startswith(self.portal + "/login?"))
        self.assertTrue(self.daemon.cli("open", "--print").out.startswith(self.portal + "/login?"))
        self.assertIn(self.portal, self.daemon.cli("status").out)
        self.assertTrue(self.daemon.finish("pass")["url"].startswith(self.portal + "/runs/"))

    def test_the_name_stays_and_is_not_told_to_others(self):
        before = self.portal
        self.daemon.restart()
        self.assertEqual(self.daemon.published()["portal"].rsplit(":", 1)[0], before.rsplit(":", 1)[0])
        refused = self.ask("GET", "/api/v1/status", host="runyard-%s.localhost" % ("0" * 20))
        self.assertEqual(refused.status, 403)
        self.assertIsNone(re.search(NAME, refused.words.replace("0" * 20, "")))

    def test_a_damaged_name_is_drawn_again(self):
        for text in (b"", b"evil.example\n", b"runyard-0123456789abcdef0123.localhost.evil.example\n", b"\xff" * 40):
            with self.subTest(text):
                self.daemon.stop()
                with open(os.path.join(self.daemon.state, "host"), "wb") as file:
                    file.write(text)
                self.daemon.start()
                self.assertRegex(self.daemon.published()["portal"], "^http://%s:" % NAME)

    def test_a_service_worker_of_another_server_takes_itself_away(self):
        for target in ("/", "/sw.js", "/api/v1/status", "/a/b?c"):
            answer = self.ask("GET", target, "Service-Worker: script", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Dest: serviceworker")
            self.assertEqual((answer.status, answer.header("Content-Type")), (200, "text/javascript"), target)
            self.assertIn(b"registration.unregister()", answer.body)

    def test_pages_of_other_ports_read_nothing(self):
        for mode, target in (("no-cors", "/api/v1/status"), ("navigate", "/api/v1/status"), ("no-cors", "/")):
            answer = self.ask("GET", target, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: " + mode, "Sec-Fetch-Dest: document"
                              if mode == "navigate" else "Sec-Fetch-Dest: image")
            self.assertEqual(answer.status, 403, (mode, target))
        followed = self.ask("GET", "/", "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
        self.assertEqual(followed.status, 200)

    def test_every_answer_keeps_pages_of_other_origins_away(self):
        for target, host in (("/", self.host), ("/missing", "localhost"), ("/open", "localhost"), ("/login", "localhost"),
                             ("/api/v1/status", "localhost"), ("/", "evil.example")):
            answer = self.ask("GET", target, host=host)
            for name, value in (("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
                                ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer")):
                self.assertEqual(answer.header(name), value, (target, host, name))
            self.assertIn("frame-ancestors 'none'", answer.header("Content-Security-Policy"), (target, host))
