# SPDX-License-Identifier: Apache-2.0
"""Virtual environments for tests: made once for a machine under build/, shared by test processes that run at once."""

import fcntl
import os
import shutil
import subprocess
import sys
from typing import Iterable

CACHE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "venvs")


def make_venv(path: str, packages: Iterable[str], python: str = sys.executable) -> str:
    """Make a virtual environment and return its interpreter. Raises RuntimeError with pip's words."""
    for command in ([python, "-m", "venv", path],
                    [os.path.join(path, "bin/python"), "-m", "pip", "install", "-q", *packages] if packages else []):
        if not command:
            continue
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise RuntimeError("cannot make %s: %s" % (path, done.stdout.decode("utf-8", "replace")))
    return os.path.join(path, "bin/python")


def shared_venv(name: str, packages: Iterable[str] = ()) -> str:
    """The interpreter of the shared environment `name`; made on first use. Nobody may change it afterwards."""
    root = os.path.realpath(CACHE)
    os.makedirs(root, exist_ok=True)
    path = os.path.join(root, "%s-%d.%d" % ((name,) + sys.version_info[:2]))
    with open(path + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(os.path.join(path, "complete")):
            shutil.rmtree(path, ignore_errors=True)
            make_venv(path, list(packages))
            with open(os.path.join(path, "complete"), "w"):
                pass
    return os.path.join(path, "bin/python")


def sklearn_python() -> str:
    """An interpreter that has scikit-learn and matplotlib."""
    return shared_venv("sklearn", ["scikit-learn", "matplotlib"])


def plotting_python() -> str:
    """An interpreter that has numpy, pandas, matplotlib and Pillow."""
    return shared_venv("plotting", ["numpy", "pandas", "matplotlib", "pillow"])


def notebook_python() -> str:
    """An interpreter that has a notebook kernel and its client, and what notebooks import."""
    return shared_venv("notebook", ["ipykernel", "jupyter-client", "numpy", "matplotlib"])
