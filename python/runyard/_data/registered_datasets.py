# SPDX-License-Identifier: Apache-2.0
"""The data sets of a workspace: lines of datasets.jsonl in its folder, appended under a lock, never changed.

A line is a version of a named data set (`registered`; a later line with the same id replaces it), or an unnamed data
set of a run's input (`saved`), or it removes all earlier versions of a name (`unregistered`). Paths in the workspace's
folder are relative to it. Data sets need no daemon: a datastore is a folder, and registering a set appends a line.
"""

import json
import os
import time
import uuid
from typing import Any, Callable, Dict, List, Optional

from ..exceptions import UserErrorException
from . import addresses, line_file
from .line_file import Line

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
    return Registry(line_file.read(os.path.join(folder, _FILE), lambda line: _checked(line, folder)))


def _checked(line: Any, folder: str) -> Optional[Line]:
    """A line with absolute paths; None: it is not valid."""
    if not line_file.is_valid(line, _FIELDS):
        return None
    if "definition" in line:
        paths = line["definition"].get("paths")
        if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
            return None
        line["definition"]["paths"] = [path if addresses.is_address(path) else os.path.join(folder, path)
                                       for path in paths]
    return dict(line)


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
    found: List[Line] = []

    def new(lines: List[Line]) -> Optional[Line]:
        registry = Registry(lines)
        found.append(made(registry))
        is_old = registry.by_id.get(found[0].get("id", "")) is found[0]
        return None if is_old else _stored(found[0], folder)

    line_file.append(os.path.join(folder, _FILE), lambda line: _checked(line, folder), new)
    return found[0]


def _stored(line: Line, folder: str) -> Line:
    """A line with paths in the folder relative to it."""
    if "definition" not in line:
        return line
    inside = folder + os.sep
    paths = [path[len(inside):] if path.startswith(inside) else path for path in line["definition"]["paths"]]
    return dict(line, definition=dict(line["definition"], paths=paths))
