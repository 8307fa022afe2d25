# SPDX-License-Identifier: Apache-2.0
"""RunConfiguration: how and where a script runs, and the smaller settings around it."""

import json
import logging
from typing import Any, Dict, List, Optional

from .conda_dependencies import CondaDependencies
from .environment import DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE, Environment, _Section

__all__ = ["CondaDependencies", "DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE", "DockerConfiguration", "HistoryConfiguration",
           "MpiConfiguration", "PyTorchConfiguration", "RunConfiguration", "SparkConfiguration",
           "TensorflowConfiguration"]


class HistoryConfiguration(_Section):
    """What is kept of a run."""

    def __init__(self) -> None:
        self.output_collection = True
        self.snapshot_project = True
        self.directories_to_watch = ["logs"]


class DockerConfiguration(_Section):
    """Whether a container is asked for; kept, not used."""

    def __init__(self, use_docker: bool = False, shared_volumes: bool = True, arguments: Optional[List[str]] = None,
                 shm_size: Optional[str] = None) -> None:
        self.use_docker = use_docker
        self.shared_volumes = shared_volumes
        self.arguments = arguments or []
        self.shm_size = shm_size


class MpiConfiguration(_Section):
    """Processes per node and nodes of an MPI job; kept, not used."""

    def __init__(self, process_count_per_node: int = 1, node_count: int = 1) -> None:
        self.process_count_per_node = process_count_per_node
        self.node_count = node_count


class PyTorchConfiguration(_Section):
    """Processes and nodes of a PyTorch job; kept, not used."""

    def __init__(self, communication_backend: str = "Nccl", process_count: Optional[int] = None,
                 node_count: int = 1) -> None:
        self.communication_backend = communication_backend
        self.process_count = process_count
        self.node_count = node_count


class TensorflowConfiguration(_Section):
    """Workers and parameter servers of a TensorFlow job; kept, not used."""

    def __init__(self, worker_count: int = 1, parameter_server_count: int = 0) -> None:
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count


class SparkConfiguration(_Section):
    """Settings of Spark; kept, not used."""

    def __init__(self) -> None:
        self.configuration: Dict[str, str] = {}


class RunConfiguration:
    """How a script runs.

    >>> config = RunConfiguration()
    >>> config.environment.python.user_managed_dependencies = True
    """

    def __init__(self, script: Optional[str] = None, arguments: Optional[List[Any]] = None,
                 framework: Optional[str] = None, communicator: Optional[str] = None,
                 conda_dependencies: Optional[CondaDependencies] = None, _history_enabled: Optional[bool] = None,
                 _path: Optional[str] = None, _name: Optional[str] = None, command: Any = None) -> None:
        self.script = script
        self.arguments: List[Any] = list(arguments or [])
        self.command = command
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self._target: Any = "local"
        self.environment = Environment("default-environment")
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        self.environment_variables: Dict[str, str] = {}
        self.node_count = 1
        self.max_run_duration_seconds: Optional[int] = None
        self.priority: Optional[int] = None
        self.history = HistoryConfiguration()
        self.docker = DockerConfiguration()
        self.spark = SparkConfiguration()
        self.mpi = MpiConfiguration()
        self.pytorch = PyTorchConfiguration()
        self.tensorflow = TensorflowConfiguration()
        self.data_references: Dict[str, Any] = {}
        self.data: Dict[str, Any] = {}
        self.output_data: Dict[str, Any] = {}
        self.datacaches: List[Any] = []
        self.services: Dict[str, Any] = {}
        self.credential_passthrough = False
        self.identity: Any = None
        self.hdi, self.amlcompute = _Section(), _Section()

    @property
    def target(self) -> str:
        """The target's name."""
        return str(self._target)

    @target.setter
    def target(self, value: Any) -> None:
        """A name, or an object with one."""
        self._target = value if isinstance(value, str) else str(getattr(value, "name", None) or "local")

    @property
    def auto_prepare_environment(self) -> bool:
        """Always true; the setting has no effect."""
        return True

    @auto_prepare_environment.setter
    def auto_prepare_environment(self, value: bool) -> None:
        """Nothing but a warning."""
        logging.getLogger("runyard").warning("'auto_prepare_environment' is deprecated and has no effect.")

    def as_dict(self) -> Dict[str, Any]:
        """The configuration as runDefinition has it."""
        return {"script": self.script, "command": self.command, "arguments": [str(each) for each in self.arguments],
                "target": self.target, "framework": self.framework, "communicator": self.communicator,
                "maxRunDurationSeconds": self.max_run_duration_seconds, "nodeCount": self.node_count,
                "priority": self.priority, "environment": self.environment.as_dict(),
                "history": self.history.as_dict(), "docker": self.docker.as_dict(),
                "environmentVariables": dict(self.environment_variables)}

    def __repr__(self) -> str:
        """The configuration as JSON."""
        return json.dumps(self.as_dict(), indent=4, default=str)
