# SPDX-License-Identifier: Apache-2.0
"""Fresh accounts and fresh Debian systems for tests that install: root makes them, and removes them at the end."""

import ctypes
import os
import shutil
import subprocess
import tempfile
import unittest

from processes import wait_for
from daemon import ROOT

CLONE_NEWNS = 0x00020000  # linux/sched.h
BUILD = os.path.join(ROOT, "build")
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
# How this machine reaches package indexes; everything else of our environment stays outside.
PASSED_ON = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_proxy")}
AS_ROOT = bool(os.environ.get("RUNYARD_SLOW")) and os.geteuid() == 0
HAS_DEBIAN = AS_ROOT and shutil.which("debootstrap") is not None


class Account:
    """A user made for one test, here or in a chroot. Sees an empty environment, as after a login."""

    def __init__(self, name: str, chroot: str = "", uid: int = 50000 + os.getpid() % 10000) -> None:
        self.name, self.chroot, self.home = name, chroot, "/home/" + name
        # A uid that no user has, here or in the chroot: its processes are found, and ended, by it.
        self.as_root("useradd -m -u %d -s /bin/bash %s" % (uid, name))

    def execute(self, command, **options):
        inside = ["chroot", self.chroot] if self.chroot else []
        done = subprocess.run([*inside, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=1700, cwd="/", **options)
        text = done.stdout.decode("utf-8", "replace")
        if done.returncode:
            raise AssertionError("%s: exit %d\n%s" % (command[-1], done.returncode, text[-6000:]))
        return text

    def as_root(self, line: str) -> str:
        return self.execute(["/usr/bin/env", "-i", "PATH=" + PATH, "HOME=/root", *pairs(PASSED_ON), "bash", "-c", line])

    def run(self, line: str, folder: str = "") -> str:
        """A line in the account's own shell, in `folder` below its home."""
        line = "cd ~ && %s %s" % ("cd '%s' &&" % folder if folder else "", line)
        return self.execute(["runuser", "-u", self.name, "--", "/usr/bin/env", "-i", "HOME=" + self.home, "USER=" + self.name,
                             "PATH=%s/.local/bin:%s" % (self.home, PATH), *pairs(PASSED_ON), "bash", "-c", line])

    def copy_source(self) -> None:
        """A clone of the tree as it is, without what was built."""
        target = self.chroot + self.home + "/clone"
        os.mkdir(target)
        files = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                               stdout=subprocess.PIPE, check=True).stdout
        there = b"\0".join(name for name in files.split(b"\0") if name and os.path.lexists(os.path.join(os.fsencode(ROOT), name)))
        pack = subprocess.Popen(["tar", "-C", ROOT, "--null", "-T", "-", "-cf", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        unpack = subprocess.Popen(["tar", "-C", target, "-xf", "-"], stdin=pack.stdout)
        pack.stdin.write(there)
        pack.stdin.close()
        pack.stdout.close()
        if unpack.wait() or pack.wait():
            raise AssertionError("cannot copy the source tree to " + target)
        self.as_root("chown -R %s: %s/clone" % (self.name, self.home))

    def remove(self) -> None:
        """End what the account still runs (found by its uid) and delete it."""
        uid = int(self.execute(["id", "-u", self.name]))
        for pid in processes_of(uid):
            os.kill(pid, 9)
        wait_for("the end of the account's processes", lambda: not processes_of(uid))
        if not self.chroot:
            self.as_root("userdel -r %s 2>/dev/null || userdel %s" % (self.name, self.name))


def pairs(values):
    return ["%s=%s" % item for item in values.items()]


def processes_of(uid):
    """Processes of a user, without zombies."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/status" % pid) as file:
                fields = dict(line.split(":\t", 1) for line in file if ":\t" in line)
            if fields["Uid"].split()[0] == str(uid) and not fields["State"].startswith("Z"):
                found.append(int(pid))
        except (OSError, KeyError, ValueError):
            pass
    return found


def debian(release, packages):
    """The folder of a small Debian, made once for a machine; no test changes it. SkipTest: it cannot be made."""
    base = os.path.join(BUILD, "-".join(["debian", release, *packages]))
    if os.path.exists(base):
        return base
    made = base + ".part"
    shutil.rmtree(made, ignore_errors=True)
    done = subprocess.run(["debootstrap", "--variant=minbase", "--include=" + ",".join(["ca-certificates", *packages]), release,
                           made], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise unittest.SkipTest("cannot make a Debian %s: %s" % (release, done.stdout.decode("utf-8", "replace")[-300:]))
    os.rename(made, base)
    return base


class FreshMachine(unittest.TestCase):
    """`self.start(release, packages)` makes `self.root`, a Debian that a test may change, with /proc, /sys and /dev.

    The mounts are in a namespace of this process: were they left behind by a test that was killed, a later
    `rm -r build` would empty /dev.
    """

    def start(self, release, packages=()):
        base = debian(release, packages)
        self.own_mounts()
        self.root = tempfile.mkdtemp(prefix="debian-", dir=BUILD)
        self.addCleanup(subprocess.run, ["rm", "-rf", "--one-file-system", self.root])
        subprocess.run(["cp", "-a", base + "/.", self.root], check=True)
        for name in ("etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt"):
            shutil.copy("/" + name, os.path.join(self.root, name))
        for kind, target in (("proc", "proc"), ("sysfs", "sys"), ("devtmpfs", "dev")):
            self.mount(kind, os.path.join(self.root, target))

    def own_mounts(self):
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS):
            self.skipTest("no mount namespace can be made here: " + os.strerror(ctypes.get_errno()))
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)

    def mount(self, kind, target):
        command = ["mount", "--rbind", "/dev", target] if kind == "devtmpfs" else ["mount", "-t", kind, kind, target]
        if subprocess.run(command).returncode:
            self.skipTest("cannot mount %s here" % kind)
        self.addCleanup(subprocess.run, ["umount", "-l", target])

    def account(self):
        account = Account("ry%d" % os.getpid(), self.root)
        self.addCleanup(account.remove)
        return account
