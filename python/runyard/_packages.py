# SPDX-License-Identifier: Apache-2.0
"""Which of the packages that an environment asks for an interpreter lacks."""

import json
import os
import re
import subprocess
import sys
from typing import Iterable, List, Optional, Set

from . import _values
from .conda_dependencies import CondaDependencies, name_of

_OURS = ("azureml", "runyard")
_NOT_PACKAGES = frozenset(["python", "pip", "setuptools", "wheel", ""])
_ALSO = {"pytorch": "torch", "opencv": "opencv-python", "py-opencv": "opencv-python", "tensorflow-gpu": "tensorflow",
         "pytables": "tables", "matplotlib-base": "matplotlib", "py-xgboost": "xgboost", "python-graphviz": "graphviz"}
_ASK = "import json, sys; sys.stdout.write(json.dumps(sys.path))"


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(packages: CondaDependencies) -> List[str]:
    """The names of the packages that are asked for, in order, without those that Runyard stands for."""
    names = [normal(name_of(each)) for each in list(packages.conda_packages) + list(packages.pip_packages)]
    return [name for name in dict.fromkeys(names)
            if name not in _NOT_PACKAGES and not name.startswith(_OURS) and not name.startswith("-")]


def installed(folders: Iterable[str]) -> Set[str]:
    """The packages that folders of sys.path hold, by what installers leave there."""
    found: Set[str] = set()
    for folder in folders:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        found.update(normal(name.split("-")[0].rsplit(".", 1)[0] if name.endswith(".egg-link") else name.split("-")[0])
                     for name in names if name.endswith((".dist-info", ".egg-info", ".egg-link")))
    return found


def _folders_of(interpreter: str) -> Optional[List[str]]:
    """sys.path of an interpreter; None where it does not say."""
    if interpreter == os.path.abspath(sys.executable or ""):
        return sys.path
    try:
        found = subprocess.run([interpreter, "-c", _ASK], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, timeout=60, cwd="/")
        return list(json.loads(found.stdout.decode("utf-8")))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def missing(packages: CondaDependencies, present: Set[str]) -> List[str]:
    """The names of the packages that are asked for and not there."""
    return [name for name in asked(packages) if name not in present and _ALSO.get(name) not in present]


_warned: Set[str] = set()


def warn_of_missing(interpreter: str, packages: Optional[CondaDependencies]) -> None:
    """Say once which packages an interpreter lacks; the run goes on with what is there."""
    if packages is None or not asked(packages):
        return
    folders = _folders_of(interpreter)
    lacking = missing(packages, installed(folders)) if folders is not None else []
    sentence = "the environment asks for {}, which {} does not have; the run uses that interpreter as it is".format(
        ", ".join(lacking), interpreter)
    if lacking and sentence not in _warned:
        _warned.add(sentence)
        _values.say(sentence)
