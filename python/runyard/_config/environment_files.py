# SPDX-License-Identifier: Apache-2.0
"""Files of environments: the folder of a saved one, requirements files, Dockerfiles, conda's folders."""

import json
import os
from typing import Any, Dict, List, Optional, Tuple, Union

from .._base import new_file
from ..conda_dependencies import CondaDependencies
from ..exceptions import UserErrorException

NAME = "azureml_environment.json"
_PACKAGES, _DOCKERFILE = "conda_dependencies.yml", "BaseDockerfile"


def save(definition: Dict[str, Any], packages: Optional[CondaDependencies], path: str, overwrite: bool) -> None:
    """Write a definition into a folder, with files for its packages and its Dockerfile.

    UserErrorException: the folder exists and overwrite is not set, or it cannot be written.
    """
    if os.path.exists(path) and not overwrite:
        raise UserErrorException("cannot save environment '{}' to {}: it exists; pass overwrite=True to replace what "
                                 "it holds of an environment".format(definition["name"], path))
    python, docker = dict(definition["python"]), dict(definition["docker"])
    files = {}
    if packages is not None:
        del python["condaDependencies"]
        files[_PACKAGES], python["condaDependenciesFile"] = packages.serialize_to_string(), _PACKAGES
    if docker.get("baseDockerfile"):
        files[_DOCKERFILE], docker["baseDockerfile"] = docker["baseDockerfile"], _DOCKERFILE
    files[NAME] = json.dumps(dict(definition, python=python, docker=docker), indent=4, ensure_ascii=False) + "\n"
    try:
        os.makedirs(path, exist_ok=True)
        for name, content in files.items():
            new_file.overwrite(os.path.join(path, name), content)
    except OSError as error:
        raise UserErrorException("cannot save environment '{}' to {}: {}".format(
            definition["name"], path, error.strerror)) from None


def load(path: str) -> Dict[str, Any]:
    """{"name", "version", "definition"} of a saved environment. UserErrorException: the folder has none."""
    where = os.path.join(path, NAME)
    try:
        definition = json.loads(read(where, "environment"))
        name, python, docker = definition["name"], dict(definition["python"]), dict(definition.get("docker") or {})
    except (ValueError, KeyError, TypeError) as error:
        raise UserErrorException("{} is no environment: {!r}".format(where, error)) from None
    if python.get("condaDependenciesFile"):
        given = os.path.join(path, python.pop("condaDependenciesFile"))
        python["condaDependencies"] = CondaDependencies(given).as_dict()
    if docker.get("baseDockerfile") == _DOCKERFILE:
        docker["baseDockerfile"] = read(os.path.join(path, _DOCKERFILE), "Dockerfile")
    return {"name": name, "version": definition.get("version"),
            "definition": dict(definition, python=python, docker=docker)}


def requirements(path: str, around: Tuple[str, ...] = ()) -> List[str]:
    """The lines of a requirements file, without comments. Lines "-r FILE" are replaced by the lines of that file.

    UserErrorException: a file cannot be read, or names itself.
    """
    if os.path.realpath(path) in around:
        raise UserErrorException("the requirements file {} names itself".format(path))
    found = []
    for line in read(path, "requirements file").replace("\\\n", " ").splitlines():
        text = " ".join((" " + line).split(" #")[0].split())
        option = next((name for name in ("-r", "--requirement") if text.startswith((name + " ", name + "="))), None)
        if option is not None:
            other = os.path.join(os.path.dirname(path), text[len(option) + 1:].strip())
            found += requirements(other, around + (os.path.realpath(path),))
        elif text:
            found.append(text)
    return found


def dockerfile(given: "Union[str, os.PathLike[str]]") -> str:
    """The text of a Dockerfile, given its path or its text. UserErrorException: it cannot be read."""
    if not isinstance(given, str):
        return read(os.fspath(given), "Dockerfile")
    is_text = "\n" in given or given.strip().upper().startswith(("FROM ", "ARG "))
    return given if is_text else read(given, "Dockerfile")


def read(path: str, what: str) -> str:
    """The text of a file. UserErrorException: it cannot be read."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise UserErrorException("cannot read the {} {}: {}".format(
            what, path, getattr(error, "strerror", None) or error)) from None


def conda_prefix(name: str) -> str:
    """The folder of a conda environment by name. UserErrorException: it is not found; the message lists the folders."""
    home = os.path.expanduser("~")
    roots = [os.path.join(home, name) for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")]
    roots += [os.environ["MAMBA_ROOT_PREFIX"]] if os.environ.get("MAMBA_ROOT_PREFIX") else []
    if os.environ.get("CONDA_EXE"):
        roots.insert(0, os.path.dirname(os.path.dirname(os.environ["CONDA_EXE"])))
    shelves = [folder for folder in os.environ.get("CONDA_ENVS_PATH", "").split(os.pathsep) if folder]
    shelves += [os.path.join(root, "envs") for root in roots] + [os.path.join(home, ".conda", "envs")]
    folders = roots if name == "base" else [os.path.join(shelf, name) for shelf in shelves]
    folders += [prefix for prefix in _listed_prefixes(home) if os.path.basename(prefix) == name]
    for folder in folders:
        if os.path.isdir(folder):
            return folder
    raise UserErrorException("Could not find an existing conda environment named {}; looked at {}. Set "
                             "environment.python.interpreter_path to its folder instead.".format(
                                 name, ", ".join(folders)))


def _listed_prefixes(home: str) -> List[str]:
    """The prefixes in conda's own list."""
    try:
        with open(os.path.join(home, ".conda", "environments.txt"), encoding="utf-8") as lines:
            return [line.strip() for line in lines if line.strip()]
    except OSError:
        return []
