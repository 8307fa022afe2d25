# SPDX-License-Identifier: Apache-2.0
"""The steps that run a script or a command. Errors are ValueErrors, as in SDK v1."""

import copy
import os
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from ._base import messages
from .estimator import MMLBaseEstimator
from .pipeline_data import PipelineParameter
from .pipeline_step import PipelineStep
from .runconfig import MpiConfiguration, RunConfiguration
from .script_run_config import ScriptRunConfig

if TYPE_CHECKING:
    from .pipeline_wiring import Wiring


class _RunStep(PipelineStep):
    """A step that is one run of a script or command."""

    def __init__(self, name: str, arguments: Optional[List[Any]], compute_target: Any, runconfig: Any,
                 runconfig_pipeline_params: Optional[Dict[str, Any]], inputs: Optional[List[Any]],
                 outputs: Optional[List[Any]], params: Optional[Dict[str, Any]], source_directory: Optional[str],
                 allow_reuse: bool, version: Optional[str]) -> None:
        self._params, self._source_directory = dict(params or {}), source_directory
        self._runconfig, self._compute_target = runconfig, compute_target
        self._allow_reuse, self._version = bool(allow_reuse), version
        _check_parameters(self._params, runconfig_pipeline_params)
        super().__init__(name, inputs, outputs, arguments, fix_port_name_collisions=True)
        for parameter in super()._parameters():
            if parameter.name in self._params:
                raise ValueError("Parameter name {} is already in use".format(parameter.name))

    def _parameters(self) -> Iterator[PipelineParameter]:
        """The parameters of the pipeline among the arguments and params."""
        yield from super()._parameters()
        for value in self._params.values():
            if isinstance(value, PipelineParameter):
                yield value

    def _config(self, wiring: "Wiring", folder: str) -> ScriptRunConfig:
        """The configuration without variables and inputs."""
        raise NotImplementedError

    def _work(self, wiring: "Wiring", default_source: Optional[str]) -> ScriptRunConfig:
        """What the step runs. ValueError: its script does not exist."""
        config = self._config(wiring, self._source_directory or default_source or ".")
        own = dict(config.run_config.environment_variables or {})
        for name, value in self._params.items():
            if isinstance(value, PipelineParameter):
                wiring.parameter(name, value)
            else:
                own["AML_PARAMETER_" + name] = str(value)
        config.run_config.environment_variables = own
        config.run_config.data = dict(config.run_config.data, **wiring.data)
        config.run_config.data_references = dict(config.run_config.data_references, **wiring.references)
        return config

    def _run_config(self) -> RunConfiguration:
        """A copy of the run configuration, with the target of the step."""
        made = RunConfiguration() if self._runconfig is None else copy.deepcopy(self._runconfig)
        made.script, made.arguments, made.command = None, [], None
        target = self._compute_target[0] if isinstance(self._compute_target, tuple) else self._compute_target
        if target is not None:
            made.target = target
        return made


class PythonScriptStep(_RunStep):
    """A step that runs a script.

    >>> step = PythonScriptStep("train.py", name="train", source_directory="src", arguments=["--rate", 0.1])
    """

    def __init__(self, script_name: str, name: Optional[str] = None, arguments: Optional[List[Any]] = None,
                 compute_target: Any = None, runconfig: Optional[RunConfiguration] = None,
                 runconfig_pipeline_params: Optional[Dict[str, Any]] = None, inputs: Optional[List[Any]] = None,
                 outputs: Optional[List[Any]] = None, params: Optional[Dict[str, Any]] = None,
                 source_directory: Optional[str] = None, allow_reuse: bool = True, version: Optional[str] = None,
                 hash_paths: Any = None) -> None:
        """ValueError: there is no script_name, or an argument, input or output is not valid."""
        if not script_name:
            raise ValueError("script_name is required")
        if not isinstance(script_name, str):
            raise ValueError("script_name must be a string")
        if hash_paths:
            messages.warn("Parameter 'hash_paths' is deprecated, will be removed. All files under source_directory are "
                          "hashed except files listed in .amlignore or .gitignore.")
        self._script_name = script_name
        super().__init__(name or script_name, arguments, compute_target, runconfig, runconfig_pipeline_params, inputs,
                         outputs, params, source_directory, allow_reuse, version)

    def _config(self, wiring: "Wiring", folder: str) -> ScriptRunConfig:
        """The configuration of the script."""
        path = os.path.join(folder, self._script_name)
        if not os.path.isfile(path):
            raise ValueError("Step [{}]: script not found at: {}. Make sure to specify an appropriate source_directory "
                             "on the Step or default_source_directory on the Pipeline.".format(
                                 self.name, os.path.abspath(path)))
        return ScriptRunConfig(folder, self._script_name, [wiring.argument(value) for value in self._arguments],
                               self._run_config())


class CommandStep(_RunStep):
    """A step that runs a command: a text for the shell, or a list of its words.

    >>> step = CommandStep(["python train.py --rate", 0.1], source_directory="src")
    """

    def __init__(self, command: Any = None, name: Optional[str] = None, compute_target: Any = None,
                 runconfig: Any = None, runconfig_pipeline_params: Optional[Dict[str, Any]] = None,
                 inputs: Optional[List[Any]] = None, outputs: Optional[List[Any]] = None,
                 params: Optional[Dict[str, Any]] = None, source_directory: Optional[str] = None,
                 allow_reuse: bool = True, version: Optional[str] = None) -> None:
        """runconfig: a RunConfiguration or a ScriptRunConfig. ValueError: there is no command, or an argument, input or
        output is not valid."""
        if isinstance(runconfig, ScriptRunConfig):
            source_directory = source_directory or runconfig.source_directory
            command, runconfig = command or runconfig.command, runconfig.run_config
        command = command or getattr(runconfig, "command", None)
        if not command:
            raise ValueError("command is required either from command directly or runconfig.")
        if source_directory and not os.path.isdir(source_directory):
            raise ValueError("source_directory should be an existing directory or None for commands already in the "
                             "target system.")
        words = list(command) if isinstance(command, (list, tuple)) else [command]
        super().__init__(name or "CommandStep_" + str(words[0]).split(" ", 1)[0], words, compute_target, runconfig,
                         runconfig_pipeline_params, inputs, outputs, params, source_directory, allow_reuse, version)

    def _config(self, wiring: "Wiring", folder: str) -> ScriptRunConfig:
        """The configuration of the command."""
        words = [wiring.argument(word, '"${{{}}}"') for word in self._arguments]
        return ScriptRunConfig(folder, command=words, run_config=self._run_config())


class EstimatorStep(PythonScriptStep):
    """A step that runs the script of an estimator."""

    def __init__(self, name: Optional[str] = None, estimator: Optional[MMLBaseEstimator] = None,
                 estimator_entry_script_arguments: Optional[List[Any]] = None,
                 runconfig_pipeline_params: Optional[Dict[str, Any]] = None, inputs: Optional[List[Any]] = None,
                 outputs: Optional[List[Any]] = None, compute_target: Any = None, allow_reuse: bool = True,
                 version: Optional[str] = None) -> None:
        """ValueError: estimator, compute_target or the arguments are missing, or the estimator has parameters or inputs
        of its own."""
        if estimator is None or compute_target is None:
            raise ValueError("Estimator, compute_target parameters are required")
        if not isinstance(estimator, MMLBaseEstimator):
            raise ValueError("Estimator parameter is not of valid type")
        if estimator.arguments:
            raise ValueError("script_params in Estimator should not be provided to EstimatorStep. Please use "
                             "estimator_entry_script_arguments instead.")
        if estimator_entry_script_arguments is None:
            raise ValueError("estimator_entry_script_arguments is a required parameter. If the Estimators entryscript "
                             "does not accept commandline arguments, set the parameter value to empty list")
        if estimator.run_config.data:
            raise ValueError("Unable to create EstimatorStep as inputs are specified in the Estimator. Please specify "
                             "all the inputs in EstimatorStep instead.")
        super().__init__(str(estimator.script), name, estimator_entry_script_arguments, compute_target,
                         estimator.run_config, runconfig_pipeline_params, inputs, outputs, None,
                         estimator.source_directory, allow_reuse, version)


class MpiStep(PythonScriptStep):
    """A step that runs a script; of a distributed job one process is started."""

    def __init__(self, name: Optional[str] = None, source_directory: Optional[str] = None,
                 script_name: Optional[str] = None, arguments: Optional[List[Any]] = None, compute_target: Any = None,
                 node_count: Any = None, process_count_per_node: Any = None, inputs: Optional[List[Any]] = None,
                 outputs: Optional[List[Any]] = None, allow_reuse: bool = True, version: Optional[str] = None,
                 hash_paths: Any = None, **kwargs: Any) -> None:
        """ValueError: there is no script_name, or an argument, input or output is not valid."""
        runconfig = RunConfiguration()
        if kwargs.get("environment_definition") is not None:
            runconfig.environment = kwargs["environment_definition"]
        nodes, processes = (int(getattr(value, "default_value", value) or 1)
                            for value in (node_count, process_count_per_node))
        runconfig.mpi, runconfig.node_count = MpiConfiguration(processes, nodes), nodes
        super().__init__(str(script_name or ""), name, arguments, compute_target, runconfig, None, inputs, outputs,
                         None, source_directory, allow_reuse, version, hash_paths)


def _check_parameters(params: Dict[str, Any], of_runconfig: Optional[Dict[str, Any]]) -> None:
    """ValueError: a parameter of the run configuration is none, or is one of the step, too."""
    for name, value in (of_runconfig or {}).items():
        if name in params:
            raise ValueError("Duplicate parameter {} in params and runconfig_pipeline_params parameters".format(name))
        if not isinstance(value, PipelineParameter):
            raise ValueError("Invalid type ({}) for parameter {}. Expected type is PipelineParameter".format(
                type(value).__name__, name))
    if of_runconfig:
        messages.warn("runconfig_pipeline_params have no effect: a step is one process on this machine")
