# SPDX-License-Identifier: Apache-2.0
"""S6: an entry of an upload that could lead out of its folder, or is none, is refused by name."""

import os
import shutil
import unittest

from wire import JSON, request, wire
from daemon import SharedDaemonTest, DaemonTest, needs, program

BYTES = "application/octet-stream"


def file(path, size=1, **more):
    return {"path": path, "size": size, **more}


def link(path, target):
    return {"path": path, "type": "link", "target": target}


def folder(path, **more):
    return {"path": path, "type": "dir", **more}


@needs("runyardd")
class Uploads(SharedDaemonTest):
    def begin(self, *files, **more):
        return self.daemon.api("POST", "/uploads", {"files": list(files), **more})

    def put(self, upload, path, body):
        return self.daemon.api("PUT", "/uploads/%s/%s" % (upload, path), body, BYTES)

    def submit(self, upload, **fields):
        body = self.daemon.request(None, **fields)
        body["source"] = {"directory": "/somewhere/else", "upload": upload}
        return self.daemon.post_run(body)

    def uploads(self):
        path = os.path.join(self.daemon.state, "uploads")
        return os.listdir(path) if os.path.exists(path) else []

    def test_lists_that_are_refused_by_name(self):
        before = self.uploads()
        for entries in ([file("../x")], [file("/x")], [file("a/../../x")], [file("a//x")], [file(".")], [file("")],
                        [file("a/./x")], [file("a/..")],
                        [file("a\0b")], [file("x/")], [file({"base64": "Li4veA=="})], [file({"base64": "!"})],
                        [file(3)], [{"size": 1}],
                        [file("n" * 256)], [file("/".join(["d" * 200] * 30))], [file("x"), file("x")],
                        [file("x"), link("x", "y")],
                        [file("x"), file("x/y")], [link("d", ".."), file("d/x")], [link("d", "/etc"), file("d/x")],
                        [link("x", "")],
                        [link("x", "a\0b")], [link("x", "t" * 5000)], [{"path": "x", "type": "link"}],
                        [{"path": "x", "type": "fifo"}], [{"path": "x", "type": "device", "size": 1}],
                        [{"path": "x", "type": "hardlink", "target": "y"}],
                        [file("x", -1)], [file("x", 1.5)], [file("x", "1")], [file("x", 1 << 63)], [file("x", 1 << 50)],
                        [{"path": "x"}],
                        [file("x", mode="777")], [file("x", mode=-1)], ["x"], [None], [[]]):
            with self.subTest(entries):
                answer = self.begin(*entries)
                self.assertEqual((answer.status, answer.json["error"]["code"]), (400, "bad_request"), answer.body)
        for body in ({}, {"files": {}}, {"files": "x"}, {"files": 1}, {"files": [], "ignore_files": []},
                     {"files": [], "large": "x"}):
            self.assertEqual(self.daemon.api("POST", "/uploads", body).status, 400, body)
        self.assertEqual(self.uploads(), before)

    def test_lists_that_are_too_long(self):
        answer = self.begin(*[file("f%d" % i, 0) for i in range(50_001)])
        self.assertEqual((answer.status, answer.json["error"]["code"]), (422, "limit"))
        answer = self.begin(file("zeros", 10 << 30))
        self.assertEqual((answer.status, answer.json["error"]["code"]), (422, "limit"))
        self.assertEqual(answer.json["error"]["details"]["largest"][0]["path"], "zeros")
        answer = self.begin(file("zeros", 60 << 30), large=True)
        self.assertEqual(answer.status, 422, answer.body)

    def test_folders_that_are_only_implied(self):
        before = self.uploads()
        answer = self.begin(*[file("%d/" % i + "d/" * 999 + "x") for i in range(50)], large=True)
        self.assertEqual((answer.status, answer.json["error"]["code"]), (400, "bad_request"), answer.body)
        self.assertIn("lies below more than 100 folders", answer.message)
        answer = self.begin(*[file("%d/" % i + "d/" * 98 + "x") for i in range(600)])
        self.assertEqual((answer.status, answer.json["error"]["code"]), (422, "limit"), answer.body)
        self.assertIn("50000 files and 50000 folders", answer.message)
        self.assertEqual(self.uploads(), before)

    def test_a_million_entries(self):
        entry = b'{"path":"f%d","size":0}'
        body = b'{"files":[' + b",".join(entry % i for i in range(1_000_000)) + b'],"large":true}'
        with wire(self.daemon) as one:
            reply = one.ask(request("POST", "/api/v1/uploads", JSON, body=body))
        self.assertIn(reply.status, (413, 422), reply.head)
        self.assertIn("500000 entries", reply.words.replace(",", ""))

    def test_files_that_are_not_as_announced(self):
        upload = self.begin(file("main.py", 8), file("sub/x", 0), folder("d"), link("l", "main.py")).json["upload"]
        self.assertEqual(self.put(upload, "main.py", b"print(123)").status, 422)
        self.assertEqual(self.put(upload, "main.py", b"print()").status, 400)
        for path in ("l", "d", "d/x", "sub", "other", "l/x", "main.py/x", "sub/x/y"):
            self.assertEqual(self.put(upload, path, b"x").status, 404, path)
        answer = self.submit(upload)
        self.assertEqual(answer.status, 404)
        self.assertIn("main.py", answer.message)

    def test_modes_and_links_of_what_was_sent(self):
        outside = os.path.join(self.daemon.root, "outside")
        os.mkdir(outside)
        text = b"import os\nprint(oct(os.stat('tool').st_mode & 0o7777), os.path.islink('out'), os.readlink('out'))\n"
        upload = self.begin(file("main.py", len(text)), file("tool", 1, mode=0o6777), folder("d", mode=0o7777),
                            link("out", outside), link("a", "out"),
                            link("b", "a/../..")).json["upload"]
        self.assertEqual(self.put(upload, "main.py", text).status, 201)
        self.assertEqual(self.put(upload, "tool", b"x").status, 201)
        run = self.daemon.wait(self.submit(upload).json["id"])
        self.assertEqual(run["status"], "Completed", run)
        self.assertEqual(self.daemon.log(run["id"]).decode().split(), ["0o777", "True", outside])
        self.assertEqual(os.listdir(outside), [])
        self.assertNotIn(upload, self.uploads())


@needs("runyardd", "runyard")
class Fifos(DaemonTest):
    MADE = "mkfifo .gitignore .amlignore && echo \"print('ran')\" > main.py && exec timeout 60 \"$@\""

    def submit(self, before, *wrapper):
        folder = self.daemon.folder({})
        os.mkdir(folder)
        done = self.daemon.execute([*wrapper, "sh", "-c", before + self.MADE, "sh", program("runyard"), "submit", "--json", "main.py"],
                                 cwd=folder)
        run = self.daemon.wait(done.json["id"])
        self.assertEqual((run["status"], self.daemon.log(run["id"])), ("Completed", b"ran\n"), run)

    def test_in_the_place_of_ignore_files_delay_no_submit(self):
        self.submit("")

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "needs root and unshare")
    def test_the_same_in_a_folder_that_the_daemon_does_not_see(self):
        self.submit("mount -t tmpfs none . && cd \"$PWD\" && ", "unshare", "-m")


@needs("runyardd")
class Quota(DaemonTest):
    def test_no_more_than_so_many_at_a_time(self):
        made = [self.daemon.api("POST", "/uploads", {"files": [file("x%d" % i)]}) for i in range(20)]
        self.assertEqual(made[-1].status, 503)
        self.assertIn("retry", made[-1].message)
