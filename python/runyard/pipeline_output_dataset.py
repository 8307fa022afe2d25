# SPDX-License-Identifier: Apache-2.0
"""PipelineData as a data set: what PipelineData.as_dataset() returns."""

import copy
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, TypeVar, Union

from ._data import steps
from ._pipeline.plan import FOLDER
from .pipeline_data import InputPortBinding
from .table_options import DataType, PromoteHeadersBehavior, delimited_options, parquet_options
from .tabular_dataset import names_of_columns

if TYPE_CHECKING:
    from .pipeline_data import PipelineData

_Some = TypeVar("_Some", bound="PipelineOutputAbstractDataset")
_USUAL_EXTENSIONS = {",": ".csv", "\t": ".tsv"}


class DatasetRegistration:
    """How an output is registered."""

    def __init__(self, name: str, create_new_version: bool) -> None:
        self._name, self._create_new_version = name, create_new_version

    name = property(lambda self: self._name, doc="The name of the data set.")
    create_new_version = property(lambda self: self._create_new_version, doc="Whether a name may get another version.")


class PipelineOutputAbstractDataset:
    """An output of a step as a data set; as an input of a later step it is in run.input_datasets."""

    def __init__(self, pipeline_data: "PipelineData") -> None:
        self._pipeline_data = pipeline_data
        self._registration: Optional[Dict[str, Any]] = None
        self._input_mode, self._input_path_on_compute = "mount", None
        self._input_name = pipeline_data._output_name

    name = property(lambda self: self._pipeline_data._output_name, doc="The name of the output.")
    input_name = property(lambda self: self._input_name, doc="The name of the input.")
    _producer = property(lambda self: self._pipeline_data._producer)
    _output_name = property(lambda self: self._pipeline_data._output_name)

    def _set_producer(self, step: Any) -> None:
        """Remember the step that writes it."""
        self._pipeline_data._set_producer(step)

    def _with(self: _Some, **changed: Any) -> _Some:
        """The same data set with other attributes."""
        made = copy.copy(self)
        made.__dict__.update(changed)
        return made

    def register(self: _Some, name: str, create_new_version: bool = True) -> _Some:
        """The same output, which becomes the next version of a data set when its step has completed."""
        return self._with(_registration={"name": name, "description": None, "tags": {}})

    def as_named_input(self: _Some, name: str) -> _Some:
        """The same data set with another name in run.input_datasets."""
        return self._with(_input_name=name)

    def create_input_binding(self) -> InputPortBinding:
        """The data set as an input."""
        return InputPortBinding(self.input_name, self, self._input_mode, self._input_path_on_compute, False)

    def _definition(self) -> Dict[str, Any]:
        """The definition of the data set; FOLDER stands for the path."""
        return {"type": "file", "paths": [FOLDER], "options": {}, "steps": []}


class PipelineOutputFileDataset(PipelineOutputAbstractDataset):
    """The files that a step has written."""

    def as_mount(self, path_on_compute: Optional[str] = None) -> "PipelineOutputFileDataset":
        """The same data set: the step gets the path of the files themselves."""
        return self._with(_input_mode="mount", _input_path_on_compute=path_on_compute)

    def as_download(self, path_on_compute: Optional[str] = None) -> "PipelineOutputFileDataset":
        """The same data set: the step gets the path of a copy of its own."""
        return self._with(_input_mode="download", _input_path_on_compute=path_on_compute)

    def as_direct(self) -> "PipelineOutputFileDataset":
        """The same data set: the step gets the data set, and its id as the argument."""
        return self._with(_input_mode="direct", _input_path_on_compute=None)

    def parse_delimited_files(
            self, include_path: bool = False, separator: str = ",",
            header: Any = PromoteHeadersBehavior.ALL_FILES_HAVE_SAME_HEADERS, partition_format: Optional[str] = None,
            file_extension: Optional[str] = "", set_column_types: Optional[Dict[str, DataType]] = None,
            quoted_line_breaks: bool = False) -> "PipelineOutputTabularDataset":
        """The files as a table. file_extension "": that of the separator; None: of all files. Columns are texts, unless
        set_column_types says otherwise."""
        extension = _USUAL_EXTENSIONS.get(separator) if file_extension == "" else file_extension
        options = delimited_options(include_path=include_path, separator=separator, header=header,
                                    set_column_types=set_column_types, infer_column_types=False)
        return _table(self, options, partition_format, extension)

    def parse_parquet_files(self, include_path: bool = False, partition_format: Optional[str] = None,
                            file_extension: Optional[str] = ".parquet",
                            set_column_types: Optional[Dict[str, DataType]] = None) -> "PipelineOutputTabularDataset":
        """The files as a table."""
        return _table(self, parquet_options(include_path, set_column_types), partition_format, file_extension)


class PipelineOutputTabularDataset(PipelineOutputAbstractDataset):
    """The table in the files that a step has written."""

    def __init__(self, pipeline_output_dataset: PipelineOutputFileDataset, additional_transformations: Any) -> None:
        """For parse_delimited_files() and parse_parquet_files(). ValueError: there are no transformations."""
        if not additional_transformations:
            raise ValueError("Argument additional_transformation cannot be empty or None")
        super().__init__(pipeline_output_dataset._pipeline_data)
        self._input_name, self._input_mode = pipeline_output_dataset._input_name, "direct"
        self._table: Dict[str, Any] = additional_transformations

    def keep_columns(self, columns: Union[str, List[str]]) -> "PipelineOutputTabularDataset":
        """The table with only these columns."""
        return self._with_step({"keep": names_of_columns(columns)})

    def drop_columns(self, columns: Union[str, List[str]]) -> "PipelineOutputTabularDataset":
        """The table without these columns."""
        return self._with_step({"drop": names_of_columns(columns)})

    def random_split(self, percentage: float, seed: Optional[int] = None
                     ) -> "Tuple[PipelineOutputTabularDataset, PipelineOutputTabularDataset]":
        """Two random parts: about that share, from 0 to 1, of the rows, and the others."""
        ours, others = steps.sample(percentage, seed)
        return self._with_step(ours), self._with_step(others)

    def _with_step(self, step: steps.Step) -> "PipelineOutputTabularDataset":
        """The table with one more step."""
        return self._with(_table=dict(self._table, steps=self._table["steps"] + [step]))

    def _definition(self) -> Dict[str, Any]:
        """The definition of the table."""
        return self._table


def _table(files: PipelineOutputFileDataset, options: Dict[str, Any], form: Optional[str],
           extension: Optional[str]) -> PipelineOutputTabularDataset:
    """The table in the files with an extension."""
    ending = "" if not extension else "/**/*." + extension.lstrip(".")
    options = options if form is None else dict(options, partition_format=form)
    return PipelineOutputTabularDataset(files, {"type": "tabular", "paths": [FOLDER + ending], "options": options,
                                                "steps": []})
