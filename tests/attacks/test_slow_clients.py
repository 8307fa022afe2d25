# SPDX-License-Identifier: Apache-2.0
"""S15: bytes that are slow, endless or of two meanings: refused, or waited for in bounds; others are answered."""

import os
import socket

from wire import JSON, Wire, request, wire

from processes import wait_for
from daemon import SharedDaemonTest, needs

BODY = b'{"workspace": {}, "name": "smuggled"}'
POST = "POST /api/v1/experiments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SMUGGLED = request("POST", "/api/v1/experiments", JSON, body=BODY)


@needs("runyardd")
class Clients(SharedDaemonTest):
    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.daemon.process.pid))

    def assert_answers(self):
        with wire(self.daemon) as one:
            self.assertEqual(one.ask(request("GET", "/api/v1/status")).status, 200)

    def assert_nothing_was_smuggled(self):
        self.assertEqual([experiment["name"] for experiment in self.daemon.get("/experiments")["items"]], [])

    def refuse(self, data):
        """These bytes get refusals in words and an end, and the request that hides in them is not obeyed."""
        with wire(self.daemon) as one:
            one.send(data)
            statuses = []
            for reply in iter(one.reply, None):
                if not reply.status:
                    break
                statuses.append(reply.status)
                self.assertIn("cannot", reply.words)
        self.assertTrue(statuses)
        self.assertLessEqual(set(statuses), {400, 413, 415, 431})
        self.assert_nothing_was_smuggled()

    # Two meanings

    def test_requests_whose_length_can_be_read_in_two_ways(self):
        chunks = b"0\r\n\r\n" + SMUGGLED
        for headers in ("Content-Length: 5\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked\r\nContent-Length: 5",
                        "Transfer-Encoding : chunked", "Transfer-Encoding: xchunked",
                        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: \x0bchunked", "Transfer-Encoding: \"chunked\"",
                        "Transfer-Encoding: chunked;x",
                        " Transfer-Encoding: chunked", "X: y\r\n Transfer-Encoding: chunked",
                        "Content-Length: 5\r\nContent-Length: 0", "Content-Length: 5, 5",
                        "Content-Length: +5", "Content-Length: 0x5", "Content-Length: -1", "Content-Length: 5 5",
                        "Content-Length: 1e1", "Content-Length: ",
                        "Content-Length: 18446744073709551616", "Content-Length : 5", "Content-Length: 5\nX: y",
                        "Content-Length: 5\rX: y",
                        "Content\x00-Length: 5", "Content-Length: 5\x00",
                        "Transfer-Encoding: chunked\r\nTE: trailers\r\nContent-Length: 0"):
            with self.subTest(headers):
                self.refuse((POST + headers + "\r\n\r\n").encode("latin-1") + chunks)

    def test_chunks_that_are_none(self):
        for chunk in (b"x\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"0x5\r\n{}\r\n", b"5 5\r\n", b"\r\n",
                      b"2\n{}\n0\n\n", b"2\r\n{}XX0\r\n\r\n", b";\r\n"):
            with self.subTest(chunk), wire(self.daemon) as one:
                reply = one.ask((POST + "Transfer-Encoding: chunked\r\n\r\n").encode() + chunk + SMUGGLED)
                self.assertIn(reply.status, (0, 400, 500, 503), reply.head)
                self.assertTrue(one.ended())
        self.assert_nothing_was_smuggled()

    def test_a_body_where_none_belongs(self):
        for method, target in (("GET", "/api/v1/status"), ("DELETE", "/api/v1/runs/x"), ("GET", "/"), ("HEAD", "/")):
            with self.subTest(method=method, target=target), wire(self.daemon) as one:
                reply = one.ask(request(method, target, JSON, body=SMUGGLED))
                self.assertEqual(reply.status, 400)
                one.reply()  # HEAD: what is left
        self.assert_nothing_was_smuggled()

    def test_lines_that_are_no_request(self):
        for line in (b"GET /\r\n\r\n", b"GET / HTTP/0.9\r\nHost: localhost\r\n\r\n",
                     b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                     b"GET / http/1.1\r\nHost: localhost\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     b"GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"\x00" * 100 + b"\r\n\r\n",
                     b"GET / HTTP/1.1\r\n"
                     b"Host localhost\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\nHost: localhost\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: local\x01host\r\n\r\n"):
            with self.subTest(line), wire(self.daemon) as one:
                self.assertEqual(one.ask(line + SMUGGLED).status, 400)
                self.assertTrue(one.ended())
        self.assert_nothing_was_smuggled()

    # Endless

    def test_headers_without_an_end(self):
        for data in (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000, b"GET /" + b"x" * 100_000,
                     b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000,
                     b"x" * 100_000, b"GET /?" + b"a=b&" * 30_000 + b" HTTP/1.1\r\n"):
            with self.subTest(data[:30]), wire(self.daemon) as one:
                self.assertIn(one.ask(data).status, (400, 431))
        self.assert_answers()

    def test_bodies_beyond_the_limit(self):
        with wire(self.daemon) as one:
            reply = one.ask((POST + "Content-Length: 99999999999\r\n\r\n").encode())
            self.assertEqual(reply.status, 413)
            self.assertIn("at most", reply.words)
        with wire(self.daemon) as one:
            one.send((POST + "Transfer-Encoding: chunked\r\n\r\n").encode())
            for _ in range(40):
                one.send(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
            self.assertEqual(one.reply().status, 413)
        self.assert_answers()

    # Slow

    def test_six_hundred_who_begin_and_say_no_more(self):
        before = self.descriptors()
        port = self.daemon.published()["port"]
        held = []
        for number in range(600):
            one = socket.create_connection(("127.0.0.1", port))
            one.sendall((b"G", b"GET / HTTP/1.1\r\nHo", b"POST /api/v1/stop HTTP/1.1\r\nHost: localhost\r\n",
                         b"GET / HTTP/1.1\r\n")[number % 4])
            held.append(one)
        wait_for("an answer while they are let go", self.daemon.answers)
        wait_for("their end", lambda: self.descriptors() < before + 50)
        for one in held:
            one.close()

    def test_who_sends_all_and_then_closes_his_half(self):
        for _ in range(100):  # before the daemon has seen the connection, and after
            with wire(self.daemon) as one:
                one.send(request("GET", "/api/v1/status"))
                one.socket.shutdown(socket.SHUT_WR)
                self.assertEqual(one.reply().status, 200)
                self.assertTrue(one.ended())

    def test_who_closes_in_the_middle(self):
        before = self.descriptors()
        for data in (b"", b"GET", (POST + "Content-Length: 100\r\n\r\n{").encode(), request("GET", "/api/v1/events"),
                     request("GET", "/"),
                     b"PUT /api/v1/contents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                     b"Content-Length: 1000000\r\n\r\nx"):
            for _ in range(50):
                with wire(self.daemon) as one:
                    one.send(data)
        wait_for("all to be let go", lambda: self.descriptors() <= before + 5)
        self.assert_answers()
        self.assert_nothing_was_smuggled()

    def test_who_reads_nothing(self):
        with wire(self.daemon) as deaf:
            deaf.send(request("GET", "/api/v1/status") * 5000)
            for _ in range(20):
                self.assert_answers()

    def test_a_thousand_requests_ahead_of_their_answers(self):
        with wire(self.daemon) as one:
            one.send(b"".join(request("GET", "/api/v1/runs/n%d" % number) for number in range(1000)))
            for number in range(1000):
                reply = one.reply()
                self.assertEqual(reply.status, 404)
                self.assertIn("n%d'" % number, reply.words)

    def test_the_socket_file_holds_the_same(self):
        path = self.daemon.published()["socket"]
        for data, status in ((POST.encode() + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
                             (b"GET /" + b"x" * 100_000, 431)):
            with Wire(path, socket.AF_UNIX) as one:
                self.assertEqual(one.ask(data).status, status)
