# SPDX-License-Identifier: Apache-2.0
"""The files of a folder that the daemon cannot see, as POST /uploads wants them listed."""

import os
import stat
from typing import Any, Dict, Iterator, List

from .exceptions import SnapshotException

NEVER = frozenset([".git", ".venv", "venv", "env", "__pycache__", ".ipynb_checkpoints", "node_modules", "mlruns",
                   "wandb"])
_TOP = frozenset(["outputs", "logs"])
IGNORE_FILES = (".amlignore", ".gitignore")


def entries(folder: str) -> List[Dict[str, Any]]:
    """Every entry below a folder: path, type, mode, size, target; the daemon applies the ignore file."""
    return list(_below(folder, ""))


def _below(folder: str, prefix: str) -> Iterator[Dict[str, Any]]:
    """The entries below one folder, in the order of their names."""
    try:
        with os.scandir(os.path.join(folder, prefix)) as found:
            names = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise SnapshotException("cannot read the folder {}: {}".format(os.path.join(folder, prefix), error.strerror))
    for entry in names:
        path = prefix + entry.name
        if entry.name in NEVER or (not prefix and entry.name in _TOP and entry.is_dir()):
            continue
        described = _described(entry, path)
        if described is not None:
            yield described
            if described["type"] == "dir":
                yield from _below(folder, path + "/")


def _described(entry: "os.DirEntry[str]", path: str) -> Any:
    """One entry; None for sockets, devices and pipes."""
    target = os.readlink(entry.path) if entry.is_symlink() else ""
    for text in (path, target):
        if text.encode("utf-8", "replace") != os.fsencode(text):
            raise SnapshotException("cannot send {!r}: its name is not UTF-8".format(path))
    facts = entry.stat(follow_symlinks=False)
    made = {"path": path, "mode": facts.st_mode & 0o777, "size": 0}
    if stat.S_ISLNK(facts.st_mode):
        return dict(made, type="link", target=target)
    if stat.S_ISDIR(facts.st_mode):
        return dict(made, type="dir")
    return dict(made, type="file", size=facts.st_size) if stat.S_ISREG(facts.st_mode) else None


def ignore_files(folder: str) -> Dict[str, str]:
    """The text of the ignore file that counts: .amlignore, else .gitignore."""
    for name in IGNORE_FILES:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape") as file:
                return {name: file.read().encode("utf-8", "replace").decode("utf-8")}
        except OSError:
            continue
    return {}
