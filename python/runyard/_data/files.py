# SPDX-License-Identifier: Apache-2.0
"""The paths and patterns of a data set, and the files that match them now."""

import glob
import os
import re
from typing import Any, List, NamedTuple, Optional, Tuple

from ..data_reference import DataPath, DataReference, checked
from ..exceptions import DatasetValidationError, UserErrorException
from . import addresses, datastore_files, fetch
from .partitions import PartitionFormat

_ALL_BELOW = re.compile(r"/\*\*(/\*)?$")


class File(NamedTuple):
    """A file of a data set: its name relative to the root of all files, its path, and the address that it is fetched
    from before it is read, or None."""

    name: str
    path: str
    address: Optional[str] = None


def patterns(given: Any) -> List[str]:
    """The addresses, and the absolute paths and patterns, of the argument of from_files: an address, a path, a pattern,
    (datastore, path), a DataPath or a DataReference; or a list of these. UserErrorException: it is something else, or
    empty."""
    if isinstance(given, list):
        found = [pattern for part in given for pattern in patterns(part)]
    elif isinstance(given, tuple):
        found = _of_pair(given)
    elif isinstance(given, DataPath):
        found = _of_pair((given._datastore, given.path_on_datastore))
    else:
        found = [_of_path(given)]
    if not found:
        raise UserErrorException("a data set needs at least one path; the list is empty")
    return found


def _of_pair(given: Tuple[Any, ...]) -> List[str]:
    """The absolute paths and patterns of (datastore, path) or (datastore, list of paths)."""
    if len(given) != 2:
        raise UserErrorException("a tuple must be (datastore, path), not {!r}; several paths are a list".format(given))
    datastore, path = checked(given[0]), given[1]
    if isinstance(path, (list, tuple)):
        return [found for part in path for found in _of_pair((datastore, part))]
    return [_all_of(datastore._local_path(path))]


def _of_path(given: Any) -> str:
    """An address, a local path or a pattern."""
    text = str(given) if isinstance(given, DataReference) else datastore_files.text_of(given, "the path of a data set")
    if addresses.is_address(text):
        return addresses.checked(text)
    if not text:
        raise UserErrorException("the path of a data set is empty")
    return _all_of(os.path.abspath(os.path.expanduser(text)))


def _all_of(path: str) -> str:
    """The path; the folder, if it is a pattern for everything below one."""
    above = _ALL_BELOW.sub("", path)
    return path if os.path.lexists(path) or glob.has_magic(above) and not os.path.isdir(above) else above or "/"


def root_of(paths: List[str]) -> str:
    """The folder that the names of a data set's local files are relative to: the common part of the paths, up to a
    pattern."""
    return os.path.commonpath([path if os.path.isdir(path) else _existing(os.path.dirname(path)) for path in paths])


def present(found: List[File]) -> List[File]:
    """The same files, once those of addresses are here. DatasetExecutionError: one cannot be fetched."""
    for file in found:
        if file.address is not None:
            fetch.fetch(file.address)
    return found


def is_folder(paths: List[str]) -> bool:
    """Whether the paths of a data set are one whole folder."""
    return len(paths) == 1 and os.path.isdir(paths[0])


def is_single_file(paths: List[str]) -> bool:
    """Whether the paths of a data set are that of one file, or its address."""
    return len(paths) == 1 and (addresses.is_address(paths[0]) or os.path.isfile(paths[0]))


def _existing(path: str) -> str:
    """The folder, or the nearest existing folder above it."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def files(paths: List[str]) -> List[File]:
    """The files that match paths and patterns now, and those of addresses, without duplicates, sorted by name."""
    local = [path for path in paths if not addresses.is_address(path)]
    matches = {match for path in local for match in _matches(path)}
    root = root_of(local) if local else ""
    return sorted([File(os.path.relpath(match, root), match) for match in matches] + [
        File(addresses.file_name(path), fetch.file_of(path), path) for path in set(paths) - set(local)])


def _matches(path: str) -> List[str]:
    """The files of one path or pattern. An existing path is no pattern, whatever its characters are."""
    if os.path.isdir(path):
        return [os.path.join(path, name) for name in datastore_files.walked(path)]
    if os.path.lexists(path):
        return [path]
    root = _existing(path)
    pattern = os.path.join(glob.escape(root), os.path.relpath(path, root))
    return [path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path)]


def has_files(folder: str) -> bool:
    """Whether there is a file below a folder."""
    return any(files for _, _, files in os.walk(folder))


def check(paths: List[str], form: Optional[PartitionFormat] = None) -> None:
    """DatasetValidationError: a path or pattern matches no file, or the format does not fit the path of a file. An
    address is not asked: its file is fetched when it is read."""
    for path in paths:
        matches = [fetch.file_of(path)] if addresses.is_address(path) else _matches(path)
        if not matches:
            kind = "no file in" if os.path.isdir(path) else "no file"
            raise DatasetValidationError("cannot make a data set: there is {} {}; validate=False makes one of files "
                                         "that come later".format(kind, path))
        wrong = [] if form is None else [match for match in matches if form.values(match) is None]
        if wrong:
            raise DatasetValidationError("cannot make a data set: partition_format does not fit the path of {} files, "
                                         "as {}".format(len(wrong), wrong[0]))
