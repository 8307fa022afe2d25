# SPDX-License-Identifier: Apache-2.0
"""What is sent of a folder that the daemon cannot see: what ignore rules exclude is only named, and links out of the
folder are followed as the daemon follows them."""

import io
import os
import sys
import tarfile
import tempfile
import unittest

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
sys.path.insert(0, PYTHON)

from runyard._runs import upload  # noqa: E402
from runyard._runs.ignore import Rules  # noqa: E402


class FolderCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name
        self.exp = os.path.join(self.top, "exp")

    def write(self, name, data=b"1"):
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, 0o644)

    def link(self, target, name):
        os.symlink(target, os.path.join(self.top, name))


class IgnoreFiles(FolderCase):
    def rules(self, text):
        self.write("exp/.gitignore", text)
        return Rules(self.exp)

    def test_rules_as_git_reads_them(self):  # as in tests/unit/protocol/ignore_test.cpp
        rules = self.rules(b"\xef\xbb\xbf# no\n*.csv\n!keep.csv\n/top\ndata/\na/**/z\nq/**\nf[0-9].t\nn[!a]\nm/*.o\n**/deep\npre*\r\nb  \n\n"
                           b"x\xff\nlast")
        for path, is_folder in (("x/y.csv", False), ("top", False), ("x/data", True), ("a/z", False), ("a/b/c/z", False),
                                ("q/x/y", True), ("f7.t", False), ("nb", False), ("m/a.o", False), ("deep", True),
                                ("a/b/deep", False), ("a/prefix", False), ("b", False), ("last", False), ("x\udcff", False),
                                (".git", True), ("a/__pycache__", True), ("outputs", True)):
            self.assertTrue(rules.exclude(path, is_folder), path)
        for path, is_folder in (("x/keep.csv", False), ("x/top", False), ("data", False), ("q", True), ("fx.t", False),
                                ("na", False), ("m/b/a.o", False), ("x/m/a.o", False), ("deeper", False), ("pr", False),
                                ("# no", False), ("a/outputs", True), ("logs", False), ("é.csvx", False)):
            self.assertFalse(rules.exclude(path, is_folder), path)
        self.assertTrue(rules.understood)

    def test_what_another_program_may_read_differently_is_sent(self):
        for line in (rb"\#x", rb"sp\ ", b"[^a]", b"[[:alpha:]]", b"[", b"a[b", b"[]a]", b"[!!a]", b"a\\"):
            rules = self.rules(line)
            self.assertFalse(rules.understood, line)
            for path in ("#x", "sp ", "b", "a", "[", "a[b", "]", "z"):
                self.assertFalse(rules.exclude(path, False), (line, path))
        self.assertFalse(self.rules(b"*\n![[:digit:]]\n").exclude("x", False))
        self.assertFalse(self.rules(b"[z-a]").exclude("z", False))
        for line in (b"/", b"!", b"//", b"!/", b"#", b""):
            self.assertTrue(self.rules(line).understood)

    def test_a_rule_of_the_file_asks_for_an_excluded_folder(self):
        self.assertFalse(self.rules(b"!wandb/").exclude("wandb", True))

    def test_env_is_excluded_if_it_is_an_environment(self):
        self.write("exp/env/pyvenv.cfg")
        self.write("exp/pkg/env/x.py")
        rules = Rules(self.exp, ["data"])
        self.assertTrue(rules.exclude("env", True))
        self.assertFalse(rules.exclude("pkg/env", True))
        self.assertTrue(rules.exclude("data", True))
        self.assertFalse(self.rules(b"!env/").exclude("env", True))

    def test_one_that_is_no_file_is_passed_by(self):
        self.write("exp/.gitignore", b"*.log")
        os.mkfifo(os.path.join(self.exp, ".amlignore"))
        self.assertTrue(Rules(self.exp).exclude("a.log", False))


class Links(FolderCase):
    def listed(self):
        """Path to type of every entry of exp/."""
        names = {tarfile.DIRTYPE: "dir", tarfile.REGTYPE: "file", tarfile.SYMTYPE: "link"}
        return {member.name: names[member.type] for member in upload.members(self.exp, Rules(self.exp))}

    def test_relative_links_out_of_the_folder_are_followed(self):
        for name in ("common/util.py", "config.json", "lib/b", "exp/main.py"):
            self.write(name)
        self.link("../common", "exp/common")
        self.link("../config.json", "exp/config.json")
        self.link("../lib", "common/lib")
        self.assertEqual(self.listed(), {"common": "dir", "common/util.py": "file", "common/lib": "dir", "common/lib/b": "file",
                                         "config.json": "file", "main.py": "file"})

    def test_other_links_stay_links(self):
        self.write("exp/data/x")
        self.write("common/a")
        self.link(os.path.join(self.top, "common"), "exp/absolute")
        self.link("data/x", "exp/inside")
        self.link("../nowhere", "exp/broken")
        self.link("..", "exp/above")
        self.link("../exp", "exp/self")
        self.assertEqual(self.listed(), {"data": "dir", "data/x": "file", "absolute": "link", "inside": "link", "broken": "link",
                                         "above": "link", "self": "link"})

    def test_folders_that_link_to_each_other_come_to_an_end(self):
        self.write("a/x")
        self.write("b/y")
        os.mkdir(self.exp)
        self.link("../b", "a/b")
        self.link("../a", "b/a")
        self.link("../a", "exp/a")
        self.assertEqual(self.listed(), {"a": "dir", "a/x": "file", "a/b": "dir", "a/b/y": "file", "a/b/a": "link"})


class Client:
    """In place of the connection: what is sent."""

    def open(self, method, path, body, query, kind, timeout):
        self.body = b"".join(body.blocks)
        assert (method, path, len(self.body)) == ("POST", "/api/v1/uploads", body.length), (method, path, body.length)
        self.query = query
        return self

    def all(self):
        return b'{"upload": "7"}'


class Archive(FolderCase):
    def sent(self, **source):
        """The archive of exp/."""
        client, kept = Client(), upload.client
        upload.client = client
        try:
            self.assertEqual(upload.send_folder(dict(source, directory=self.exp)), "7")
        finally:
            upload.client = kept
        return tarfile.open(fileobj=io.BytesIO(client.body))

    def test_names_and_bytes_arrive(self):
        names = ["main.py", "数据/" + "n" * 120, "bad\udcff"]
        for name in names:
            self.write("exp/" + name, os.fsencode(name) * 1000)
        self.write("exp/empty", b"")
        self.write("exp/.gitignore", b"*.csv")
        self.write("exp/a.csv")
        os.chmod(os.path.join(self.exp, "main.py"), 0o750)
        with self.sent() as archive:
            for name in names:
                self.assertEqual(archive.extractfile(name).read(), os.fsencode(name) * 1000)
            self.assertEqual({member.name: (member.mode, member.size) for member in archive if member.isfile() and member.size < 9},
                             {"empty": (0o644, 0), ".gitignore": (0o644, 5), "a.csv": (0, 0)})
            self.assertEqual(archive.getmember("main.py").mode, 0o750)

    def test_of_a_folder_over_the_limits_only_names_are_sent(self):
        self.write("exp/big", b"")
        os.truncate(os.path.join(self.exp, "big"), 3000000000)
        with self.sent() as archive:
            member = archive.getmember("big")
            self.assertEqual((member.mode, member.pax_headers["SCHILY.realsize"]), (0, "3000000000"))

    def test_a_file_that_cannot_be_read_is_named(self):
        self.write("exp/gone")
        found = upload.members(self.exp, Rules(self.exp))
        os.remove(os.path.join(self.exp, "gone"))
        with self.assertRaisesRegex(upload.SnapshotException, "cannot send .*gone: No such file"):
            list(upload._pieces(self.exp, found, [b""], 1))


if __name__ == "__main__":
    unittest.main()
