# SPDX-License-Identifier: Apache-2.0
"""The requirements of an environment, in pip's notation."""

import re
from typing import Dict, List, Optional

from ..conda_dependencies import CondaDependencies, name_of

_OURS = ("azureml", "runyard")
_PYTHON = ("python", "pip", "setuptools", "wheel")
# Which package of the Python index stands for one of conda is decided here and sent with each submit, also for builds:
# the SDK needs the table anyway, to check an interpreter.
_OTHER_NAMES = {"pytorch": "torch", "pytorch-gpu": "torch", "pytorch-cpu": "torch", "opencv": "opencv-python",
                "py-opencv": "opencv-python", "pytables": "tables", "matplotlib-base": "matplotlib",
                "py-xgboost": "xgboost", "python-graphviz": "graphviz", "dask-core": "dask", "seaborn-base": "seaborn"}
_NO_PYTHON = re.compile(r"(lib.*|_.*|.*_linux-64|cudatoolkit|cudnn|nccl|mkl|blas|openblas|openmpi|mpich|git|nodejs|"
                        r"ffmpeg|openjdk|openssl|gcc|gxx|cmake|make|curl|graphviz|r-.*|r)$")
_CONDA = re.compile(r"(?P<name>[^\s=<>!~]+)\s*(?P<version>.*)$")


def of(packages: Optional[CondaDependencies]) -> List[str]:
    """The requirements of a specification, as ["numpy==1.26.*", "tqdm"]; without Python itself, packages that Runyard
    replaces, options of pip, and conda packages that are not Python packages."""
    if packages is None:
        return []
    found = [line for line in of_conda(packages).values() if line is not None] + list(packages.pip_packages)
    return [line for line in dict.fromkeys(found) if name_of(line) not in _PYTHON and not is_ours(line)]


def of_conda(packages: CondaDependencies) -> Dict[str, Optional[str]]:
    """Conda package to the same in pip's notation; None: it is no Python package. Without Python itself and the
    installers."""
    return {line: None if _NO_PYTHON.match(name_of(line)) else _of_conda(line) for line in packages.conda_packages
            if name_of(line) not in _PYTHON and not is_ours(line)}


def is_ours(requirement: str) -> bool:
    """Whether Runyard replaces a package."""
    return requirement.lower().startswith(_OURS)


def _of_conda(package: str) -> str:
    """A line of conda in pip's notation; without a version if it cannot be translated."""
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
