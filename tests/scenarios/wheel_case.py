# SPDX-License-Identifier: Apache-2.0
"""The wheel with everything inside, for tests that install it; $RUNYARD_WHEEL names one that was built before."""

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
import zipfile

from daemon import ROOT, Daemon
from venvs import make_venv

PROGRAMS = ("runyard", "runyard-launcher", "runyardd")


def digest_of(content):
    """A digest as RECORD writes it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def version_of(wheel):
    return os.path.basename(wheel).split("-")[1]


def with_version(wheel, version, folder):
    """The path of a copy, in `folder`, that says it is another version, of as many letters."""
    own = version_of(wheel)
    if len(version) != len(own):
        raise ValueError("'%s' is not as long as '%s'" % (version, own))
    path = os.path.join(folder, os.path.basename(wheel).replace(own, version, 1))
    lines = []
    with zipfile.ZipFile(wheel) as original, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in original.infolist():
            content = original.read(entry)
            entry.filename = entry.filename.replace("runyard-" + own, "runyard-" + version)
            if entry.filename.endswith("/RECORD"):
                content = "\n".join([*lines, entry.filename + ",,", ""]).encode()
            elif "/scripts/" in entry.filename or entry.filename.endswith(("/METADATA", "runyard/__init__.py")):
                content = content.replace(own.encode(), version.encode())
            lines.append("%s,%s,%d" % (entry.filename, digest_of(content), len(content)))
            copy.writestr(entry, content)
    return path


def unpack(wheel, prefix):
    """Lay programs and their files out as an installation does."""
    with zipfile.ZipFile(wheel) as content:
        for entry in content.infolist():
            for inside, target in ((".data/scripts/", "bin/"), (".data/data/", "")):
                if inside in entry.filename:
                    path = os.path.join(prefix, target + entry.filename.split(inside)[1])
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    with open(path, "wb") as file:
                        file.write(content.read(entry))
                    os.chmod(path, entry.external_attr >> 16 & 0o777)


class OneWheelCase(unittest.TestCase):
    """`self.wheel` is a wheel, with its debug symbols beside it."""

    @classmethod
    def setUpClass(cls):
        cls.wheel = os.environ.get("RUNYARD_WHEEL") or cls.build()

    @classmethod
    def build(cls, *arguments):
        """The path of a fresh wheel in a folder of its own."""
        out = tempfile.mkdtemp(prefix="wheel-")
        cls.addClassCleanup(shutil.rmtree, out)
        return subprocess.run([os.path.join(ROOT, "scripts/wheel"), "--out", out, *arguments], stdout=subprocess.PIPE,
                              check=True).stdout.decode().strip()


class WheelDaemonCase(OneWheelCase):
    """`self.daemon` is where a daemon may run, `self.folder` a folder with a difficult name."""

    def setUp(self):
        self.daemon = Daemon(start=False)
        self.addCleanup(self.daemon.close)
        self.folder = os.path.join(self.daemon.root, "a folder 环境")
        os.mkdir(self.folder)

    def venv(self, python, name="venv"):
        """The folder of an environment with nothing but pip."""
        folder = os.path.join(self.folder, name)
        make_venv(folder, [], python)
        return folder

    def pip(self, venv, *arguments, code=0, **environment):
        """What pip said."""
        done = subprocess.run([os.path.join(venv, "bin/python"), "-m", "pip", "--disable-pip-version-check", *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **environment})
        said = done.stdout.decode("utf-8", "replace")
        self.assertEqual(done.returncode, code, said[-4000:])
        return said

    def runyard(self, venv, *arguments, **options):
        return self.daemon.execute([os.path.join(venv, "bin/runyard"), *arguments], **options)
