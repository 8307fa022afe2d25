# SPDX-License-Identifier: Apache-2.0
"""ScriptRunConfig: a script, its folder, its arguments and how it runs."""

from typing import Any, Dict, List, Optional

from ._base import checks, messages
from .environment import Environment
from .exceptions import RunConfigurationException, UserErrorException
from .runconfig import (DockerConfiguration, MpiConfiguration, PyTorchConfiguration, RunConfiguration,
                        TensorflowConfiguration, check_class)

MAX_RUN_DURATION_SECONDS_DEFAULT = 2592000
_JOBS = {"mpi": MpiConfiguration, "pytorch": PyTorchConfiguration, "tensorflow": TensorflowConfiguration}


class ScriptRunConfig:
    """What Experiment.submit takes. What is set here, script, arguments and command, wins over `run_config`; all of it
    may be changed until it is submitted, and again before it is submitted the next time.

    Beyond v1: `links` (names of entries of the folder that the run gets as they are, not as a copy), `in_place` (run
    in the folder itself), `patterns` (metric to a regular expression whose group is a value that the script prints:
    {"loss": r"loss=([0-9.]+)"}; groups named value and step say more), `large` (take a snapshot of any size),
    `grace_seconds` (between asking a canceled run to stop and killing it) and `clean_env` (without the submitter's
    environment variables).

    >>> ScriptRunConfig(source_directory=".", script="train.py", arguments=["--alpha", 0.5])
    """

    MAX_DURATION_SECONDS_DEFAULT = MAX_RUN_DURATION_SECONDS_DEFAULT

    def __init__(self, source_directory: Optional[str], script: Optional[str] = None,
                 arguments: Optional[List[Any]] = None, run_config: Optional[RunConfiguration] = None,
                 _telemetry_values: Any = None, compute_target: Any = None, environment: Optional[Environment] = None,
                 distributed_job_config: Any = None, resume_from: Any = None,
                 max_run_duration_seconds: Optional[int] = MAX_RUN_DURATION_SECONDS_DEFAULT, command: Any = None,
                 docker_runtime_config: Optional[DockerConfiguration] = None, *, links: Optional[List[str]] = None,
                 patterns: Optional[Dict[str, str]] = None, in_place: bool = False, large: bool = False,
                 grace_seconds: Optional[float] = None, clean_env: bool = False,
                 link: Optional[List[str]] = None) -> None:
        """`source_directory` None: this folder. RunConfigurationException: a value has the wrong class.
        UserErrorException: there is a command, and also a script or arguments."""
        if command is not None and (script is not None or arguments):
            raise UserErrorException("a ScriptRunConfig takes either a command or a script with arguments; "
                                     "command={!r}, script={!r} and arguments={!r} were given".format(
                                         command, script, arguments))
        check_class("run_config", run_config, RunConfiguration)
        check_class("environment", environment, Environment)
        check_class("docker_runtime_config", docker_runtime_config, DockerConfiguration)
        self.source_directory = source_directory or "."
        self.links = list(links or link or [])
        self.patterns = dict(patterns or {})
        self.in_place, self.large, self.grace_seconds, self.clean_env = in_place, large, grace_seconds, clean_env
        self.resume_from = resume_from
        self.script, self.arguments, self.command = script, arguments, command
        if run_config is None:
            run_config = _fresh(compute_target, environment, max_run_duration_seconds, docker_runtime_config)
            _distribute(run_config, distributed_job_config)
        else:
            own = max_run_duration_seconds != MAX_RUN_DURATION_SECONDS_DEFAULT
            _warn_of_ignored(compute_target=compute_target, environment=environment,
                             distributed_job_config=distributed_job_config,
                             docker_runtime_config=docker_runtime_config,
                             max_run_duration_seconds=max_run_duration_seconds if own else None)
            _warn_of_replaced(run_config, script=script, arguments=arguments, command=command)
        self.run_config = run_config

    @property
    def script(self) -> Optional[str]:
        """The script, relative to the folder."""
        return self._script if self._script is not None else self.run_config.script

    @script.setter
    def script(self, value: Optional[str]) -> None:
        """Set it; None: the one of run_config."""
        self._script = value

    @property
    def arguments(self) -> List[Any]:
        """The arguments: texts, numbers, and objects that str() converts."""
        return self._arguments if self._arguments is not None else self.run_config.arguments

    @arguments.setter
    def arguments(self, value: Any) -> None:
        """Set the arguments; None: those of run_config. UserErrorException: a single text."""
        self._arguments: Optional[List[Any]] = None if value is None else checks.arguments(value)

    @property
    def command(self) -> Any:
        """The command for the shell, a text or a list of its words."""
        own = self._command is not None or self._script is not None
        return self._command if own else self.run_config.command

    @command.setter
    def command(self, value: Any) -> None:
        """Set it; None: the one of run_config."""
        self._command = value

    def __repr__(self) -> str:
        """The folder and the script."""
        return "ScriptRunConfig(source_directory={!r}, script={!r}, arguments={!r}, command={!r})".format(
            self.source_directory, self.script, self.arguments, self.command)


def get_run_config_from_script_run(script_run_config: ScriptRunConfig) -> RunConfiguration:
    """The run configuration with the script, arguments and command of a ScriptRunConfig; a copy."""
    import copy
    made = copy.deepcopy(script_run_config.run_config)
    made.script, made.command = script_run_config.script, script_run_config.command
    made.arguments = list(script_run_config.arguments)
    return made


def _fresh(target: Any, environment: Optional[Environment], seconds: Optional[int],
           docker: Optional[DockerConfiguration]) -> RunConfiguration:
    """The run configuration of a ScriptRunConfig without one."""
    made = RunConfiguration()
    made.target = target or "local"
    made.max_run_duration_seconds = seconds
    if environment is not None:
        made.environment = environment
    if docker is not None:
        made.docker = docker
    return made


def _distribute(config: RunConfiguration, job: Any) -> None:
    """Apply the settings of a distributed job. RunConfigurationException: it is of no known kind."""
    if job is None:
        return
    for name, kind in _JOBS.items():
        if isinstance(job, kind):
            setattr(config, name, job)
            config.node_count = getattr(job, "node_count", None) or 1
            return
    raise RunConfigurationException("distributed_job_config must be a TensorflowConfiguration, MpiConfiguration or "
                                    "PyTorchConfiguration, not {}".format(type(job).__name__))


def _warn_of_ignored(**given: Any) -> None:
    """Print which arguments have no effect beside `run_config`."""
    names = [name for name, value in given.items() if value is not None]
    if names:
        messages.warn("If 'run_config' is specified, the following parameters will be ignored: {}.".format(
            ", ".join(names)))


def _warn_of_replaced(config: RunConfiguration, **given: Any) -> None:
    """Print which settings of `run_config` are replaced by arguments."""
    replaced: Dict[str, Any] = {name: getattr(config, name) for name, value in given.items() if value is not None}
    names = [name for name, before in replaced.items() if before and before != given[name]]
    if names:
        messages.warn("The following settings of 'run_config' are replaced by those of ScriptRunConfig: {}.".format(
            ", ".join(names)))
