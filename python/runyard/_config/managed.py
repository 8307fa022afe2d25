# SPDX-License-Identifier: Apache-2.0
"""The environment that Runyard builds for a run: `managed` of a submit (docs/formats/http-api.md)."""

import os
import re
from typing import Any, Dict, List, Optional

from ..conda_dependencies import PYTHON_DEFAULT_VERSION, CondaDependencies, name_of
from ..exceptions import UserErrorException
from . import environment_files, requirements

_STAND_FOR_LIBRARIES = ("azureml-defaults", "azureml-sdk", "azureml-dataset-runtime")
_LIBRARIES = ["numpy", "pandas"]
_PYTHON = re.compile(r"python\s*={1,2}\s*(\d+(?:\.\d+)*)")
_EDITABLE = re.compile(r"(?:-e|--editable\b)[ =]?(.+)")
_NO = ("0", "false", "no", "off")


def of(name: str, packages: Optional[CondaDependencies]) -> Optional[Dict[str, Any]]:
    """What is to be built. None: nothing is asked for beyond what Runyard stands for, or builds are switched off
    (RUNYARD_ENV_BUILD=0): the interpreter is used, and has to hold what is asked for."""
    if packages is None or not _is_on("RUNYARD_ENV_BUILD", True):
        return None
    wanted = {"name": name, "python": _python(packages), "pip": _pip(packages) + _editables(packages),
              "options": [each for each in packages.pip_options if not _EDITABLE.match(each)],
              "conda": requirements.of_conda(packages), "channels": list(packages.conda_channels),
              "conda_from_index": _is_on("RUNYARD_ENV_CONDA_FROM_INDEX", True), "strict": is_strict()}
    asked = wanted["python"] or wanted["conda"] or requirements.of(packages) or _editables(packages) or (
        _stand_ins(packages) - {"azureml-defaults"})
    return wanted if asked else None


def _editables(packages: CondaDependencies) -> List[str]:
    """What is asked for as "-e ...", as packages: a run gets a copy of the folder, and what is built outlives it."""
    places = [match.group(1).strip() for match in map(_EDITABLE.match, packages.pip_options) if match]
    return [each if "://" in each or each[:1] in "./" else "./" + each for each in places]


def is_strict() -> bool:
    """Whether runs get exactly what is asked for, or an error (RUNYARD_ENV_STRICT=1)."""
    return _is_on("RUNYARD_ENV_STRICT", False)


def _is_on(name: str, default: bool) -> bool:
    """A switch among the environment variables."""
    given = os.environ.get(name, "").strip().lower()
    return given not in _NO if given else default


def _python(packages: CondaDependencies) -> Optional[str]:
    """The version of Python that somebody asked for. The one that every specification begins with is nobody's wish."""
    lines = [each for each in packages.conda_packages if name_of(each) == "python"]
    match = _PYTHON.match(lines[0]) if lines else None
    return match.group(1) if match and match.group(1) != PYTHON_DEFAULT_VERSION else None


def _pip(packages: CondaDependencies) -> List[str]:
    """The lines for pip: without what Runyard stands for, with the libraries that came with it."""
    lines = [each for each in packages.pip_packages if not requirements.is_ours(each)]
    hashed = any("--hash" in each for each in lines)  # then pip takes nothing without a hash
    present = {name_of(each) for each in lines} | {name_of(each) for each in packages.conda_packages}
    if _stand_ins(packages) and not hashed:
        lines += [each for each in _LIBRARIES if each not in present]
    return lines


def _stand_ins(packages: CondaDependencies) -> "set[str]":
    """The packages of Azure ML that libraries came with, as far as they are asked for."""
    return {name_of(each) for each in packages.pip_packages} & set(_STAND_FOR_LIBRARIES)


def with_files(packages: Optional[CondaDependencies], folder: str) -> Optional[CondaDependencies]:
    """The packages, with the lines of requirements files ("-r FILE", relative to a folder) in the place of their names.

    UserErrorException: such a file cannot be read.
    """
    lines = packages.as_dict()["dependencies"][-1:] if packages is not None else []
    pip = lines[0]["pip"] if lines and isinstance(lines[0], dict) else []
    if packages is None or not any(map(_file_in, pip)):
        return packages
    made = CondaDependencies(_underlying_structure=packages.as_dict())
    made.set_pip_requirements([line for each in pip for line in _lines_of(each, folder)])
    return made


def _file_in(line: str) -> Optional[str]:
    """The file that a line stands for."""
    match = re.match(r"(?:-r|--requirement)[ =]\s*(.+)", line.strip())
    return match.group(1).strip() if match else None


def _lines_of(line: str, folder: str) -> List[str]:
    """A line, or those of the file that it names."""
    file = _file_in(line)
    return [line] if file is None else environment_files.requirements(os.path.join(folder, file))


def refuse_container(asked: bool) -> None:
    """UserErrorException: a container is asked for, and only exactly that will do."""
    if asked and is_strict():
        raise UserErrorException("the configuration asks for a container, and runs have none here; RUNYARD_ENV_STRICT "
                                 "refuses anything else. Set docker.use_docker = False, take the image out of the "
                                 "environment, or unset RUNYARD_ENV_STRICT")
