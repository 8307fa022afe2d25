# SPDX-License-Identifier: Apache-2.0
"""The data sets of a workspace: lines of datasets.jsonl in its folder, appended under a lock, never changed.

A line is a version of a named data set (`registered`; a later line with the same id replaces it), or an unnamed data
set of a run's input or output (`saved`), or it removes all earlier versions of a name (`unregistered`). What an output
of a run becomes when the run completes is `promised`, until it is registered or the run has ended otherwise
(`settled`). Paths in the workspace's folder are relative to it. Data sets need no daemon: a datastore is a folder, and
registering a set appends a line.
"""

import json
import os
import time
import uuid
from typing import Any, Callable, Dict, List, Optional, Tuple

from ..exceptions import UserErrorException
from . import addresses, line_file
from .line_file import Line

_FILE = "datasets.jsonl"
_FIELDS: Dict[str, Dict[str, type]] = {
    "registered": {"id": str, "name": str, "version": int, "tags": dict, "definition": dict},
    "saved": {"id": str, "definition": dict}, "unregistered": {"name": str},
    "promised": {"run": str, "output": str}, "settled": {"run": str, "output": str}}


class Registry:
    """The data sets that the lines describe."""

    def __init__(self, lines: List[Line]) -> None:
        self.by_id: Dict[str, Line] = {}
        self._names: Dict[str, Dict[int, Line]] = {}
        self._highest: Dict[str, int] = {}
        self.promises: Dict[Tuple[str, str], Line] = {}  # by run and output
        for line in lines:
            self._apply(line)

    def _apply(self, line: Line) -> None:
        """Apply one line."""
        of_output = (line.get("run", ""), line.get("output", ""))
        if line["k"] == "promised":
            self.promises[of_output] = line
            return
        self.promises.pop(of_output, None)
        if line["k"] == "unregistered":
            self._names.pop(line["name"], None)
        if "id" not in line:
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
    if line.get("definition") is not None:
        paths = line["definition"].get("paths") if isinstance(line["definition"], dict) else None
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
        return _version(registry, name, definition, description, tags)

    return _add(folder, made)


def _version(registry: Registry, name: str, definition: Line, description: Optional[str], tags: Dict[str, Any]) -> Line:
    """The next version of a name."""
    return {"k": "registered", "id": str(uuid.uuid4()), "name": name, "version": registry.next_version(name),
            "description": description, "tags": tags, "created": time.time(), "definition": definition}


def promise(folder: str, promised: Line) -> None:
    """Write down what an output of a run becomes when the run completes."""
    _append(folder, lambda registry: promised)


def link(folder: str, run_id: str, output: str, definition: Line) -> None:
    """Make a data set the output of a run. UserErrorException: the run has no such output."""

    def made(registry: Registry) -> Line:
        if (run_id, output) not in registry.promises:
            raise UserErrorException("run {} has no output '{}' to link".format(run_id, output))
        return dict(registry.promises[run_id, output], definition=definition)

    _append(folder, made)


def settle(folder: str, promised: Line, completed: bool) -> None:
    """Register a promised output; if the run has not completed, or the output has no name or data set, only forget the
    promise."""
    key = {"run": promised["run"], "output": promised["output"]}

    def made(registry: Registry) -> Optional[Line]:
        if (promised["run"], promised["output"]) not in registry.promises:
            return None  # another process was faster
        if not completed or not promised.get("name") or promised.get("definition") is None:
            return dict(key, k="settled")
        return dict(_version(registry, promised["name"], promised["definition"], promised.get("description"),
                             promised.get("tags") or {}), **key)

    _append(folder, made)


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
    """Make a line from the registry and append it. A line of the registry itself is not written again."""
    found: List[Line] = []

    def new(registry: Registry) -> Optional[Line]:
        found.append(made(registry))
        return None if registry.by_id.get(found[0].get("id", "")) is found[0] else found[0]

    _append(folder, new)
    return found[0]


def _append(folder: str, made: Callable[[Registry], Optional[Line]]) -> None:
    """Append the line that is made from the registry, under a lock; None: nothing. UserErrorException: it cannot be
    written."""

    def new(lines: List[Line]) -> Optional[Line]:
        line = made(Registry(lines))
        return None if line is None else _stored(line, folder)

    line_file.append(os.path.join(folder, _FILE), lambda line: _checked(line, folder), new)


def _stored(line: Line, folder: str) -> Line:
    """A line with paths in the folder relative to it."""
    if line.get("definition") is None:
        return line
    inside = folder + os.sep
    paths = [path[len(inside):] if path.startswith(inside) else path for path in line["definition"]["paths"]]
    return dict(line, definition=dict(line["definition"], paths=paths))
