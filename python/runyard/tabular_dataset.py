# SPDX-License-Identifier: Apache-2.0
"""TabularDataset: files that are read as one table, by pandas."""

from enum import Enum
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

from ._data import steps, tables
from ._data.files import present
from .abstract_dataset import AbstractDataset
from .data_reference import DataPath, checked
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .workspace import Workspace


class FileEncoding(Enum):
    """Encodings of text files, by their names in Python."""

    UTF8 = "utf-8-sig"
    ISO88591 = "iso-8859-1"
    LATIN1 = "latin-1"
    ASCII = "ascii"
    UTF16 = "utf-16"
    UTF32 = "utf-32"
    UTF8BOM = "utf-8-sig"
    WINDOWS1252 = "windows-1252"


class PromoteHeadersBehavior(Enum):
    """Which files begin with a line of column names."""

    NO_HEADERS = 0
    ONLY_FIRST_FILE_HAS_HEADERS = 1
    COMBINE_ALL_FILES_HEADERS = 2
    ALL_FILES_HAVE_SAME_HEADERS = 3


class DataType:
    """The type of a column, for set_column_types.

    >>> {"date": DataType.to_datetime("%Y-%m-%d"), "zip": DataType.to_string()}
    """

    def __init__(self, kind: str, formats: Optional[List[str]] = None) -> None:
        self._kind, self._formats = kind, formats

    @staticmethod
    def to_string() -> "DataType":
        """Texts."""
        return DataType("string")

    @staticmethod
    def to_long() -> "DataType":
        """Integers; missing cells stay missing."""
        return DataType("long")

    @staticmethod
    def to_float(decimal_mark: str = ".") -> "DataType":
        """Floats. UserErrorException: another decimal mark."""
        if decimal_mark != ".":
            raise UserErrorException("the decimal mark of a column can only be '.', not {!r}".format(decimal_mark))
        return DataType("float")

    @staticmethod
    def to_bool() -> "DataType":
        """True and False, from the words true and false, yes and no, 1 and 0."""
        return DataType("bool")

    @staticmethod
    def to_datetime(formats: Union[str, List[str], None] = None) -> "DataType":
        """Times, by the first format that fits, by default any that pandas knows."""
        return DataType("datetime", [formats] if isinstance(formats, str) else formats)

    def as_dict(self) -> Dict[str, Any]:
        """The type for JSON."""
        return {"type": self._kind, "formats": self._formats}


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
        return self._with({"keep": _names(columns)})

    def drop_columns(self, columns: Union[str, List[str]]) -> "TabularDataset":
        """The table without these columns."""
        return self._with({"drop": _names(columns)})

    def with_timestamp_columns(self, timestamp: Optional[str] = None, partition_timestamp: Optional[str] = None,
                               validate: bool = False, **kwargs: Any) -> "TabularDataset":
        """The same table: timestamp columns have no effect here."""
        return self


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
        if not isinstance(separator, str) or not separator:
            raise UserErrorException("separator must be a text that is not empty, not {!r}".format(separator))
        options = {"format": "delimited", "separator": separator, "header": _header(header),
                   "infer": bool(infer_column_types), "types": _types(set_column_types),
                   "include_path": bool(include_path), "encoding": _encoding(encoding),
                   "empty_as_string": bool(empty_as_string)}
        return TabularDataset._from_paths(path, validate, options, partition_format)

    @staticmethod
    def from_parquet_files(path: Any, validate: bool = True, include_path: bool = False,
                           set_column_types: Optional[Dict[str, DataType]] = None,
                           partition_format: Optional[str] = None) -> TabularDataset:
        """A table in Parquet files; to read them, pandas needs pyarrow or fastparquet."""
        options = {"format": "parquet", "types": _types(set_column_types), "include_path": include_path}
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
        options = {"format": "json", "types": _types(set_column_types), "include_path": include_path,
                   "encoding": _encoding(encoding), "invalid_lines": invalid_lines}
        return TabularDataset._from_paths(path, validate, options, partition_format)

    @staticmethod
    def register_pandas_dataframe(dataframe: Any, target: Any, name: str, description: Optional[str] = None,
                                  tags: Optional[Dict[str, Any]] = None, show_progress: bool = True,
                                  row_group_size: Optional[int] = None,
                                  make_target_path_unique: bool = True) -> TabularDataset:
        """Write a data frame as a Parquet file below (datastore, path) and register it, as the next version.

        The file's name is always a new one, whatever make_target_path_unique says.
        """
        pair = (target._datastore, target.path_on_datastore) if isinstance(target, DataPath) else target
        datastore, path = pair if isinstance(pair, tuple) and len(pair) == 2 else (pair, "")
        workspace: "Workspace" = checked(datastore).workspace
        written = tables.write(dataframe, datastore._place(path), row_group_size)
        made = TabularDatasetFactory.from_parquet_files(written)
        return made.register(workspace, name, description, tags, create_new_version=True)


def _stepped(frame: Any, step: Dict[str, Any]) -> Any:
    """A data frame after one step."""
    columns = step.get("keep") or step.get("drop")
    if columns is None:
        return frame.iloc[steps.positions(step, len(frame))].reset_index(drop=True)
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise UserErrorException("the data set has no column {}; it has {}".format(
            ", ".join(map(repr, missing)), ", ".join(map(repr, frame.columns))))
    return frame[columns] if "keep" in step else frame.drop(columns=columns)


def _names(columns: Any) -> List[str]:
    """Names of columns. UserErrorException: there are none, or they are no texts."""
    names = [columns] if isinstance(columns, str) else list(columns or ())
    if not names or not all(isinstance(name, str) for name in names):
        raise UserErrorException("columns must be a name, or a list of at least one, not {!r}".format(columns))
    return names


def _header(given: Any) -> str:
    """The name of a PromoteHeadersBehavior."""
    if isinstance(given, bool):
        return "ALL_FILES_HAVE_SAME_HEADERS" if given else "NO_HEADERS"
    if isinstance(given, PromoteHeadersBehavior):
        return given.name
    raise UserErrorException("header must be True, False or a PromoteHeadersBehavior, not {!r}".format(given))


def _encoding(given: Any) -> str:
    """An encoding by its name in Python; the one for UTF-8 skips a byte order mark."""
    name = given.value if isinstance(given, FileEncoding) else getattr(FileEncoding, str(given).upper(), None)
    if name is None:
        raise UserErrorException("encoding must be one of {}, not {!r}".format(
            ", ".join(encoding.lower() for encoding in FileEncoding.__members__), given))
    return str(name.value if isinstance(name, FileEncoding) else name)


def _types(given: Optional[Dict[str, DataType]]) -> Dict[str, Any]:
    """Column to type, for JSON."""
    for column, kind in (given or {}).items():
        if not isinstance(kind, DataType):
            raise UserErrorException("the type of column '{}' must be a DataType, as DataType.to_string(), not {!r}"
                                     .format(column, kind))
    return {str(column): kind.as_dict() for column, kind in (given or {}).items()}
