# SPDX-License-Identifier: Apache-2.0
"""Tables in files, read and written with pandas, which is loaded at the first use."""

import gzip
import hashlib
import json
import os
import shutil
import tempfile
import uuid
from typing import Any, Callable, Dict, List, Optional

from ..exceptions import DatasetExecutionError, UserErrorException
from . import dates, expressions, workspace_folder
from .files import File
from .partitions import PartitionFormat

Options = Dict[str, Any]
_TRUTH = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}


def _pandas() -> Any:
    """pandas. UserErrorException: it is not installed."""
    try:
        import pandas  # type: ignore[import-untyped, import-not-found, unused-ignore]
        return pandas
    except ImportError as error:
        raise UserErrorException("a data set is read as a table by pandas, which this Python cannot load: {}. Install "
                                 "it (pip install pandas), or read the files with another library: "
                                 "Dataset.File.from_files(...).download() gives their paths".format(error)) from None


def read(files: List[File], options: Options, strict: bool) -> Any:
    """The concatenated tables of all files. DatasetExecutionError: there is no file, or one cannot be read."""
    pandas = _pandas()
    if not files:
        raise DatasetExecutionError("cannot read a data set: none of its files is there")
    frames: List[Any] = []
    for file in files:
        first = frames[0] if frames else None
        frame = _guarded(file.path, lambda: _READERS[options["format"]](pandas, file.path, options, first))
        frames.append(frame)
    table = pandas.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    if options.get("infer"):
        dates.convert(pandas, table, options["types"])
    _add_partitions(table, files, [len(frame) for frame in frames], options.get("partition_format"))
    for column, kind in options["types"].items():
        table[column] = _typed(pandas, table, column, kind, strict)
    if options.get("include_path"):
        paths = [path for file, frame in zip(files, frames) for path in ["/" + file.name] * len(frame)]
        table.insert(0, "Path", paths)
    return table


def _add_partitions(table: Any, files: List[File], lengths: List[int], form: Optional[str]) -> None:
    """Insert the columns from the paths of the files. DatasetExecutionError: a path does not match, or the files have a
    column with that name."""
    if form is None:
        return
    found = [PartitionFormat(form).values(file.path) for file in files]
    for file, values in zip(files, found):
        if values is None:
            raise DatasetExecutionError('partition_format "{}" does not fit the path {}'.format(form, file.path))
    rows = [values or {} for values, length in zip(found, lengths) for _ in range(length)]
    for at, name in enumerate(found[0] or ()):
        if name in table.columns:
            raise DatasetExecutionError("the column '{}' of partition_format is in the files, too".format(name))
        table.insert(at, name, [values[name] for values in rows])


def _guarded(path: str, act: Callable[[], Any]) -> Any:
    """The result of reading or writing a file. DatasetExecutionError: that fails; the message says why."""
    try:
        return act()
    except (OSError, ValueError, ImportError, LookupError) as error:
        raise DatasetExecutionError("cannot read or write the table {}: {}".format(path, error)) from error


def _delimited(pandas: Any, path: str, options: Options, first: Any) -> Any:
    """A text file; `first` is the table of the first file, or None for the first file."""
    named = options["header"] not in ("NO_HEADERS", "ONLY_FIRST_FILE_HAS_HEADERS") or (
        options["header"] == "ONLY_FIRST_FILE_HAS_HEADERS" and first is None)
    texts = True if not options["infer"] else dict.fromkeys(options["types"], str)
    frame = pandas.read_csv(path, sep=options["separator"], header=0 if named else None, encoding=options["encoding"],
                            dtype=str if texts is True else texts, keep_default_na=not options["empty_as_string"],
                            engine="c" if len(options["separator"]) == 1 else "python")
    if not named:
        frame.columns = first.columns if first is not None and len(first.columns) == len(frame.columns) else [
            "Column{}".format(number + 1) for number in range(len(frame.columns))]
    return frame


def _parquet(pandas: Any, path: str, options: Options, first: Any) -> Any:
    """A Parquet file."""
    return pandas.read_parquet(path)


def _json_lines(pandas: Any, path: str, options: Options, first: Any) -> Any:
    """A file with one JSON object a line. The types are those of JSON: a text stays a text."""
    opened: Any = gzip.open(path, "rt", encoding=options["encoding"]) if path.endswith(".gz") else open(
        path, encoding=options["encoding"])
    drop = options.get("invalid_lines") == "drop"
    with opened as file:
        found = [_object(number, line, drop) for number, line in enumerate(file, 1) if line.strip()]
    return pandas.DataFrame([column for column in found if column is not None])


def _object(number: int, line: str, drop: bool) -> Any:
    """The JSON object of a line. If it is none: None if `drop` is set, else ValueError."""
    try:
        found, why = json.loads(line), "it is no object"
    except (ValueError, RecursionError) as error:
        found, why = None, str(error)
    if isinstance(found, dict):
        return found
    if drop:
        return None
    raise ValueError("line {} is not valid JSON of a row: {}; invalid_lines='drop' passes over such lines".format(
        number, why))


_READERS: Dict[str, Callable[[Any, str, Options, Any], Any]] = {
    "delimited": _delimited, "parquet": _parquet, "json": _json_lines}


def _typed(pandas: Any, table: Any, column: str, kind: Dict[str, Any], strict: bool) -> Any:
    """A column in its type. Cells that do not fit become missing, or raise an error if `strict`. UserErrorException:
    there is no such column."""
    if column not in table.columns:
        raise UserErrorException("set_column_types names the column {!r}, which is not there; there are {}".format(
            column, ", ".join(map(repr, table.columns))))
    try:
        return _CONVERTERS[kind["type"]](pandas, table[column], kind["formats"], "raise" if strict else "coerce")
    except (ValueError, TypeError) as error:
        raise DatasetExecutionError("column {!r} cannot be {}: {}".format(column, kind["type"], error)) from None


def _strings(pandas: Any, cells: Any, formats: Any, errors: str) -> Any:
    """Texts; missing cells stay missing."""
    return cells.where(cells.isna(), cells.astype(str))


def _floats(pandas: Any, cells: Any, formats: Any, errors: str) -> Any:
    """Floats."""
    return pandas.to_numeric(cells, errors=errors).astype("float64")


def _longs(pandas: Any, cells: Any, formats: Any, errors: str) -> Any:
    """Integers; a column with missing cells has the type Int64."""
    numbers = pandas.to_numeric(cells, errors=errors)
    fitting = numbers.where(numbers.isna() | (numbers % 1 == 0))
    if errors == "raise" and fitting.isna().sum() > numbers.isna().sum():
        raise ValueError("it has numbers that are no integers")
    return fitting.astype("Int64" if fitting.isna().any() else "int64")


def _bools(pandas: Any, cells: Any, formats: Any, errors: str) -> Any:
    """True and False; a column with missing cells holds None."""
    found = cells.map(lambda cell: None if pandas.isna(cell) else _TRUTH.get(str(cell).strip().lower()))
    if errors == "raise" and found.isna().sum() > cells.isna().sum():
        raise ValueError("it has cells other than true and false, yes and no, 1 and 0")
    return found if found.isna().any() else found.astype(bool)


def _times(pandas: Any, cells: Any, formats: Optional[List[str]], errors: str) -> Any:
    """Times, by the first format that fits."""
    if not formats:
        return pandas.to_datetime(cells, errors=errors)
    found = pandas.to_datetime(cells, format=formats[0], errors="coerce")
    for form in formats[1:]:
        found = found.fillna(pandas.to_datetime(cells, format=form, errors="coerce"))
    if errors == "raise" and found.isna().sum() > cells.isna().sum():
        raise ValueError("it has cells that fit none of the formats {}".format(formats))
    return found


_CONVERTERS: Dict[str, Callable[[Any, Any, Any, str], Any]] = {
    "string": _strings, "float": _floats, "long": _longs, "bool": _bools, "datetime": _times}


def filtered(frame: Any, tree: expressions.Tree) -> Any:
    """The rows of a data frame that an expression is true for. UserErrorException: it has not a column of the
    expression. DatasetExecutionError: cells cannot be compared."""

    def find(kind: str, name: str) -> Any:
        if kind != "column" or name not in frame.columns:
            raise UserErrorException("filter names the column {!r}, which is not there; there are {}".format(
                name, ", ".join(map(repr, frame.columns))))
        return frame[name]

    try:
        found = expressions.evaluate(tree, find)
        return frame[expressions.truth(found)].reset_index(drop=True)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise DatasetExecutionError("cannot filter a data set by {}: {}".format(expressions.Expression(tree), error)
                                    ) from None


def convert(frame: Any, kind: str, **options: Any) -> str:
    """Write a data frame as the only file of a folder in the state directory, which is named by the file's digest.
    Returns the folder. DatasetExecutionError: the file cannot be written, for instance because pyarrow is missing."""
    top = workspace_folder.make(os.path.join(workspace_folder.root(), ".converted"))
    made = tempfile.mkdtemp(dir=top)
    path = os.path.join(made, "part-00000." + kind)
    try:
        _guarded(path, lambda: getattr(frame, "to_" + kind)(path, index=False, **options))
        final = os.path.join(top, _digest(path))
        if not os.path.isdir(final):
            os.rename(made, final)
        return final
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _digest(path: str) -> str:
    """The digest of a file."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            found.update(block)
    return found.hexdigest()


def write(frame: Any, folder: str, row_group_size: Optional[int]) -> str:
    """Write a data frame into a folder, as a Parquet file of its own. Returns its path. UserErrorException: it is no
    data frame. DatasetExecutionError: it cannot be written, for instance because pyarrow is missing."""
    if not hasattr(frame, "to_parquet"):
        raise UserErrorException("a pandas data frame is needed, not {!r}".format(type(frame).__name__))
    path = os.path.join(workspace_folder.make(folder), "{}.parquet".format(uuid.uuid4()))
    sizes = {} if row_group_size is None else {"row_group_size": row_group_size}
    _guarded(path, lambda: frame.to_parquet(path, index=False, **sizes))
    return path
