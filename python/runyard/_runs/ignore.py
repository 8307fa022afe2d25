# SPDX-License-Identifier: Apache-2.0
"""Which entries of a source folder need not be sent, because a snapshot excludes them (protocol/ignore.h).

The daemon decides: what is not excluded here (key files, and what a rule with a backslash or unusual brackets says) is
sent, and excluded there.
"""

import fnmatch
import os
import re
import stat
from typing import List, NamedTuple, Sequence

FILES = (".amlignore", ".gitignore")  # the first that is there counts
_ENVIRONMENTS = ("venv", "env", ".env")  # folders, if one of _MARKERS is inside
_MARKERS = ("pyvenv.cfg", "conda-meta")
_NEVER = (b".git", b".venv/", b"__pycache__/", b".ipynb_checkpoints/", b"node_modules/", b"mlruns/", b"wandb/",
          b"/outputs/", b"/logs/")
# A component in which fnmatch reads what the daemon reads.
_PLAIN = re.compile(rb"(?:[^\\\[]|\[!?[^]\\\[:^!][^]\\\[:]*\])*", re.DOTALL)


class _Rule(NamedTuple):
    parts: List[bytes]
    anchored: bool  # holds for the whole path, not for the name
    folders_only: bool
    negated: bool
    understood: bool


class Rules:
    """The rules of one folder. Ask for a folder before what it holds, and do not enter one that is excluded."""

    def __init__(self, folder: str, links: Sequence[str] = ()) -> None:
        """`links`: paths that the run gets as links."""
        self._folder = folder
        self._links = frozenset(links)
        self._rules = [_rule(line) for line in _NEVER + tuple(_lines(folder)) if line.strip(b"!/") and line[:1] != b"#"]
        self.understood = all(rule.understood for rule in self._rules)

    def exclude(self, path: str, is_folder: bool) -> bool:
        """Whether an entry is excluded."""
        if path in self._links:
            return True
        names = os.fsencode(path).split(b"/")
        for rule in reversed(self._rules):
            if is_folder or not rule.folders_only:
                if not rule.understood and rule.negated:
                    return False
                if rule.understood and _match(rule.parts, names if rule.anchored else names[-1:]):
                    return not rule.negated
        return is_folder and os.fsdecode(names[-1]) in _ENVIRONMENTS and self._is_environment(path)

    def _is_environment(self, path: str) -> bool:
        """Whether a folder holds a virtual environment or a conda prefix."""
        return any(os.path.lexists(os.path.join(self._folder, path, marker)) for marker in _MARKERS)


def _match(parts: Sequence[bytes], names: Sequence[bytes]) -> bool:
    """Whether a pattern matches a path; `**` stands for any number of components, at its end for at least one."""
    if not parts or not names:
        return not parts and not names
    if parts[0] == b"**":
        return len(parts) == 1 or any(_match(parts[1:], names[skip:]) for skip in range(len(names)))
    return fnmatch.fnmatchcase(names[0], parts[0]) and _match(parts[1:], names[1:])


def _lines(folder: str) -> List[bytes]:
    """The lines of the ignore file at the top of a folder."""
    for name in FILES:
        try:
            with open(os.path.join(folder, name), "rb", opener=_without_waiting) as file:
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    text = file.read()
                    lines = (text[3:] if text[:3] == b"\xef\xbb\xbf" else text).split(b"\n")
                    return [(line[:-1] if line[-1:] == b"\r" else line).rstrip(b" ") for line in lines]
        except OSError:
            continue
    return []


def _without_waiting(path: str, flags: int) -> int:
    """Open a file. If it is a FIFO, this does not wait for a writer."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)


def _rule(line: bytes) -> _Rule:
    """A line of an ignore file."""
    negated = line[:1] == b"!"
    line = line[negated:]
    folders_only = line[-1:] == b"/"
    line = line[:-1] if folders_only else line
    parts = (line[1:] if line[:1] == b"/" else line).split(b"/")
    return _Rule(parts, b"/" in line, folders_only, negated, all(map(_is_understood, parts)))


def _is_understood(part: bytes) -> bool:
    """Whether fnmatch reads a component as the daemon does."""
    try:
        fnmatch.fnmatchcase(b"", part)
    except re.error:
        return False
    return _PLAIN.fullmatch(part) is not None
