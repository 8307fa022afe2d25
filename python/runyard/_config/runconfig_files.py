# SPDX-License-Identifier: Apache-2.0
"""Files of run configurations: <folder>/.azureml/<name>.runconfig, YAML in camel case, and a file for the packages."""

import os
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Tuple

from .._base import new_file
from ..conda_dependencies import CondaDependencies
from ..exceptions import UserErrorException
from . import yaml_text

if TYPE_CHECKING:
    from ..runconfig import RunConfiguration

_FOLDERS, _ENDING = (".azureml", "aml_config", ""), ".runconfig"
_ENDINGS = (_ENDING, ".yml", ".yaml")
_PACKAGES, _SEPARATE = "conda_dependencies.yml", "environment.yml"
_HEAD = "# A run configuration. What is absent has its default; RunConfiguration.load reads it.\n"


def load(path: str, name: Optional[str]) -> Tuple[Dict[str, Any], str]:
    """The settings of a file, its packages included, and its path. UserErrorException: there is no file; the message
    lists the paths."""
    found = _find(path, name)
    given = yaml_text.read(found, "run configuration")
    if not isinstance(given, dict):
        raise UserErrorException("{} is no run configuration: it must be names with values".format(found))
    python = (given.get("environment") or {}).get("python")
    if isinstance(python, dict) and python.get("condaDependenciesFile"):
        where = _packages_of(found, str(python.pop("condaDependenciesFile")))
        python["condaDependencies"] = CondaDependencies(where).as_dict()
    return given, found


def save(config: "RunConfiguration", path: Optional[str], name: Optional[str], separate: bool) -> None:
    """Write a configuration. UserErrorException: it cannot be written, or has no name."""
    final = _target(path or ".", name)
    settings = config.as_dict()
    python = settings["environment"]["python"]
    packages = python["condaDependencies"]
    if packages is not None:
        del python["condaDependencies"]
        text = CondaDependencies(_underlying_structure=packages).serialize_to_string()
        beside = os.path.join(os.path.dirname(final), _packages_name(final, text, separate))
        _write(beside, text)
        python["condaDependenciesFile"] = os.path.relpath(beside, project_of(final))
    _write(final, _HEAD + yaml_text.dump(settings))


def delete(path: str, name: str) -> None:
    """Remove a configuration. UserErrorException: there is none, or it cannot be removed."""
    found = _find(path, name)
    try:
        os.remove(found)
    except OSError as error:
        raise UserErrorException("cannot delete the run configuration {}: {}".format(found, error.strerror)) from None


def _find(path: str, name: Optional[str]) -> str:
    """The file of a configuration. UserErrorException: there is none."""
    looked = list(_candidates(path, name))
    for candidate in looked:
        if os.path.isfile(candidate):
            return os.path.abspath(candidate)
    raise UserErrorException("There is no run configuration {} at {}; looked for {}.".format(
        "" if name is None else repr(name), path, ", ".join(looked)))


def _candidates(path: str, name: Optional[str]) -> Iterator[str]:
    """The paths of a configuration, in the order of search; only the path, if it is a file."""
    if name is None or os.path.isfile(path):
        yield path
        return
    for folder in _FOLDERS:
        yield os.path.join(path, folder, name + _ENDING)
        yield os.path.join(path, folder, name)


def _target(path: str, name: Optional[str]) -> str:
    """The file to write: the path, if it names a file, else <path>/.azureml/<name>.runconfig."""
    if path.endswith(_ENDINGS) or os.path.isfile(path):
        return os.path.abspath(path)
    if not name:
        raise UserErrorException("cannot save a run configuration in {} without a name: pass name=".format(path))
    folder = path if os.path.basename(os.path.abspath(path)) in _FOLDERS[:2] else os.path.join(path, _FOLDERS[0])
    return os.path.abspath(os.path.join(folder, name if name.endswith(_ENDINGS) else name + _ENDING))


def project_of(file: str) -> str:
    """The folder that paths in a configuration are relative to."""
    folder = os.path.dirname(file)
    return os.path.dirname(folder) if os.path.basename(folder) in _FOLDERS[:2] else folder


def _packages_of(file: str, given: str) -> str:
    """The conda specification that a configuration names, in the project's folder or in its own."""
    for folder in (project_of(file), os.path.dirname(file)):
        if os.path.isfile(os.path.join(folder, given)):
            return os.path.join(folder, given)
    return os.path.join(project_of(file), given)


def _packages_name(final: str, text: str, separate: bool) -> str:
    """The file for the packages; one with the configuration's name if the usual file has other packages."""
    usual = _SEPARATE if separate else _PACKAGES
    try:
        with open(os.path.join(os.path.dirname(final), usual), encoding="utf-8") as file:
            taken = file.read() != text
    except OSError:
        taken = False
    return "{}_{}".format(os.path.splitext(os.path.basename(final))[0], usual) if taken else usual


def _write(path: str, text: str) -> None:
    """Write a file, and create the folders above it."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        new_file.overwrite(path, text)
    except OSError as error:
        raise UserErrorException("cannot write {}: {}".format(path, error.strerror)) from None
