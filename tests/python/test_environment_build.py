# SPDX-License-Identifier: Apache-2.0
"""Environment.build, without a daemon: a launcher that builds nothing, and environments that need no build."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from folder_case import FolderCase  # noqa: E402
from runyard import Environment  # noqa: E402
from runyard.exceptions import UserErrorException  # noqa: E402


class Build(FolderCase):
    def test_a_build_looks_at_the_interpreter(self):
        said = io.StringIO()
        environment = Environment("e")
        with contextlib.redirect_stdout(said):
            built = environment.build(None)
            built.wait_for_completion(show_output=True)
        self.assertEqual(built.status, "Succeeded")
        self.assertIn("Environment 'e' needs no build: {}".format(os.path.abspath(sys.executable)), said.getvalue())
        environment.python.conda_dependencies.add_pip_package("runs-nowhere-at-all")
        with mock.patch.dict(os.environ, RUNYARD_ENV_BUILD="0"), \
                self.assertRaisesRegex(UserErrorException, "does not have: runs-nowhere-at-all"):
            environment.build_local(None, useDocker=False)

    def test_a_build_gets_what_the_user_set_and_not_what_the_kernel_set(self):
        for name, text in (("runyardd", ""), ("runyard-launcher", """
                env > {}/variables
                echo '{{"replaced": [], "warnings": [], "prefix": "/built"}}'
                """.format(self.top))):
            os.chmod(self.put(os.path.join("bin", name), "#!/bin/sh\n" + text), 0o755)
        environment = Environment("e")
        environment.python.conda_dependencies.add_pip_package("numpy")
        given = {"RUNYARD_HOME": self.top, "JPY_PARENT_PID": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                 "PIP_CONSTRAINT": "/bound"}
        with mock.patch.dict(os.environ, given):
            self.assertEqual(environment.build(None).environment_name, "e")
        with open(os.path.join(self.top, "variables")) as file:
            names = {line.partition("=")[0] for line in file}
        self.assertEqual(names & set(given), {"RUNYARD_HOME", "PIP_CONSTRAINT"})

    def test_a_build_does_not_take_what_lies_beside_the_sdk_for_the_interpreters_own(self):
        shutil.copytree(os.path.join(PYTHON, "runyard"), os.path.join(self.top, "runyard"))
        os.mkdir(os.path.join(self.top, "beside_us-1.0.dist-info"))
        script = self.put("build.py", """
            from runyard import Environment
            environment = Environment("e")
            environment.python.conda_dependencies.add_pip_package("beside-us")
            environment.build(None)
            """)
        done = subprocess.run([sys.executable, script], env=dict(os.environ, RUNYARD_ENV_BUILD="0"), stderr=subprocess.PIPE)
        self.assertIn(b"does not have: beside-us", done.stderr)


if __name__ == "__main__":
    unittest.main()
