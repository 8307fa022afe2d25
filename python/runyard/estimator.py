# SPDX-License-Identifier: Apache-2.0
"""The base of SDK v1's estimators: a ScriptRunConfig from a script, its parameters and its packages."""

import os
from typing import Any, Dict, List, Optional

from ._base import messages
from .conda_dependencies import CondaDependencies
from .environment import Environment
from .exceptions import TrainingException
from .runconfig import MpiConfiguration, PyTorchConfiguration, RunConfiguration, TensorflowConfiguration
from .script_run_config import MAX_RUN_DURATION_SECONDS_DEFAULT, ScriptRunConfig


class Mpi:
    """A distributed job by MPI."""

    def __init__(self, process_count_per_node: int = 1) -> None:
        self.process_count_per_node = process_count_per_node


class Gloo:
    """A distributed job of PyTorch by Gloo."""


class Nccl:
    """A distributed job of PyTorch by NCCL."""


class ParameterServer:
    """A distributed job of TensorFlow by parameter servers."""

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 1) -> None:
        self.worker_count, self.parameter_server_count = worker_count, parameter_server_count


class MMLBaseEstimator(ScriptRunConfig):
    """The base of all estimators. The packages become an environment, which is built; without packages the run has the
    interpreter of the submitter. Arguments for images, machines and registries have no effect."""

    source_directory: Any = None  # set for an object
    run_config: Any = None
    FRAMEWORK_NAME: Optional[str] = None
    DEFAULT_VERSION: Optional[str] = None
    _package = ""

    def __init__(self, source_directory: Any, *, compute_target: Any = None, **given: Any) -> None:
        """TrainingException: there is no entry_script, or script_params is no dictionary."""
        if not given.get("entry_script"):
            raise TrainingException("entry_script is missing: {}({!r}, entry_script='train.py', ...)".format(
                type(self).__name__, source_directory))
        self._framework_version = given.get("framework_version")
        seconds = given.get("max_run_duration_seconds")
        super().__init__(source_directory, given["entry_script"], arguments_of(given.get("script_params")),
                         compute_target=compute_target or "local",
                         environment=self._environment(source_directory, given),
                         resume_from=given.get("resume_from"), distributed_job_config=_job(given),
                         max_run_duration_seconds=MAX_RUN_DURATION_SECONDS_DEFAULT if seconds is None else seconds)
        self.run_config.environment_variables = dict(given.get("environment_variables") or {})
        _give_inputs(self.run_config, given.get("inputs") or ())

    def _environment(self, source_directory: Any, given: Dict[str, Any]) -> Optional[Environment]:
        """The given environment, or one with the packages; None: there is neither."""
        packages = _packages(source_directory, given, self._own_package(given))
        made: Optional[Environment] = given.get("environment_definition")
        if made is not None:
            if packages is not None:
                messages.warn("environment_definition is used; packages beside it are ignored")
            return made
        image = given.get("custom_docker_image") or given.get("custom_docker_base_image")
        if packages is None and not image and not given.get("user_managed"):
            return None
        made = Environment(type(self).__name__.lower() + "-environment")
        made.python.user_managed_dependencies = bool(given.get("user_managed")) or packages is None
        if packages is not None:
            made.python.conda_dependencies = packages
        if image:
            made.docker.base_image = image
        return made

    def _own_package(self, given: Dict[str, Any]) -> List[str]:
        """The packages of the framework: with the requested version, or any if there are other packages."""
        if not self._package:
            return []
        version = given.get("framework_version")
        has_packages = any(given.get(source) for source in _SOURCES)
        return ["{}=={}".format(self._package, version)] if version else [self._package] if has_packages else []

    @property
    def conda_dependencies(self) -> CondaDependencies:
        """The packages of the environment."""
        found: CondaDependencies = self.run_config.environment.python.conda_dependencies
        return found


class _FrameworkEstimator(MMLBaseEstimator):
    """An estimator of one framework."""

    @property
    def framework_version(self) -> Optional[str]:
        """The requested version of the framework."""
        return self._framework_version

    @classmethod
    def get_supported_versions(cls) -> List[str]:
        """The default version of v1; here every version of the package index can be requested."""
        return [cls.DEFAULT_VERSION] if cls.DEFAULT_VERSION else []


_SOURCES = ("conda_packages", "pip_packages", "conda_dependencies_file", "conda_dependencies_file_path",
            "pip_requirements_file", "pip_requirements_file_path")


def arguments_of(parameters: Any) -> List[Any]:
    """Parameters as arguments; an empty text is a parameter without a value. TrainingException: it is no dictionary.

    >>> arguments_of({"--alpha": 0.5, "--verbose": ""})
    ['--alpha', 0.5, '--verbose']
    """
    if parameters is not None and not isinstance(parameters, dict):
        raise TrainingException(
            "script_params must be a dictionary, as {{'--alpha': 0.5}}, not {!r}".format(parameters))
    found: List[Any] = []
    for name, value in (parameters or {}).items():
        found += [name] if value is None or isinstance(value, str) and not value else [name, value]
    return found


def _packages(folder: Any, given: Dict[str, Any], own: List[str]) -> Optional[CondaDependencies]:
    """The named packages and those of the files; None: there are none."""
    if not own and not any(given.get(source) for source in _SOURCES):
        return None
    file = given.get("conda_dependencies_file") or given.get("conda_dependencies_file_path")
    made = CondaDependencies(_path_of(folder, file)) if file else CondaDependencies()
    for package in given.get("conda_packages") or ():
        made.add_conda_package(package)
    for package in own + list(given.get("pip_packages") or ()) + _required(folder, given):
        made.add_pip_package(package)
    return made


def _required(folder: Any, given: Dict[str, Any]) -> List[str]:
    """The packages of a requirements file."""
    file = given.get("pip_requirements_file") or given.get("pip_requirements_file_path")
    if not file:
        return []
    found = Environment.from_pip_requirements("requirements", _path_of(folder, file)).python.conda_dependencies
    return list(found.pip_packages) if found else []


def _path_of(folder: Any, file: Any) -> str:
    """The path of a file: in the source folder, else as given."""
    inside = os.path.join(str(folder or "."), str(file))
    return inside if os.path.exists(inside) else str(file)


def _job(given: Dict[str, Any]) -> Any:
    """The distributed job of the ScriptRunConfig; None: one process."""
    job, nodes = given.get("distributed_training") or given.get("distributed_backend"), given.get("node_count") or 1
    processes = getattr(job, "process_count_per_node", None) or given.get("process_count_per_node") or 1
    if isinstance(job, ParameterServer) or job == "ps":
        return TensorflowConfiguration(*(getattr(job, name, given.get(name) or 1)
                                         for name in ("worker_count", "parameter_server_count")))
    if isinstance(job, (Gloo, Nccl)) or job in ("gloo", "nccl"):
        return PyTorchConfiguration(job.title() if isinstance(job, str) else type(job).__name__, node_count=nodes)
    if job or nodes > 1 or processes > 1:
        return job if isinstance(job, MpiConfiguration) else MpiConfiguration(processes, nodes)
    return None


def _give_inputs(config: RunConfiguration, inputs: Any) -> None:
    """Add the data sets and references that are not among the parameters."""
    for run_input in inputs:
        name = getattr(run_input, "data_reference_name", None)
        if name is not None:
            config.data_references[name] = run_input.to_config()
        else:
            config.data[getattr(run_input, "name", None) or "input_{}".format(len(config.data) + 1)] = run_input
