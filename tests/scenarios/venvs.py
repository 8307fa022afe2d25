# SPDX-License-Identifier: Apache-2.0
"""Virtual environments for tests: made once under build/, and shared by test processes that run at the same time.

venvs.py PYTHON prints the result of library_python(PYTHON).
"""

import fcntl
import os
import shutil
import subprocess
import sys
from typing import Iterable, Optional

CACHE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "venvs")


def make_venv(path: str, packages: Iterable[str], python: str = sys.executable) -> str:
    """Make a virtual environment and return its interpreter. RuntimeError, with pip's output: it cannot be made."""
    for command in ([python, "-m", "venv", path],
                    [os.path.join(path, "bin/python"), "-m", "pip", "install", "-q", *packages] if packages else []):
        if not command:
            continue
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError("cannot make %s: %s" % (path, done.stdout.decode("utf-8", "replace")))
    return os.path.join(path, "bin/python")


def version_of(python: str) -> str:
    """Major and minor version of an interpreter, as in 3.11."""
    asked = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], stdout=subprocess.PIPE,
                           check=True)
    return asked.stdout.decode().strip()


def _content(path: str) -> Optional[str]:
    """The text of a file; None if it cannot be read."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return None


def shared_venv(name: str, packages: Iterable[str] = (), python: str = sys.executable) -> str:
    """The interpreter of the shared environment `name`, which is made at the first use. Tests must not change it.

    RuntimeError, with pip's output: it cannot be made.
    """
    root = os.path.realpath(CACHE)
    os.makedirs(root, exist_ok=True)
    path = os.path.join(root, "%s-%s" % (name, version_of(python)))
    lines = "\n".join(packages)
    with open(path + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _content(os.path.join(path, "complete")) != lines:  # absent, incomplete, or with other packages
            shutil.rmtree(path, ignore_errors=True)
            make_venv(path, list(packages), python)
            with open(os.path.join(path, "complete"), "w") as file:
                file.write(lines)
    return os.path.join(path, "bin/python")


def sklearn_python() -> str:
    """An interpreter that has scikit-learn and matplotlib."""
    return shared_venv("sklearn", ["scikit-learn", "matplotlib"])


def library_python(python: str) -> str:
    """An interpreter as `python` that has numpy, pandas, matplotlib and Pillow."""
    return shared_venv("libraries", ["numpy", "pandas", "matplotlib", "pillow"], python)


def notebook_python() -> str:
    """An interpreter that has a notebook kernel and its client, and what notebooks import."""
    return shared_venv("notebook", ["ipykernel", "jupyter-client", "numpy", "matplotlib"])


if __name__ == "__main__":
    print(library_python(sys.argv[1]))
