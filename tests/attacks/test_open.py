# SPDX-License-Identifier: Apache-2.0
"""Everybody on a machine can read the arguments of every program: no secret is among them, whatever a command starts."""

import os
import unittest

import wire  # noqa: F401  finds daemon.py and its neighbors

from processes import wait_for
from daemon import DaemonTest, needs

BROWSER = "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$HOME/seen.new\"\nmv \"$HOME/seen.new\" \"$HOME/seen\"\n"


@needs("runyardd", "runyard")
class Open(DaemonTest):
    def browser(self, *arguments):
        """What `runyard open` prints, and the arguments of the browser that it starts."""
        folder = os.path.join(self.daemon.root, "browser")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "xdg-open")
        with open(path, "w") as file:
            file.write(BROWSER)
        os.chmod(path, 0o755)
        seen = os.path.join(self.daemon.home, "seen")
        if os.path.exists(seen):
            os.unlink(seen)
        told = self.daemon.cli("open", *arguments, environment={"DISPLAY": ":0", "PATH": folder + ":/usr/bin:/bin"})
        wait_for("the browser", lambda: os.path.exists(seen))
        with open(seen) as file:
            return told.out, file.read()

    def test_the_browser_is_given_no_login_link(self):
        run = self.daemon.finish("pass")["id"]
        for arguments, page in (((), "/open"), ((run,), "/open?next=%2Fruns%2F" + run)):
            told, seen = self.browser(*arguments)
            self.assertEqual(seen, self.daemon.published()["url"] + page + "\n")
            self.assertRegex(told, "/login\\?token=[0-9a-f]{64}")
            self.assertNotIn("token", seen)


if __name__ == "__main__":
    unittest.main()
