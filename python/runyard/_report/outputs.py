# SPDX-License-Identifier: Apache-2.0
"""Folders that an interactive run collects: the files in them that changed since the run began.

All runs of a notebook share ./outputs, so the files of a run are found by comparing size, time and inode of each file
with a list from the run's start.
"""

import os
import stat
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Tuple

from .._base import messages
from ..exceptions import UserErrorException

Mark = Tuple[int, int, int]  # size, time of the last change in nanoseconds, inode


class Folder:
    """One folder, its name in the run, and the files that it had at the beginning."""

    def __init__(self, path: str, name: str, hidden: bool = True) -> None:
        """hidden: whether files whose names begin with a dot are collected."""
        self.path = path
        self.name = name
        self._hidden = hidden
        self._before = dict(self._marks())

    def _marks(self) -> Iterator[Tuple[str, Mark]]:
        """Every file below the folder, by its path in it. A folder that is absent or not readable counts as empty."""
        for above, folders, files in os.walk(self.path):
            folders.sort()
            for name in sorted(files):
                if name.startswith(".") and not self._hidden:
                    continue
                path = os.path.join(above, name)
                try:
                    facts = os.stat(path)
                except OSError:
                    continue
                if stat.S_ISREG(facts.st_mode):
                    yield os.path.relpath(path, self.path), (facts.st_size, facts.st_mtime_ns, facts.st_ino)

    def changed(self) -> List["Found"]:
        """The files that are new or changed since the beginning, in order."""
        return [Found("/".join([self.name] + path.split(os.sep)), os.path.join(self.path, path))
                for path, mark in self._marks() if self._before.get(path) != mark]


class Found(NamedTuple):
    """A file to collect: its name in the run, and its path or a stream."""

    name: str
    content: Any


def tracked(given: Any, base: str) -> List[Folder]:
    """The folders of the argument `outputs` of start_logging, created if absent. None, True: ./outputs; False: none.

    UserErrorException: it is neither a path nor a list of paths.
    """
    if given is False:
        return []
    paths = ["outputs"] if given in (None, True) else [given] if isinstance(given, (str, os.PathLike)) else given
    if not isinstance(paths, (list, tuple)) or not all(isinstance(path, (str, os.PathLike)) for path in paths):
        raise UserErrorException("outputs must be a folder, a list of folders, None or False, not {!r}".format(given))
    return [_made(os.fsdecode(path), base) for path in paths]


def _made(given: str, base: str) -> Folder:
    """A folder of outputs. If it cannot be created, a message says so, and it counts as empty."""
    path = os.path.normpath(os.path.join(base, given))
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        messages.say("cannot make the folder {}: {}; its files are not collected".format(path, error.strerror))
    inside = os.path.relpath(path, base)
    name = os.path.basename(path) if inside.startswith("..") or inside == "." else inside
    return Folder(path, name.replace(os.sep, "/"))


def changed(folders: List[Folder]) -> List[Found]:
    """The files of all folders that are new or changed since the beginning, in order."""
    return [found for folder in folders for found in folder.changed()]


def collect(files: List[Found], add: Callable[[str, Any], None]) -> None:
    """Call add() with every file. A message names a file that fails; the others follow."""
    failures: Dict[str, int] = {}
    for found in files:
        try:
            add(found.name, found.content)
        except Exception as error:
            where = found.content if isinstance(found.content, str) else found.name
            failures.setdefault("cannot collect {}: {}".format(where, error), 1)
    for sentence in failures:
        messages.say(sentence)
