# SPDX-License-Identifier: Apache-2.0
"""A run whose disk is full: a small tmpfs holds its directory."""

import os
import subprocess
import unittest

from launcher_case import LauncherCase
from processes import wait_for

SIZE = 4 << 20


class FullDiskTest(LauncherCase):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system needs root")
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", self.run_dir]
        done = subprocess.run(mount, stderr=subprocess.PIPE)
        if done.returncode != 0:
            self.skipTest("cannot mount a tmpfs: " + done.stderr.decode())
        self.addCleanup(subprocess.run, ["umount", "-l", self.run_dir])
        self.make_folders()

    def free(self):
        status = os.statvfs(self.run_dir)
        return status.f_bavail * status.f_bsize

    def test_the_ending_is_recorded_all_the_same(self):
        end = self.finish("fd = os.open('ballast', os.O_WRONLY | os.O_CREAT)\ntry:\n  while True: os.write(fd, b'x' * 4096)\n"
                          "except OSError as e: os._exit(e.errno)")
        self.assertEqual((end["code"], end["outcome"], end["by"]), (28, "failed", "worker"), end)
        self.assertLessEqual(self.free(), 256 << 10)  # no more than the reserves gave back

    def test_a_long_traceback_is_cut_to_fit(self):
        end = self.finish("error = {'type': 'ValueError', 'message': 'no', 'traceback': 'x' * 400_000 + 'the end'}\n"
                          "json.dump(error, open(os.environ['RUNYARD_JOURNAL'] + f'/error-{os.getpid()}.json', 'w'))\n"
                          "fd = os.open('ballast', os.O_WRONLY | os.O_CREAT)\ntry:\n  while True: os.write(fd, b'x' * 4096)\n"
                          "except OSError as e: os._exit(3)")
        self.assertEqual(end["error"]["message"], "no")
        self.assertTrue(end["error"]["traceback"].startswith("[... cut"), end["error"]["traceback"][:40])
        self.assertTrue(end["error"]["traceback"].endswith("the end"))

    def test_the_child_waits_until_the_log_can_grow(self):
        ballast = self.path("work", "ballast")
        process = self.start("open('ballast', 'wb').write(b'x' * (2 << 20))\nfor _ in range(3): os.write(1, b'y' * (1 << 20))")
        wait_for("a full disk", lambda: self.free() == 0)
        self.assertLess(len(self.read("log")), 3 << 20)
        self.assertIsNone(process.poll())
        os.unlink(ballast)
        self.assertEqual(process.wait(20), 0)
        self.assertEqual((self.ending()["outcome"], len(self.read("log"))), ("completed", 3 << 20))

    def test_no_space_for_the_snapshot(self):
        root = self.source({"big": "z" * (2 * SIZE)})
        end = self.finish("", snapshot=self.snapshot(root))
        self.assertEqual((end["reason"], end["stage"]), ("could_not_start", "unpack"), end)
        self.assertIn("no space left on device", end["message"])


if __name__ == "__main__":
    unittest.main()
