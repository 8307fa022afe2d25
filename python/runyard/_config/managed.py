# SPDX-License-Identifier: Apache-2.0
"""The environment that Runyard builds for a run: `managed` of a submit (docs/formats/http-api.md)."""

import os
import re
from typing import Any, Dict, List, Optional

from ..conda_dependencies import PYTHON_DEFAULT_VERSION, CondaDependencies, name_of
from ..exceptions import UserErrorException
from . import environment_files, requirements

_LIBRARIES = ("pandas", "pyarrow")  # and numpy, by pandas: a list without numpy gets numpy 1 where a package needs it
# The packages of Azure ML that brought libraries along.
_BROUGHT = {"azureml-defaults": _LIBRARIES, "azureml-sdk": _LIBRARIES, "azureml-dataset-runtime": _LIBRARIES,
            "azureml-dataprep": _LIBRARIES, "azureml-mlflow": ("mlflow-skinny",)}
_INCLUDED = {"mlflow-skinny": "mlflow"}  # a library to one that has it inside
_PYTHON = re.compile(r"python\s*={1,2}\s*(\d+(?:\.\d+)*)")
_EDITABLE = re.compile(r"(?:-e|--editable\b)[ =]?(.+)")
_NO = ("0", "false", "no", "off")


def of(name: str, packages: Optional[CondaDependencies], before: Optional[str] = None) -> Optional[Dict[str, Any]]:
    """The environment to build, with packages from before a day ("2021-06-01") if one is given. None: it asks for no
    packages besides those that Runyard replaces, or builds are switched off (RUNYARD_ENV_BUILD=0); then runs use the
    interpreter, which must have the packages."""
    if packages is None or not _is_on("RUNYARD_ENV_BUILD", True):
        return None
    definition = {"name": name, "python": _python(packages), "pip": _pip(packages) + _editables(packages),
                  "options": [option for option in packages.pip_options if not _EDITABLE.match(option)],
                  "conda": requirements.of_conda(packages), "channels": list(packages.conda_channels),
                  "conda_from_index": _is_on("RUNYARD_ENV_CONDA_FROM_INDEX", True), "strict": is_strict()}
    if before is not None:
        definition["before"] = before
    asked = definition["python"] or definition["conda"] or requirements.of(packages) or _editables(packages) or (
        _stand_ins(packages) - {"azureml-defaults"}) or (before is not None and definition["pip"])
    return definition if asked else None


def _editables(packages: CondaDependencies) -> List[str]:
    """The packages of lines "-e ...", as normal packages: a run only has a copy of the folder, and the environment
    outlives it."""
    paths = [match.group(1).strip() for match in map(_EDITABLE.match, packages.pip_options) if match]
    return [path if "://" in path or path[:1] in "./" else "./" + path for path in paths]


def is_strict() -> bool:
    """Whether a run must get exactly its environment, or fail (RUNYARD_ENV_STRICT=1)."""
    return _is_on("RUNYARD_ENV_STRICT", False)


def _is_on(name: str, default: bool) -> bool:
    """A switch among the environment variables."""
    given = os.environ.get(name, "").strip().lower()
    return given not in _NO if given else default


def _python(packages: CondaDependencies) -> Optional[str]:
    """The version of Python, if it was chosen. The default of every new specification does not count."""
    lines = [package for package in packages.conda_packages if name_of(package) == "python"]
    match = _PYTHON.match(lines[0]) if lines else None
    return match.group(1) if match and match.group(1) != PYTHON_DEFAULT_VERSION else None


def _pip(packages: CondaDependencies) -> List[str]:
    """The lines for pip: without packages that Runyard replaces, with the libraries that those brought along."""
    lines = [line for line in packages.pip_packages if not requirements.is_ours(line)]
    hashed = any("--hash" in line for line in lines)  # then pip accepts only lines with a hash
    present = {name_of(line) for line in lines} | {name_of(package) for package in packages.conda_packages}
    brought = dict.fromkeys(library for name in sorted(_stand_ins(packages)) for library in _BROUGHT[name])
    if not hashed:
        lines += [library for library in brought if not {library, _INCLUDED.get(library)} & present]
    return lines


def _stand_ins(packages: CondaDependencies) -> "set[str]":
    """The requested packages of Azure ML that brought libraries along."""
    return {name_of(line).replace("_", "-") for line in packages.pip_packages} & set(_BROUGHT)


def with_files(packages: Optional[CondaDependencies], folder: str) -> Optional[CondaDependencies]:
    """The packages, with lines "-r FILE" (relative to a folder) replaced by the lines of the file.

    UserErrorException: such a file cannot be read.
    """
    lines = packages.as_dict()["dependencies"][-1:] if packages is not None else []
    pip = lines[0]["pip"] if lines and isinstance(lines[0], dict) else []
    if packages is None or not any(map(_file_in, pip)):
        return packages
    made = CondaDependencies(_underlying_structure=packages.as_dict())
    made.set_pip_requirements([line for entry in pip for line in _lines_of(entry, folder)])
    return made


def _file_in(line: str) -> Optional[str]:
    """The file of a line "-r FILE"."""
    match = re.match(r"(?:-r|--requirement)[ =]\s*(.+)", line.strip())
    return match.group(1).strip() if match else None


def _lines_of(line: str, folder: str) -> List[str]:
    """The line, or the lines of the file that it names."""
    file = _file_in(line)
    return [line] if file is None else environment_files.requirements(os.path.join(folder, file))


def refuse_container(asked: bool) -> None:
    """UserErrorException: a container is requested, and RUNYARD_ENV_STRICT is set."""
    if asked and is_strict():
        raise UserErrorException("the configuration asks for a container, and runs have none here; RUNYARD_ENV_STRICT "
                                 "refuses anything else. Set docker.use_docker = False, take the image out of the "
                                 "environment, or unset RUNYARD_ENV_STRICT")
