# SPDX-License-Identifier: Apache-2.0
"""S6: an entry of an upload that could lead out of its folder, or is none, is refused by name."""

import os
import shutil
import tarfile
import unittest

from wire import wire
from daemon import SharedDaemonTest, DaemonTest, needs, program
from tars import BYTES, file, folder, link, only_named, tar

KIND = "Content-Type: " + BYTES


@needs("runyardd")
class Uploads(SharedDaemonTest):
    def send(self, *entries):
        return self.daemon.api("POST", "/uploads", tar(*entries), BYTES)

    def submit(self, upload, **source):
        body = self.daemon.request(None)
        body["source"] = dict(source, directory="/somewhere/else", upload=upload)
        return self.daemon.post_run(body)

    def uploads(self):
        path = os.path.join(self.daemon.state, "uploads")
        return os.listdir(path) if os.path.exists(path) else []

    def refused(self, answer, status, code, *words):
        self.assertEqual((answer.status, answer.json["error"]["code"]), (status, code), answer.body)
        for word in words:
            self.assertIn(word, answer.message)

    def test_entries_that_are_refused_by_name(self):
        before = self.uploads()
        for entries, named in (([file("../x")], "../x"), ([file("/x")], "/x"), ([file("a/../../x")], "a/../../x"),
                               ([file("a//x")], "a//x"), ([folder("a"), file("a/./x")], "a/./x"), ([file("a/..")], "a/.."),
                               ([file("\udcff/../x")], "/../x"), ([file("n" * 256)], "nnn"), ([file("no/folder")], "no/folder"),
                               ([file("x"), file("x")], "x"), ([file("x"), link("x", "y")], "x"), ([folder("x"), folder("x")], "x"),
                               ([file("x"), file("x/y")], "x/y"), ([link("d", ".."), file("d/x")], "d/x"),
                               ([link("d", "/etc"), file("d/x")], "d/x"), ([only_named("d"), file("d/x")], "d/x"),
                               ([folder("d", mode=0), file("d/x")], "d/x"), ([link("x", "")], "x"),
                               ([file("y"), link("x", "y", tarfile.LNKTYPE)], "x"),
                               ([file("x", b"", type=tarfile.CHRTYPE)], "x"), ([file("x", b"", type=tarfile.BLKTYPE)], "x"),
                               ([file("x", b"", type=tarfile.FIFOTYPE)], "x")):
            with self.subTest(named):
                self.refused(self.send(*entries), 400, "bad_request", "cannot take the upload: cannot unpack '", named)
        self.assertEqual(self.uploads(), before)

    def test_what_is_no_whole_archive(self):
        before = self.uploads()
        whole = tar(file("main.py", b"x" * 5000), file("b"))
        for body in (b"", b"x", b"x" * 10000, whole[:100], whole[:512], whole[:4000], whole[:-1024], whole[:-512],
                     b"\x28\xb5\x2f\xfd" + whole, b"\x1f\x8b" + whole, whole[:148] + b"1234567" + whole[155:]):
            with self.subTest(body[:20]):
                self.refused(self.daemon.api("POST", "/uploads", body, BYTES), 400, "bad_request", "cannot read archive")
        older = self.daemon.api("POST", "/uploads", {"files": [{"path": "main.py", "size": 1}]})
        self.refused(older, 400, "bad_request", "update the client")
        self.assertEqual(self.uploads(), before)

    def test_sizes_that_nothing_has(self):
        self.refused(self.send(file("zeros", b"", size=60 << 30)), 422, "limit", "50 GB")
        self.refused(self.send(file("x", b"", pax_headers={"size": str(1 << 62)})), 422, "limit", "50 GB")
        self.refused(self.send(file("x", b"", pax_headers={"SCHILY.realsize": str(60 << 30)})), 422, "limit", "50 GB")
        for size in (-1, "x"):
            self.assertIn(self.send(file("x", b"", pax_headers={"size": str(size)})).status, (201, 400), size)
        self.assertIn(self.send(only_named("x", (1 << 63) - 1)).status, (201, 400, 422))

    def test_a_header_that_is_a_bomb(self):
        before = self.uploads()
        for bomb in (file("x", b"", pax_headers={"comment": "c" * (20 << 20)}),
                     file("././@LongLink", b"n" * (20 << 20), type=tarfile.GNUTYPE_LONGNAME) + file("x"),
                     b"".join(file("././@PaxHeader", b"12 path=abc\n", type=tarfile.XGLTYPE) for _ in range(10000)) + file("x")):
            self.refused(self.send(bomb), 400, "bad_request", "cannot take the upload: ")
        self.assertEqual(self.uploads(), before)

    def test_sources_over_the_limits(self):
        upload = self.send(only_named("zeros", 10 << 30)).json["upload"]
        answer = self.submit(upload)
        self.refused(answer, 422, "limit")
        self.assertEqual(answer.json["error"]["details"]["largest"][0]["path"], "zeros")
        self.assertNotIn(upload, self.uploads())
        answer = self.submit(self.send(only_named("zeros", 10 << 30)).json["upload"], large=True)
        self.refused(answer, 400, "bad_request", "'zeros' was not sent")

    def test_a_client_that_leaves_in_the_middle(self):
        whole = tar(file("main.py", b"x" * 100_000))
        head = "POST /api/v1/uploads HTTP/1.1\r\nHost: localhost\r\n%s\r\nContent-Length: %d\r\n\r\n" % (KIND, len(whole))
        before = self.uploads()
        for size in (0, 100, 512, 50_000, len(whole) - 1):
            with wire(self.daemon) as connection:
                connection.send(head.encode() + whole[:size])
        self.assertEqual(self.send(file("main.py")).status, 201)
        self.assertEqual(len(self.uploads()), len(before) + 1)

    def test_modes_and_links_of_what_was_sent(self):
        outside = os.path.join(self.daemon.root, "outside")
        os.mkdir(outside)
        text = b"import os\nprint(oct(os.stat('tool').st_mode & 0o7777), os.path.islink('out'), os.readlink('out'))\n"
        upload = self.send(file("main.py", text), file("tool", mode=0o6777), folder("d", mode=0o7777), link("out", outside),
                           link("a", "out"), link("b", "a/../..")).json["upload"]
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
        made = [self.daemon.api("POST", "/uploads", tar(file("x%d" % number)), BYTES) for number in range(20)]
        self.assertEqual(made[-1].status, 503)
        self.assertIn("retry", made[-1].message)
