# SPDX-License-Identifier: Apache-2.0
"""The data sets of a workspace: lines of datasets.jsonl in its folder, appended under a lock, never changed.

A line is a version of a named data set (`registered`; a later line with the same id replaces it), or an unnamed data
set of a run's input (`saved`), or it removes all earlier versions of a name (`unregistered`). Paths in the workspace's
folder are relative to it. Data sets need no daemon: a datastore is a folder, and registering a set appends a line.
"""

import fcntl
import json
import os
import time
import uuid
from typing import Any, Callable, Dict, List, Optional

from .._base import messages
from ..exceptions import UserErrorException
from . import addresses, workspace_folder

Line = Dict[str, Any]
_FILE = "datasets.jsonl"
_FIELDS: Dict[str, Dict[str, type]] = {
    "registered": {"id": str, "name": str, "version": int, "tags": dict, "definition": dict},
    "saved": {"id": str, "definition": dict}, "unregistered": {"name": str}}


class Registry:
    """The data sets that the lines describe."""

    def __init__(self, lines: List[Line]) -> None:
        self.by_id: Dict[str, Line] = {}
        self._names: Dict[str, Dict[int, Line]] = {}
        self._highest: Dict[str, int] = {}
        for line in lines:
            self._apply(line)

    def _apply(self, line: Line) -> None:
        """Apply one line."""
        if line["k"] == "unregistered":
            self._names.pop(line["name"], None)
            return
        self.by_id[line["id"]] = line
        if line["k"] == "registered":
            self._names.setdefault(line["name"], {})[line["version"]] = line
            self._highest[line["name"]] = max(line["version"], self._highest.get(line["name"], 0))

    def names(self) -> List[str]:
        """The names, sorted."""
        return sorted(self._names)

    def version(self, name: str, version: Optional[int] = None) -> Optional[Line]:
        """A version of a name, by default the newest; None: there is none."""
        versions = self._names.get(name) or {}
        return versions.get(max(versions, default=0) if version is None else version)

    def next_version(self, name: str) -> int:
        """The next version number; numbers are never used twice."""
        return self._highest.get(name, 0) + 1


def read(folder: str) -> Registry:
    """The data sets of the workspace with that folder. UserErrorException: the file cannot be read."""
    try:
        with open(os.path.join(folder, _FILE), "rb") as file:
            return Registry(_parsed(file.read(), folder))
    except FileNotFoundError:
        return Registry([])
    except OSError as error:
        raise UserErrorException("cannot read {}: {}".format(error.filename, error.strerror)) from None


def _parsed(content: bytes, folder: str) -> List[Line]:
    """The complete and valid lines; a message names the others."""
    found = []
    for number, raw in enumerate(content.split(b"\n")[:-1], 1):
        line = _line(raw, folder)
        if line is not None:
            found.append(line)
        elif raw:
            messages.say("line {} of {} is not valid and is skipped".format(number, os.path.join(folder, _FILE)))
    return found


def _line(raw: bytes, folder: str) -> Optional[Line]:
    """A line with absolute paths; None: it is not valid."""
    try:
        line = json.loads(raw.decode("utf-8"))
        if any(not isinstance(line.get(name), kind) for name, kind in _FIELDS[line["k"]].items()):
            return None
        if "definition" in line:
            paths = line["definition"]["paths"]
            line["definition"]["paths"] = [path if addresses.is_address(path) else os.path.join(folder, path)
                                           for path in paths]
        return dict(line)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def register(folder: str, name: str, definition: Line, description: Optional[str], tags: Dict[str, Any],
             new_version: bool) -> Line:
    """Name a data set. Without new_version, naming the same set again returns the newest version.

    UserErrorException: the name has another set, and new_version is not set.
    """

    def made(registry: Registry) -> Line:
        newest = registry.version(name)
        if newest is not None and not new_version:
            if newest["definition"] == definition:
                return newest
            raise UserErrorException("There is already a dataset registered under name \"{}\". Specify "
                                     "`create_new_version=True` to register the dataset as a new version.".format(name))
        return {"k": "registered", "id": str(uuid.uuid4()), "name": name, "version": registry.next_version(name),
                "description": description, "tags": tags, "created": time.time(), "definition": definition}

    return _add(folder, made)


def change(folder: str, dataset_id: str, facts: Line) -> Line:
    """Change the tags or the description of a registered version."""
    return _add(folder, lambda registry: dict(registry.by_id[dataset_id], **facts))


def save(folder: str, definition: Line) -> Line:
    """Save a data set without a name. Its id is a digest of its definition, so that equal sets are saved once."""
    dataset_id = str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(definition, sort_keys=True)))
    return _add(folder, lambda registry: registry.by_id.get(dataset_id) or {
        "k": "saved", "id": dataset_id, "definition": definition})


def unregister(folder: str, name: str) -> None:
    """Remove every version of a name; their numbers are not used again."""
    _add(folder, lambda registry: {"k": "unregistered", "name": name})


def _add(folder: str, made: Callable[[Registry], Line]) -> Line:
    """Make a line from the registry and append it, under a lock. A line of the registry itself is not written again.
    UserErrorException: it cannot be written."""
    path = os.path.join(workspace_folder.make(folder), _FILE)
    try:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "r+b", 0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # of this open file, so that it also excludes other threads
            content = file.readall()
            registry = Registry(_parsed(content, folder))
            line = made(registry)
            if registry.by_id.get(line.get("id", "")) is not line:
                cut = b"\n" if content and not content.endswith(b"\n") else b""
                file.write(cut + json.dumps(_stored(line, folder)).encode("ascii") + b"\n")
                os.fsync(file.fileno())
            return line
    except OSError as error:
        raise UserErrorException("cannot write {}: {}".format(path, error.strerror)) from None


def _stored(line: Line, folder: str) -> Line:
    """A line with paths in the folder relative to it."""
    if "definition" not in line:
        return line
    inside = folder + os.sep
    paths = [path[len(inside):] if path.startswith(inside) else path for path in line["definition"]["paths"]]
    return dict(line, definition=dict(line["definition"], paths=paths))
