# SPDX-License-Identifier: Apache-2.0
"""What cannot be built or used fails while the run prepares, in words that say what to do, and leaves nothing."""

import os
import subprocess
import sys
import unittest

from environment_case import BuildCase, python_named
from package_index import sha256


class Failing(BuildCase):
    """Each fails while it prepares, in words, and leaves nothing in the cache."""

    too_small = "48k"  # a disk that a virtual environment does not fit on

    def test_a_package_that_does_not_exist(self):
        for _ in range(2):  # a failure is not kept
            self.fails(self.managed("no-such-package", strict=True), "cannot build the environment 'mine'",
                       "no-such-package", "Check the package's name")

    def test_what_the_interpreter_lacks_is_said_too(self):
        self.fails(self.managed("no-such-package"), "cannot build the environment",
                   "Besides, the environment asks for packages that %s does not have: no-such-package" % sys.executable,
                   requirements=["no-such-package"])

    def test_an_interpreter_that_has_all_is_used_without_an_index(self):
        self.index.close()
        said = self.completes(self.managed("demo"), "print(sys.executable)\n", requirements=["pip"])
        self.assertEqual(said, sys.executable + "\n")
        warning, = self.warnings()
        self.assertIn("The package index did not answer", warning)
        self.assertIn("The run uses %s, which has the packages" % sys.executable, warning)

    def test_an_index_that_is_down(self):
        self.index.close()
        self.fails(self.managed("demo", strict=True), "The package index did not answer")

    def test_versions_that_contradict(self):
        self.fails(self.managed("needy", "demo>=2"), "contradict", requirements=["needy"])

    def test_a_hash_that_does_not_match(self):
        line = "demo==1.0 --hash=sha256:"
        self.fails(self.managed(line + "0" * 64, strict=True), "A package is not the one that was pinned")
        right = sha256(os.path.join(self.wheels, "demo-1.0-py3-none-any.whl"))
        self.assertIn("demo 1.0", self.completes(self.managed(line + right)))

    def test_constraints_that_are_not_there(self):
        managed = self.managed("demo", strict=True)
        managed["options"].append("-c missing.txt")
        self.fails(managed, "missing.txt")

    def test_an_interpreter_that_is_gone(self):
        gone = os.path.join(self.state.name, "gone", "bin", "python")
        self.fails(self.managed("demo", strict=True), gone, "does not exist", interpreter=gone)

    def test_a_venv_whose_base_is_gone(self):
        broken = os.path.join(self.state.name, "venv", "bin", "python")
        os.makedirs(os.path.dirname(broken))
        os.symlink("/nowhere/python3", broken)
        self.fails(self.managed("demo", strict=True), broken, "a link to a file that does not exist",
                   interpreter=broken)

    def test_python_2(self):
        old = python_named("2.7*") or self.skipTest("needs a Python 2.7 of pyenv")
        self.fails(self.managed("demo", strict=True), "it is Python 2.7", "Python 3.7 or later is needed",
                   interpreter=old)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, for a small file system")
    def test_a_full_disk(self):
        os.makedirs(self.environments)
        mount = ["mount", "-t", "tmpfs", "-o", "size=" + self.too_small, "tmpfs", self.environments]
        if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("cannot mount a file system here")
        self.addCleanup(subprocess.run, ["umount", self.environments])
        self.fails(self.managed("demo", strict=True), "The disk is full")


if __name__ == "__main__":
    unittest.main()
