# SPDX-License-Identifier: Apache-2.0
"""A fresh account installs Runyard and runs the example from another folder with its own venv. Minutes long: only with
RUNYARD_SLOW=1, as root. Once on this machine, once in a fresh Debian 12 made by debootstrap."""

import os
import unittest

from fresh_machine import AS_ROOT, HAS_DEBIAN, Account, FreshMachine, processes_of
from processes import wait_for

EXAMPLE = "examples/ridge"


class DailyUse:
    """The lines of docs/install.md about the source, in order. Mixed into a TestCase that gives `account`."""

    def check_daily_use(self, account):
        account.copy_source()
        account.as_root(account.home + "/clone/scripts/packages build demo")
        said = account.run("clone/scripts/install")
        self.assertIn(account.home + "/.local", said)
        self.assertIn("runyard python enable", said)
        account.run("python3 -m venv venv && venv/bin/pip install -q scikit-learn")
        account.run("runyard python enable ~/venv")
        account.run("cp -r clone/%s 'my work'" % EXAMPLE)
        account.run("mv clone away")  # nothing may lean on the source tree
        self.check_runs(account)
        account.run("runyard python disable ~/venv")
        account.run("! venv/bin/python -c 'import azureml' 2>/dev/null")
        account.run("runyard down")
        uid = int(account.execute(["id", "-u", account.name]))
        wait_for("the end of the account's processes", lambda: not processes_of(uid))
        account.run("away/scripts/install --uninstall")
        self.assertEqual(account.run("find .local ! -type d ! -path '.local/state/*'"), "")

    def check_runs(self, account):
        said = account.run("~/venv/bin/python submit.py", "my work")
        self.assertIn("Completed", said)
        self.assertIn("RunId: ", said)
        account.run("runyard submit --experiment shell --python ~/venv --follow train.py", "my work")
        listed = account.run("runyard runs")
        self.assertEqual(listed.count("Completed"), 2, listed)
        self.assertIn("mse", account.run("runyard metrics latest"))
        self.assertIn("outputs/", account.run("runyard files latest"))


@unittest.skipUnless(AS_ROOT, "slow, and for root: set RUNYARD_SLOW=1")
class FreshUserTest(DailyUse, unittest.TestCase):
    def test_a_fresh_user_of_this_machine(self):
        account = Account("ry%d" % os.getpid())
        self.addCleanup(account.remove)
        self.check_daily_use(account)


@unittest.skipUnless(HAS_DEBIAN, "slow, for root, with debootstrap: set RUNYARD_SLOW=1")
class FreshMachineTest(DailyUse, FreshMachine):
    def setUp(self):
        self.start("bookworm")

    def test_a_fresh_user_of_a_fresh_machine(self):
        self.check_daily_use(self.account())

    def test_the_demo_as_root_on_a_fresh_machine(self):
        account = self.account()
        account.copy_source()
        said = account.as_root("cd %s/clone && scripts/demo" % account.home)
        self.assertIn("Completed", said)
        self.assertIn("runyard down", said)
        self.assertRegex(said.rstrip().split("\n")[-2], "^http://")
        account.as_root("cd %s/clone && RUNYARD_STATE=$PWD/build/demo/state build/demo/prefix/bin/runyard down" % account.home)


if __name__ == "__main__":
    unittest.main()
