# SPDX-License-Identifier: Apache-2.0
"""The list of a folder's files for POST /uploads, if the daemon cannot see the folder."""

import os
import stat
from typing import Any, Dict, Iterator, List, Optional, Tuple

from ..exceptions import SnapshotException

NEVER = frozenset([".git", ".venv", "venv", "env", "__pycache__", ".ipynb_checkpoints", "node_modules", "mlruns",
                   "wandb"])
_TOP = frozenset(["outputs", "logs"])
IGNORE_FILES = (".amlignore", ".gitignore")


def entries(folder: str) -> List[Dict[str, Any]]:
    """Every entry below a folder: path, type, mode, size, target. The daemon applies the ignore file."""
    return list(_below(folder, "", [], False))


def _below(folder: str, prefix: str, above: List[Tuple[int, int]], outside: bool) -> Iterator[Dict[str, Any]]:
    """The entries below one folder, sorted by name. `above`: the _identity() of every folder on the way here;
    `outside`: one of them is a link that was followed."""
    above = above + [_identity(os.stat(os.path.join(folder, prefix)))]
    try:
        with os.scandir(os.path.join(folder, prefix)) as found:
            names = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise SnapshotException("cannot read the folder {}: {}".format(os.path.join(folder, prefix), error.strerror))
    for entry in names:
        path = prefix + entry.name
        if entry.name in NEVER or (not prefix and entry.name in _TOP and entry.is_dir()):
            continue
        followed = _followed(folder, entry, above, outside)
        described = _described(entry, path, followed)
        if described is not None:
            yield described
            if described["type"] == "dir":
                yield from _below(folder, path + "/", above, outside or followed is not None)


def _identity(facts: os.stat_result) -> Tuple[int, int]:
    """Device and inode, which identify a folder."""
    return facts.st_dev, facts.st_ino


def _followed(root: str, entry: "os.DirEntry[str]", above: List[Tuple[int, int]], outside: bool) -> Optional[os.stat_result]:
    """What replaces a relative link that leads out of the root, as for a folder that the daemon reads itself
    (base/outside_links.h). None: the entry is not replaced."""
    if not entry.is_symlink() or os.path.isabs(os.readlink(entry.path)):
        return None
    root, place = os.path.realpath(root), os.path.realpath(entry.path)
    try:
        facts = os.stat(entry.path)
    except OSError:
        return None
    if not outside and _is_in(place, root):
        return None
    if stat.S_ISDIR(facts.st_mode):
        return None if _is_in(root, place) or _identity(facts) in above else facts
    return facts if stat.S_ISREG(facts.st_mode) else None


def _is_in(place: str, folder: str) -> bool:
    """Whether a real path is a folder or lies below it."""
    return place == folder or place.startswith(folder.rstrip("/") + "/")


def _described(entry: "os.DirEntry[str]", path: str, followed: Optional[os.stat_result]) -> Any:
    """One entry; None for sockets, devices and pipes."""
    target = os.readlink(entry.path) if entry.is_symlink() and followed is None else ""
    for text in (path, target):
        if text.encode("utf-8", "replace") != os.fsencode(text):
            raise SnapshotException("cannot send {!r}: its name is not UTF-8".format(path))
    facts = followed or entry.stat(follow_symlinks=False)
    made = {"path": path, "mode": facts.st_mode & 0o777, "size": 0}
    if stat.S_ISLNK(facts.st_mode):
        return dict(made, type="link", target=target)
    if stat.S_ISDIR(facts.st_mode):
        return dict(made, type="dir")
    return dict(made, type="file", size=facts.st_size) if stat.S_ISREG(facts.st_mode) else None


def ignore_files(folder: str) -> Dict[str, str]:
    """The text of the ignore file: .amlignore, else .gitignore."""
    for name in IGNORE_FILES:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape", opener=_without_waiting) as file:
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return {name: file.read().encode("utf-8", "replace").decode("utf-8")}
        except OSError:
            continue
    return {}


def _without_waiting(path: str, flags: int) -> int:
    """Open a file. If it is a FIFO, this does not wait for a writer."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)
