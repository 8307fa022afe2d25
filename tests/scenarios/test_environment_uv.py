# SPDX-License-Identifier: Apache-2.0
"""uv, which builds environments: found on the machine, else installed once, from an index of the tests' own."""

import os
import subprocess
import sys
import unittest

from environment_case import BuildCase
from package_index import make_wheel
from venvs import shared_venv

BROUGHT = "there is no uv on this machine: installing it once"


def write_program(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)


class WithoutUv(BuildCase):
    """PATH has no uv; the index has one, which starts the real one."""

    def setUp(self):
        super().setUp()
        self.start_uv = 'exec %s/uv "$@"\n' % self.path_prefix
        self.path_prefix = ""
        self.brought = os.path.join(self.state.name, "cache", "uv", "uv")
        self.python = shared_venv("plain")
        self.variables["PIP_INDEX_URL"] = self.index.url

    def test_it_is_installed_once(self):
        make_wheel(self.wheels, "uv", "9.9", programs={"uv": "#!/bin/sh\n" + self.start_uv})
        own = os.path.join(self.state.name, "own")
        os.makedirs(os.path.join(own, "pip"))
        with open(os.path.join(own, "pip", "__init__.py"), "w") as file:
            file.write("raise SystemExit('a pip of the user')\n")
        self.variables["PYTHONPATH"] = own  # of the run; it must not reach the tools
        self.assertIn("demo 1.0", self.completes(self.managed("demo==1.0"), interpreter=self.python))
        self.assertIn(BROUGHT, self.env_log())
        self.assertEqual(sorted(os.listdir(os.path.dirname(self.brought))), ["lock", "uv"])
        self.assertIn("demo 1.1", self.completes(self.managed("demo==1.1"), interpreter=self.python))
        self.assertNotIn(BROUGHT, self.env_log())

    def test_it_cannot_be_installed(self):
        self.index.close()
        self.fails(self.managed("demo", strict=True), "cannot build the environment 'mine': uv is missing and could "
                   "not be installed: ", "; install it with: pip install uv", interpreter=self.python)

    def test_one_beside_the_interpreter_is_used(self):
        folder = os.path.join(self.state.name, "python", "bin")
        write_program(os.path.join(folder, "uv"), self.start_uv)
        os.symlink(self.python, os.path.join(folder, "python"))
        said = self.completes(self.managed("demo"), interpreter=os.path.join(folder, "python"))
        self.assertIn("demo 2.0", said)
        self.assertFalse(os.path.exists(self.brought))

    def test_an_old_one_is_not_used_and_a_module_of_the_interpreter_knows_another(self):
        venv, elsewhere = os.path.join(self.state.name, "venv"), os.path.join(self.state.name, "elsewhere", "uv")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        write_program(os.path.join(venv, "bin", "uv"), "echo uv 0.2.1\n")
        write_program(elsewhere, self.start_uv)
        with open(os.path.join(venv, "lib", "python%d.%d" % sys.version_info[:2], "site-packages", "uv.py"), "w") as file:
            file.write("def find_uv_bin():\n    return %r\n" % elsewhere)
        self.prepare("")
        with open(self.path("work", "uv.py"), "w") as file:
            file.write("raise SystemExit('a module of the source')\n")
        self.first = True
        said = self.completes(self.managed("demo"), interpreter=os.path.join(venv, "bin", "python"))
        self.assertIn("demo 2.0", said)
        self.assertIn("$ %s pip install" % elsewhere, self.env_log())
        self.assertEqual(self.env_log().count("uv 0.2.1 (%s/bin/uv) is not used: 0.6 or later is needed" % venv), 1)


if __name__ == "__main__":
    unittest.main()
