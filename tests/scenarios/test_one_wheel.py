# SPDX-License-Identifier: Apache-2.0
"""The wheel with everything inside: what it consists of, and every way of installing it. Minutes long, and needs package
indexes: only with RUNYARD_SLOW=1."""

import csv
import glob
import os
import struct
import subprocess
import tarfile
import unittest
import zipfile

from test_wheel import NOTEBOOK, SLOW, content, python_of
from venvs import shared_venv
from wheel_case import PROGRAMS, OneWheelCase, WheelDaemonCase, digest_of
from daemon import ROOT

INTERPRETER, SYMBOLS = 3, 2  # a type of segment; a type of section


def types(program, table, sizes, field):
    """The types of an ELF file's segments or sections: where its head names the table and its sizes, and the type's place
    in a row."""
    start, = struct.unpack_from("<Q", program, table)
    size, count = struct.unpack_from("<HH", program, sizes)
    return [struct.unpack_from("<I", program, start + row * size + field)[0] for row in range(count)]


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
                    self.assertEqual((digest, int(size)), (digest_of(wheel.read(name)), wheel.getinfo(name).file_size))

    def test_debug_symbols_lie_beside_it(self):
        archive, = glob.glob(os.path.join(os.path.dirname(self.wheel), "runyard-*-x86_64.debug.tar.gz"))
        with tarfile.open(archive) as symbols:
            self.assertEqual(sorted(os.path.basename(name) for name in symbols.getnames() if name != "."),
                             sorted(name + ".debug" for name in PROGRAMS))

    def test_auditwheel_agrees_with_its_name(self):
        python = shared_venv("auditwheel", ["auditwheel==6.8.2"])
        said = subprocess.run([python, "-m", "auditwheel", "show", self.wheel], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertIn('"manylinux_2_5_x86_64"', said)
        self.assertIn("requires no external shared libraries", said)
        self.assertIn("-py3-none-manylinux_2_5_x86_64.", self.wheel)


    def test_the_same_sources_give_the_same_bytes(self):
        wheels = [self.build(), self.build()]
        for names in zip(*(sorted(glob.glob(os.path.dirname(wheel) + "/*")) for wheel in wheels)):
            with self.subTest(os.path.basename(names[0])):
                subprocess.run(["cmp", *names], check=True)


@SLOW
class InstallTest(WheelDaemonCase):
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

    def test_an_environment(self):
        for minor in (8, 12):
            with self.subTest(minor):
                venv = self.venv(python_of(minor), "venv-3.%d" % minor)
                before = content(venv)
                self.pip(venv, "install", "--no-index", self.wheel)
                self.check_use(os.path.join(venv, "bin/python"))
                self.runyard(venv, "down")
                self.pip(venv, "uninstall", "-y", "runyard")
                self.assertEqual(content(venv), before)

    def test_a_users_own_folder(self):
        venv = os.path.join(self.folder, "venv")
        subprocess.run([python_of(12), "-m", "venv", "--system-site-packages", venv], check=True)
        base = os.path.join(self.folder, "local")
        self.pip(venv, "install", "--user", "--no-index", self.wheel, PYTHONUSERBASE=base)
        self.check_use(os.path.join(venv, "bin/python"), PYTHONUSERBASE=base)
        self.runyard(base, "down")

    def test_a_target_folder(self):
        target = os.path.join(self.folder, "target")
        venv = self.venv(python_of(12))
        self.pip(venv, "install", "--target", target, "--no-index", self.wheel)
        work = "from runyard import Workspace; print(Workspace.from_config().get_details()['id'])"
        self.daemon.execute([os.path.join(venv, "bin/python"), "-c", work], environment={"PYTHONPATH": target, "PATH": "/usr/bin:/bin"})
        self.runyard(target, "down")


if __name__ == "__main__":
    unittest.main()
