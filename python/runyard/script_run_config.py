# SPDX-License-Identifier: Apache-2.0
"""ScriptRunConfig: a script, its folder, its arguments and how it runs."""

import logging
from typing import Any, List, Optional

from .environment import Environment
from .exceptions import RunConfigurationException, UserErrorException
from .runconfig import (DockerConfiguration, MpiConfiguration, PyTorchConfiguration, RunConfiguration,
                        TensorflowConfiguration)

MAX_RUN_DURATION_SECONDS_DEFAULT = 2592000
_logger = logging.getLogger("runyard")


class ScriptRunConfig:
    """What Experiment.submit takes.

    Beyond v1: `links` (names of entries of the folder that the run gets as they are, not as a copy), `in_place`
    (run in the folder itself), `large` (take a snapshot of any size), `grace_seconds` (between asking a
    cancelled run to stop and killing it) and `clean_env` (without the submitter's environment variables).

    >>> ScriptRunConfig(source_directory=".", script="train.py", arguments=["--alpha", 0.5])
    """

    def __init__(self, source_directory: Optional[str] = None, script: Optional[str] = None,
                 arguments: Optional[List[Any]] = None, run_config: Optional[RunConfiguration] = None,
                 _telemetry_values: Any = None, compute_target: Any = None, environment: Optional[Environment] = None,
                 distributed_job_config: Any = None, resume_from: Any = None,
                 max_run_duration_seconds: Optional[int] = MAX_RUN_DURATION_SECONDS_DEFAULT, command: Any = None,
                 docker_runtime_config: Optional[DockerConfiguration] = None, links: Optional[List[str]] = None,
                 in_place: bool = False, large: bool = False, grace_seconds: Optional[float] = None,
                 clean_env: bool = False, link: Optional[List[str]] = None) -> None:
        """Settings given here win over those of `run_config`. RunConfigurationException: a wrong class."""
        _check_class("run_config", run_config, RunConfiguration)
        _check_class("environment", environment, Environment)
        _check_class("docker_runtime_config", docker_runtime_config, DockerConfiguration)
        self.source_directory = source_directory or "."
        self.links = list(links or link or [])
        self.in_place, self.large, self.grace_seconds, self.clean_env = in_place, large, grace_seconds, clean_env
        self.resume_from = resume_from
        if run_config is None:
            run_config = _fresh(compute_target, environment, max_run_duration_seconds, docker_runtime_config)
            _distribute(run_config, distributed_job_config)
        else:
            _warn_of_ignored(compute_target=compute_target, environment=environment,
                             distributed_job_config=distributed_job_config,
                             docker_runtime_config=docker_runtime_config)
        self.run_config = run_config
        self.script = script if script is not None else run_config.script
        self.command = command if command is not None else run_config.command
        self.arguments = _arguments(arguments if arguments is not None else run_config.arguments)

    def __repr__(self) -> str:
        """The folder and the script."""
        return "ScriptRunConfig(source_directory={!r}, script={!r}, arguments={!r}, command={!r})".format(
            self.source_directory, self.script, self.arguments, self.command)


def _fresh(target: Any, environment: Optional[Environment], seconds: Optional[int],
           docker: Optional[DockerConfiguration]) -> RunConfiguration:
    """The run configuration of one that was given none."""
    made = RunConfiguration()
    made.target = target or "local"
    made.max_run_duration_seconds = seconds
    if environment is not None:
        made.environment = environment
    if docker is not None:
        made.docker = docker
    return made


def _distribute(config: RunConfiguration, job: Any) -> None:
    """Note the settings of a distributed job. RunConfigurationException: of no known kind."""
    if job is None:
        return
    for kind, name in ((MpiConfiguration, "mpi"), (PyTorchConfiguration, "pytorch"),
                       (TensorflowConfiguration, "tensorflow")):
        if isinstance(job, kind):
            setattr(config, name, job)
            return
    raise RunConfigurationException("distributed_job_config must be a TensorflowConfiguration, MpiConfiguration or "
                                    "PyTorchConfiguration, not {}".format(type(job).__name__))


def _check_class(what: str, value: Any, kind: type) -> None:
    """Refuse a value of another class."""
    if value is not None and not isinstance(value, kind):
        raise RunConfigurationException("{} must be a {}, not {}".format(what, kind.__name__, type(value).__name__))


def _warn_of_ignored(**given: Any) -> None:
    """Say which arguments `run_config` makes useless."""
    names = [name for name, value in given.items() if value is not None]
    if names:
        _logger.warning("If 'run_config' is specified, the following parameters will be ignored: %s.",
                        ", ".join(names))


def _arguments(given: Any) -> List[Any]:
    """The arguments as a list. UserErrorException: a single text was passed."""
    if isinstance(given, (str, bytes)):
        raise UserErrorException("arguments must be a list, as ['--alpha', 0.5], not the text {!r}".format(given))
    return list(given or [])
