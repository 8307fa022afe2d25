# SPDX-License-Identifier: Apache-2.0
"""RunConfiguration: how and where a script runs, and its smaller settings."""

import json
import os
from typing import Any, Dict, List, Optional

from ._base import checks, messages
from ._config import runconfig_files
from ._config.environment_sections import SparkPackage
from ._config.section import Section, plain, scalar
from .conda_dependencies import CondaDependencies
from .environment import (DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE, ContainerRegistry, DockerSection, Environment,
                          PythonSection, SparkSection)
from .exceptions import RunConfigurationException

__all__ = ["AmlComputeConfiguration", "CondaDependencies", "ContainerRegistry", "DEFAULT_CPU_IMAGE",
           "DEFAULT_GPU_IMAGE", "DataReferenceConfiguration", "DockerConfiguration", "DockerEnvironment",
           "DockerSection", "Environment", "EnvironmentDefinition", "HdiConfiguration", "HistoryConfiguration",
           "MpiConfiguration", "ParallelTaskConfiguration", "PyTorchConfiguration", "PythonEnvironment",
           "PythonSection", "RunConfiguration", "SparkConfiguration", "SparkEnvironment", "SparkPackage",
           "SparkSection", "TensorflowConfiguration"]

EnvironmentDefinition = Environment
PythonEnvironment, DockerEnvironment, SparkEnvironment = PythonSection, DockerSection, SparkSection


class HistoryConfiguration(Section):
    """What a run keeps."""

    def __init__(self) -> None:
        self.output_collection = True
        self.snapshot_project = True
        self.directories_to_watch = ["logs"]


class DockerConfiguration(Section):
    """Settings of a container; stored, not used."""

    def __init__(self, use_docker: bool = False, shared_volumes: bool = True,
                 arguments: List[str] = [],  # noqa: B006  (SDK v1 has this default, and it is never changed)
                 shm_size: Optional[str] = "2g") -> None:
        self.use_docker = use_docker
        self.shared_volumes = shared_volumes
        self.arguments = list(arguments or [])  # not the caller's list
        self.shm_size = shm_size


class MpiConfiguration(Section):
    """Processes per node and nodes of an MPI job; stored, not used."""

    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        self.process_count_per_node = process_count_per_node
        self.node_count = node_count


class PyTorchConfiguration(Section):
    """Processes and nodes of a PyTorch job; stored, not used."""

    def __init__(self, communication_backend: str = "Nccl", process_count: Optional[int] = None,
                 node_count: int = 1) -> None:
        self.communication_backend = communication_backend
        self.process_count = process_count
        self.node_count = node_count


class TensorflowConfiguration(Section):
    """Workers and parameter servers of a TensorFlow job; stored, not used."""

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 1) -> None:
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count


class ParallelTaskConfiguration(Section):
    """Settings of parallel tasks; stored, not used."""

    def __init__(self) -> None:
        self.max_retries_per_worker = 0
        self.worker_count_per_node = 1
        self.terminal_exit_codes: Optional[List[int]] = None


class SparkConfiguration(Section):
    """Settings of Spark; stored, not used."""

    def __init__(self) -> None:
        self.configuration: Dict[str, str] = {"spark.app.name": "Azure ML Experiment",
                                              "spark.yarn.maxAppAttempts": "1"}


class HdiConfiguration(Section):
    """Settings of HDInsight; stored, not used."""

    def __init__(self) -> None:
        self.yarn_deploy_mode = "cluster"


class AmlComputeConfiguration(Section):
    """The machines of a cluster for one run; stored, not used."""

    def __init__(self) -> None:
        self.vm_size: Optional[str] = None
        self.vm_priority: Optional[str] = None
        self.retain_cluster = False
        self.name: Optional[str] = None
        self.cluster_max_node_count: Optional[int] = None


class DataReferenceConfiguration(Section):
    """A path in a datastore, for a run."""

    def __init__(self, datastore_name: Optional[str] = None, mode: str = "mount",
                 path_on_datastore: Optional[str] = None, path_on_compute: Optional[str] = None,
                 overwrite: bool = False) -> None:
        self.data_store_name = datastore_name
        self.mode = mode
        self.path_on_data_store = path_on_datastore
        self.path_on_compute = path_on_compute
        self.overwrite = overwrite


class RunConfiguration(Section):
    """How a script runs.

    >>> config = RunConfiguration()
    >>> config.environment.python.user_managed_dependencies = True
    """

    def __init__(self, script: Optional[str] = None, arguments: Optional[List[Any]] = None,
                 framework: Optional[str] = None, communicator: Optional[str] = None,
                 conda_dependencies: Optional[CondaDependencies] = None, _history_enabled: Optional[bool] = None,
                 _path: Optional[str] = None, _name: Optional[str] = None, command: Any = None) -> None:
        """RunConfigurationException: conda_dependencies is of another class. UserErrorException: arguments is a
        text."""
        check_class("conda_dependencies", conda_dependencies, CondaDependencies)
        self.script = script
        self.arguments = arguments
        self.command = command
        self._target = "local"
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self.max_run_duration_seconds: Optional[int] = None
        self.node_count = 1
        self.priority: Optional[int] = None
        self.environment = Environment("default-environment")
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        self.environment_variables: Dict[str, str] = {}
        self.history = HistoryConfiguration()
        if _history_enabled is not None:
            self.history.output_collection = bool(_history_enabled)
        self.docker = DockerConfiguration()
        self.spark = SparkConfiguration()
        self.hdi = HdiConfiguration()
        self.tensorflow = TensorflowConfiguration()
        self.mpi = MpiConfiguration()
        self.pytorch = PyTorchConfiguration()
        self.paralleltask = ParallelTaskConfiguration()
        self.amlcompute = AmlComputeConfiguration()
        self.data_references: Dict[str, Any] = {}
        self.data: Dict[str, Any] = {}
        self.output_data: Dict[str, Any] = {}
        self.datacaches: List[Any] = []
        self.services: Dict[str, Any] = {}
        self.credential_passthrough = False
        self.identity: Any = None
        self.source_directory_data_store: Optional[str] = None
        self._path, self._name = _path, _name
        self._file: Optional[str] = None

    @property
    def arguments(self) -> List[Any]:
        """The arguments of the script; can be set."""
        return self._arguments

    @arguments.setter
    def arguments(self, value: Any) -> None:
        """Set the arguments; None: none. UserErrorException: a single text."""
        self._arguments: List[Any] = [] if value is None else checks.arguments(value)

    @property
    def target(self) -> str:
        """The target's name."""
        return self._target

    @target.setter
    def target(self, value: Any) -> None:
        """Set the target: a name, or an object with one. RunConfigurationException: it is neither."""
        name = value if isinstance(value, str) else getattr(value, "name", None)
        if not isinstance(name, str) or not name:
            raise RunConfigurationException("a target is a name or a ComputeTarget, not {!r}".format(value))
        self._target = name

    @property
    def auto_prepare_environment(self) -> bool:
        """Always true; the setting has no effect."""
        return True

    @auto_prepare_environment.setter
    def auto_prepare_environment(self, value: bool) -> None:
        """Only gives a warning."""
        messages.warn("'auto_prepare_environment' is deprecated and has no effect.")

    def save(self, path: Optional[str] = None, name: Optional[str] = None,
             separate_environment_yaml: bool = False) -> None:
        """Write <path>/.azureml/<name>.runconfig, and the packages as conda_dependencies.yml beside it
        (separate_environment_yaml: as environment.yml). `path` is the project's folder, by default this one, or the
        file to write; `name` is by default that of the loaded file. UserErrorException: it cannot be written.
        """
        if path is None and name is None and self._file is not None:
            path = self._file
        runconfig_files.save(
            self, os.fspath(path) if path else self._path, name or self._name, separate_environment_yaml)

    @staticmethod
    def load(path: str, name: Optional[str] = None) -> "RunConfiguration":
        """The configuration of a file, or of <path>/.azureml/<name>.runconfig, also in aml_config and in the folder
        itself. UserErrorException: there is none, or it says something wrong; with file and line.
        """
        made, given, where = RunConfiguration(), *runconfig_files.load(os.fspath(path), name)
        made.fill(given, where)
        made._file, made._path = where, runconfig_files.project_of(where)
        made._name = os.path.splitext(os.path.basename(where))[0]
        return made

    @staticmethod
    def delete(path: str, name: str) -> None:
        """Remove the file that load(path, name) would read. UserErrorException: there is none."""
        runconfig_files.delete(os.fspath(path), name)

    def _settings(self) -> Any:
        """The names of the settings."""
        return super()._settings() + ["arguments", "target"]

    def as_dict(self) -> Dict[str, Any]:
        """The configuration in runDefinition."""
        found = super().as_dict()
        command = {"script": found.pop("script"), "arguments": [scalar(argument) for argument in self.arguments],
                   "command": plain(self.command), "target": self.target}
        return dict(command, **{name: value for name, value in found.items() if name not in command})

    def __repr__(self) -> str:
        """The configuration as JSON."""
        return json.dumps(self.as_dict(), indent=4)


def check_class(what: str, value: Any, kind: type) -> None:
    """RunConfigurationException: the value is of another class."""
    if value is not None and not isinstance(value, kind):
        raise RunConfigurationException("{} must be a {}, not {}".format(what, kind.__name__, type(value).__name__))
