# SPDX-License-Identifier: Apache-2.0
"""The estimators of SDK v1: a ScriptRunConfig that is made from a script, its parameters and names of packages."""

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
    """What the estimators have in common. Packages become those of an environment that is built; without any the run
    has the interpreter of the submitter. What is about images, machines and registries is taken and not used."""

    source_directory: Any = None  # of an object: what it was made with
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
                         compute_target=compute_target or "local", environment=self._environment(source_directory, given),
                         resume_from=given.get("resume_from"), distributed_job_config=_job(given),
                         max_run_duration_seconds=MAX_RUN_DURATION_SECONDS_DEFAULT if seconds is None else seconds)
        self.run_config.environment_variables = dict(given.get("environment_variables") or {})
        _give_inputs(self.run_config, given.get("inputs") or ())

    def _environment(self, source_directory: Any, given: Dict[str, Any]) -> Optional[Environment]:
        """The environment that is given, or one of the packages; None: neither."""
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
        """The framework among the packages: of the version that is asked for, or any beside other packages."""
        if not self._package:
            return []
        version = given.get("framework_version")
        wanted = any(given.get(each) for each in _SOURCES)
        return ["{}=={}".format(self._package, version)] if version else [self._package] if wanted else []

    @property
    def conda_dependencies(self) -> CondaDependencies:
        """The packages of the environment."""
        found: CondaDependencies = self.run_config.environment.python.conda_dependencies
        return found


class _FrameworkEstimator(MMLBaseEstimator):
    """One that knows its framework."""

    @property
    def framework_version(self) -> Optional[str]:
        """The version that was asked for."""
        return self._framework_version

    @classmethod
    def get_supported_versions(cls) -> List[str]:
        """The version that v1 took without one; here any that the package index has can be asked for."""
        return [cls.DEFAULT_VERSION] if cls.DEFAULT_VERSION else []


_SOURCES = ("conda_packages", "pip_packages", "conda_dependencies_file", "conda_dependencies_file_path",
            "pip_requirements_file", "pip_requirements_file_path")


def arguments_of(parameters: Any) -> List[Any]:
    """Parameters as arguments; an empty text: a parameter without a value. TrainingException: no dictionary.

    >>> arguments_of({"--alpha": 0.5, "--verbose": ""})
    ['--alpha', 0.5, '--verbose']
    """
    if parameters is not None and not isinstance(parameters, dict):
        raise TrainingException("script_params must be a dictionary, as {{'--alpha': 0.5}}, not {!r}".format(parameters))
    found: List[Any] = []
    for name, value in (parameters or {}).items():
        found += [name] if value is None or isinstance(value, str) and not value else [name, value]
    return found


def _packages(folder: Any, given: Dict[str, Any], own: List[str]) -> Optional[CondaDependencies]:
    """The packages that are named and those of the files; None: there are none."""
    if not own and not any(given.get(each) for each in _SOURCES):
        return None
    file = given.get("conda_dependencies_file") or given.get("conda_dependencies_file_path")
    made = CondaDependencies(_place(folder, file)) if file else CondaDependencies()
    for each in given.get("conda_packages") or ():
        made.add_conda_package(each)
    for each in own + list(given.get("pip_packages") or ()) + _required(folder, given):
        made.add_pip_package(each)
    return made


def _required(folder: Any, given: Dict[str, Any]) -> List[str]:
    """The packages of a file of requirements."""
    file = given.get("pip_requirements_file") or given.get("pip_requirements_file_path")
    if not file:
        return []
    found = Environment.from_pip_requirements("requirements", _place(folder, file)).python.conda_dependencies
    return list(found.pip_packages) if found else []


def _place(folder: Any, file: Any) -> str:
    """Where a file is: in the source folder, or else as it is named."""
    inside = os.path.join(str(folder or "."), str(file))
    return inside if os.path.exists(inside) else str(file)


def _job(given: Dict[str, Any]) -> Any:
    """The distributed job as a ScriptRunConfig has it; None: one process."""
    job, nodes = given.get("distributed_training") or given.get("distributed_backend"), given.get("node_count") or 1
    processes = getattr(job, "process_count_per_node", None) or given.get("process_count_per_node") or 1
    if isinstance(job, ParameterServer) or job == "ps":
        return TensorflowConfiguration(*(getattr(job, each, given.get(each) or 1)
                                         for each in ("worker_count", "parameter_server_count")))
    if isinstance(job, (Gloo, Nccl)) or job in ("gloo", "nccl"):
        return PyTorchConfiguration(job.title() if isinstance(job, str) else type(job).__name__, node_count=nodes)
    if job or nodes > 1 or processes > 1:
        return job if isinstance(job, MpiConfiguration) else MpiConfiguration(processes, nodes)
    return None


def _give_inputs(config: RunConfiguration, inputs: Any) -> None:
    """Data sets and places of datastores that the run gets beside those among its parameters."""
    for each in inputs:
        name = getattr(each, "data_reference_name", None)
        if name is not None:
            config.data_references[name] = each.to_config()
        else:
            config.data[getattr(each, "name", None) or "input_{}".format(len(config.data) + 1)] = each
