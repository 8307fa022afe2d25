# SPDX-License-Identifier: Apache-2.0
"""A yard on a small file system of its own, which a test fills."""

import contextlib
import os
import subprocess

from yard import YardTest


class SmallDisk(YardTest):
    """Skipped where no file system can be mounted."""

    SIZE = 16 << 20

    def make_yard(self, **options):
        yard = super().make_yard(start=False)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d,mode=700" % self.SIZE, "tmpfs", yard.state],
                              stderr=subprocess.PIPE)
        if done.returncode:
            self.skipTest("cannot mount a tmpfs here: " + done.stderr.decode())
        self.addCleanup(subprocess.run, ["umount", "-l", yard.state])
        self.addCleanup(yard.close)
        yard.start()
        return yard

    def fill_disk(self):
        """Take what is left; the path of the file that holds it."""
        path = os.path.join(self.yard.state, "filler")
        self.addCleanup(lambda: os.path.exists(path) and os.unlink(path))
        with open(path, "wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"\0" * size)
        return path
