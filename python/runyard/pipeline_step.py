# SPDX-License-Identifier: Apache-2.0
"""PipelineStep and StepSequence: what the steps of a pipeline have in common. Errors are ValueErrors, as in SDK v1."""

import re
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, Optional

from .abstract_dataset import AbstractDataset
from .data_reference import DataReference
from .dataset_consumption_config import DatasetConsumptionConfig
from .output_dataset_config import OutputDatasetConfig
from .pipeline_data import DataPathInput, InputPortBinding, OutputPortBinding, PipelineData, PipelineParameter
from .pipeline_output_dataset import PipelineOutputAbstractDataset

if TYPE_CHECKING:
    from .pipeline_wiring import Wiring
    from .script_run_config import ScriptRunConfig

_NOT_A_NAME = re.compile(r"\W")
_INPUTS = (PipelineData, InputPortBinding, DataReference, DatasetConsumptionConfig, PipelineOutputAbstractDataset,
           DataPathInput)
_OUTPUTS = (PipelineData, OutputPortBinding, PipelineOutputAbstractDataset, OutputDatasetConfig)
_AS_ARGUMENT = (PipelineOutputAbstractDataset, DatasetConsumptionConfig, OutputDatasetConfig)


class PipelineStep:
    """A step of a pipeline. Steps that read what another one writes wait for it; run_after() makes them wait, too."""

    _allow_reuse = True
    _version: Optional[str] = None

    def __init__(self, name: str, inputs: Optional[List[Any]], outputs: Optional[List[Any]],
                 arguments: Optional[List[Any]] = None, fix_port_name_collisions: bool = False,
                 resource_inputs: Optional[List[Any]] = None) -> None:
        """ValueError: an input, output or argument cannot be one, a name is not valid or is there twice, or an argument
        is neither among the inputs nor among the outputs."""
        self.name = name
        self.run_after_steps: List["PipelineStep"] = []
        self.step_type = type(self).__name__
        self._inputs, self._outputs = list(inputs or ()), list(outputs or ())
        self._resource_inputs, self._arguments = list(resource_inputs or ()), list(arguments or ())
        self._read_pairs()
        self._add_arguments()
        _check_kinds(self._inputs + self._resource_inputs, self._outputs)
        _check_names("input", [input_name(given) for given in self._inputs + self._resource_inputs])
        _check_names("output", [output_name(output) for output in self._outputs])
        for argument in self._arguments:
            self._check_argument(argument)
        for output in self._outputs:
            output._set_producer(self)

    def _read_pairs(self) -> None:
        """Replace each (parameter, DataPathComputeBinding) among inputs and arguments by one object. ValueError: it is
        no such pair."""
        found: Dict[int, DataPathInput] = {}
        for values in (self._inputs, self._arguments):
            for position, value in enumerate(values):
                if isinstance(value, tuple):
                    values[position] = found.setdefault(id(value[0]), DataPathInput(value))

    def _add_arguments(self) -> None:
        """Add the data sets among the arguments to the inputs and outputs, where they are in neither."""
        for argument in self._arguments:
            if isinstance(argument, AbstractDataset):
                raise ValueError("Datasets cannot be used directly as arguments. Please make sure you've called the "
                                 "as_named_input method on the dataset object.")
            if isinstance(argument, _AS_ARGUMENT) and not is_among(argument, self._inputs + self._outputs):
                is_output = isinstance(argument, OutputDatasetConfig)
                (self._outputs if is_output else self._inputs).append(argument)
        self._inputs = [_as_input(given) for given in self._inputs]

    def _check_argument(self, argument: Any) -> None:
        """ValueError: an argument is data, and neither an input nor an output."""
        inputs = self._inputs + [getattr(given, "bind_object", None) for given in self._inputs]
        if isinstance(argument, InputPortBinding):
            if not is_among(argument, inputs) and not is_among(argument.bind_object, inputs):
                raise ValueError("Input {} appears in arguments list but is not in the input list".format(
                    argument.name))
        elif isinstance(argument, PipelineData) and not is_among(argument, inputs + _data_of(self._outputs)):
            raise ValueError("Input/Output {} appears in arguments list but is not in the input/output lists".format(
                argument.name))
        elif isinstance(argument, DataReference) and not is_among(argument, inputs):
            raise ValueError("Input {} appears in arguments list but is not in the input list".format(
                argument.data_reference_name))
        elif isinstance(argument, DataPathInput) and not is_among(argument, inputs):
            raise ValueError("Parameterized datapath {} is not in input list".format(argument.name))
        elif isinstance(argument, OutputPortBinding) and not is_among(argument, self._outputs):
            raise ValueError("Output {} appears in arguments list but is not in the output list".format(argument.name))

    def run_after(self, step: "PipelineStep") -> None:
        """Let this step wait for another one whose data it does not read."""
        self.run_after_steps.append(step)

    def _parameters(self) -> Iterator[PipelineParameter]:
        """The parameters of the pipeline that the step uses."""
        for value in self._arguments + self._inputs:
            value = value.parameter if isinstance(value, DataPathInput) else value
            if isinstance(value, PipelineParameter):
                yield value

    def _work(self, wiring: "Wiring", default_source: Optional[str]) -> "ScriptRunConfig":
        """What the step runs, with variables in place of its data and parameters. ValueError: its script does not
        exist."""
        raise NotImplementedError("a step of type {} cannot be run here".format(self.step_type))


class StepSequence:
    """Steps that run one after the other; an element may be a list of steps that run beside each other."""

    def __init__(self, steps: Optional[Iterable[Any]] = None) -> None:
        self._steps = list(steps or ())

    def __iter__(self) -> Iterator[Any]:
        """The steps."""
        return iter(self._steps)


def _as_input(given: Any) -> Any:
    """An input; of an output of another step the config that reads it."""
    return given.as_input() if isinstance(given, OutputDatasetConfig) else given  # type: ignore[attr-defined]


def is_among(value: Any, given: List[Any]) -> bool:
    """Whether an object itself is in a list."""
    return any(value is other for other in given)


def _data_of(outputs: List[Any]) -> List[Any]:
    """Outputs, and the data that those which are data sets consist of."""
    return outputs + [output._pipeline_data for output in outputs if isinstance(output, PipelineOutputAbstractDataset)]


def input_name(given: Any) -> str:
    """The name of an input."""
    if isinstance(given, DataReference):
        return given.data_reference_name
    return str(given.input_name if isinstance(given, PipelineOutputAbstractDataset) else given.name)


def output_name(given: Any) -> str:
    """The name of an output."""
    return str(given.name if isinstance(given, OutputDatasetConfig) else given._output_name)


def _check_kinds(inputs: List[Any], outputs: List[Any]) -> None:
    """ValueError: an input or output cannot be one."""
    for given in inputs:
        if isinstance(given, AbstractDataset):
            raise ValueError("{0} cannot be directly used as a step's input. Please call the as_named_input method on "
                             "{0} and pass the returned DatasetConsumptionConfig instance into the step.".format(
                                 type(given)))
        if not isinstance(given, _INPUTS):
            raise ValueError("Unexpected input type: {}".format(type(given)))
    for given in outputs:
        if not isinstance(given, _OUTPUTS):
            raise ValueError("Unexpected output type: {}".format(type(given)))


def _check_names(kind: str, names: List[str]) -> None:
    """ValueError: a name is not valid, or is there twice."""
    for position, name in enumerate(names):
        if _NOT_A_NAME.search(name):
            raise ValueError("[{}] is not a valid {} name as it may contain only letters, digits, and "
                             "underscores.".format(name, kind))
        if name in names[:position]:
            raise ValueError("[{}] is repeated. {} port names must be unique.".format(name, kind.capitalize()))
