# SPDX-License-Identifier: Apache-2.0
"""Folders made for runs out of the files of a data set: of links, and of copies. Both may be deleted when no run uses
them; they are made again."""

import atexit
import hashlib
import os
import shutil
import tempfile
from typing import Callable, Iterable, List, Tuple

from . import _datastore_files, _workspace_folder
from ._data_files import File
from ._progress import Progress
from .exceptions import UserErrorException


def links(folder: str, files: List[File]) -> str:
    """A folder with a link to each file, made once for the same files: <folder>/links/<digest of the list>."""
    place = os.path.join(_workspace_folder.make(os.path.join(folder, "links")), _digest(map(repr, files)))
    if not os.path.isdir(place):
        _make(place, lambda beside: _link_all(files, beside))
    return place


def temporary_links(files: List[File]) -> str:
    """As links(), in a folder of its own that goes with this process."""
    folder = tempfile.mkdtemp(prefix="runyard-mount-")
    atexit.register(_remove, folder, os.getpid())
    return links(folder, files)


def _remove(folder: str, owner: int) -> None:
    """Remove a folder; nothing in a forked child."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def copy(folder: str, files: List[File]) -> str:
    """A folder with a copy of each file, made once for the same content: <folder>/copies/<digest of names, sizes and
    times>-<number>. One in which a script has changed something is left to it, and the next is made."""
    wanted = _seen([(file.name, file.place) for file in files])
    start = os.path.join(_workspace_folder.make(os.path.join(folder, "copies")), _digest(wanted))
    number = 1
    while os.path.isdir("{}-{}".format(start, number)):
        place = "{}-{}".format(start, number)
        if _seen([(name, os.path.join(place, name)) for name in _datastore_files.walked(place)]) == wanted:
            return place
        number += 1
    place = "{}-{}".format(start, number)
    _make(place, lambda beside: _copy_all(files, beside))
    return place


def _digest(lines: Iterable[str]) -> str:
    """What tells lists apart."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _seen(files: List[Tuple[str, str]]) -> List[str]:
    """Name, size and time of each file, as lines. UserErrorException: one cannot be read."""
    found = []
    for name, place in sorted(files):
        try:
            facts = os.stat(place)
        except OSError as error:
            raise UserErrorException("cannot read {}: {}".format(place, error.strerror)) from None
        found.append("{!r} {} {}".format(name, facts.st_size, facts.st_mtime_ns))
    return found


def _make(place: str, fill: Callable[[str], None]) -> None:
    """Make a folder beside its place, then put it there: it is whole, or absent. Who comes second throws his away."""
    beside = "{}.{}-{}".format(place, os.getpid(), os.urandom(4).hex())
    try:
        os.mkdir(beside, 0o700)
        fill(beside)
        os.rename(beside, place)
    except OSError as error:
        if not os.path.isdir(place):
            raise UserErrorException("cannot make the folder {} for a data set: {}".format(
                place, error.strerror or error)) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _link_all(files: List[File], folder: str) -> None:
    """Fill a folder with links."""
    for file in files:
        target = os.path.join(folder, file.name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(file.place, target)


def _copy_all(files: List[File], folder: str) -> None:
    """Fill a folder with copies."""
    progress = Progress("copying a data set", sum(os.path.getsize(file.place) for file in files))
    for file in files:
        _datastore_files.copy(file.place, os.path.join(folder, file.name))
        progress.add(os.path.getsize(file.place))
