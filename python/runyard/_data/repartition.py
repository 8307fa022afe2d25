# SPDX-License-Identifier: Apache-2.0
"""A table as Parquet files, in a folder for each combination of the values of its partition keys."""

import os
from typing import Any, Dict, List

from ..exceptions import UserErrorException
from . import tables
from .partitions import PartitionFormat

_TIME = "%Y%m%d%H%M%S"
_KINDS = {"i": "long", "u": "long", "f": "float", "b": "bool"}


def write(frame: Any, keys: List[str], folder: str) -> str:
    """Write a data frame below a folder. Returns the partition_format of the files, which describes their paths from
    the folder's name on. UserErrorException: a key is no column, or a value of it cannot be the name of a folder;
    nothing is written then."""
    _check_keys(list(frame.columns), keys)
    forms = ["{" + key + (":yyyyMMddHHmmss}" if frame[key].dtype.kind == "M" else "}") for key in keys]
    form = "/".join(["", os.path.basename(folder)] + forms + ["*.parquet"])
    PartitionFormat(form)  # refuses a second column of times
    names = {key: frame[key].map(lambda value, key=key: _folder_name(key, value)) for key in keys}
    for texts, rows in frame.groupby([names[key] for key in keys], sort=False):
        parts = texts if isinstance(texts, tuple) else (texts,)
        tables.write(rows.drop(columns=keys), os.path.join(folder, *parts), None)
    return form


def kinds(frame: Any, keys: List[str]) -> Dict[str, str]:
    """Key to the type of its column, long, float or bool, where a folder's name has to be turned into one."""
    found = {key: _KINDS.get(frame[key].dtype.kind) for key in keys}
    return {key: kind for key, kind in found.items() if kind is not None}


def _check_keys(columns: List[Any], keys: List[str]) -> None:
    """UserErrorException: a key is no column or stands twice, or no other column is left."""
    unknown = [key for key in keys if key not in columns]
    if unknown:
        raise UserErrorException("{} are invalid partition keys; the columns are {}".format(unknown, columns))
    if len(set(keys)) < len(keys):
        raise UserErrorException("partition_keys cannot have duplicates, as {}".format(keys))
    if any(character in key for key in keys for character in "{}:"):
        raise UserErrorException("the names of partition keys must not have '{{', '}}' or ':', as in {}".format(keys))
    if len(keys) == len(columns):
        raise UserErrorException("a column that is no partition key is needed: {} are all columns".format(keys))


def _folder_name(key: str, value: Any) -> str:
    """The value of a key as the name of a folder. UserErrorException: it cannot be one."""
    missing = value is None or value != value
    text = "" if missing else value.strftime(_TIME) if hasattr(value, "strftime") else str(value)
    if text in ("", ".", "..") or "/" in text or "\0" in text:
        raise UserErrorException("column '{}' cannot be a partition key: the value {!r} cannot be the name of a folder;"
                                 " filter such rows first".format(key, value))
    return text
