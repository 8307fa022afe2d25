# SPDX-License-Identifier: Apache-2.0
"""S6: a hostile archive in a snapshot's place: nothing gets out of the working directory, no device or FIFO is made."""

import io
import os
import stat
import subprocess
import tarfile

import wire  # noqa: F401  finds launcher_case.py and its neighbors

from launcher_case import LauncherCase
from processes import read_bytes
from daemon import needs, program

MAIN = "import os\nprint('ran')\n"


def member(name, kind=tarfile.REGTYPE, data=b"", **about):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(data)
    for key, value in about.items():
        setattr(info, key, value)
    return info, data


def link(name, target, kind=tarfile.SYMTYPE):
    return member(name, kind, linkname=target)


def hostile(outside):
    """Name and members of each archive; `outside` is a folder that nothing may be written to."""
    up = "../" * 8 + outside.lstrip("/")
    return {
        "dot dot": [member("../x", data=b"x")],
        "dot dot far": [member(up + "/x", data=b"x")],
        "dot dot within": [member("a/../../../x", data=b"x")],
        "absolute": [member(outside + "/x", data=b"x")],
        "absolute with slashes": [member("//" + outside + "/x", data=b"x")],
        "through an absolute link": [link("out", outside), member("out/x", data=b"x")],
        "through a relative link": [link("out", up), member("out/x", data=b"x")],
        "through two links": [link("a", "."), link("a/b", outside), link("c", "a/b"), member("c/x", data=b"x")],
        "over a link": [link("x", outside + "/x"), member("x", data=b"x")],
        "hard link to a secret": [link("x", outside + "/secret", tarfile.LNKTYPE), member("x", data=b"x")],
        "hard link with dot dot": [link("x", up + "/secret", tarfile.LNKTYPE), member("x", data=b"x")],
        "hard link to a link": [link("s", outside + "/secret"), link("h", "s", tarfile.LNKTYPE),
                                member("h", data=b"x")],
        "device": [member("x", tarfile.CHRTYPE, devmajor=1, devminor=5, mode=0o666)],
        "block device": [member("x", tarfile.BLKTYPE, devmajor=7, devminor=0, mode=0o666)],
        "fifo": [member("x", tarfile.FIFOTYPE)],
        "setuid": [member("x", data=b"x", mode=0o6777, uid=0, gid=0, uname="root")],
        "sticky folder of another": [member("d", tarfile.DIRTYPE, mode=0o7777, uid=1)],
        "the folder itself": [member(".", tarfile.DIRTYPE, mode=0), member("..", tarfile.DIRTYPE, mode=0o777)],
        "folder in a file's place": [member("x", data=b"x"), member("x/y", data=b"y"), member("x", tarfile.DIRTYPE)],
        "long name": [member("n" * 300, data=b"x"), member("/".join(["d" * 250] * 12) + "/x", data=b"x")],
        "strange names": [member("new\nline", data=b"x"), member("\x1b[31m", data=b"x"), member("-rf", data=b"x")],
        "twice": [member("x", data=b"1"), member("x", data=b"2")],
        "no name": [member("", data=b"x")],
    }


@needs("runyard-launcher")
class Archives(LauncherCase):
    def setUp(self):
        super().setUp()
        self.outside = os.path.join(self.state.name, "outside")
        os.mkdir(self.outside)
        with open(os.path.join(self.outside, "secret"), "w") as file:
            file.write("secret")

    def archive(self, members, name):
        """A snapshot of that name: the script, then the members."""
        bare = io.BytesIO()
        with tarfile.open(fileobj=bare, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for info, data in [member("main.py", data=MAIN.encode(), mode=0o644)] + members:
                tar.addfile(info, io.BytesIO(data))
        folder = os.path.join(self.state.name, "snapshots", name)
        os.makedirs(folder)
        with open(os.path.join(folder, "archive.tar.zst"), "wb") as file:
            subprocess.run(["zstd", "-q", "-c"], input=bare.getvalue(), stdout=file, check=True)
        return name

    def assert_harmless(self):
        self.assertEqual(os.listdir(self.outside), ["secret"])
        with open(os.path.join(self.outside, "secret")) as file:
            self.assertEqual(file.read(), "secret")
        self.assertFalse(os.path.exists(os.path.join(self.attempt, "x")))
        for folder, folders, names in os.walk(self.path("work")):
            for name in folders + names:
                mode = os.lstat(os.path.join(folder, name)).st_mode
                self.assertTrue(stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode), name)
                self.assertEqual(0 if stat.S_ISLNK(mode) else stat.S_IMODE(mode) & 0o7000, 0, name)

    def test_each_kind(self):
        for number, (kind, members) in enumerate(hostile(self.outside).items()):
            with self.subTest(kind):
                self.id = "hostile_%d" % number
                self.run_dir = os.path.join(self.state.name, "runs", self.id)
                self.attempt = os.path.join(self.run_dir, "attempt-1")
                self.make_folders()
                end = self.finish("", snapshot=self.archive(members, str(number)))
                self.assertEqual(end["outcome"], "completed", end)
                self.assert_harmless()

    def test_a_path_that_no_system_call_takes(self):
        end = self.finish("", snapshot=self.archive([member("/".join(["d" * 250] * 20), data=b"x")], "deep"))
        self.assertIn("4096 bytes in a path", end["message"])

    def test_what_is_no_archive(self):
        for number, data in enumerate((b"", b"not zstd", b"\x28\xb5\x2f\xfd", os.urandom(5000))):
            with self.subTest(number):
                self.id = "broken_%d" % number
                self.run_dir = os.path.join(self.state.name, "runs", self.id)
                self.attempt = os.path.join(self.run_dir, "attempt-1")
                self.make_folders()
                name = self.archive([], "b%d" % number)
                with open(os.path.join(self.state.name, "snapshots", name, "archive.tar.zst"), "wb") as file:
                    file.write(data)
                self.prepare("", snapshot=name)
                os.remove(self.path("work", "main.py"))
                self.launch().wait(60)
                end = self.ending()
                self.assertEqual((end["outcome"], end["reason"]), ("failed", "could_not_start"), end)
                self.assertTrue(end["message"])

    def test_a_gigabyte_of_zeros_in_a_small_archive(self):
        folder = os.path.join(self.state.name, "snapshots", "bomb")
        os.makedirs(folder)
        header = member("zeros", data=b"")[0]
        header.size = 1 << 30
        with open(os.path.join(folder, "archive.tar.zst"), "wb") as file:
            packer = subprocess.Popen(["zstd", "-q", "-1", "-c"], stdin=subprocess.PIPE, stdout=file)
            packer.stdin.write(header.tobuf(tarfile.GNU_FORMAT))
            for _ in range(256):
                packer.stdin.write(bytes(1 << 22))
            packer.stdin.write(bytes(1024))
            packer.stdin.close()
            self.assertEqual(packer.wait(), 0)
        self.assertLess(os.path.getsize(os.path.join(folder, "archive.tar.zst")), 1 << 20)
        self.prepare("", snapshot="bomb")
        sanitized = b"__asan_init" in read_bytes(program("runyard-launcher"))  # that takes terabytes of addresses
        limit = () if sanitized else ("sh", "-c", "ulimit -v 2000000; exec \"$@\"", "sh")
        process = self.launch(*limit)  # it is never in memory as a whole
        process.wait(300)
        self.assertIn(self.ending()["outcome"], ("completed", "failed"))
        self.assert_harmless()
