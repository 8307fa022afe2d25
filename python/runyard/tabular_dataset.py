# SPDX-License-Identifier: Apache-2.0
"""TabularDataset: files that are read as one table, by pandas."""

import os
import uuid
from datetime import date, datetime, timedelta
from typing import Any, Dict, List, Optional, Tuple, Union

from ._data import repartition, steps, tables
from ._data.files import present
from .abstract_dataset import AbstractDataset
from .data_reference import target_of
from .exceptions import DatasetTimestampMissingError, UserErrorException, refusal
from .file_dataset import FileDataset, FileDatasetFactory
from .table_options import (DataType, FileEncoding, PromoteHeadersBehavior, delimited_options, encoding_name,
                            parquet_options, types_as_json)

__all__ = ["DataType", "FileEncoding", "PromoteHeadersBehavior", "TabularDataset", "TabularDatasetFactory"]

_NO_SPARK = "Read the table by to_pandas_dataframe(), and give it to the library of your choice"


class TabularDataset(AbstractDataset):
    """A table in one or more files.

    >>> Dataset.Tabular.from_delimited_files((datastore, "diabetes/*.csv")).take(3).to_pandas_dataframe()
    """

    _kind = "tabular"

    def to_pandas_dataframe(self, on_error: str = "null", out_of_range_datetime: str = "null") -> Any:
        """The table as a pandas data frame. Cells that have not the type of their column are missing, or with
        on_error="fail" an error. UserErrorException: pandas is not installed, or a column is not there.
        DatasetExecutionError: a file cannot be read."""
        if on_error not in ("null", "fail"):
            raise UserErrorException("on_error is null or fail, not {!r}".format(on_error))
        frame = tables.read(present(self._files()), self._definition["options"], on_error == "fail")
        for step in self._definition["steps"]:
            frame = _stepped(frame, step)
        return frame

    def keep_columns(self, columns: Union[str, List[str]], validate: bool = False) -> "TabularDataset":
        """The table with only these columns, in this order."""
        names = names_of_columns(columns)
        return self._without_times(
            [name for name in self.timestamp_columns if name not in names])._with({"keep": names})

    def drop_columns(self, columns: Union[str, List[str]]) -> "TabularDataset":
        """The table without these columns."""
        names = names_of_columns(columns)
        return self._without_times(names)._with({"drop": names})

    @property
    def timestamp_columns(self) -> Tuple[Optional[str], Optional[str]]:
        """The columns that with_timestamp_columns() chose."""
        options = self._definition["options"]
        return options.get("timestamp"), options.get("partition_timestamp")

    def with_timestamp_columns(self, timestamp: Optional[str] = None, partition_timestamp: Optional[str] = None,
                               validate: bool = False, **kwargs: Any) -> "TabularDataset":
        """The table with the column whose time time_before() and others compare; None: with none. partition_timestamp
        is kept and shown. UserErrorException: it is given alone, or both are the same column."""
        timestamp = timestamp or kwargs.get("fine_grain_timestamp")
        partition_timestamp = partition_timestamp or kwargs.get("coarse_grain_timestamp")
        if partition_timestamp and timestamp in (None, partition_timestamp):
            raise UserErrorException("partition_timestamp is another column than timestamp, which must be given too")
        chosen = {"timestamp": timestamp, "partition_timestamp": partition_timestamp}
        options = {name: value for name, value in dict(self._definition["options"], **chosen).items()
                   if value is not None or name not in chosen}
        return self._of(dict(self._definition, options=options), self._workspace)

    def _without_times(self, dropped: Any) -> "TabularDataset":
        """The table without the timestamp columns that are dropped."""
        timestamp, partition = self.timestamp_columns
        if timestamp in dropped:
            return self.with_timestamp_columns()
        return self.with_timestamp_columns(timestamp) if partition in dropped else self

    def time_before(self, end_time: datetime, include_boundary: bool = True, validate: bool = True) -> "TabularDataset":
        """The rows with a time up to this one. DatasetTimestampMissingError: there is no timestamp column."""
        return self._timed("time_before", None, end_time, include_boundary)

    def time_after(self, start_time: datetime, include_boundary: bool = True,
                   validate: bool = True) -> "TabularDataset":
        """The rows with a time from this one on. DatasetTimestampMissingError: there is no timestamp column."""
        return self._timed("time_after", start_time, None, include_boundary)

    def time_between(self, start_time: datetime, end_time: datetime, include_boundary: bool = True,
                     validate: bool = True) -> "TabularDataset":
        """The rows with a time between these. DatasetTimestampMissingError: there is no timestamp column."""
        return self._timed("time_between", start_time, end_time, include_boundary)

    def time_recent(self, time_delta: timedelta, include_boundary: bool = True,
                    validate: bool = True) -> "TabularDataset":
        """The rows with a time of the last hours or days before this call. DatasetTimestampMissingError: there is no
        timestamp column."""
        if not isinstance(time_delta, timedelta):
            raise UserErrorException("time_delta must be a datetime.timedelta, not {!r}".format(time_delta))
        return self._timed("time_recent", datetime.now() - time_delta, None, include_boundary)

    def _timed(self, method: str, start: Any, end: Any, include_boundary: bool) -> "TabularDataset":
        """The rows with a time in an interval; None: it has no such end."""
        column = self.timestamp_columns[0]
        if column is None:
            raise DatasetTimestampMissingError(
                "cannot use {} on a data set without a timestamp column; choose one by with_timestamp_columns('...')"
                .format(method))
        wrong = [limit for limit in (start, end) if limit is not None and not isinstance(limit, date)]
        if wrong:
            raise UserErrorException("{} takes a datetime, not {!r}".format(method, wrong[0]))
        time, found = self[column], self
        if start is not None:
            found = found.filter(time >= start if include_boundary else time > start)
        if end is not None:
            found = found.filter(time <= end if include_boundary else time < end)
        return found

    def to_csv_files(self, separator: str = ",") -> FileDataset:
        """The table as a CSV file, written now. UserErrorException: the separator is no single character."""
        if not isinstance(separator, str) or len(separator) != 1:
            raise UserErrorException("separator must be a single character, not {!r}".format(separator))
        return self._converted("csv", sep=separator)

    def to_parquet_files(self) -> FileDataset:
        """The table as a Parquet file, written now. DatasetExecutionError: pyarrow is missing."""
        return self._converted("parquet")

    def _converted(self, kind: str, **options: Any) -> FileDataset:
        """The table as a file."""
        return FileDatasetFactory.from_files(tables.convert(self.to_pandas_dataframe(), kind, **options))

    def partition_by(self, partition_keys: List[str], target: Any, name: Optional[str] = None,
                     show_progress: bool = True, partition_as_file_dataset: bool = False) -> AbstractDataset:
        """The table written now as Parquet files below (datastore, path), in a folder for each combination of the
        values of the partition keys, and read from there; with a `name`, its next version. The keys are the first
        columns, and the partition_format. Seconds are the finest part of a time. UserErrorException: a key is no
        column, or a value of it cannot be the name of a folder.

        >>> table.partition_by(["country"], (ws.get_default_datastore(), "by country"), name="by country")
        """
        keys = names_of_columns(partition_keys)
        datastore, path = target_of(target)
        folder = os.path.join(datastore._local_path(path), str(uuid.uuid4()))
        frame = self.to_pandas_dataframe()
        form = repartition.write(frame, keys, folder)
        types = {key: DataType(kind) for key, kind in repartition.kinds(frame, keys).items()}
        made: AbstractDataset = FileDatasetFactory.from_files(folder, partition_format=form)
        if not partition_as_file_dataset:
            made = TabularDatasetFactory.from_parquet_files(folder, set_column_types=types, partition_format=form)
        return made if name is None else made.register(datastore.workspace, name, create_new_version=True)

    to_spark_dataframe = refusal("TabularDataset.to_spark_dataframe", _NO_SPARK)
    to_dask_dataframe = refusal("TabularDataset.to_dask_dataframe", _NO_SPARK)


class TabularDatasetFactory:
    """Dataset.Tabular."""

    @staticmethod
    def from_delimited_files(path: Any, validate: bool = True, include_path: bool = False,
                             infer_column_types: bool = True, set_column_types: Optional[Dict[str, DataType]] = None,
                             separator: str = ",", header: Any = True, partition_format: Optional[str] = None,
                             support_multi_line: bool = False, empty_as_string: bool = False,
                             encoding: Any = "utf8") -> TabularDataset:
        """A table in text files; `path` as for Dataset.File.from_files.

        infer_column_types: numbers and truth are found by pandas; texts that are all dates of one form become times,
        in UTC where they have an offset; month before day where both would do, with a warning. False: all is text.
        include_path: the first column, Path, is the file's. header: True, False (the columns are Column1, Column2,
        ...) or a PromoteHeadersBehavior. partition_format: the first columns stand in the paths, as
        "/{Department}/{Day:yyyy/MM/dd}/*.csv" describes their ends. Cells of several lines are always understood where
        they are quoted. DatasetValidationError: `validate`, and there is no such file, or its path is not as
        partition_format says.

        >>> Dataset.Tabular.from_delimited_files("data/*.tsv", separator="\\t")
        """
        options = delimited_options(include_path, infer_column_types, set_column_types, separator, header,
                                    empty_as_string, encoding)
        return TabularDataset._from_paths(path, validate, options, partition_format)

    @staticmethod
    def from_parquet_files(path: Any, validate: bool = True, include_path: bool = False,
                           set_column_types: Optional[Dict[str, DataType]] = None,
                           partition_format: Optional[str] = None) -> TabularDataset:
        """A table in Parquet files; to read them, pandas needs pyarrow or fastparquet."""
        options = parquet_options(include_path, set_column_types)
        return TabularDataset._from_paths(path, validate, options, partition_format)

    @staticmethod
    def from_json_lines_files(path: Any, validate: bool = True, include_path: bool = False,
                              set_column_types: Optional[Dict[str, DataType]] = None,
                              partition_format: Optional[str] = None, invalid_lines: str = "error",
                              encoding: Any = "utf8") -> TabularDataset:
        """A table in files with one JSON object per line. invalid_lines: "error", or "drop" to skip lines that are no
        JSON object. UserErrorException: it is neither."""
        if invalid_lines not in ("error", "drop"):
            raise UserErrorException("invalid_lines is error or drop, not {!r}".format(invalid_lines))
        options = {"format": "json", "types": types_as_json(set_column_types), "include_path": include_path,
                   "encoding": encoding_name(encoding), "invalid_lines": invalid_lines}
        return TabularDataset._from_paths(path, validate, options, partition_format)

    @staticmethod
    def register_pandas_dataframe(dataframe: Any, target: Any, name: str, description: Optional[str] = None,
                                  tags: Optional[Dict[str, Any]] = None, show_progress: bool = True,
                                  row_group_size: Optional[int] = None,
                                  make_target_path_unique: bool = True) -> TabularDataset:
        """Write a data frame as a Parquet file below (datastore, path) and register it, as the next version.

        The file's name is always a new one, whatever make_target_path_unique says.
        """
        datastore, path = target_of(target)
        written = tables.write(dataframe, datastore._local_path(path), row_group_size)
        made = TabularDatasetFactory.from_parquet_files(written)
        return made.register(datastore.workspace, name, description, tags, create_new_version=True)


def _stepped(frame: Any, step: Dict[str, Any]) -> Any:
    """A data frame after one step."""
    if "filter" in step:
        return tables.filtered(frame, step["filter"])
    names = step.get("keep") or step.get("drop")
    if names is None:
        return frame.iloc[steps.positions(step, len(frame))].reset_index(drop=True)
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise UserErrorException("the data set has no column {}; it has {}".format(
            ", ".join(map(repr, missing)), ", ".join(map(repr, frame.columns))))
    return frame[names] if "keep" in step else frame.drop(columns=names)


def names_of_columns(columns: Any) -> List[str]:
    """Names of columns. UserErrorException: there are none, or they are no texts."""
    names = [columns] if isinstance(columns, str) else list(columns or ())
    if not names or not all(isinstance(name, str) for name in names):
        raise UserErrorException("columns must be a name, or a list of at least one, not {!r}".format(columns))
    return names
