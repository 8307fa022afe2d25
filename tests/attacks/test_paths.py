# SPDX-License-Identifier: Apache-2.0
"""S5: no spelling of a way out, in any route or field that takes a path or a name, leads beyond its folder."""

import os
import re

from wire import JSON, request, routes, wire
from daemon import SharedDaemonTest, needs

CANARY = b"CANARY-OUTSIDE"
INTRUDER = b"INTRUDER-INSIDE"
BYTES = "Content-Type: application/octet-stream"
UP = ("..", "%2e%2e", "%2E%2e", ".%2e", "%252e%252e", "..%2f..", "..;", "..;x=1", "..%00", "..%5c..", "..\\..",
      "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae",
      "%uff0e%uff0e", "%ef%bc%8e%ef%bc%8e", "..%01", "%2e%2e%2f", "....", "..%c0%af", "..%ff", ".%2e%3b",
      "%%32%65%%32%65", "..?", "..%23")


def spellings(target):
    """`target`, the absolute path of a file, in every form that has fooled a server once."""
    inside = target.lstrip("/")
    for up in UP:
        for depth in (1, 3, 12):
            for slash in ("/", "%2f", "%5c", "//", "/./"):
                yield slash.join([up] * depth) + slash + inside
    yield from (target, "/" + target, target.replace("/", "%2f"), target.replace("/", "%252f"), "file://" + target,
                "file:%2f%2f" + target, "%00" + target,
                "note.txt%00" + target, "note.txt/.." + target, "./" + target, "~root/" + inside,
                "outputs/../../../../../../../.." + target,
                "\\\\localhost\\" + inside, "C:" + target, "|cat " + target.replace(" ", "%20"), "$HOME", "`id`",
                "a/" * 3000 + inside, "%", "%2", "%zz", "\udcff")


@needs("runyardd")
class Paths(SharedDaemonTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run = cls.daemon.finish({"main.py": "open('outputs/note.txt', 'w').write('a'); open('left.txt', 'w').write('b')",
                               "sub/x.py": "1"})
        other = cls.daemon.finish("print(1)", environ={"PATH": "/usr/bin:/bin", "CANARY": CANARY.decode()})
        cls.run_id = run["id"]
        cls.canaries = [os.path.join(cls.daemon.root, "canary"), os.path.join(cls.daemon.state, "canary"),
                        os.path.join(cls.daemon.state, "runs", other["id"], "record", "environ.json"),
                        os.path.join(cls.daemon.state, "runs", cls.run_id, "canary")]
        for path in cls.canaries:
            if not os.path.exists(path):
                with open(path, "wb") as file:
                    file.write(CANARY)
        model = cls.daemon.api("POST", "/models", {"workspace": {}, "name": "m", "run": cls.run_id,
                                                 "path": "outputs/note.txt"})
        assert model.status == 201, model
        cls.values = {"id": cls.run_id, "number": str(model.json["number"]), "name": "x", "path": "x"}

    def addresses(self, way):
        """(method, target) of every route, with `way` as each of its parameters in turn."""
        for method, pattern in routes():
            names = re.findall(r"\{([a-z]+)\}", pattern)
            if method == "DELETE" and len(names) == 1 and "%" not in way and ".." not in way:
                continue
            for hostile in names:
                yield method, re.sub(r"\{([a-z]+)\}",
                                     lambda name: way if name.group(1) == hostile else self.values[name.group(1)], pattern)

    def assert_nothing_got_out(self):
        for path in self.canaries:
            with open(path, "rb") as file:
                self.assertIn(CANARY, file.read())
        allowed = (os.path.join(self.daemon.state, "runs", self.run_id, "artifacts"),
                   os.path.join(self.daemon.state, "uploads"),
                   os.path.join(self.daemon.state, "contents"))
        for folder, _, names in os.walk(self.daemon.root):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not path.startswith(allowed) and not path.endswith((".db", ".db-wal")):
                    with open(path, "rb") as file:
                        self.assertNotIn(INTRUDER, file.read(), path)
        self.assertFalse(os.path.exists("/tmp/runyard-intruder"))

    def test_every_spelling_in_every_route(self):
        for target in self.canaries[:3] + ["/etc/passwd"]:
            ways = list(spellings(target))
            table = [address for way in (ways if target == self.canaries[0] else ways[::7])
                     for address in self.addresses(way)]
            one = wire(self.daemon)
            for method, asked in table:
                data = request(method, asked, BYTES if method == "PUT" else JSON,
                               body=INTRUDER if method == "PUT" else b"{}" if method == "POST" else b"")
                reply = one.ask(data)
                self.assertIn(reply.status, (200, 201, 303, 400, 403, 404, 405, 409, 422, 431),
                              (method, asked[:300], reply.head))
                self.assertNotIn(CANARY, reply.body, asked[:300])
                self.assertNotIn(b"root:", reply.body, asked[:300])
                if reply.header("Connection") == "close":
                    one.__exit__()
                    one = wire(self.daemon)
            one.__exit__()
            self.assert_nothing_got_out()
        self.assertEqual(self.daemon.api("GET", "/status").status, 200)

    def test_a_name_is_decoded_once(self):
        with wire(self.daemon) as one:
            target = "/api/v1/runs/%s/files/" % self.run_id
            self.assertEqual(one.ask(request("PUT", target + "a%252fb", BYTES, body=b"x")).status, 201)
            self.assertIn("a%2fb", self.daemon.files(self.run_id))
            self.assertEqual(one.ask(request("GET", target + "a%252fb")).body, b"x")
            self.assertEqual(one.ask(request("GET", target + "a%2fb")).status, 404)

    def test_paths_in_a_submit(self):
        outside = os.path.join(self.daemon.root, "canary")
        for field, value in (("script", "../../canary"), ("script", outside), ("script", "sub/../../../canary"),
                             ("script", "main.py\0"),
                             ("id", "../x"), ("id", "a/b"), ("id", ".."), ("id", "%2e%2e/x\0")):
            with self.subTest(field=field, value=value):
                body = self.daemon.request(self.daemon.folder("print(1)"), **{field: value})
                self.assertEqual(self.daemon.post_run(body).status, 400, body)
        for link in ("..", "../..", "/etc", "a/../../b", "", ".", "/"):
            body = self.daemon.request(self.daemon.folder("print(1)"))
            body["source"]["links"] = [link]
            self.assertEqual(self.daemon.post_run(body).status, 400, link)

    def test_paths_in_a_model(self):
        sha = self.daemon.api("PUT", "/contents", b"1", "application/octet-stream").json["sha256"]
        answer = self.daemon.api("POST", "/models", {"workspace": {}, "name": "m", "run": self.run_id,
                                                   "path": "record/environ.json"})
        self.assertEqual(answer.status, 404)
        for way in ("../../canary", "/etc/passwd", "outputs/../../record/spec.json", ".."):
            with self.subTest(way):
                self.assertIn(self.daemon.api("POST", "/models", {"workspace": {}, "name": "m", "run": self.run_id,
                                                                "path": way}).status, (400, 404))
                body = {"workspace": {}, "name": "m", "files": [{"path": way, "sha256": sha}], "path": "m"}
                self.assertEqual(self.daemon.api("POST", "/models", body).status, 400)
        for digest in ("../../canary", "0" * 63, "../" * 21 + "x", ".", "A" * 64, sha + "/../../canary"):
            body = {"workspace": {}, "name": "m", "files": [{"path": "x", "sha256": digest}], "path": "x"}
            self.assertIn(self.daemon.api("POST", "/models", body).status, (400, 404), digest)

    def test_paths_in_lines(self):
        for way in ("../../record/spec.json", "/etc/passwd", "..", "blobs/../../../record/spec.json", "a//b", ""):
            line = '{"k":"file","n":"stolen-%d","p":"%s","size":1}\n' % (len(way), way)
            answer = self.daemon.api("POST", "/runs/%s/lines" % self.run_id, line.encode(), "application/x-ndjson")
            self.assertEqual(answer.json["accepted"], 0, way)
        self.assertFalse([name for name in self.daemon.files(self.run_id) if name.startswith("stolen")])
