# SPDX-License-Identifier: Apache-2.0
"""CondaDependencies: the packages that an environment asks for."""

from typing import Any, Dict, Iterable, List, Optional

from .exceptions import UserErrorException

PYTHON_DEFAULT_VERSION = "3.8.13"


class CondaDependencies:
    """Channels, conda packages and pip packages, in the order in which they were added.

    >>> CondaDependencies.create(conda_packages=["numpy"], pip_packages=["tqdm"])
    """

    def __init__(self, conda_dependencies_file_path: Optional[str] = None,
                 _underlying_structure: Optional[Dict[str, Any]] = None) -> None:
        self._name = "project_environment"
        self._channels: List[str] = ["anaconda", "conda-forge"]
        self._conda: List[str] = ["python=" + PYTHON_DEFAULT_VERSION]
        self._pip: List[str] = []
        if conda_dependencies_file_path is not None:
            self._load(conda_dependencies_file_path)

    @staticmethod
    def create(conda_packages: Optional[Iterable[str]] = None, pip_packages: Optional[Iterable[str]] = None,
               pip_indexurl: Optional[str] = None, pin_sdk_version: bool = True,
               python_version: str = PYTHON_DEFAULT_VERSION, pip_options: Optional[Iterable[str]] = None,
               **kwargs: Any) -> "CondaDependencies":
        """The packages as an object."""
        made = CondaDependencies()
        made.set_python_version(python_version)
        for package in _texts("conda_packages", conda_packages):
            made.add_conda_package(package)
        for package in _texts("pip_packages", pip_packages):
            made.add_pip_package(package)
        return made

    @property
    def conda_packages(self) -> Iterable[str]:
        """The conda packages, python included."""
        return list(self._conda)

    @property
    def pip_packages(self) -> Iterable[str]:
        """The pip packages."""
        return list(self._pip)

    @property
    def conda_channels(self) -> Iterable[str]:
        """The channels."""
        return list(self._channels)

    @property
    def python_version(self) -> Optional[str]:
        """The version of Python that is asked for."""
        return next((each.split("=")[-1] for each in self._conda if name_of(each) == "python"), None)

    def set_python_version(self, version: str) -> None:
        """Ask for a version of Python, as "3.8"."""
        self._conda = ["python=" + version] + [each for each in self._conda if name_of(each) != "python"]

    def add_channel(self, channel: str) -> None:
        """Add a channel, once."""
        _add(self._channels, channel)

    def remove_channel(self, channel: str) -> None:
        """Remove a channel, if it is there."""
        self._channels = [each for each in self._channels if each != channel]

    def add_conda_package(self, conda_package: str) -> None:
        """Add a conda package; an earlier line for the same package is replaced."""
        _replace(self._conda, conda_package)

    def remove_conda_package(self, conda_package: str) -> None:
        """Remove a conda package, whatever its version."""
        self._conda = [each for each in self._conda if name_of(each) != name_of(conda_package)]

    def add_pip_package(self, pip_package: str) -> None:
        """Add a pip package; an earlier line for the same package is replaced."""
        _replace(self._pip, pip_package)

    def remove_pip_package(self, pip_package: str) -> None:
        """Remove a pip package, whatever its version."""
        self._pip = [each for each in self._pip if name_of(each) != name_of(pip_package)]

    def set_pip_requirements(self, pip_requirements: Iterable[str]) -> None:
        """The pip packages, instead of those that were there."""
        self._pip = list(pip_requirements)

    def as_dict(self) -> Dict[str, Any]:
        """The shape of a conda specification."""
        dependencies: List[Any] = list(self._conda)
        if self._pip:
            dependencies.append({"pip": list(self._pip)})
        return {"name": self._name, "channels": list(self._channels), "dependencies": dependencies}

    def serialize_to_string(self) -> str:
        """The text of a conda specification (YAML)."""
        lines = ["# Conda environment specification.", "name: " + self._name, "dependencies:"]
        lines += ["- " + each for each in self._conda]
        lines += ["- pip:"] + ["  - " + each for each in self._pip] if self._pip else []
        return "\n".join(lines + ["channels:"] + ["- " + each for each in self._channels]) + "\n"

    def save_to_file(self, base_directory: str, conda_file_path: Optional[str] = None) -> str:
        """Write the specification into a folder; the file's name."""
        import os
        name = conda_file_path or "conda_dependencies.yml"
        with open(os.path.join(base_directory, name), "w", encoding="utf-8") as file:
            file.write(self.serialize_to_string())
        return name

    save = save_to_file

    def _load(self, path: str) -> None:
        """Take over a conda specification. UserErrorException: it cannot be read."""
        try:
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
        except OSError as error:
            raise UserErrorException("cannot read the conda specification {}: {}".format(
                path, error.strerror)) from None
        self._channels, self._conda, self._pip = [], [], []
        _read_specification(lines, self._channels, self._conda, self._pip)


def _read_specification(lines: List[str], channels: List[str], conda: List[str], pip: List[str]) -> None:
    """Read the part of YAML that conda specifications use: two lists of texts, one of them with an inner list."""
    into: Optional[List[str]] = None
    depth = 0
    for raw in lines:
        line = raw.split(" #")[0].rstrip()
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith("-"):
            into = channels if text.startswith("channels:") else conda if text.startswith("dependencies:") else None
        elif text.rstrip(":").endswith("pip") and text.endswith(":"):
            into, depth = pip, len(line) - len(line.lstrip())
        elif into is not None:
            if into is pip and len(line) - len(line.lstrip()) <= depth:
                into = conda
            into.append(text[1:].strip().strip("'\""))


def name_of(package: str) -> str:
    """The package's name without version, extras and markers, in lower case."""
    for position, character in enumerate(package):
        if character in " <>=!~[;@":
            return package[:position].lower()
    return package.lower()


def _add(texts: List[str], text: str) -> None:
    """Add a text that is not there."""
    if text not in texts:
        texts.append(text)


def _replace(packages: List[str], package: str) -> None:
    """Add a package in place of its older line."""
    packages[:] = [each for each in packages if name_of(each) != name_of(package)] + [package]


def _texts(what: str, given: Optional[Iterable[str]]) -> List[str]:
    """The packages that were passed. UserErrorException: a single text was passed."""
    if isinstance(given, str):
        raise UserErrorException("{} must be a list of texts, not the text {!r}".format(what, given))
    return list(given or [])
