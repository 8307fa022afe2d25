# SPDX-License-Identifier: Apache-2.0
"""Machines on which a folder is missing, or cannot be written to, or nothing in it can be executed (docs/install.md)."""

import subprocess
import sys
import unittest

from daemon import Daemon, needs, program

MOUNT = 'mount --bind "$1" "$1" && mount -o "remount,bind,$2" "$1" && shift 2 && exec "$@"'
SUBMIT = '"$1" up >/dev/null && "$1" submit --experiment odd --python "$2" --follow train.py && "$1" down'


@needs("runyard", "runyardd", "runyard-launcher")
class OddMachineTest(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(start=False)
        self.addCleanup(self.daemon.close)

    def mounted(self, folder, options, *command):
        """A command for which a folder is mounted with these options. SkipTest: nothing can be mounted here."""
        inside = ["unshare", "-m", "sh", "-ec", MOUNT, "sh", folder, options]
        done = subprocess.run([*inside, "true"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            self.skipTest("cannot mount anything here: " + done.stdout.decode())
        return [*inside, *command]

    def test_without_a_home_the_daemon_says_what_to_set(self):
        done = subprocess.run([program("runyard"), "up"], env={"PATH": "/usr/bin:/bin"}, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr.decode()), (1, "runyard: cannot find the state directory: none of "
                         "RUNYARD_STATE, XDG_STATE_HOME, HOME is set\n"))

    def test_in_a_read_only_home_it_says_which_folder_and_works_with_another(self):
        up = self.mounted(self.daemon.home, "ro", program("runyard"), "up")
        done = self.daemon.execute(up, 1, environment={"RUNYARD_STATE": ""})
        self.assertIn("cannot make directory '%s/.local': read-only file system" % self.daemon.home, done.err)
        self.daemon.execute(self.mounted(self.daemon.home, "ro", "sh", "-ec", SUBMIT, "sh", program("runyard"), sys.executable),
                            cwd=self.daemon.folder({"train.py": "print(1)"}))

    def test_a_run_where_nothing_in_tmp_can_be_executed(self):
        folder = self.daemon.folder({"train.py": "import runyard; print('hello from', runyard.__name__)"})
        done = self.daemon.execute(self.mounted("/tmp", "noexec", "sh", "-ec", SUBMIT, "sh", program("runyard"), sys.executable),
                                   cwd=folder)
        self.assertIn("hello from runyard", done.out)


if __name__ == "__main__":
    unittest.main()
