# SPDX-License-Identifier: Apache-2.0
"""Data between the steps of a pipeline, and the parameters of a pipeline. Errors are ValueErrors, as in SDK v1."""

import re
from typing import TYPE_CHECKING, Any, Optional

from . import _objects
from .data_reference import DataPath, DataPathComputeBinding

if TYPE_CHECKING:
    from .abstract_datastore import AbstractDatastore
    from .pipeline_output_dataset import PipelineOutputFileDataset

_NOT_A_NAME = re.compile(r"\W")
REFERENCE = "AZUREML_DATAREFERENCE_"


class PipelineData:
    """A file or folder that one step writes and others read. As an argument it is the local path; the step itself makes
    the folder, or the file, in a folder that is there.

    >>> prepared = PipelineData("prepared", datastore=ws.get_default_datastore())
    >>> prepare = PythonScriptStep("prepare.py", arguments=["--out", prepared], outputs=[prepared])
    >>> train = PythonScriptStep("train.py", arguments=["--in", prepared], inputs=[prepared])
    """

    def __init__(self, name: str, datastore: "Optional[AbstractDatastore]" = None, output_name: Optional[str] = None,
                 output_mode: str = "mount", output_path_on_compute: Optional[str] = None,
                 output_overwrite: Optional[bool] = None, data_type: Any = None, is_directory: Optional[bool] = None,
                 pipeline_output_name: Optional[str] = None,
                 training_output: "Optional[TrainingOutput]" = None) -> None:
        """is_directory True: the folder is there before the step. ValueError: a name has other characters than letters,
        digits and underscores, or the mode is neither mount nor upload."""
        if not name:
            raise ValueError("PipelineData name cannot be empty")
        _check_name("PipelineData name", name)
        _check_name("PipelineData output_name", output_name or name)
        if output_mode not in ("mount", "upload"):
            raise ValueError("Invalid output mode [{}]".format(output_mode))
        self._name, self._output_name, self._datastore = name, output_name or name, datastore
        self._producer: Any = None
        self._output_mode, self._output_path_on_compute = output_mode, output_path_on_compute
        self._output_overwrite, self._data_type, self._is_directory = output_overwrite, data_type, is_directory
        self._pipeline_output_name, self._training_output = pipeline_output_name, training_output

    name = property(lambda self: self._name, doc="The name.")
    datastore = property(lambda self: self._datastore, doc="The datastore; None: that of the pipeline.")
    data_type = property(lambda self: self._data_type, doc="The type that was given.")

    def _set_producer(self, step: Any) -> None:
        """Remember the step that writes it."""
        self._producer = step

    def as_mount(self, input_name: Optional[str] = None) -> "InputPortBinding":
        """The same data as an input: the path of the files themselves."""
        return self.create_input_binding(input_name, "mount")

    def as_download(self, input_name: Optional[str] = None, path_on_compute: Optional[str] = None,
                    overwrite: Optional[bool] = None) -> "InputPortBinding":
        """The same data as an input: the path of a copy of the step's own."""
        return self.create_input_binding(input_name, "download", path_on_compute, overwrite)

    def as_input(self, input_name: str) -> "InputPortBinding":
        """The same data as an input of another name."""
        return self.create_input_binding(input_name)

    def create_input_binding(self, input_name: Optional[str] = None, mode: Optional[str] = None,
                             path_on_compute: Optional[str] = None,
                             overwrite: Optional[bool] = None) -> "InputPortBinding":
        """The same data as an input. ValueError: the mode is neither mount nor download."""
        return binding_of(self, input_name or self.name, mode, path_on_compute, overwrite)

    def as_dataset(self) -> "PipelineOutputFileDataset":
        """The same data as a data set of files."""
        return _objects.PipelineOutputFileDataset(self)

    def get_env_variable_name(self) -> str:
        """The variable with the local path, as in a shell."""
        return str(self)

    def __str__(self) -> str:
        """The variable with the local path, as in a shell: part of an argument it becomes the path."""
        return "${}{}".format(REFERENCE, self.name)

    __repr__ = __str__


class InputPortBinding:
    """Data of another step, or a path in a datastore, as an input of a step."""

    def __init__(self, name: str, bind_object: Any = None, bind_mode: str = "mount",
                 path_on_compute: Optional[str] = None, overwrite: Optional[bool] = None, is_resource: bool = False,
                 additional_transformations: Any = None, **kwargs: Any) -> None:
        """ValueError: there is no bind_object, or the mode is not known."""
        if bind_object is None:
            raise ValueError("bind_object is required")
        if bind_mode not in ("mount", "download", "direct", "hdfs"):
            raise ValueError("invalid bind_mode " + str(bind_mode))
        self.name, self.bind_mode, self.path_on_compute = name, bind_mode, path_on_compute
        self._bind_object, self._overwrite, self._is_resource = bind_object, overwrite, is_resource
        self._additional_transformations = additional_transformations

    bind_object = property(lambda self: self._bind_object, doc="The data.")
    overwrite = property(lambda self: self._overwrite, doc="As it was given; no effect.")
    is_resource = property(lambda self: self._is_resource, doc="Whether it is a resource of the script.")
    additional_transformations = property(lambda self: self._additional_transformations, doc="As they were given.")
    data_type = property(lambda self: self.get_bind_object_data_type(), doc="The type of the data.")
    data_reference_name = property(lambda self: self.get_bind_object_name(), doc="The name of the data.")

    def get_bind_object_name(self) -> Optional[str]:
        """The name of the data."""
        found = getattr(self._bind_object, "data_reference_name", None) or getattr(self._bind_object, "name", None)
        return None if found is None else str(found)

    def get_bind_object_data_type(self) -> Any:
        """The type of the data; None: none was given."""
        return getattr(self._bind_object, "data_type", None)

    def as_resource(self) -> "InputPortBinding":
        """The same input as a resource of the script; no effect."""
        return InputPortBinding(self.name, self._bind_object, self.bind_mode, self.path_on_compute, self._overwrite,
                                True, self._additional_transformations)

    def __str__(self) -> str:
        """The variable with the local path, as in a shell."""
        return "$" + REFERENCE + str(self.name)

    __repr__ = __str__


class OutputPortBinding:
    """An output of a step, which other steps may read."""

    def __init__(self, name: str, datastore: "Optional[AbstractDatastore]" = None, output_name: Optional[str] = None,
                 bind_mode: str = "mount", path_on_compute: Optional[str] = None, is_directory: Optional[bool] = None,
                 overwrite: Optional[bool] = None, data_type: Any = None, pipeline_output_name: Optional[str] = None,
                 training_output: "Optional[TrainingOutput]" = None, dataset_registration: Any = None,
                 dataset_output: Any = None) -> None:
        """ValueError: a name has other characters than letters, digits and underscores, or the mode is not known."""
        if bind_mode not in ("mount", "upload", "direct", "hdfs", "link"):
            raise ValueError("Invalid bind_mode " + str(bind_mode))
        _check_name("OutputPortBinding name", name)
        _check_name("OutputPortBinding output_name", output_name or name)
        self.datastore = datastore
        self._name, self._output_name, self._bind_mode = name, output_name or name, bind_mode
        self._path_on_compute, self._is_directory, self._overwrite = path_on_compute, is_directory, overwrite
        self._data_type, self._pipeline_output_name = data_type, pipeline_output_name
        self._training_output, self._dataset_registration = training_output, dataset_registration
        self._producer: Any = None

    name = property(lambda self: self._name, doc="The name.")
    bind_mode = property(lambda self: self._bind_mode, doc="The mode.")
    path_on_compute = property(lambda self: self._path_on_compute, doc="Where the script writes it.")
    is_directory = property(lambda self: self._is_directory, doc="Whether the folder is there before the step.")
    overwrite = property(lambda self: self._overwrite, doc="As it was given; no effect.")
    data_type = property(lambda self: self._data_type, doc="The type that was given.")
    pipeline_output_name = property(lambda self: self._pipeline_output_name, doc="Its name as one of the pipeline.")
    training_output = property(lambda self: self._training_output, doc="As it was given.")
    dataset_registration = property(lambda self: self._dataset_registration, doc="As it was given.")

    def _set_producer(self, step: Any) -> None:
        """Remember the step that writes it."""
        self._producer = step

    def __str__(self) -> str:
        """The variable with the local path, as in a shell."""
        return "${}{}".format(REFERENCE, self.name)

    __repr__ = __str__


class TrainingOutput:
    """Which result of a training step an output is: its Metrics, or its best Model."""

    def __init__(self, type: str, iteration: Optional[int] = None, metric: Optional[str] = None,
                 model_file: Optional[str] = None) -> None:
        """ValueError: there is no such type, or the other arguments do not fit it."""
        if type.lower() not in ("metrics", "model"):
            raise ValueError("Unknown training output type has been provided:", type)
        if type.lower() == "metrics" and (iteration or metric):
            raise ValueError("Iteration and metric shouldn't be provided for output type: Metrics")
        if iteration and metric:
            raise ValueError("Both iteration and metric cannot be provided for output type: Model")
        self._type, self._iteration, self._metric, self._model_file = type, iteration, metric, model_file

    type = property(lambda self: self._type, doc="Metrics or Model.")
    iteration = property(lambda self: self._iteration, doc="The iteration whose model it is.")
    metric = property(lambda self: self._metric, doc="The metric that chooses the model.")
    model_file = property(lambda self: self._model_file, doc="The file of the model.")


class PipelineParameter:
    """A value that is chosen when a pipeline is submitted, among the arguments or params of steps.

    >>> PythonScriptStep("train.py", arguments=["--rate", PipelineParameter("rate", 0.1)])
    """

    def __init__(self, name: str, default_value: Any) -> None:
        """ValueError: the value is neither a text, a number, a DataPath nor a data set."""
        if not isinstance(default_value, (int, str, float, DataPath)) and not hasattr(default_value, "_definition"):
            raise ValueError("Default value is of unsupported type: {}".format(type(default_value).__name__))
        self.name, self.default_value = name, default_value

    def __str__(self) -> str:
        """As SDK v1 prints it."""
        return "PipelineParameter_Name:{}_Default:{}".format(self.name, self.default_value)


class DataPathInput:
    """A parameter whose value is a DataPath, or a DataPath, as an input: of (parameter, DataPathComputeBinding())."""

    def __init__(self, given: Any) -> None:
        """ValueError: it is no such pair."""
        if len(given) != 2:
            raise ValueError("Length of the tuple must be 2")
        if not isinstance(given[0], (DataPath, PipelineParameter)):
            raise ValueError("First item in the tuple should be a DataPath or PipelineParameter")
        if not isinstance(given[1], DataPathComputeBinding):
            raise ValueError("Second item in the tuple should be DataPathComputeBinding")
        value = given[0].default_value if isinstance(given[0], PipelineParameter) else given[0]
        if not isinstance(value, DataPath):
            raise ValueError("Default value for the PipelineParameter should be DataPath")
        self.parameter = given[0] if isinstance(given[0], PipelineParameter) else None
        self.path = value
        self.name = str(self.parameter.name if self.parameter else value._name or value.path_on_datastore)


def binding_of(data: Any, name: str, mode: Optional[str] = None, path_on_compute: Optional[str] = None,
               overwrite: Optional[bool] = None) -> InputPortBinding:
    """Data as an input. ValueError: the mode is neither mount nor download."""
    mode = mode or "mount"
    if mode not in ("mount", "download"):
        raise ValueError("Input [{}] has an invalid mode [{}]".format(name, mode))
    return InputPortBinding(name, data, mode, path_on_compute, overwrite)


def _check_name(what: str, name: str) -> None:
    """ValueError: a name has other characters than letters, digits and underscores."""
    if _NOT_A_NAME.search(name):
        raise ValueError("{}: [{}] is not a valid, as it may contain only letters, digits, and underscores.".format(
            what, name))
