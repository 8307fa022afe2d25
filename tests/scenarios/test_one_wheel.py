# SPDX-License-Identifier: Apache-2.0
"""The wheel with everything inside: what it consists of, every way of installing it, and a fresh account without a compiler
on fresh Debian systems. Minutes long, and needs package indexes: only with RUNYARD_SLOW=1."""

import csv
import glob
import os
import shutil
import struct
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

from fresh_machine import HAS_DEBIAN, FreshMachine
from test_wheel import NOTEBOOK, SLOW, content, digest_of_bytes, python_of
from venvs import make_venv, shared_venv
from daemon import ROOT, Daemon

PROGRAMS = ("runyard", "runyard-launcher", "runyardd")
INTERPRETER, SYMBOLS = 3, 2  # a type of segment; a type of section


def types(program, table, sizes, field):
    """The types of an ELF file's segments or sections: where its head names the table and its sizes, and the type's place
    in a row."""
    start, = struct.unpack_from("<Q", program, table)
    size, count = struct.unpack_from("<HH", program, sizes)
    return [struct.unpack_from("<I", program, start + row * size + field)[0] for row in range(count)]


class OneWheelCase(unittest.TestCase):
    """`self.wheel` is a fresh wheel in `self.out`, `self.daemon` where a daemon may run."""

    @classmethod
    def setUpClass(cls):
        cls.out = tempfile.mkdtemp(prefix="wheel-")
        cls.addClassCleanup(shutil.rmtree, cls.out)
        cls.wheel = subprocess.run([os.path.join(ROOT, "scripts/wheel"), "--out", cls.out], stdout=subprocess.PIPE,
                                   check=True).stdout.decode().strip()


@SLOW
class ContentTest(OneWheelCase):
    def test_it_is_small_and_its_programs_are_static_and_stripped(self):
        self.assertLess(os.path.getsize(self.wheel), 15e6)
        with zipfile.ZipFile(self.wheel) as wheel:
            programs = {os.path.basename(name): wheel.read(name) for name in wheel.namelist() if "/scripts/" in name}
        self.assertEqual(sorted(programs), sorted(PROGRAMS))
        for name, program in programs.items():
            with self.subTest(name):
                self.assertNotIn(INTERPRETER, types(program, 0x20, 0x36, 0))
                self.assertNotIn(SYMBOLS, types(program, 0x28, 0x3A, 4))
                self.assertNotIn(ROOT.encode(), program)

    def test_its_record_names_every_file_and_what_is_in_it(self):
        with zipfile.ZipFile(self.wheel) as wheel:
            record, = [name for name in wheel.namelist() if name.endswith("/RECORD")]
            rows = list(csv.reader(wheel.read(record).decode().splitlines()))
            self.assertEqual(sorted(row[0] for row in rows), sorted(wheel.namelist()))
            for name, digest, size in rows:
                if name != record:
                    self.assertEqual((digest, int(size)), (digest_of_bytes(wheel.read(name)), wheel.getinfo(name).file_size))

    def test_debug_symbols_lie_beside_it(self):
        archive, = glob.glob(os.path.join(self.out, "runyard-*.debug.tar.gz"))
        with tarfile.open(archive) as symbols:
            self.assertEqual(sorted(os.path.basename(name) for name in symbols.getnames() if name != "."),
                             [name + ".debug" for name in PROGRAMS])

    def test_auditwheel_agrees_with_its_name(self):
        python = shared_venv("auditwheel", ["auditwheel==6.8.2"])
        said = subprocess.run([python, "-m", "auditwheel", "show", self.wheel], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertIn('"manylinux_2_5_x86_64"', said)
        self.assertIn("requires no external shared libraries", said)
        self.assertIn("-py3-none-manylinux_2_5_x86_64.", self.wheel)


@SLOW
class InstallTest(OneWheelCase):
    def setUp(self):
        self.daemon = Daemon(start=False)
        self.addCleanup(self.daemon.close)
        self.folder = os.path.join(self.daemon.root, "a folder 环境")
        os.mkdir(self.folder)

    def pip(self, python, *arguments, **environment):
        done = subprocess.run([python, "-m", "pip", "--disable-pip-version-check", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={**os.environ, **environment})
        self.assertEqual(done.returncode, 0, done.stdout.decode("utf-8", "replace")[-4000:])

    def check_use(self, python, **environment):
        """The SDK finds the programs by itself: there is nothing on PATH."""
        work = os.path.join(self.folder, "my work")
        os.makedirs(work, exist_ok=True)
        environment = {"PATH": "/usr/bin:/bin", **environment}
        done = self.daemon.execute([python, "-c", NOTEBOOK], cwd=work, environment=environment)
        self.assertIn("\nTrue\n", done.out)
        self.assertIn("\nCompleted {'mse': 0.5} ", done.out)
        page = "import urllib.request, runyard._client.daemon as d; print(urllib.request.urlopen(d.address()).read().decode())"
        self.assertIn("assets/index-", self.daemon.execute([python, "-c", page], environment=environment).out)

    def down(self, runyard):
        self.daemon.execute([runyard, "down"])

    def test_an_environment(self):
        for minor in (8, 12):
            with self.subTest(minor):
                folder = os.path.join(self.folder, "venv-3.%d" % minor)
                python = make_venv(folder, [], python_of(minor))
                before = content(folder)
                self.pip(python, "install", "--no-index", self.wheel)
                self.check_use(python)
                self.down(os.path.join(folder, "bin/runyard"))
                self.pip(python, "uninstall", "-y", "runyard")
                self.assertEqual(content(folder), before)

    def test_a_users_own_folder(self):
        venv = os.path.join(self.folder, "venv")
        subprocess.run([python_of(12), "-m", "venv", "--system-site-packages", venv], check=True)
        python = os.path.join(venv, "bin/python")
        base = {"PYTHONUSERBASE": os.path.join(self.folder, "local")}
        self.pip(python, "install", "--user", "--no-index", self.wheel, **base)
        self.check_use(python, **base)
        self.down(os.path.join(base["PYTHONUSERBASE"], "bin/runyard"))

    def test_a_target_folder(self):
        target = os.path.join(self.folder, "target")
        python = make_venv(os.path.join(self.folder, "venv"), [], python_of(12))
        self.pip(python, "install", "--target", target, "--no-index", self.wheel)
        work = "from runyard import Workspace; print(Workspace.from_config().get_details()['id'])"
        self.daemon.execute([python, "-c", work], environment={"PYTHONPATH": target, "PATH": "/usr/bin:/bin"})
        self.down(os.path.join(target, "bin/runyard"))


@unittest.skipUnless(HAS_DEBIAN, "slow, for root, with debootstrap: set RUNYARD_SLOW=1")
class FreshDebianTest(OneWheelCase, FreshMachine):
    """Releases older and newer than the one that builds, with glibc 2.31 and 2.41."""

    def test_debian_11(self):
        self.check("bullseye")

    def test_debian_13(self):
        self.check("trixie")

    def check(self, release):
        self.start(release, ["python3-venv"])
        account = self.account()
        home = self.root + account.home
        shutil.copy(self.wheel, home)
        shutil.copytree(os.path.join(ROOT, "examples/ridge"), os.path.join(home, "my work"))
        account.as_root("chown -R %s: ~%s" % (account.name, account.name))
        account.run("! command -v gcc cc g++")
        account.run("python3 -m venv '环 境'; '环 境/bin/pip' install -q scikit-learn")
        account.run("find '环 境' -not -name '*.pyc' | sort > before")
        account.run("'环 境/bin/pip' install -q --no-index runyard-*.whl")
        said = account.run("'../环 境/bin/python' submit.py", "my work")
        self.assertIn("status: Completed", said)
        listed = account.run("'环 境/bin/runyard' runs")
        self.assertIn("Completed", listed)
        self.assertIn(account.name, account.run("'环 境/bin/runyard' show latest"))
        account.run("'环 境/bin/runyard' down")
        account.run("'环 境/bin/pip' uninstall -q -y runyard")
        account.run("find '环 境' -not -name '*.pyc' | sort | diff before -")


if __name__ == "__main__":
    unittest.main()
