# SPDX-License-Identifier: Apache-2.0
"""The folder that scripts/install and the archive of a release are made of: it can be moved, installs and uninstalls."""

import os
import shutil
import stat
import subprocess
import unittest

from daemon import BIN, ROOT, Daemon, needs


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names)


@needs("runyardd", "runyard", "runyard-launcher")
@unittest.skipUnless(shutil.which("cmake"), "cmake is not installed")
class ArchiveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(start=False)
        cls.addClassCleanup(cls.daemon.close)
        made = os.path.join(cls.daemon.root, "made")
        subprocess.run([os.path.join(ROOT, "scripts/archive/fill"), os.path.dirname(BIN), made], check=True, stdout=subprocess.DEVNULL)
        cls.archive = os.path.join(cls.daemon.root, "another place")
        os.rename(made, cls.archive)

    def setUp(self):
        self.prefix = os.path.join(self.daemon.root, self._testMethodName, "100% & mine|")
        os.makedirs(os.path.join(self.prefix, "share"), mode=0o700)

    def path(self, *names):
        return os.path.join(self.prefix, *names)

    def install(self, **options):
        return self.daemon.execute([os.path.join(self.archive, "install"), "--prefix", self.prefix], **options)

    def uninstall(self, **options):
        return self.daemon.execute([self.path("lib/runyard/uninstall")], **options)

    def test_it_works_where_it_lies(self):
        done = self.daemon.execute([os.path.join(self.archive, "bin/runyard"), "up"])
        self.addCleanup(self.daemon.execute, [os.path.join(self.archive, "bin/runyard"), "down"])
        self.assertEqual(done.code, 0)
        self.assertTrue(self.daemon.answers())

    def test_it_installs_what_it_has(self):
        self.assertIn(self.prefix + "/lib/runyard/uninstall removes it", self.install().out)
        expected = [name for name in files_below(self.archive) if name.startswith(("bin/", "lib/", "share/"))]
        units = ["lib/systemd/system/runyardd@.service", "lib/systemd/user/runyardd.service"]
        own = ["lib/runyard/installed-files", "lib/runyard/uninstall"]
        self.assertEqual(files_below(self.prefix), sorted(expected + units + own))
        self.assertIn("share/man/man1/runyard.1", expected)
        for unit in units:
            with open(self.path(unit)) as file:
                self.assertIn('ExecStart="%s/bin/runyardd"\n' % self.prefix.replace("%", "%%"), file.read())
        self.assertEqual(stat.S_IMODE(os.stat(self.path("share")).st_mode), 0o700)
        self.assertIn("runyard ", self.daemon.execute([self.path("bin/runyard"), "--version"]).out)

    def test_it_leaves_nothing_behind_and_takes_nothing_else(self):
        with open(self.path("share/mine"), "w"):
            pass
        self.install()
        os.mkdir(self.path("lib/runyard/python/runyard/__pycache__"))
        self.uninstall()
        self.assertEqual([place for place, _, _ in os.walk(self.prefix)], [self.prefix, self.path("share")])
        self.assertEqual(files_below(self.prefix), ["share/mine"])

    def test_a_later_version_removes_what_it_no_longer_has(self):
        self.install()
        with open(self.path("lib/runyard/installed-files"), "a") as file:
            file.write("lib/runyard/portal/old.js\n")
        os.makedirs(self.path("lib/runyard/portal"), exist_ok=True)
        with open(self.path("lib/runyard/portal/old.js"), "w"):
            pass
        self.install()
        self.assertFalse(os.path.exists(self.path("lib/runyard/portal/old.js")))

    def test_programs_that_are_used_stay(self):
        self.install()
        self.daemon.execute([self.path("bin/runyard"), "up"])
        self.assertIn("your daemon is running", self.uninstall(code=1).err)
        self.assertTrue(os.path.exists(self.path("bin/runyard")))
        self.install()
        self.daemon.execute([self.path("bin/runyard"), "down"])
        self.uninstall()

    def test_wrong_requests_say_what_is_wrong(self):
        for words, code, said in ((["--perfix", "/x"], 2, "no argument '--perfix'"), (["--prefix"], 2, "needs a folder"),
                                  (["--prefix", "/proc/none"], 1, "cannot write to /proc/none"),
                                  (["--prefix", self.archive], 1, "holds this archive itself")):
            with self.subTest(words):
                self.assertIn(said, self.daemon.execute([os.path.join(self.archive, "install"), *words], code=code).err)
        for command in ([os.path.join(self.archive, "uninstall")], [os.path.join(ROOT, "scripts/install"), "--uninstall"]):
            done = self.daemon.execute([*command, "--prefix", self.prefix], code=1)
            self.assertIn("nothing was installed to", done.err)


if __name__ == "__main__":
    unittest.main()
