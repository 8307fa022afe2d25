# SPDX-License-Identifier: Apache-2.0
"""Outputs of a run: folders that it writes, which are kept, registered when it completes, and read by the next run."""

import copy
import os
import re
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Union

from . import _objects
from ._base.checks import tag_texts
from ._data import datastore_files, steps, workspace_folder
from ._data.partitions import PartitionFormat
from .abstract_dataset import AbstractDataset
from .data_reference import DataPath, checked
from .dataset_consumption_config import DIRECT, MOUNT, DatasetConsumptionConfig, OutputConsumptionConfig
from .exceptions import UserErrorException
from .file_dataset import FileDataset
from .table_options import DataType, PromoteHeadersBehavior, delimited_options, parquet_options
from .tabular_dataset import TabularDataset, names_of_columns

if TYPE_CHECKING:
    from .workspace import Workspace

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_USUAL_PATH = "dataset/{run-id}/{output-name}"
UPLOAD = "upload"


class _Origin:
    """The definition of the files that the last run wrote. Copies of a configuration share it."""

    definition: Optional[Dict[str, Any]] = None
    producer: Any = None  # the step of a pipeline that writes them

    def __deepcopy__(self, memo: Any) -> "_Origin":
        """Itself."""
        return self


class OutputDatasetConfig:
    """An output of a run. Its name is a variable of the run, and its key in run.output_datasets."""

    def __init__(self, mode: str, name: Optional[str] = None, **kwargs: Any) -> None:
        """UserErrorException: the name cannot be that of a variable."""
        self.mode = mode
        self.name = "output_" + os.urandom(4).hex() if name is None else name
        self._registration: Optional[Dict[str, Any]] = None
        self._origin = _Origin()

    @property
    def name(self) -> str:
        """The name; can be set."""
        return self._name

    @name.setter
    def name(self, value: Any) -> None:
        """Set the name."""
        if not isinstance(value, str) or not _NAME.match(value):
            raise UserErrorException("the name of an output must be of letters, digits and '_' and not begin with a "
                                     "digit, because it is the name of a variable too; not {!r}".format(value))
        self._name = value

    def register_on_complete(self, name: str, description: Optional[str] = None, tags: Any = None) -> Any:
        """The same output, which becomes the next version of a data set when the run has completed. UserErrorException:
        the name is empty."""
        if not isinstance(name, str) or not name:
            raise UserErrorException("a data set's name must be a text that is not empty, not {!r}".format(name))
        made = copy.copy(self)
        made._registration = {"name": name, "description": description, "tags": tag_texts(tags)}
        return made

    def as_dict(self) -> Dict[str, Any]:
        """The output in runDefinition."""
        return {"outputName": self.name, "mechanism": self.mode.capitalize(), "registration": self._registration}

    def _written(self) -> Any:
        """The configuration of the folder that the run writes."""
        return self

    def _definition(self, folder: str) -> Dict[str, Any]:
        """The definition of the data set in a folder."""
        raise NotImplementedError

    def _read_by(self, kind: Any, name: Optional[str], mode: str) -> DatasetConsumptionConfig:
        """The output of the last run, or of a step of a pipeline, as an input."""
        return OutputConsumptionConfig(name or "input_" + os.urandom(4).hex(), self, kind, mode)

    def _last(self, kind: Any) -> AbstractDataset:
        """The output of the last run. UserErrorException: no run with it was submitted."""
        if self._origin.definition is None:
            raise UserErrorException("output '{}' has no files yet: submit the run that writes it first, then call "
                                     "as_input()".format(self.name))
        dataset: AbstractDataset = kind._of(self._origin.definition)
        return dataset

    def _set_producer(self, step: Any) -> None:
        """Remember the step of a pipeline that writes it."""
        self._written()._origin.producer = step

    @property
    def _producer(self) -> Any:
        """The step of a pipeline that writes it; None: none does."""
        return self._written()._origin.producer


class OutputFileDatasetConfig(OutputDatasetConfig):
    """A folder of a datastore that a run writes, by default dataset/{run-id}/{output-name} of the default one.

    >>> prepared = OutputFileDatasetConfig("prepared").register_on_complete("prepared data")
    >>> experiment.submit(ScriptRunConfig(".", "prepare.py", arguments=["--out", prepared])).wait_for_completion()
    >>> experiment.submit(ScriptRunConfig(".", "train.py", arguments=["--in", prepared.as_input()]))
    """

    def __init__(self, name: Optional[str] = None, destination: Any = None, source: Optional[str] = None,
                 partition_format: Optional[str] = None) -> None:
        """destination: (datastore, path), a datastore or a DataPath; {run-id} and {output-name} in the path are
        replaced. source: where the script writes it, relative to its working directory. UserErrorException: one of them
        is not valid."""
        super().__init__(MOUNT, name)
        self.destination, self.partition_format = _destination(destination), partition_format
        self.source = None if source is None else datastore_files.text_of(source, "source")
        if partition_format is not None:
            PartitionFormat(partition_format)
        self._globs: List[str] = []

    def as_mount(self, disable_metadata_cache: bool = False) -> "OutputFileDatasetConfig":
        """The same output: the script writes to the folder of the datastore."""
        return self._as(MOUNT, [])

    def as_upload(self, overwrite: bool = False, source_globs: Optional[List[str]] = None) -> "OutputFileDatasetConfig":
        """As as_mount(): the files need not be copied. source_globs: the data set has only files of these patterns."""
        return self._as(UPLOAD, [source_globs] if isinstance(source_globs, str) else list(source_globs or ()))

    def _as(self, mode: str, globs: List[str]) -> "OutputFileDatasetConfig":
        """The same output in another mode."""
        made = copy.copy(self)
        made.mode, made._globs = mode, globs
        return made

    def as_input(self, name: Optional[str] = None) -> DatasetConsumptionConfig:
        """The files of the last run with this output, as an input. UserErrorException: no run with it was submitted."""
        return self._read_by(FileDataset, name, MOUNT)

    def read_delimited_files(
            self, include_path: bool = False, separator: str = ",",
            header: Any = PromoteHeadersBehavior.ALL_FILES_HAVE_SAME_HEADERS, partition_format: Optional[str] = None,
            path_glob: Optional[str] = None,
            set_column_types: Optional[Dict[str, DataType]] = None) -> "OutputTabularDatasetConfig":
        """The output as a table in text files, or in those that a pattern names. Columns are texts, unless
        set_column_types says otherwise."""
        options = delimited_options(include_path=include_path, separator=separator, header=header,
                                    set_column_types=set_column_types, infer_column_types=False)
        return OutputTabularDatasetConfig(
            _written=self, _options=_with_format(options, partition_format), _glob=path_glob)

    def read_parquet_files(self, include_path: bool = False, partition_format: Optional[str] = None,
                           path_glob: Optional[str] = None, set_column_types: Optional[Dict[str, DataType]] = None
                           ) -> "OutputTabularDatasetConfig":
        """The output as a table in Parquet files, or in those that a pattern names."""
        options = parquet_options(include_path, set_column_types)
        return OutputTabularDatasetConfig(
            _written=self, _options=_with_format(options, partition_format), _glob=path_glob)

    def _folder_for(self, workspace: "Workspace", run_id: str) -> str:
        """The folder for a run, created."""
        store, path = self.destination
        store = _objects.Datastore.get_default(workspace) if store is None else store
        path = path.replace("{run-id}", run_id).replace("{output-name}", self.name)
        return workspace_folder.make(store._local_path(path))

    def _definition(self, folder: str) -> Dict[str, Any]:
        """The files of the folder."""
        paths = [os.path.join(folder, glob.lstrip("/")) for glob in self._globs] or [folder]
        return {"type": "file", "paths": paths, "options": _with_format({}, self.partition_format), "steps": []}


class OutputTabularDatasetConfig(OutputDatasetConfig):
    """The table that an output of a run is: what read_delimited_files() and read_parquet_files() return."""

    def __init__(self, **kwargs: Any) -> None:
        """UserErrorException: always, except for read_delimited_files() and read_parquet_files()."""
        written = kwargs.get("_written")
        if written is None:
            raise UserErrorException("an OutputTabularDatasetConfig is made by OutputFileDatasetConfig()."
                                     "read_delimited_files() or read_parquet_files()")
        super().__init__(written.mode, written.name)
        self._file, self._options, self._glob = written, kwargs["_options"], kwargs["_glob"]
        self._registration = written._registration
        self._steps: List[steps.Step] = []

    def keep_columns(self, columns: Union[str, List[str]]) -> "OutputTabularDatasetConfig":
        """The table with only these columns."""
        return self._with({"keep": names_of_columns(columns)})

    def drop_columns(self, columns: Union[str, List[str]]) -> "OutputTabularDatasetConfig":
        """The table without these columns."""
        return self._with({"drop": names_of_columns(columns)})

    def random_split(self, percentage: float, seed: Optional[int] = None
                     ) -> Tuple["OutputTabularDatasetConfig", "OutputTabularDatasetConfig"]:
        """Two random parts: about that share, from 0 to 1, of the rows, and the others."""
        ours, others = steps.sample(percentage, seed)
        return self._with(ours), self._with(others)

    def _with(self, step: steps.Step) -> "OutputTabularDatasetConfig":
        """The table with one more step."""
        made = copy.copy(self)
        made._steps, made._origin = self._steps + [step], _Origin()
        return made

    def as_mount(self) -> "OutputTabularDatasetConfig":
        """The same table: the script writes to the folder of the datastore."""
        return self

    def as_upload(self, overwrite: bool = False,
                  source_globs: Optional[List[str]] = None) -> "OutputTabularDatasetConfig":
        """The same table, as of OutputFileDatasetConfig.as_upload()."""
        made = copy.copy(self)
        made._file = self._file.as_upload(overwrite, source_globs)
        return made

    def as_input(self, name: Optional[str] = None) -> DatasetConsumptionConfig:
        """The table of the last run with this output, as an input. UserErrorException: no run with it was submitted."""
        return self._read_by(TabularDataset, name, DIRECT)

    def _written(self) -> OutputFileDatasetConfig:
        """The configuration of the folder."""
        return self._file  # type: ignore[no-any-return]

    def _definition(self, folder: str) -> Dict[str, Any]:
        """The table of the files of the folder."""
        paths = self._file._definition(folder)["paths"] if self._glob is None else [
            os.path.join(folder, self._glob.lstrip("/"))]
        return {"type": "tabular", "paths": paths, "options": self._options, "steps": self._steps}


class LinkFileOutputDatasetConfig(OutputDatasetConfig):
    """An output that the script links to files: run.output_datasets[name].link(dataset)."""

    source = None

    def __init__(self, name: Optional[str] = None) -> None:
        """UserErrorException: the name cannot be that of a variable."""
        super().__init__("link", name)

    def as_input(self, name: Optional[str] = None) -> DatasetConsumptionConfig:
        """Always raises UserErrorException: what the script links is found by register_on_complete()."""
        raise UserErrorException(
            "the data set of output '{0}' is known when the run has completed: use register_on_complete('{0}'), and "
            "then Dataset.get_by_name(ws, '{0}')".format(self.name))

    def _folder_for(self, workspace: "Workspace", run_id: str) -> None:
        """None: the script says it."""


class LinkTabularOutputDatasetConfig(LinkFileOutputDatasetConfig):
    """An output that the script links to a table."""


def _destination(given: Any) -> Tuple[Any, str]:
    """The datastore, or None for the default one, and the path. UserErrorException: it is no destination."""
    if given is None:
        return None, _USUAL_PATH
    if isinstance(given, DataPath):
        return given._datastore, given.path_on_datastore or _USUAL_PATH
    store, path = given if isinstance(given, (tuple, list)) and len(given) == 2 else (given, None)
    return checked(store), datastore_files.text_of(path or _USUAL_PATH, "the path of a destination")


def _with_format(options: Dict[str, Any], form: Optional[str]) -> Dict[str, Any]:
    """Options with a partition_format. UserErrorException: it is not valid."""
    if form is None:
        return options
    PartitionFormat(form)
    return dict(options, partition_format=form)
