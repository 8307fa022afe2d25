# SPDX-License-Identifier: Apache-2.0
"""InferenceConfig: the scoring script of a service, its folder, and the environment that it runs in."""

import ast
import os
import warnings
from keyword import iskeyword
from typing import Any, Optional

from . import _objects
from ._service.source import Source
from .exceptions import UserErrorException, WebserviceException

_RUNTIMES = ("spark-py", "python", "python-slim")
_MOVED = " been deprecated and will be removed in a future release. Please migrate to using Environments."
_OLDER = ("runtime", "conda_file", "extra_docker_file_steps", "enable_gpu", "cuda_version", "base_image")


class InferenceConfig:
    """How a model is served.

    >>> InferenceConfig(entry_script="score.py", source_directory="./service", environment=env)
    """

    def __init__(self, entry_script: str, runtime: Optional[str] = None, conda_file: Optional[str] = None,
                 extra_docker_file_steps: Optional[str] = None, source_directory: Optional[str] = None,
                 enable_gpu: Optional[bool] = None, description: Optional[str] = None,
                 base_image: Optional[str] = None, base_image_registry: Any = None,
                 cuda_version: Optional[str] = None, environment: Any = None) -> None:
        """`entry_script` is relative to `source_directory`, or to this folder; without a folder only the script itself
        is deployed. Without an environment and a conda_file, the service runs with this Python.

        WebserviceException: a file is not there, or arguments do not fit together. UserErrorException: the script
        cannot be read, or is no Python.
        """
        self.entry_script, self.runtime, self.conda_file = entry_script, runtime, conda_file
        self.extra_docker_file_steps, self.source_directory = extra_docker_file_steps, source_directory
        self.enable_gpu, self.cuda_version, self.description = enable_gpu, cuda_version, description
        self.base_image, self.base_image_registry = base_image, base_image_registry
        self.environment = environment
        self.validate_configuration()

    def validate_configuration(self) -> None:
        """Check the arguments. Exceptions: as for the constructor."""
        for names in (("runtime",), ("conda_file",), ("extra_docker_file_steps",), ("enable_gpu", "cuda_version"),
                      ("base_image", "base_image_registry")):
            if any(getattr(self, name) for name in names):
                verb = " parameter has" if len(names) == 1 else " parameters have"
                warnings.warn(" and ".join(names) + verb + _MOVED, DeprecationWarning, stacklevel=3)
        if not self.entry_script:
            raise WebserviceException("Error, need to specify entry_script.")
        if self.environment is not None:
            self._check_environment()
        if self.source_directory:
            self.source_directory = os.path.realpath(self.source_directory)
            _check_path(self.source_directory, "source directory")
        _check_path(self._here(self.entry_script), "entry_script",
                    "entry_script should be path relative to current working directory")
        check_script(self.entry_script, self.runtime)
        for path, name in ((self.conda_file, "Conda file"), (self.extra_docker_file_steps, "extra docker file steps")):
            if path:
                _check_path(self._here(path), name)
        self.validation_script_content()

    def _check_environment(self) -> None:
        """WebserviceException: the environment is none, or an argument stands beside it that would be part of it."""
        if not isinstance(self.environment, _objects.Environment):
            raise WebserviceException("environment must be an Environment, not {!r}".format(self.environment))
        if any(getattr(self, name) for name in _OLDER):
            raise WebserviceException("Error, unable to provide {}, or {} along with an environment object.".format(
                ", ".join(_OLDER[:-1]), _OLDER[-1]))

    def validation_script_content(self) -> None:
        """UserErrorException: the script cannot be read, or is no Python."""
        path = self._here(self.entry_script)
        try:
            with open(path, "rb") as script:
                ast.parse(script.read(), path)
        except OSError as error:
            raise UserErrorException("Failed to open {}, please check if it exists and the read permission. We can not "
                                     "deploy the model if we can not access this file. ({})".format(
                                         path, error.strerror)) from None
        except (SyntaxError, ValueError) as error:
            raise UserErrorException("{}. Please check it and try local deployment to verify.".format(error)) from None

    def _here(self, path: str) -> str:
        """The path of a file that is relative to the source."""
        return os.path.join(self.source_directory or "", path)

    def _source(self) -> Source:
        """What is deployed."""
        if self.source_directory:
            inside = os.path.relpath(os.path.join(self.source_directory, self.entry_script), self.source_directory)
            return Source(self.source_directory, inside, {}, self._environment(), self.description)
        name = os.path.basename(self.entry_script)
        return Source(None, name, {name: os.path.abspath(self.entry_script)}, self._environment(), self.description)

    def _environment(self) -> Any:
        """The environment, also that of the older arguments. None: this Python."""
        if self.environment is not None:
            return self.environment
        return environment_of(self._here(self.conda_file) if self.conda_file else None, self.base_image)


def environment_of(conda_file: Optional[str], base_image: Optional[str]) -> Any:
    """The environment of a conda file. None: there is none, so that the service runs with this Python."""
    if conda_file is None:
        return None
    made = _objects.Environment.from_conda_specification("service", conda_file)
    if base_image:
        made.docker.base_image = base_image
    return made


def check_script(script: str, runtime: Optional[str]) -> None:
    """WebserviceException: the script is no module of Python, or the runtime is another one."""
    name, extension = os.path.splitext(os.path.basename(script))
    if extension != ".py":
        raise WebserviceException("Invalid driver type. Currently only Python drivers are supported.")
    if not name.isidentifier() or iskeyword(name):
        raise WebserviceException(
            'Error, invalid name "{}" for provided entry script. The script must be importable as a valid python '
            "module, and must adhere to standard module naming. This means it must be a valid python identifier and "
            "not a part of the set of python standard keywords.".format(name))
    if runtime and runtime.lower() not in _RUNTIMES:
        raise WebserviceException("Provided runtime not supported. Possible runtimes are: spark-py|python")


def _check_path(path: str, name: str, advice: str = "") -> None:
    """WebserviceException: a path does not exist."""
    path = os.path.normpath(path)
    if not os.path.exists(path):
        raise WebserviceException("{0} {1} doesn't exist. {2}".format(name, path, advice))
