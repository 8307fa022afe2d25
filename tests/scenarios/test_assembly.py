# SPDX-License-Identifier: Apache-2.0
"""scripts/assemble_wheel on small stand-ins: the same content gives the same bytes, whatever lies on the disk around it.
test_one_wheel.py has the real wheel."""

import os
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile

from daemon import ROOT
from wheel_case import digest_of

SDK = {"runyard/__init__.py": b"__version__ = '1.2.3'\n", "runyard_hook.pth": b"import sys\n",
       "runyard-1.2.3.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n\n",
       "runyard-1.2.3.dist-info/METADATA": b"Name: runyard\nVersion: 1.2.3\n",
       "runyard-1.2.3.dist-info/RECORD": b"of the SDK alone\n"}
PREFIX = {"bin/runyard": b"\x7fELF 1", "bin/runyardd": b"\x7fELF 2", "lib/runyard/runyard-launcher": b"\x7fELF 3",
          "lib/runyard/locale/C.UTF-8/LC_CTYPE": b"locale", "lib/runyard/portal/index.html": b"<html>",
          "lib/runyard/python/runyard/__init__.py": b"", "lib/systemd/user/runyardd.service": b"not for a wheel"}
# Adds stand-ins for the licenses, which lie in Debian's packages and in those of npm.
ASSEMBLE = """
import importlib.machinery, importlib.util, pathlib, sys
loader = importlib.machinery.SourceFileLoader("assemble_wheel", sys.argv[1])
module = importlib.util.module_from_spec(importlib.util.spec_from_loader("assemble_wheel", loader))
loader.exec_module(module)
module.add_licenses = lambda wheel: None
module.main(*sys.argv[2:])
"""


class AssemblyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name

    def sdk(self, names, year):
        path = os.path.join(self.top, "runyard-1.2.3-py3-none-any.whl")
        with zipfile.ZipFile(path, "w") as wheel:
            for name in names:
                wheel.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), SDK[name])
        return path

    def assemble(self, number, names, year, mask, architecture="x86_64"):
        """The wheel of an SDK with files in this order and of this time, and of a prefix with these modes."""
        prefix, out = (os.path.join(self.top, "%s-%d" % (kind, number)) for kind in ("prefix", "out"))
        os.mkdir(out)
        for name in sorted(PREFIX, reverse=number % 2 == 0):
            path = os.path.join(prefix, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(PREFIX[name])
            os.chmod(path, (0o777 if PREFIX[name].startswith(b"\x7fELF") else 0o666) & ~mask)
            os.utime(path, (number, number))
        command = [sys.executable, "-c", ASSEMBLE, os.path.join(ROOT, "scripts/assemble_wheel"), self.sdk(names, year), prefix,
                   architecture, out]
        return subprocess.check_output(command).decode().strip()

    def test_the_same_content_gives_the_same_bytes(self):
        wheels = [self.assemble(1, sorted(SDK), 2001, 0o022), self.assemble(2, sorted(SDK, reverse=True), 2026, 0o077)]
        packed = []
        for wheel in wheels:
            with open(wheel, "rb") as file:
                packed.append(file.read())
        self.assertEqual(*packed)

    def test_names_are_sorted_and_programs_are_executable(self):
        with zipfile.ZipFile(self.assemble(1, sorted(SDK), 2001, 0o022)) as wheel:
            entries = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in wheel.infolist()}
            record = wheel.read("runyard-1.2.3.dist-info/RECORD").decode().splitlines()
        names = list(entries)
        self.assertEqual(names[:-1], sorted(names[:-1]))
        self.assertEqual({name for name, mode in entries.items() if mode == 0o755},
                         {"runyard-1.2.3.data/scripts/" + name for name in ("runyard", "runyardd", "runyard-launcher")})
        self.assertEqual([line.split(",")[0] for line in record], names)
        self.assertIn("runyard/__init__.py,%s,%d" % (digest_of(SDK["runyard/__init__.py"]), 22), record)
        self.assertNotIn("systemd", "".join(names))
        self.assertIn("runyard-1.2.3.data/data/share/runyard/README", names)  # so that pip removes the folder

    def test_tags_are_those_of_the_architecture(self):
        wheel = self.assemble(1, sorted(SDK), 2001, 0o022, "aarch64")
        platforms = "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"
        self.assertEqual(os.path.basename(wheel), "runyard-1.2.3-py3-none-%s.whl" % platforms)
        with zipfile.ZipFile(wheel) as content:
            tags = [line for line in content.read("runyard-1.2.3.dist-info/WHEEL").decode().splitlines() if line.startswith("Tag: ")]
        self.assertEqual(tags, ["Tag: py3-none-" + platform for platform in platforms.split(".")])


if __name__ == "__main__":
    unittest.main()
