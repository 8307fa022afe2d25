# SPDX-License-Identifier: Apache-2.0
"""The datastores of a workspace: the four that each workspace has, and lines of datastores.jsonl in its folder,
appended under a lock, never changed.

A line says what a name is from then on (`registered`: its type, the settings it was registered with, and the path of
its folder, if it is not in the workspace's own one), or that it is no more (`unregistered`). Names differ in more than
the case of their letters.
"""

import os
import re
import time
from typing import Any, Dict, List, Optional

from ..exceptions import UserErrorException
from . import line_file
from .line_file import Line

BUILT_IN = {"workspaceblobstore": "AzureBlob", "workspacefilestore": "AzureFile", "workspaceartifactstore": "AzureBlob",
            "workspaceworkingdirectory": "AzureFile"}
_FILE = "datastores.jsonl"
_FIELDS: Dict[str, Dict[str, type]] = {
    "registered": {"name": str, "type": str, "settings": dict}, "unregistered": {"name": str}}
_NAME = re.compile(r"[A-Za-z0-9_]{1,255}\Z")
_OTHER_FOLDERS = ("links", "copies")  # of older versions, beside the datastores


def check_name(name: Any) -> str:
    """The name of a datastore. UserErrorException: it cannot be one."""
    if not isinstance(name, str) or not _NAME.match(name) or name.lower() in _OTHER_FOLDERS:
        raise UserErrorException("the name of a datastore has letters, digits and '_', 255 at most, and is none of {}; "
                                 "not {!r}".format(" and ".join(_OTHER_FOLDERS), name))
    return name


def _checked(line: Any) -> Optional[Line]:
    """A line; None: it is not valid."""
    valid = line_file.is_valid(line, _FIELDS) and _NAME.match(line["name"])
    return dict(line) if valid and isinstance(line.get("path"), (str, type(None))) else None


def _of_lines(lines: List[Line]) -> Dict[str, Line]:
    """Lowered name to the line that describes the datastore."""
    found: Dict[str, Line] = {name: {"name": name, "type": kind, "settings": {}} for name, kind in BUILT_IN.items()}
    for line in lines:
        if line["k"] == "registered":
            found[line["name"].lower()] = line
        else:
            found.pop(line["name"].lower(), None)
    return found


def read(folder: str) -> Dict[str, Line]:
    """Lowered name to the description of each datastore. UserErrorException: the file cannot be read."""
    return _of_lines(line_file.read(os.path.join(folder, _FILE), _checked))


def register(folder: str, name: str, kind: str, settings: Dict[str, Any], overwrite: bool) -> Line:
    """Describe a datastore; the one that has the name keeps its path. UserErrorException: the name cannot be one, or
    has other settings, and overwrite is not set."""
    made: Line = {
        "k": "registered", "name": check_name(name), "type": kind, "settings": settings, "created": time.time()}

    def new(lines: List[Line]) -> Optional[Line]:
        old = _of_lines(lines).get(name.lower())
        if old is not None:
            made.update({key: old[key] for key in ("name", "path") if old.get(key) is not None})
            if (old["type"], old["settings"]) == (kind, settings):
                return None
            if old["settings"] and not overwrite:
                raise UserErrorException(
                    "there is already another datastore '{}', of type {}; overwrite=True replaces what it was "
                    "registered with, and keeps its files".format(old["name"], old["type"]))
        return made

    line_file.append(os.path.join(folder, _FILE), _checked, new)
    return made


def unregister(folder: str, name: str) -> None:
    """Forget a datastore; its folder stays."""
    line_file.append(os.path.join(folder, _FILE), _checked, lambda lines: {"k": "unregistered", "name": name})
