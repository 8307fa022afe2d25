# SPDX-License-Identifier: Apache-2.0
"""The wheel on other machines: a fresh account without a compiler on fresh Debian systems, a machine without any C library,
two accounts, and another processor. Minutes long: only with RUNYARD_SLOW=1."""

import glob
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from fresh_machine import AS_ROOT, BUILD, HAS_DEBIAN, Account, FreshMachine
from test_wheel import SLOW
from wheel_case import OneWheelCase, WheelDaemonCase, unpack
from daemon import ROOT

FIT = """echo '{"k":"scalar","n":"loss","v":0.5}' >> "$RUNYARD_METRICS"
echo fitted by $(id -u)
"""
# Registers an emulator for programs of aarch64, in a user namespace of its own.
EMULATED = r"""
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
printf '%s' ":arm:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:$1:OCF" \
  >/proc/sys/fs/binfmt_misc/register
shift
exec "$@"
"""


def install_wheel(wheel, account):
    """Into an environment of an account whose path is difficult; and the example beside it."""
    home = account.chroot + account.home
    shutil.copy(wheel, home)
    shutil.copytree(os.path.join(ROOT, "examples/ridge"), os.path.join(home, "my work"))
    account.as_root("chown -R %s: ~%s" % (account.name, account.name))
    account.run("python3 -m venv '环 境'; '环 境/bin/pip' install -q scikit-learn")
    account.run("find '环 境' -not -type d -not -name '*.pyc' | sort > before")
    account.run("'环 境/bin/pip' install -q --no-index runyard-*.whl")


def remove_wheel(account):
    """What is left is what was there before, but for empty folders, which pip leaves."""
    account.run("'环 境/bin/runyard' down")
    account.run("'环 境/bin/pip' uninstall -q -y runyard")
    account.run("find '环 境' -not -type d -not -name '*.pyc' | sort | diff before -")


@unittest.skipUnless(HAS_DEBIAN, "slow, for root, with debootstrap: set RUNYARD_SLOW=1")
class FreshDebianTest(OneWheelCase, FreshMachine):
    """Releases older and newer than the one that builds, with glibc 2.31 and 2.41. No older one can be made."""

    def test_debian_11(self):
        self.check("bullseye")

    def test_debian_13(self):
        account = self.check("trixie")
        account.run("! '环 境/bin/pip' --python /usr/bin/python3 install --no-index runyard-*.whl > said 2>&1")
        self.assertIn("externally-managed-environment", account.run("cat said"))

    def check(self, release):
        self.start(release, ["python3-venv"])
        account = self.account()
        account.run("! command -v gcc cc g++")
        install_wheel(self.wheel, account)
        self.assertIn("status: Completed", account.run("'../环 境/bin/python' submit.py", "my work"))
        self.assertIn("Completed", account.run("'环 境/bin/runyard' runs"))
        self.assertIn(account.name, account.run("'环 境/bin/runyard' show latest"))
        remove_wheel(account)
        return account


@unittest.skipUnless(AS_ROOT, "slow, and for root: set RUNYARD_SLOW=1")
class NoLibraryTest(OneWheelCase, FreshMachine):
    def test_programs_need_no_c_library_of_the_machine(self):
        self.own_mounts()
        self.root = tempfile.mkdtemp(prefix="bare-", dir=BUILD)
        self.addCleanup(subprocess.run, ["rm", "-rf", "--one-file-system", self.root])
        for folder in ("proc", "dev", "tmp", "root", "work"):
            os.mkdir(os.path.join(self.root, folder))
        subprocess.run([os.path.join(ROOT, "scripts/apt_apart"), "deb", "amd64", "download", "busybox-static"],
                       cwd=os.path.join(self.root, "tmp"), check=True)
        archive, = glob.glob(os.path.join(self.root, "tmp/*.deb"))
        subprocess.run(["dpkg-deb", "--extract", archive, self.root], check=True)
        unpack(self.wheel, os.path.join(self.root, "opt"))
        with open(os.path.join(self.root, "work/fit.sh"), "w") as file:
            file.write(FIT)
        self.assertEqual(glob.glob(os.path.join(self.root, "**/*.so*"), recursive=True), [])
        self.mount("proc", os.path.join(self.root, "proc"))
        self.mount("devtmpfs", os.path.join(self.root, "dev"))
        self.inside("/bin/busybox --install -s /bin")
        self.addCleanup(self.inside, "/opt/bin/runyard down")
        self.assertIn("fitted by 0", self.inside("cd /work && /opt/bin/runyard submit --experiment bare --follow -- sh fit.sh"))
        self.assertIn("loss", self.inside("/opt/bin/runyard metrics latest"))

    def inside(self, line):
        done = subprocess.run(["chroot", self.root, "/bin/busybox", "sh", "-c", line], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={"HOME": "/root", "PATH": "/bin:/usr/sbin"})
        self.assertEqual(done.returncode, 0, done.stdout.decode("utf-8", "replace"))
        return done.stdout.decode()


@unittest.skipUnless(AS_ROOT, "slow, and for root: set RUNYARD_SLOW=1")
class TwoAccountsTest(OneWheelCase):
    def test_two_users_install_and_run_at_the_same_time(self):
        accounts = [Account("ry%d%s" % (os.getpid(), letter), uid=50000 + os.getpid() % 10000 + number)
                    for number, letter in enumerate("ab")]
        for account in accounts:
            self.addCleanup(account.remove)
            install_wheel(self.wheel, account)
            self.assertIn("status: Completed", account.run("'../环 境/bin/python' submit.py", "my work"))
        for account in accounts:
            said = account.run("'环 境/bin/runyard' status")
            self.assertIn("program   %s/环 境/bin/runyardd" % account.home, said)
            self.assertEqual(account.run("'环 境/bin/runyard' runs").count("Completed"), 1)
            remove_wheel(account)


@SLOW
@unittest.skipUnless(os.environ.get("RUNYARD_QEMU"), "needs RUNYARD_QEMU, the path of a static qemu-aarch64 10 or later")
class AnotherProcessorTest(WheelDaemonCase):
    """Programs of aarch64 run and start each other; Python is that of this machine."""

    @classmethod
    def setUpClass(cls):
        cls.wheel = os.environ.get("RUNYARD_WHEEL_AARCH64") or cls.build("--arch", "aarch64")

    def test_a_run(self):
        unpack(self.wheel, self.folder)
        emulate = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", EMULATED, "sh", os.environ["RUNYARD_QEMU"]]
        runyard = os.path.join(self.folder, "bin/runyard")
        script = '"$1" submit --experiment arm --python "$2" --follow train.py; "$1" metrics latest; "$1" down'
        source = self.daemon.folder({"train.py": "from azureml.core import Run; Run.get_context().log('mse', 0.5); print('fitted')"})
        done = self.daemon.execute([*emulate, "sh", "-ec", script, "sh", runyard, sys.executable], cwd=source)
        self.assertIn("fitted", done.out)
        self.assertIn("mse", done.out)


if __name__ == "__main__":
    unittest.main()
