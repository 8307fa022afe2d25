# SPDX-License-Identifier: Apache-2.0
"""Facts about files of a data set, for filter()."""

import datetime
import os
from typing import Any, Callable, Dict, Optional

from ..exceptions import DatasetExecutionError, UserErrorException
from . import expressions
from .files import File, present
from .partitions import PartitionFormat


def _moment(seconds: float) -> datetime.datetime:
    """A time of the file system, in UTC."""
    return expressions.as_utc(datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc))


_FACTS: Dict[str, Callable[[str], Any]] = {
    "Size": os.path.getsize, "LastModifiedTime": lambda path: _moment(os.path.getmtime(path)),
    "CreationTime": lambda path: _moment(os.path.getctime(path)), "CanSeek": lambda path: True,
    "Extension": lambda path: os.path.splitext(path)[1]}


def expression(name: Any) -> expressions.Expression:
    """A fact about each file. UserErrorException: there is no such fact."""
    if name not in _FACTS:
        raise UserErrorException("file_metadata knows {}, not {!r}".format(", ".join(sorted(_FACTS)), name))
    return expressions.Expression(["metadata", name])


def is_true_for(tree: expressions.Tree, file: File, form: Optional[str]) -> bool:
    """Whether an expression is true for a file; `form` is the partition_format. UserErrorException: it names a
    column that the format does not have. DatasetExecutionError: values cannot be compared, or the file not be read."""
    columns = {} if form is None else PartitionFormat(form).values(file.path) or {}

    def find(kind: str, name: str) -> Any:
        if kind == "metadata":
            return _FACTS[name](present([file])[0].path)
        if name not in columns:
            raise UserErrorException("filter names the column {!r}, which the files do not have; their "
                                     "partition_format has {}".format(name, ", ".join(columns) or "none"))
        return columns[name]

    try:
        return bool(expressions.truth(expressions.evaluate(tree, find)))
    except (OSError, TypeError, ValueError, ArithmeticError, KeyError) as error:
        raise DatasetExecutionError("cannot filter the file {}: {}".format(file.path, error)) from None
