# SPDX-License-Identifier: Apache-2.0
"""What an interpreter has to hold for an environment, as pip writes requirements."""

import re
from typing import Dict, List, Optional

from ..conda_dependencies import CondaDependencies, name_of

_OURS = ("azureml", "runyard")
_PYTHON = ("python", "pip", "setuptools", "wheel")
_OTHER_NAMES = {"pytorch": "torch", "pytorch-gpu": "torch", "pytorch-cpu": "torch", "opencv": "opencv-python",
                "py-opencv": "opencv-python", "pytables": "tables", "matplotlib-base": "matplotlib",
                "py-xgboost": "xgboost", "python-graphviz": "graphviz", "dask-core": "dask", "seaborn-base": "seaborn"}
_NO_PYTHON = re.compile(r"(lib.*|_.*|.*_linux-64|cudatoolkit|cudnn|nccl|mkl|blas|openblas|openmpi|mpich|git|nodejs|"
                        r"ffmpeg|openjdk|openssl|gcc|gxx|cmake|make|curl|graphviz|r-.*|r)$")
_CONDA = re.compile(r"(?P<name>[^\s=<>!~]+)\s*(?P<version>.*)$")


def of(packages: Optional[CondaDependencies]) -> List[str]:
    """The requirements of a specification, as ["numpy==1.26.*", "tqdm"]; without Python itself, what Runyard stands
    for, options of pip, and packages of conda that are no Python."""
    if packages is None:
        return []
    found = [each for each in of_conda(packages).values() if each is not None] + list(packages.pip_packages)
    return [each for each in dict.fromkeys(found) if name_of(each) not in _PYTHON and not is_ours(each)]


def of_conda(packages: CondaDependencies) -> Dict[str, Optional[str]]:
    """Each conda package, as conda writes it, to the same as pip writes it; None: it is no Python. Without Python
    itself and what installs."""
    return {each: None if _NO_PYTHON.match(name_of(each)) else _of_conda(each) for each in packages.conda_packages
            if name_of(each) not in _PYTHON and not is_ours(each)}


def is_ours(requirement: str) -> bool:
    """Whether Runyard stands for a package."""
    return requirement.lower().startswith(_OURS)


def _of_conda(package: str) -> str:
    """A line of conda as pip would write it; without a version where that cannot be said."""
    match = _CONDA.match(package.split("::")[-1].strip())
    if match is None:
        return package
    name = _OTHER_NAMES.get(match.group("name").lower(), match.group("name"))
    version = match.group("version").strip()
    if not version or "|" in version:
        return name
    if version[0] in "<>!~" or version.startswith("=="):
        return name + version.replace(" ", "")
    exact = version.lstrip("=").strip().split("=")[0].split(" ")[0]  # "1.19=py37_0": a version, then a build
    return name if exact in ("", "*") else "{}=={}".format(name, exact if exact.endswith("*") else exact + ".*")
