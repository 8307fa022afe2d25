# SPDX-License-Identifier: Apache-2.0
"""In a user namespace that does not map the daemon's user, every other user has the same uid: there it refuses to serve."""

import os
import shutil
import subprocess
import tempfile
import unittest

import wire  # noqa: F401  finds daemon.py and its neighbors

from daemon import needs, program

UNMAPPED = ["unshare", "--user"]


@needs("runyardd")
@unittest.skipUnless(shutil.which("unshare") and not subprocess.run(UNMAPPED + ["true"], stderr=subprocess.DEVNULL).returncode,
                     "no user namespace can be made here")
class Unmapped(unittest.TestCase):
    def test_the_daemon_does_not_serve(self):
        with tempfile.TemporaryDirectory() as folder:
            state = os.path.join(folder, "state")
            os.mkdir(state, 0o777)
            done = subprocess.run(UNMAPPED + [program("runyardd")], env={"RUNYARD_STATE": state, "PATH": "/usr/bin:/bin", "HOME": folder},
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("does not map", done.stdout.decode())
            self.assertEqual(os.listdir(state), [])


if __name__ == "__main__":
    unittest.main()
