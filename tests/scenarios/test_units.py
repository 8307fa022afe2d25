# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` puts where, and the units of systemd, read by systemd itself."""

import os
import shutil
import subprocess
import tempfile
import unittest

from daemon import BIN, needs

BUILD = os.path.dirname(BIN)


@needs("runyardd", "runyard")
@unittest.skipUnless(shutil.which("cmake"), "cmake is not installed")
class InstallTreeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="ry-")
        cls.addClassCleanup(shutil.rmtree, cls.root)
        cls.prefix = os.path.join(cls.root, "a prefix 100%")
        subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.prefix], check=True, stdout=subprocess.DEVNULL)

    def path(self, *names):
        return os.path.join(self.prefix, *names)

    def verify(self, unit, *options):
        """systemd's opinion of an installed unit; empty when it has none."""
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        runtime = os.path.join(self.root, "run")
        os.makedirs(runtime, mode=0o700, exist_ok=True)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *options, unit], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=dict(os.environ, XDG_RUNTIME_DIR=runtime))
        about_us = [line for line in done.stdout.decode().splitlines() if "runyardd" in line]
        self.assertEqual(done.returncode, 0, done.stdout)
        return about_us

    def test_programs_and_sdk_lie_where_they_look_for_each_other(self):
        for name in ("bin/runyard", "bin/runyardd", "lib/runyard/runyard-launcher"):
            self.assertTrue(os.access(self.path(name), os.X_OK), name)
        self.assertTrue(os.path.exists(self.path("lib/runyard/python/runyard/__init__.py")))

    def test_no_caches_are_installed(self):
        for _, folders, files in os.walk(self.prefix):
            self.assertNotIn("__pycache__", folders)
            self.assertFalse([name for name in files if name.endswith(".pyc")])

    def test_the_user_unit_is_sound(self):
        self.assertEqual(self.verify(self.path("lib/systemd/user/runyardd.service"), "--user"), [])

    def test_the_template_unit_is_sound(self):
        unit = self.path("lib/systemd/system/runyardd@.service")
        instance = unit.replace("@", "@root")
        shutil.copy(unit, instance)
        self.addCleanup(os.unlink, instance)
        self.assertEqual(self.verify(instance), [])

    def test_units_let_runs_outlive_the_daemon(self):
        for unit in ("user/runyardd.service", "system/runyardd@.service"):
            with open(self.path("lib/systemd", unit)) as file:
                lines = file.read().splitlines()
            for line in ("Type=notify", "KillMode=process", "Delegate=yes", "OOMPolicy=continue", "Restart=on-failure"):
                self.assertIn(line, lines)
            self.assertIn('ExecStart="%s/bin/runyardd"' % self.prefix.replace("%", "%%"), lines)


if __name__ == "__main__":
    unittest.main()
