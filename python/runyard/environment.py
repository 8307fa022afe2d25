# SPDX-License-Identifier: Apache-2.0
"""Environment: which interpreter a script runs in, and with which variables.

Runs use an interpreter that exists: `python.interpreter_path`, else the Python that submits. Packages and
containers that an Environment asks for are kept and shown.
"""

import copy
import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .conda_dependencies import CondaDependencies
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .workspace import Workspace

DEFAULT_CPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"
DEFAULT_GPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.1-cudnn8-ubuntu20.04"


class _Section:
    """A group of settings; any name may be set, as v1 scripts do."""

    def __getattr__(self, name: str) -> Any:
        """A setting that Runyard does not know is None until it is set."""
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def as_dict(self) -> Dict[str, Any]:
        """The settings as JSON has them, in camel case."""
        return {_camel(name): _plain(value) for name, value in vars(self).items()}

    def __repr__(self) -> str:
        """The settings as JSON."""
        return json.dumps(self.as_dict(), indent=4, default=str)


class PythonSection(_Section):
    """Which Python."""

    def __init__(self, **kwargs: Any) -> None:
        self.interpreter_path = "python"
        self.user_managed_dependencies = False
        self.conda_dependencies: Optional[CondaDependencies] = CondaDependencies()
        self.conda_dependencies_file: Optional[str] = None
        self.base_conda_environment: Optional[str] = None


class DockerSection(_Section):
    """Which container; kept, not used."""

    def __init__(self, **kwargs: Any) -> None:
        self.enabled = False
        self.base_image: Optional[str] = DEFAULT_CPU_IMAGE
        self.base_dockerfile: Optional[str] = None
        self.base_image_registry = ContainerRegistry()
        self.shm_size: Optional[str] = None
        self.shared_volumes = True
        self.arguments: List[str] = []
        self.gpu_support = False


class ContainerRegistry(_Section):
    """Where a container comes from; kept, not used."""

    def __init__(self) -> None:
        self.address: Optional[str] = None
        self.username: Optional[str] = None
        self.password: Optional[str] = None


class SparkSection(_Section):
    """Settings of Spark; kept, not used."""

    def __init__(self, **kwargs: Any) -> None:
        self.repositories: List[str] = []
        self.packages: List[str] = []
        self.precache_packages = True


class Environment:
    """An environment by name.

    >>> env = Environment("user-managed-env")
    >>> env.python.user_managed_dependencies = True
    """

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
        self.inferencing_stack_version: Optional[str] = None

    @staticmethod
    def from_conda_specification(name: str, file_path: str) -> "Environment":
        """An environment with the packages of a conda specification."""
        made = Environment(name)
        made.python.conda_dependencies = CondaDependencies(file_path)
        return made

    @staticmethod
    def from_pip_requirements(name: str, file_path: str, pip_version: Optional[str] = None) -> "Environment":
        """An environment with the packages of a requirements file."""
        try:
            with open(file_path, encoding="utf-8") as file:
                lines = [line.split(" #")[0].strip() for line in file]
        except OSError as error:
            raise UserErrorException("cannot read the requirements file {}: {}".format(
                file_path, error.strerror)) from None
        made = Environment(name)
        packages = CondaDependencies()
        packages.set_pip_requirements([line for line in lines if line and not line.startswith("#")])
        made.python.conda_dependencies = packages
        return made

    @staticmethod
    def from_existing_conda_environment(name: str, conda_environment_name: str) -> "Environment":
        """An environment that runs in a conda environment of this machine. UserErrorException: it is not found."""
        made = Environment(name)
        made.python.user_managed_dependencies = True
        made.python.interpreter_path = _conda_prefix(conda_environment_name)
        return made

    @staticmethod
    def get(workspace: "Workspace", name: str, version: Optional[str] = None,
            label: Optional[str] = None) -> "Environment":
        """An environment of that name. Curated environments run in the Python that submits."""
        made = Environment(name)
        made.version = version or "1"
        made.python.user_managed_dependencies = True
        return made

    @staticmethod
    def list(workspace: "Workspace") -> "Dict[str, Environment]":
        """None: environments are not registered yet."""
        return {}

    def register(self, workspace: "Workspace") -> "Environment":
        """The environment with a version."""
        made = copy.deepcopy(self)
        made.version = self.version or "1"
        return made

    def clone(self, new_name: str) -> "Environment":
        """A copy under another name."""
        made = copy.deepcopy(self)
        made.name, made.version = new_name, None
        return made

    def as_dict(self) -> Dict[str, Any]:
        """The environment as runDefinition has it."""
        return {"name": self.name, "version": self.version, "python": self.python.as_dict(),
                "environmentVariables": dict(self.environment_variables or {}), "docker": self.docker.as_dict(),
                "spark": self.spark.as_dict(), "inferencingStackVersion": self.inferencing_stack_version}

    def __repr__(self) -> str:
        """The environment as JSON."""
        return json.dumps(self.as_dict(), indent=4, default=str)


def _camel(name: str) -> str:
    """user_managed_dependencies as userManagedDependencies."""
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest)


def _plain(value: Any) -> Any:
    """A setting as JSON has it."""
    return value.as_dict() if hasattr(value, "as_dict") else value


def _conda_prefix(name: str) -> str:
    """The prefix of a conda environment by name."""
    roots = [os.path.dirname(os.path.dirname(os.environ["CONDA_EXE"]))] if os.environ.get("CONDA_EXE") else []
    home = os.path.expanduser("~")
    roots += [os.path.join(home, each) for each in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")]
    roots += [os.environ["MAMBA_ROOT_PREFIX"]] if os.environ.get("MAMBA_ROOT_PREFIX") else []
    folders = [os.path.join(root, "envs", name) for root in roots] + [os.path.join(home, ".conda", "envs", name)]
    for folder in folders:
        if os.path.isdir(folder):
            return folder
    raise UserErrorException("Could not find an existing conda environment named {}; looked at {}. Set "
                             "environment.python.interpreter_path to its folder instead.".format(
                                 name, ", ".join(folders)))
