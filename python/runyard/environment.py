# SPDX-License-Identifier: Apache-2.0
"""Environment: the interpreter of a script, its packages, and its variables.

An environment that is managed by its user is an interpreter: `python.interpreter_path`, else the Python that submits.
Any other is built from its packages before the first run that uses it, and kept. Containers are kept and shown.
"""

import builtins
import copy
import json
import os
from typing import TYPE_CHECKING, Any, Dict, Optional

from . import _objects
from ._config import curated, environment_files, registered_environments
from ._config.environment_sections import (DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE, ContainerRegistry,
                                           DockerImagePlatform, DockerSection, PythonSection, RCranPackage,
                                           RGitHubPackage, RSection, SparkPackage, SparkSection)
from ._config.section import Section
from .conda_dependencies import CondaDependencies
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from ._environment_build import ImageBuildDetails
    from .workspace import Workspace

__all__ = ["CondaDependencies", "ContainerRegistry", "DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE", "DockerImagePlatform",
           "DockerSection", "Environment", "PythonSection", "RCranPackage", "RGitHubPackage", "RSection",
           "SparkPackage", "SparkSection"]


class Environment(Section):
    """An environment by name.

    >>> env = Environment("user-managed-env")
    >>> env.python.user_managed_dependencies = True

    `before` (ours) is a day, as "2021-06-01": packages, and Python, as they were before it. It is kept and registered
    with the environment if it is set.
    """

    before: Optional[str]

    def __init__(self, name: str, **kwargs: Any) -> None:
        """UserErrorException: the name is not a text, or empty."""
        if not isinstance(name, str) or not name:
            raise UserErrorException("an environment's name must be a text that is not empty, not {!r}".format(name))
        self.name = name
        self.version: Optional[str] = None
        self.python = PythonSection()
        self.environment_variables: Dict[str, str] = {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"}
        self.docker = DockerSection()
        self.spark = SparkSection()
        self.r: Optional[RSection] = None
        self.databricks: Any = None
        self.inferencing_stack_version: Optional[str] = None

    def _set(self, name: str, value: Any, where: str) -> None:
        """As for every section; variables and versions become texts."""
        if name == "environment_variables" and isinstance(value, dict):
            value = {str(key): _text(text) for key, text in value.items()}
        elif name == "version":
            value = _text(value)
        elif name == "r" and self.r is None:
            self.r = RSection()
        super()._set(name, value, where)

    @staticmethod
    def from_conda_specification(name: str, file_path: str) -> "Environment":
        """An environment with the packages of a conda specification. UserErrorException: it cannot be read."""
        made = Environment(name)
        made.python.conda_dependencies = CondaDependencies(file_path)
        return made

    @staticmethod
    def from_pip_requirements(name: str, file_path: str, pip_version: Optional[str] = None) -> "Environment":
        """An environment with the packages of a requirements file, and a version of pip.

        UserErrorException: the file, or one that it names with -r, cannot be read.
        """
        made, packages = Environment(name), CondaDependencies()
        packages.add_conda_package("pip" if pip_version is None else "pip=" + pip_version)
        packages.set_pip_requirements(environment_files.requirements(file_path))
        made.python.conda_dependencies = packages
        return made

    @staticmethod
    def from_existing_conda_environment(name: str, conda_environment_name: str) -> "Environment":
        """An environment that runs in a conda environment of this machine. UserErrorException: it is not found."""
        made = Environment(name)
        made.python.user_managed_dependencies = True
        made.python.interpreter_path = environment_files.conda_prefix(conda_environment_name)
        return made

    @staticmethod
    def from_dockerfile(name: str, dockerfile: str, conda_specification: Optional[str] = None,
                        pip_requirements: Optional[str] = None) -> "Environment":
        """An environment with a Dockerfile (its path or its text), which is stored and not used: runs use the
        interpreter, with the packages of the conda specification or requirements file, if there is one."""
        made = _of_container(name, conda_specification, pip_requirements)
        made.docker.base_image = None
        made.docker.base_dockerfile = environment_files.dockerfile(dockerfile)
        return made

    @staticmethod
    def from_docker_image(name: str, image: str, container_registry: Optional[ContainerRegistry] = None,
                          conda_specification: Optional[str] = None,
                          pip_requirements: Optional[str] = None) -> "Environment":
        """An environment with an image, which is stored and not used; otherwise as from_dockerfile."""
        made = _of_container(name, conda_specification, pip_requirements)
        made.docker.base_image = image
        if container_registry is not None:
            made.docker.base_image_registry = container_registry
        return made

    @staticmethod
    def from_docker_build_context(name: str, docker_build_context: Any) -> "Environment":
        """Always raises UserErrorException: images are not built."""
        raise UserErrorException("environment '{}' cannot be made of a folder for an image, which is not built here: "
                                 "use Environment.from_dockerfile, or an interpreter of this machine".format(name))

    @staticmethod
    def get(workspace: "Workspace", name: str, version: Optional[str] = None,
            label: Optional[str] = None) -> "Environment":
        """A registered environment, by default the newest version. Changing the object does not change
        what is registered. A name that begins with AzureML or Microsoft always resolves.

        UserErrorException: there is none with that name and version.
        """
        if curated.is_reserved(name):
            return _curated_environment(name, version)
        return _of_definition(registered_environments.get(workspace, name, version, label))

    @staticmethod
    def list(workspace: "Workspace") -> "Dict[str, Environment]":
        """Name to environment: the newest version of every registered one, and the curated ones. The dictionary also
        has curated environments that it does not list."""
        found = _Environments(
            (facts["name"], _of_definition(facts)) for facts in registered_environments.newest(workspace))
        found.update((name, _curated_environment(name, None)) for name in curated.names())
        return found

    def register(self, workspace: "Workspace") -> "Environment":
        """Register the environment in the workspace. Returns it with its version, "1" at first; the same content keeps
        its version. UserErrorException: the name is reserved."""
        return _of_definition(registered_environments.register(workspace, self.name, self._definition()))

    @staticmethod
    def label(workspace: "Workspace", name: str, version: str, labels: "builtins.list[str]") -> None:
        """Always raises UserErrorException: versions have no labels here."""
        raise UserErrorException("cannot label version {} of environment '{}' with {}: keep the version's number, and "
                                 "pass it to Environment.get(workspace, name, version)".format(version, name, labels))

    def clone(self, new_name: str) -> "Environment":
        """A copy under another name, without a version."""
        made = Environment(new_name)
        made.__dict__.update(copy.deepcopy(self.__dict__), name=new_name, version=None)
        return made

    def save_to_directory(self, path: str, overwrite: bool = False) -> None:
        """Write azureml_environment.json, and the packages as conda_dependencies.yml, into a folder.

        UserErrorException: the folder exists, unless overwrite is set, or cannot be written.
        """
        environment_files.save(self.as_dict(), self.python.conda_dependencies, path, overwrite)

    @staticmethod
    def load_from_directory(path: str) -> "Environment":
        """The environment that save_to_directory wrote. UserErrorException: the folder has none."""
        return _of_definition(environment_files.load(path), os.path.join(path, environment_files.NAME))

    def build(self, workspace: "Workspace", image_build_compute: Any = None) -> "ImageBuildDetails":
        """Build the environment that runs would get; if it has no packages to build, check its interpreter.

        UserErrorException: it cannot be built, or the interpreter lacks packages.
        """
        return _objects._environment_build.built(self)

    def build_local(self, workspace: "Workspace", platform: Any = None, **kwargs: Any) -> "ImageBuildDetails":
        """As build()."""
        return self.build(workspace)

    def get_image_details(self, workspace: "Workspace") -> Any:
        """Always raises UserErrorException: there are no images."""
        raise UserErrorException("environment '{}' has no image: runs use the interpreter at "
                                 "environment.python.interpreter_path".format(self.name))

    @staticmethod
    def add_private_pip_wheel(workspace: "Workspace", file_path: str, exist_ok: bool = False) -> str:
        """Always raises UserErrorException: a wheel is installed with pip."""
        raise UserErrorException("cannot add the wheel {}: install it with pip into the Python that runs use"
                                 .format(file_path))

    def _definition(self) -> Dict[str, Any]:
        """The settings that differ between versions."""
        return dict(self.as_dict(), version=None)

    def __repr__(self) -> str:
        """The environment as JSON."""
        return json.dumps(self.as_dict(), indent=4)


class _Environments(Dict[str, Environment]):
    """Environments by name. Every curated name resolves."""

    def __missing__(self, name: str) -> Environment:
        """A curated environment. KeyError: the name is not reserved for Azure ML."""
        if not curated.is_reserved(name):
            raise KeyError(name)
        return _curated_environment(name, None)


def _of_definition(facts: Dict[str, Any], where: str = "the registered environment") -> Environment:
    """An environment from {"name", "version", "definition"}. RunConfigurationException: a wrong value."""
    made = Environment(facts["name"])
    made.fill(dict(facts["definition"], name=None, version=None), where)
    made.version = facts["version"]
    return made


def _curated_environment(name: str, version: Optional[str]) -> Environment:
    """A curated environment."""
    made, packages = Environment(name), curated.packages_of(name)
    made.version = version or "1"
    made.python.user_managed_dependencies = packages is None
    made.python.conda_dependencies = packages or CondaDependencies()
    return made


def _of_container(name: str, conda_specification: Optional[str], pip_requirements: Optional[str]) -> Environment:
    """An environment with the packages of one of two files; without a file, the user manages the packages."""
    if conda_specification is not None and pip_requirements is not None:
        raise UserErrorException("an environment takes either conda_specification or pip_requirements; {!r} and {!r} "
                                 "were given".format(conda_specification, pip_requirements))
    if conda_specification is not None:
        return Environment.from_conda_specification(name, conda_specification)
    if pip_requirements is not None:
        return Environment.from_pip_requirements(name, pip_requirements)
    made = Environment(name)
    made.python.user_managed_dependencies = True
    return made


def _text(value: Any) -> str:
    """A value of YAML as text."""
    return json.dumps(value) if isinstance(value, bool) else str(value)
