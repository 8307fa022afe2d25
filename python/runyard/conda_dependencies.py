# SPDX-License-Identifier: Apache-2.0
"""CondaDependencies: the packages of an environment."""

import copy
import os
from typing import Any, Dict, Iterable, List, Optional

from ._base import new_file
from ._config import yaml_text
from .exceptions import UserErrorException

PYTHON_DEFAULT_VERSION = "3.10.18"
_FILE = "conda_dependencies.yml"
_HEAD = "# Conda environment specification: the packages of runs whose environment is managed for them.\n"
_DEFAULT = {"name": "project_environment", "channels": ["anaconda", "conda-forge"],
            "dependencies": ["python=" + PYTHON_DEFAULT_VERSION, {"pip": ["azureml-defaults"]}]}


class CondaDependencies:
    """Channels, conda packages and pip packages, in the order in which they were added.

    >>> CondaDependencies.create(conda_packages=["numpy"], pip_packages=["tqdm"])
    """

    DEFAULT_NUMBER_OF_CONDA_PACKAGES = 0
    DEFAULT_NUMBER_OF_PIP_PACKAGES = 0

    def __init__(self, conda_dependencies_file_path: Optional[str] = None,
                 _underlying_structure: Optional[Dict[str, Any]] = None) -> None:
        """The packages of a conda specification; without one, only Python. UserErrorException: it cannot be read."""
        given = _underlying_structure if _underlying_structure is not None else _DEFAULT
        where = "_underlying_structure"
        if conda_dependencies_file_path is not None:
            where = os.fspath(conda_dependencies_file_path)
            given = yaml_text.read(where, "conda specification")
        self._lists = _Lists(given, where)

    @staticmethod
    def create(pip_indexurl: Optional[str] = None, pip_packages: Optional[Iterable[str]] = None,
               conda_packages: Optional[Iterable[str]] = None, python_version: str = PYTHON_DEFAULT_VERSION,
               pin_sdk_version: bool = True) -> "CondaDependencies":
        """The packages as an object."""
        made = CondaDependencies()
        made.set_python_version(python_version)
        if pip_indexurl is not None:
            made.set_pip_index_url(pip_indexurl)
        for package in _texts("conda_packages", conda_packages):
            made.add_conda_package(package)
        for package in _texts("pip_packages", pip_packages):
            made.add_pip_package(package)
        return made

    @staticmethod
    def merge_requirements(requirements: Iterable[str]) -> List[str]:
        """The requirements in order, merged by package: ["a>=1", "b", "a<2"] becomes ["a>=1,<2", "b"]."""
        merged: Dict[str, str] = {}
        for line in _texts("requirements", requirements):
            name = name_of(line)
            version = line[len(name):].strip()
            before = merged.get(name)
            merged[name] = line if before is None else before if not version else before + (
                "," if len(before) > len(name) else "") + version
        return list(merged.values())

    @property
    def conda_packages(self) -> Iterable[str]:
        """The conda packages, python included."""
        return list(self._lists.conda)

    @property
    def pip_packages(self) -> Iterable[str]:
        """The pip packages."""
        return [line for line in self._lists.pip if not line.startswith("-")]

    @property
    def pip_options(self) -> Iterable[str]:
        """The options for pip, as "--index-url ..."."""
        return [line for line in self._lists.pip if line.startswith("-")]

    @property
    def conda_channels(self) -> Iterable[str]:
        """The channels."""
        return list(self._lists.channels)

    def get_default_number_of_packages(self) -> int:
        """The number of packages in every new specification."""
        return self.DEFAULT_NUMBER_OF_CONDA_PACKAGES + self.DEFAULT_NUMBER_OF_PIP_PACKAGES

    def get_python_version(self) -> Optional[str]:
        """The version of Python."""
        return next((line[len("python"):].lstrip("=<>~! ") for line in self._lists.conda if name_of(line) == "python"),
                    None)

    def set_python_version(self, version: str) -> None:
        """Set the version of Python, as "3.8"."""
        self._lists.conda = ["python=" + str(version)] + [line for line in self._lists.conda
                                                          if name_of(line) != "python"]

    def add_channel(self, channel: str) -> None:
        """Add a channel, if it is missing."""
        if channel not in self._lists.channels:
            self._lists.channels.append(channel)

    def remove_channel(self, channel: str) -> None:
        """Remove a channel, if it is present."""
        self._lists.channels = [name for name in self._lists.channels if name != channel]

    def add_conda_package(self, conda_package: str) -> None:
        """Add a conda package; an earlier line for the same package is replaced."""
        _replace(self._lists.conda, conda_package)

    def remove_conda_package(self, conda_package: str) -> None:
        """Remove a conda package, whatever its version."""
        _remove(self._lists.conda, conda_package)

    def add_pip_package(self, pip_package: str) -> None:
        """Add a pip package; an earlier line for the same package is replaced."""
        _replace(self._lists.pip, pip_package)

    def remove_pip_package(self, pip_package: str) -> None:
        """Remove a pip package, whatever its version."""
        _remove(self._lists.pip, pip_package)

    def add_tensorflow_pip_package(self, core_type: str = "cpu", version: Optional[str] = None) -> None:
        """Add TensorFlow; core_type "gpu" means the package of that name, which old versions needed."""
        name = "tensorflow-gpu" if core_type == "gpu" else "tensorflow"
        self.add_pip_package(name if version is None else "{}=={}".format(name, version))

    def add_tensorflow_conda_package(self, core_type: str = "cpu", version: Optional[str] = None) -> None:
        """Add TensorFlow from conda."""
        name = "tensorflow-gpu" if core_type == "gpu" else "tensorflow"
        self.add_conda_package(name if version is None else "{}={}".format(name, version))

    def add_cntk_package(self, core_type: str = "cpu") -> None:
        """Add CNTK; core_type "gpu" means the package of that name."""
        self.add_pip_package("cntk-gpu" if core_type == "gpu" else "cntk")

    def set_pip_index_url(self, index_url: str) -> None:
        """Set the address where pip finds packages."""
        self.set_pip_option("--index-url " + index_url)

    def set_pip_option(self, pip_option: str) -> None:
        """Add an option for pip; an earlier value of the same option is replaced."""
        self.remove_pip_option(pip_option)
        self._lists.pip.insert(0, pip_option)

    def remove_pip_option(self, pip_option: str) -> None:
        """Remove an option for pip, whatever its value."""
        name = pip_option.replace("=", " ").split(" ")[0]
        self._lists.pip[:] = [line for line in self._lists.pip if line.replace("=", " ").split(" ")[0] != name]

    def set_pip_requirements(self, pip_requirements: Iterable[str]) -> None:
        """Replace the pip packages and options."""
        self._lists.pip = _texts("pip_requirements", pip_requirements)

    def as_dict(self) -> Dict[str, Any]:
        """The dictionary of a conda specification."""
        return self._lists.as_dict()

    def serialize_to_string(self) -> str:
        """The text of a conda specification (YAML)."""
        return _HEAD + yaml_text.dump(self.as_dict())

    def save_to_file(self, base_directory: str, conda_file_path: Optional[str] = None) -> str:
        """Write the specification into a folder. Returns the file's name."""
        name = conda_file_path or _FILE
        self.save(os.path.join(base_directory, name))
        return name

    def save(self, path: Optional[str] = None) -> str:
        """Write the specification to a file, by default conda_dependencies.yml. Returns its path.

        UserErrorException: it cannot be written.
        """
        final = os.fspath(path or _FILE)
        try:
            os.makedirs(os.path.dirname(os.path.abspath(final)), exist_ok=True)
            new_file.overwrite(final, self.serialize_to_string())
        except OSError as error:
            raise UserErrorException("cannot write the conda specification {}: {}".format(
                final, error.strerror)) from None
        return final

    def __repr__(self) -> str:
        """The specification as a dictionary."""
        return repr(self.as_dict())

    def __eq__(self, other: object) -> bool:
        """Equal specifications."""
        return isinstance(other, CondaDependencies) and other.as_dict() == self.as_dict()

    __hash__ = None  # type: ignore[assignment]


class _Lists:
    """The three lists of a conda specification, and its other entries."""

    def __init__(self, given: Any, where: str) -> None:
        """UserErrorException: `given`, from the file `where`, is no conda specification."""
        if not isinstance(given, dict):
            raise UserErrorException("{} is no conda specification: it needs 'dependencies:' and a list below it"
                                     .format(where))
        given = copy.deepcopy(given)
        self.channels = _listed(given.pop("channels", None), "channels", where)
        self.conda: List[str] = []
        self.pip: List[str] = []
        dependencies = given.pop("dependencies", None) or []
        if not isinstance(dependencies, list):
            raise UserErrorException("{}: 'dependencies' must be a list of texts, not {!r}".format(where, dependencies))
        for entry in dependencies:
            if isinstance(entry, dict) and set(entry) == {"pip"}:
                self.pip += _listed(entry["pip"], "dependencies: pip", where)
            else:
                self.conda += _listed([entry], "dependencies", where)
        self.rest = given

    def as_dict(self) -> Dict[str, Any]:
        """The specification, with `pip` last, as conda requires."""
        pip: List[Any] = [{"pip": list(self.pip)}] if self.pip else []
        return dict(self.rest, channels=list(self.channels), dependencies=list(self.conda) + pip)


def _listed(given: Any, what: str, where: str) -> List[str]:
    """A list of texts of a specification. UserErrorException: it is something else."""
    found = given or []
    if not isinstance(found, list) or any(isinstance(entry, (dict, list)) or entry is None for entry in found):
        raise UserErrorException("{}: '{}' must be a list of texts, not {!r}".format(where, what, given))
    return [str(entry) for entry in found]


def name_of(package: str) -> str:
    """The package's name without channel, version, extras and markers, in lower case."""
    text = package.split("::")[-1].strip()
    for position, character in enumerate(text):
        if character in " <>=!~[;@":
            return text[:position].lower()
    return text.lower()


def _replace(packages: List[str], package: str) -> None:
    """Add a package, or replace its line. UserErrorException: it is no text."""
    if not isinstance(package, str) or not package.strip():
        raise UserErrorException("a package is a text such as 'numpy==1.26', not {!r}".format(package))
    _remove(packages, package)
    packages.append(package)


def _remove(packages: List[str], package: str) -> None:
    """Remove every line for a package."""
    packages[:] = [line for line in packages if line.startswith("-") or name_of(line) != name_of(package)]


def _texts(what: str, given: Optional[Iterable[str]]) -> List[str]:
    """A list of texts. UserErrorException: it is a single text, or something else."""
    found = [] if given is None or isinstance(given, (str, bytes)) else list(given)
    if isinstance(given, (str, bytes)) or any(not isinstance(text, str) for text in found):
        raise UserErrorException("{} must be a list of texts, not {!r}".format(what, given))
    return found
