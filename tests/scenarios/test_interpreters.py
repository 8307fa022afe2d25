# SPDX-License-Identifier: Apache-2.0
"""Interpreters that users manage: each kind has the variables of its activation, and what cannot be used says why."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from environment_case import SLOW, EnvironmentCase, folder_of_uv, python_named
from venvs import shared_venv

NAMES = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER",
         "PYTHONHOME")
SHOWN = "print(json.dumps([sys.prefix, os.environ['PATH'].split(':')[0], {name: os.environ[name] for name in %r " \
        "if name in os.environ}]))\n" % (NAMES,)
PROJECT = '[project]\nname = "fit"\nversion = "1.0"\nrequires-python = ">=3.7"\n'
RESOLVE = "import sys; sys.path.insert(0, sys.argv[1])\n" \
          "from runyard._config import interpreter; print(interpreter.resolve(sys.argv[2]))"
SDK = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))


class UserManaged(EnvironmentCase):
    def activated(self, python, code=SHOWN, **changes):
        """Prefix, first folder of PATH and variables of a run in an interpreter; the shell's are of another one."""
        self.variables.update(VIRTUAL_ENV="/other", CONDA_PREFIX="/other", CONDA_DEFAULT_ENV="other", PYTHONHOME="/o")
        end, said = self.run_in(None, code, interpreter=python, **changes)
        self.assertEqual(end["outcome"], "completed", (end, self.env_log()))
        return json.loads(said)

    def conda_prefix(self, *names):
        """A prefix as conda leaves it, with a Python of ours."""
        prefix = os.path.join(self.state.name, *names)
        for folder in ("bin", "conda-meta"):
            os.makedirs(os.path.join(prefix, folder))
        os.symlink(sys.executable, os.path.join(prefix, "bin", "python"))
        return prefix

    def resolved(self, named, path):
        """The interpreter that the SDK finds for `interpreter_path`, with `path` in front of PATH."""
        environment = dict(os.environ, PATH=path + ":" + os.environ["PATH"], HOME=self.state.name)
        done = subprocess.run([sys.executable, "-c", RESOLVE, SDK, named], env=environment, stdout=subprocess.PIPE,
                              check=True)
        return done.stdout.decode().strip()

    def project(self):
        folder = os.path.join(self.state.name, "fit")
        os.mkdir(folder)
        with open(os.path.join(folder, "pyproject.toml"), "w") as file:
            file.write(PROJECT)
        return folder

    def test_a_virtual_environment(self):
        prefix = os.path.join(self.state.name, "my venv")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--prompt", "fitting", prefix], check=True)
        self.assertEqual(self.activated(prefix), [prefix, prefix + "/bin", {"VIRTUAL_ENV": prefix,
                                                                          "VIRTUAL_ENV_PROMPT": "fitting"}])

    def test_a_virtual_environment_of_virtualenv(self):
        try:
            maker = shared_venv("virtualenv", ["virtualenv"])
        except RuntimeError as error:
            self.skipTest("virtualenv cannot be had: %s" % str(error)[-200:])
        prefix = os.path.join(self.state.name, "made")
        subprocess.run([maker, "-m", "virtualenv", "-q", "--no-download", "--without-pip", prefix], check=True)
        self.assertEqual(self.activated(prefix), [prefix, prefix + "/bin", {"VIRTUAL_ENV": prefix,
                                                                          "VIRTUAL_ENV_PROMPT": "made"}])

    def test_a_project_of_uv(self):
        uv, project = folder_of_uv(), self.project()
        subprocess.run([os.path.join(uv, "uv"), "sync", "-q", "--offline", "--python", sys.executable], cwd=project,
                       check=True, env=dict(os.environ, HOME=self.state.name))
        python, prefix = self.resolved(project, uv), os.path.join(project, ".venv")
        self.assertEqual(python, prefix + "/bin/python")
        self.assertEqual(self.activated(python), [prefix, prefix + "/bin", {"VIRTUAL_ENV": prefix,
                                                                          "VIRTUAL_ENV_PROMPT": "fit"}])

    @unittest.skipUnless(SLOW, "installs Poetry: set RUNYARD_SLOW=1")
    def test_a_project_of_poetry(self):
        try:
            poetry = os.path.dirname(shared_venv("poetry", ["poetry"]))
        except RuntimeError as error:
            self.skipTest("poetry cannot be had: %s" % str(error)[-200:])
        project = self.project()
        subprocess.run([os.path.join(poetry, "poetry"), "env", "use", "-q", "-n", sys.executable], cwd=project,
                       check=True, env=dict(os.environ, HOME=self.state.name))
        python = self.resolved(project, poetry)
        prefix = os.path.dirname(os.path.dirname(python))
        self.assertTrue(prefix.startswith(self.state.name), prefix)
        found = self.activated(python)
        self.assertEqual(found[:2], [prefix, prefix + "/bin"])
        self.assertEqual(found[2].pop("VIRTUAL_ENV_PROMPT")[:4], "fit-")
        self.assertEqual(found[2], {"VIRTUAL_ENV": prefix})

    def test_a_prefix_of_conda(self):
        for names, called in ((("envs", "mine"), "mine"), (("elsewhere",), None)):
            prefix = self.conda_prefix(*names)
            called = called or prefix
            variables = {"CONDA_PREFIX": prefix, "CONDA_DEFAULT_ENV": called, "CONDA_PROMPT_MODIFIER": "(%s) " % called}
            self.assertEqual(self.activated(prefix)[1:], [prefix + "/bin", variables])

    def test_the_prefix_that_conda_lies_in_is_called_base(self):
        prefix = self.conda_prefix("miniconda3")
        os.mkdir(os.path.join(prefix, "condabin"))
        self.assertEqual(self.activated(prefix)[2]["CONDA_DEFAULT_ENV"], "base")

    def test_variables_that_conda_keeps(self):
        prefix = self.conda_prefix("envs", "mine")
        with open(os.path.join(prefix, "conda-meta", "state"), "w") as file:
            json.dump({"version": 1, "env_vars": {"KEPT": "by conda", "SHELL_ONE": "by conda", "OWN": "by conda"}}, file)
        self.variables["SHELL_ONE"] = "of the shell"
        found = self.activated(prefix, "print(json.dumps([os.environ[n] for n in ('KEPT', 'SHELL_ONE', 'OWN')]))\n",
                               environment={"OWN": "mine"})
        self.assertEqual(found, ["by conda", "by conda", "mine"])


class Refused(EnvironmentCase):
    """What fails while the run prepares."""

    def refused(self, python, *words):
        """A run in an interpreter fails, with these words and what to do."""
        end, _ = self.run_in(None, interpreter=python)
        self.assertEqual((end["outcome"], end["reason"], end["stage"]), ("failed", "could_not_start", "interpreter"))
        for part in (python, "Name another Python: interpreter_path") + words:
            self.assertIn(part, end["message"])

    def program(self, content, name="python"):
        path = os.path.join(self.state.name, "it's \"here\"", "bin", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, 0o755)
        return path

    def test_one_that_was_deleted_after_it_had_been_used(self):
        prefix = os.path.join(self.state.name, "venv")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
        self.completes(None, "", interpreter=prefix)
        shutil.rmtree(prefix)
        self.refused(prefix + "/bin/python", "it does not exist")

    def test_a_virtual_environment_whose_base_is_gone(self):
        base = os.path.join(self.state.name, "base")
        os.symlink(sys.base_prefix, base)
        prefix = os.path.join(self.state.name, "venv")
        python = os.path.join(base, "bin", os.path.basename(os.path.realpath(sys.executable)))
        subprocess.run([python, "-m", "venv", "--without-pip", prefix], check=True)
        for name in os.listdir(os.path.join(prefix, "bin")):  # the base was reached through a link
            path = os.path.join(prefix, "bin", name)
            if os.path.islink(path) and os.path.isabs(os.readlink(path)):
                os.unlink(path)
                os.symlink(python, path)
        self.completes(None, "", interpreter=prefix + "/bin/python")
        os.unlink(base)
        self.refused(prefix + "/bin/python", "the Python that the virtual environment was made with is gone")

    def test_python_2(self):
        self.refused(python_named("2.7*") or self.skipTest("needs a Python 2.7 of pyenv"), "it is Python 2.7",
                     "Python 3.7 or later is needed")

    def test_pypy(self):
        python = shutil.which("pypy3") or python_named("pypy3*") or self.skipTest("needs a PyPy")
        self.refused(python, "it is pypy 3.", "CPython 3.7 or later is needed")

    def test_one_for_another_kind_of_machine(self):
        with open(os.path.realpath(sys.executable), "rb") as file:
            head = bytearray(file.read(4096))
        head[18:20] = (0x00F3).to_bytes(2, "little")  # e_machine: RISC-V
        self.refused(self.program(bytes(head)), "it was built for machines of another kind than this ")

    def test_what_is_no_python(self):
        self.refused(self.program(b"\x00\x01 no program"), "it is not Python")
        self.refused("/bin/true", "it is not Python")

    def test_a_path_with_spaces_and_quotes_works(self):
        with tempfile.TemporaryDirectory(prefix="it's a \"state\" $HOME ") as folder:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
            self.assertEqual(self.completes(None, "print(sys.prefix)\n", interpreter=folder), folder + "\n")


if __name__ == "__main__":
    unittest.main()
