# SPDX-License-Identifier: Apache-2.0
"""How the data and parameters of a step become variables of its run, which its arguments name."""

import os
import re
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

from ._pipeline.delivery import DATASET, INPUT
from ._pipeline.plan import FOLDER, RUN_ID, Read, Write
from .data_reference import DataPath, DataReference
from .dataset_consumption_config import DatasetConsumptionConfig, OutputConsumptionConfig
from .exceptions import UserErrorException
from .output_dataset_config import LinkFileOutputDatasetConfig, OutputDatasetConfig
from .pipeline_data import (REFERENCE, DataPathInput, InputPortBinding, OutputPortBinding, PipelineData,
                            PipelineParameter)
from .pipeline_output_dataset import PipelineOutputAbstractDataset
from .pipeline_step import PipelineStep, input_name, is_among, output_name

if TYPE_CHECKING:
    from .abstract_datastore import AbstractDatastore

_PARAMETER = "AML_PARAMETER_"
_USUAL_PATH = "azureml/" + RUN_ID + "/"


class Wiring:
    """The reads, writes and parameters of a step, and its inputs that no step writes."""

    def __init__(self, step: PipelineStep, number_of: Callable[[PipelineStep], int],
                 datastore: "AbstractDatastore") -> None:
        """ValueError: an input has no step that writes it. UserErrorException: an output cannot be used."""
        self._step, self._number_of, self._datastore = step, number_of, datastore
        self._output_names = [output_name(output) for output in step._outputs]
        self.parameters: Dict[str, str] = {}  # variable to parameter
        self.data: Dict[str, DatasetConsumptionConfig] = {}
        self.references: Dict[str, DataReference] = {}
        self.writes = [self._write(output) for output in step._outputs]
        self._reads: Dict[int, Read] = {}  # by id() of the input
        for given in step._inputs + step._resource_inputs:
            self._add_input(given)

    @property
    def reads(self) -> List[Read]:
        """What the step reads of earlier ones."""
        return list(self._reads.values())

    def argument(self, value: Any, form: str = "${{{}}}") -> Any:
        """An argument: a text that names a variable in that form, or the value itself."""
        if isinstance(value, PipelineParameter):
            return form.format(self.parameter(value.name, value))
        if isinstance(value, DataPathInput):
            return form.format(REFERENCE + value.name) if value.parameter else value.path.create_data_reference()
        read = self._read_of(value)
        if read is not None:
            is_path = read.definition is None and read.mode == "mount"
            return form.format(read.variable if is_path else
                               (DATASET if read.mode == "direct" else INPUT) + read.name)
        if isinstance(value, (OutputPortBinding, PipelineData, OutputDatasetConfig, PipelineOutputAbstractDataset)):
            return form.format(self.writes[self._output_names.index(output_name(value))].variable)
        if isinstance(value, InputPortBinding):
            return value.bind_object  # a DataReference
        return value

    def parameter(self, name: str, value: PipelineParameter) -> str:
        """The variable that has the value of a parameter. ValueError: it has that of another one."""
        variable = _PARAMETER + re.sub(r"\W", "_", name)
        known = self.parameters.setdefault(variable, value.name)
        if known != value.name:
            raise ValueError("step {} cannot use both parameters '{}' and '{}': each would be the variable {}".format(
                self._step.name, known, value.name, variable))
        return variable

    def _read_of(self, value: Any) -> Optional[Read]:
        """The input that an argument names: itself, or its data; None: it names none that a step writes."""
        read = self._reads.get(id(value))
        if read is None:
            data = _data_of(value)
            found = [given for given in self._step._inputs if id(given) in self._reads and _data_of(given) is data]
            found.sort(key=lambda given: given.name != value.name)
            read = self._reads[id(found[0])] if found else None
        return read

    def _add_input(self, given: Any) -> None:
        """Add an input: of a step, of a datastore, or a data set."""
        name = input_name(given)
        name = "INPUT_" + name if name in self._output_names else name
        data, mode, place = given, "mount", None
        if isinstance(given, InputPortBinding):
            data, place = given.bind_object, given.path_on_compute
            mode = "download" if given.bind_mode == "download" else "mount"
        if isinstance(data, (PipelineData, OutputPortBinding)):
            self._add_read(given, data, data._output_name, name, mode, place, None)
        elif isinstance(data, PipelineOutputAbstractDataset):
            self._add_read(given, data, data._output_name, name, data._input_mode, data._input_path_on_compute,
                           data._definition())
        elif isinstance(data, OutputConsumptionConfig) and self._is_here(data.output._producer):
            self._add_read(given, data.output, data.output.name, data.name, data.mode, data.path_on_compute,
                           data.output._definition(FOLDER))
        elif isinstance(data, DataPathInput) and data.parameter is not None:
            self.parameters[REFERENCE + name] = data.parameter.name
        elif isinstance(data, (DataReference, DataPathInput)):
            self.references[name] = data if isinstance(data, DataReference) else data.path.create_data_reference(name)
        elif not is_among(data, self._step._arguments):
            self.data[name] = data

    def _is_here(self, step: Any) -> bool:
        """Whether a step is one of the pipeline."""
        return step is not None and self._number_of(step) >= 0

    def _add_read(self, given: Any, data: Any, output: str, name: str, mode: str, place: Optional[str],
                  definition: Optional[Dict[str, Any]]) -> None:
        """Add an input that a step writes. ValueError: no step does."""
        if not self._is_here(data._producer):
            raise ValueError('The intermediate data "{}" does not have any producer step.'.format(data.name))
        self._reads[id(given)] = Read(name, self._number_of(data._producer), output, REFERENCE + name, mode, place,
                                      definition)

    def _write(self, output: Any) -> Write:
        """An output. ValueError: another step has it too. UserErrorException: it cannot be used in a pipeline."""
        if output._producer is not self._step:
            raise ValueError("Step output {} can not be used as an output for step {}, as it is already an output of "
                             "step {}.".format(output.name, self._step.name, output._producer.name))
        if isinstance(output, OutputDatasetConfig):
            return self._write_of_config(output)
        dataset: Optional[Dict[str, Any]] = None
        data = output
        if isinstance(output, PipelineOutputAbstractDataset):
            data = output._pipeline_data
            dataset = {"mode": "mount", "source": None, "definition": output._definition(),
                       "registration": output._registration}
        source = getattr(data, "_output_path_on_compute", None) or getattr(data, "_path_on_compute", None)
        if source is not None:
            dataset = dict(dataset or {"mode": "upload", "registration": None, "definition": {
                "type": "file", "paths": [FOLDER], "options": {}, "steps": []}}, source=source)
        return self._write_at(data._output_name, data._datastore if isinstance(data, PipelineData) else data.datastore,
                              _USUAL_PATH + data._output_name, REFERENCE + data._output_name,
                              bool(data._is_directory) or source is not None, dataset, data._pipeline_output_name)

    def _write_of_config(self, output: OutputDatasetConfig) -> Write:
        """An OutputFileDatasetConfig, or a table in one."""
        written = output._written()
        if isinstance(written, LinkFileOutputDatasetConfig):
            raise UserErrorException("output '{}' of step '{}' is linked by its script, which steps cannot do: use an "
                                     "OutputFileDatasetConfig".format(output.name, self._step.name))
        datastore, path = written.destination
        dataset = {"mode": written.mode, "source": written.source, "definition": output._definition(FOLDER),
                   "registration": output._registration}
        return self._write_at(output.name, datastore, path.replace("{output-name}", output.name), output.name, True,
                              dataset, None)

    def _write_at(self, name: str, datastore: "Optional[AbstractDatastore]", path: str, variable: str, is_made: bool,
                  dataset: Optional[Dict[str, Any]], pipeline_output: Optional[str]) -> Write:
        """An output at a path of a datastore."""
        store = datastore or self._datastore
        return Write(name, store.name, path, store._local_path(path), variable, is_made, dataset, pipeline_output)


def _data_of(given: Any) -> Any:
    """The data of an input or argument."""
    return getattr(given, "bind_object", None) or getattr(given, "output", None) or given


def value_of(parameter: PipelineParameter, given: Any) -> Any:
    """The value of a parameter as its steps get it. UserErrorException: it is of another kind than the default."""
    default = parameter.default_value
    if hasattr(default, "_definition") or hasattr(given, "_definition"):
        raise UserErrorException("cannot submit the pipeline: parameter '{}' is a data set, which parameters cannot be "
                                 "here: give the step the data set itself".format(parameter.name))
    if isinstance(default, DataPath):
        if not isinstance(given, DataPath):
            raise _wrong(parameter, "a DataPath", given)
        return os.fspath(given.create_data_reference())
    for kind, expected, read in _KINDS:
        if isinstance(default, kind):
            try:
                read(str(given))
            except ValueError:
                raise _wrong(parameter, expected, given) from None
            break
    return str(given)


def _truth(text: str) -> None:
    """ValueError: a text is neither true nor false."""
    if text.lower() not in ("true", "false"):
        raise ValueError(text)


_KINDS: Tuple[Tuple[type, str, Callable[[str], Any]], ...] = (
    (bool, "true or false", _truth), (int, "an integer", int), (float, "a number", float))


def _wrong(parameter: PipelineParameter, expected: str, given: Any) -> UserErrorException:
    """The exception about a value of another kind."""
    return UserErrorException("cannot submit the pipeline: parameter '{}' is {} (its default is {!r}), not {!r}".format(
        parameter.name, expected, parameter.default_value, given))
