# SPDX-License-Identifier: Apache-2.0
"""The files of a release: notes, the list of parts, and, with RUNYARD_SLOW=1, all that scripts/release makes, twice, with
the Debian package on a fresh Debian. $RUNYARD_RELEASE names a folder that scripts/release has filled before."""

import filecmp
import glob
import json
import os
import shutil
import subprocess
import tempfile
import unittest
import zipfile

from fresh_machine import HAS_DEBIAN, FreshMachine
from venvs import make_venv
from daemon import ROOT

CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Added\n\n* New.\n\n## 1.1.0 - 2027-01-01\n\n* Old.\n\n## 1.0.0\n"
PARTS = ("preact", "uplot", "sqlite3", "boost1.81")
SLOW = unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "slow, and needs package indexes: set RUNYARD_SLOW=1")


def script(name, *arguments, **options):
    return subprocess.run([os.path.join(ROOT, "scripts", name), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


class PartsTest(unittest.TestCase):
    def notes(self, version):
        with tempfile.NamedTemporaryFile("w", suffix=".md") as file:
            file.write(CHANGELOG)
            file.flush()
            return script("release_notes", version, file.name)

    def test_the_notes_are_the_section_of_the_version(self):
        self.assertEqual(self.notes("1.1.0").stdout, b"# Runyard 1.1.0\n\n* Old.\n")
        self.assertEqual(self.notes("1.2.0").stdout, b"# Runyard 1.2.0\n\n### Added\n\n* New.\n")
        done = self.notes("1.0.0")
        self.assertEqual((done.returncode, done.stderr), (1, b"scripts/release_notes: the changelog says nothing of 1.0.0\n"))

    @unittest.skipUnless(shutil.which("dpkg-query"), "this is not Debian")
    def test_the_list_of_parts_names_them_and_does_not_change(self):
        done, again = (script("sbom", "1.2.3", env={**os.environ, "SOURCE_DATE_EPOCH": "0"}) for _ in range(2))
        self.assertEqual((done.returncode, done.stdout), (0, again.stdout), done.stderr)
        document = json.loads(done.stdout)
        names = [part["name"] for part in document["components"]]
        self.assertEqual([name for name in PARTS if name not in names], [])
        self.assertTrue(all(part["version"] for part in document["components"]))
        self.assertEqual(document["dependencies"][0]["dependsOn"], [part["bom-ref"] for part in document["components"]])
        self.assertEqual(document["metadata"]["timestamp"], "1970-01-01T00:00:00Z")

    def test_wrong_requests_are_usage(self):
        for words in (["--nothing"], ["--out"], ["--arch", "vax"]):
            self.assertEqual(script("release", *words).returncode, 2, words)


@SLOW
class ReleaseTest(FreshMachine):
    @classmethod
    def setUpClass(cls):
        cls.out = os.environ.get("RUNYARD_RELEASE") or cls.release(cls)

    @staticmethod
    def release(case):
        """A folder that lives as long as the case, with a new release."""
        out = tempfile.mkdtemp(prefix="release-")
        case.addClassCleanup(shutil.rmtree, out)
        subprocess.run([os.path.join(ROOT, "scripts/release"), "--out", out, "--arch", "x86_64"], check=True, stdout=subprocess.DEVNULL)
        return out

    def file(self, pattern):
        found, = glob.glob(os.path.join(self.out, pattern))
        return found

    def test_a_second_release_has_the_same_bytes(self):
        again = self.release(type(self))
        names = sorted(os.listdir(self.out))
        self.assertEqual(names, sorted(os.listdir(again)))
        self.assertEqual(filecmp.cmpfiles(self.out, again, names, shallow=False), (names, [], []))

    def test_the_sums_are_those_of_all_files(self):
        subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=self.out, check=True)
        with open(os.path.join(self.out, "SHA256SUMS")) as file:
            listed = [line.split()[1] for line in file]
        self.assertEqual(sorted([*listed, "SHA256SUMS"]), sorted(os.listdir(self.out)))

    def test_wheels_have_completions_and_manual_pages(self):
        for path in glob.glob(os.path.join(self.out, "*.whl")):
            with zipfile.ZipFile(path) as wheel:
                names = [name.split(".data/data/")[-1] for name in wheel.namelist()]
            for name in ("share/man/man1/runyard.1", "share/man/man1/runyardd.1", "share/bash-completion/completions/runyard",
                         "share/zsh/site-functions/_runyard", "share/fish/vendor_completions.d/runyard.fish"):
                self.assertIn(name, names, path)

    def test_the_source_distribution_installs_the_sdk(self):
        with tempfile.TemporaryDirectory() as folder:
            python = make_venv(os.path.join(folder, "venv"), [self.file("runyard-*.[0-9].tar.gz")])
            subprocess.run([python, "-c", "import azureml.core, runyard"], check=True, cwd=folder)

    @unittest.skipUnless(HAS_DEBIAN, "for root, with debootstrap")
    def test_the_debian_package_is_installed_used_and_removed(self):
        self.start("bullseye", ["python3-venv"])
        account = self.account()
        shutil.copy(self.file("runyard_*_amd64.deb"), os.path.join(self.root, "runyard.deb"))
        before = account.as_root("find /usr /etc /opt ! -type d ! -name '*.pyc' | sort")
        account.as_root("dpkg -i /runyard.deb")
        installed = account.as_root("dpkg -L runyard")
        for name in ("/usr/bin/runyardd", "/usr/lib/systemd/system/runyardd@.service", "/usr/share/man/man1/runyard.1.gz",
                     "/usr/share/bash-completion/completions/runyard", "/usr/share/zsh/vendor-completions/_runyard",
                     "/usr/share/fish/vendor_completions.d/runyard.fish", "/usr/share/doc/runyard/copyright"):
            self.assertIn(name + "\n", installed)
        self.assertIn('ExecStart="/usr/bin/runyardd"', account.as_root("cat '/usr/lib/systemd/system/runyardd@.service'"))
        account.run("runyard up && runyard submit --follow -- true && runyard down")
        account.as_root("PYTHONPATH=/usr/lib/runyard/python python3 -c 'import runyard'")  # leaves a __pycache__
        account.as_root("dpkg -r runyard")
        self.assertEqual(account.as_root("find /usr /etc /opt ! -type d ! -name '*.pyc' | sort"), before)
        self.assertFalse(os.path.exists(os.path.join(self.root, "usr/lib/runyard")))

    def test_the_archive_runs_where_it_is_unpacked(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.unpack_archive(self.file("runyard-*-linux-x86_64.tar.gz"), folder)
            program, = glob.glob(os.path.join(folder, "*/bin/runyard"))
            self.assertEqual(subprocess.check_output([program, "--version"]), b"runyard " + program.split("/")[-3].split("-")[1].encode() + b"\n")


if __name__ == "__main__":
    unittest.main()
