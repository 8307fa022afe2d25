# SPDX-License-Identifier: Apache-2.0
"""The interpreter of a run: the submitting Python, or the one that an environment names."""

import os
import shutil
import sys
from typing import Optional

from ..exceptions import UserErrorException


def resolve(interpreter_path: Optional[str]) -> str:
    """The absolute path of the interpreter for `interpreter_path`.

    "python", "" and None: the Python that submits. A folder: its bin/python (a venv, a conda prefix), or that of its
    environment (a project of uv or poetry). A bare name is searched on PATH. Symbolic links are kept, since a venv's
    python is one. A script that starts an interpreter (a shim) is replaced by that interpreter, which starts faster.
    UserErrorException: it does not exist, or cannot be run.
    """
    given = os.path.expanduser(os.fspath(interpreter_path or "python"))
    if given == "python":
        return _own()
    if os.path.isdir(given):
        return _of_prefix(os.path.abspath(given))
    if os.sep not in given:
        found = shutil.which(given)
        if found is None:
            raise UserErrorException("cannot find the interpreter '{}' on PATH ({})".format(
                given, os.environ.get("PATH", "")))
        return _checked(os.path.abspath(found))
    return _checked(os.path.abspath(given))


def _own() -> str:
    """The Python that runs this."""
    if not sys.executable:
        raise UserErrorException("cannot tell which Python this is; set environment.python.interpreter_path")
    return os.path.abspath(sys.executable)


def _of_prefix(prefix: str) -> str:
    """The Python of a venv, a conda prefix, or a project of uv or poetry."""
    for folder in (prefix, os.path.join(prefix, ".venv")):
        for name in ("python", "python3"):
            path = os.path.join(folder, "bin", name)
            if os.path.lexists(path):
                return _checked(path)
    if os.path.exists(os.path.join(prefix, "pyproject.toml")):
        return _of_project(prefix)
    raise UserErrorException("cannot use the folder {} as an environment: it has no bin/python".format(prefix))


def _of_project(folder: str) -> str:
    """The Python of a project whose environment is elsewhere: asks poetry."""
    import subprocess
    try:
        done = subprocess.run(["poetry", "env", "info", "--executable", "--no-ansi"], cwd=folder, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        path, said = os.fsdecode(done.stdout).strip(), done.stderr.decode("utf-8", "replace").strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        path, said = "", str(error)
    if not os.path.isabs(path):
        raise UserErrorException("cannot use the project {}: it has no environment yet; make one with 'uv sync' or "
                                 "'poetry install' ({})".format(folder, said[-300:] or "poetry knows of none"))
    return _checked(path)


def _checked(path: str) -> str:
    """The path, after the check that it can be executed."""
    if not os.path.exists(path):
        gone = "it is a link to {}, which is gone; create the environment again".format(os.path.realpath(path))
        raise UserErrorException("cannot use the interpreter {}: {}".format(
            path, gone if os.path.islink(path) else "there is no such file"))
    if os.path.isdir(path) or not os.access(path, os.X_OK):
        raise UserErrorException("cannot use the interpreter {}: it is not an executable file".format(path))
    return _behind(path)


def _behind(path: str) -> str:
    """The interpreter that a script starts; for any other file, the path itself."""
    try:
        with open(path, "rb") as file:
            if file.read(2) != b"#!":
                return path
    except PermissionError:  # executable, but not readable: it is no script
        return path
    import subprocess
    command = [path, "-c", "import sys; sys.stdout.write(sys.executable)"]
    try:
        found = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserErrorException("cannot use the interpreter {}: {}".format(path, error)) from None
    real = os.fsdecode(found.stdout)
    if found.returncode != 0 or not os.path.isabs(real):
        raise UserErrorException("cannot use the interpreter {}: it is a script that starts no Python ({})".format(
            path, found.stderr.decode("utf-8", "replace").strip()[-300:] or "it said nothing"))
    return real
