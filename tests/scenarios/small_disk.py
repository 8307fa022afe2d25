# SPDX-License-Identifier: Apache-2.0
"""A daemon on a small file system of its own, which a test fills."""

import contextlib
import os
import subprocess

from daemon import DaemonTest


class SmallDisk(DaemonTest):
    """Skipped where no file system can be mounted."""

    SIZE = 16 << 20

    def make_daemon(self, **options):
        daemon = super().make_daemon(start=False)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d,mode=700" % self.SIZE, "tmpfs", daemon.state],
                              stderr=subprocess.PIPE)
        if done.returncode:
            self.skipTest("cannot mount a tmpfs here: " + done.stderr.decode())
        self.addCleanup(subprocess.run, ["umount", "-l", daemon.state])
        self.addCleanup(daemon.close)
        daemon.start()
        return daemon

    def fill_disk(self):
        """Take what is left; the path of the file that holds it."""
        path = os.path.join(self.daemon.state, "filler")
        self.addCleanup(lambda: os.path.exists(path) and os.unlink(path))
        with open(path, "wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"\0" * size)
        return path
