# SPDX-License-Identifier: Apache-2.0
"""config.json, the configuration file of a workspace: finding, reading and writing it."""

import json
import os
from typing import Any, Dict, Iterator, NamedTuple, Optional

from .._base import new_file
from ..exceptions import UserErrorException

_NEW = ".azureml"
_OLD = "aml_config"  # of SDKs until 2019
_FOLDERS = (_NEW, _OLD, "")
_FILES = ("config.json", "project.json")
LOCAL = "local"
DEFAULT = "default"


class Identity(NamedTuple):
    """The names that identify a workspace."""

    subscription_id: str
    resource_group: str
    name: str

    def as_query(self) -> Dict[str, str]:
        """The query of a request for a list."""
        return {"subscription_id": self.subscription_id, "resource_group": self.resource_group,
                "workspace": self.name}


DEFAULT_IDENTITY = Identity(LOCAL, LOCAL, DEFAULT)


def _upwards(start: str) -> Iterator[str]:
    """A path, and then every folder above it, up to the root. The folder above a link is the one above its target."""
    folder = os.path.abspath(start)
    while True:
        yield folder
        above = os.path.realpath(os.path.join(folder, os.pardir))
        if above == folder:
            return
        folder = above


def find(start: str, file_name: Optional[str] = None) -> Optional[str]:
    """The configuration file for a path: in .azureml/ of that folder or of one above it, else in aml_config/ of one of
    these, else in one of these itself. The path need not exist. None: there is none."""
    for sub in _FOLDERS:
        for name in (file_name,) if file_name else _FILES:
            for folder in _upwards(start):
                path = os.path.join(folder, sub, name)
                if os.path.isfile(path):
                    return path
    return None


def locate(path: Optional[str], file_name: Optional[str] = None) -> Optional[str]:
    """The file for from_config(path). None: the folder has none. UserErrorException: `path` does not exist, and the
    folders above it have none either."""
    if path is not None and os.path.isfile(path):
        return os.path.abspath(path)
    moved = _moved(path)
    if moved is not None and os.path.isfile(moved):
        return moved
    found = find(path or ".", file_name)
    if found is None and path is not None and not os.path.isdir(path):
        raise UserErrorException("The workspace configuration file config.json, could not be found in {} or its "
                                 "parent directories: there is no such file or folder.".format(os.path.abspath(path)))
    return found


def _moved(path: Optional[str]) -> Optional[str]:
    """Where write_config() writes what SDKs of 2018 wrote to `path`. None: it is not in aml_config/."""
    folder, name = os.path.split(os.path.abspath(path or ""))
    return os.path.join(os.path.dirname(folder), _NEW, name) if os.path.basename(folder) == _OLD else None


def read(path: str) -> Identity:
    """The workspace that a configuration file names. UserErrorException: the file is not valid."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            facts = json.load(file)
    except (OSError, ValueError) as error:
        raise UserErrorException("cannot read the workspace configuration file {}: {}".format(path, error)) from None
    if isinstance(facts, dict) and "Scope" in facts:
        return _from_scope(path, str(facts["Scope"]))
    return _from_fields(path, facts)


def _from_fields(path: str, facts: Any) -> Identity:
    """The three fields of config.json; only the name is required."""
    name = facts.get("workspace_name") if isinstance(facts, dict) else None
    if not isinstance(name, str) or not name:
        raise UserErrorException("the workspace configuration file {} has no \"workspace_name\"".format(path))
    return Identity(str(facts.get("subscription_id") or LOCAL), str(facts.get("resource_group") or LOCAL), name)


def _from_scope(path: str, scope: str) -> Identity:
    """The older form: /subscriptions/S/resourceGroups/R/providers/.../workspaces/N."""
    parts = scope.strip("/").split("/")
    found = {key.lower(): value for key, value in zip(parts[0::2], parts[1::2])}
    try:
        return Identity(found["subscriptions"], found["resourcegroups"], parts[parts.index("workspaces") + 1])
    except (KeyError, IndexError, ValueError):
        raise UserErrorException("the workspace configuration file {} has a Scope that names no workspace: {}".format(
            path, scope)) from None


def write(identity: Identity, path: Optional[str] = None, file_name: Optional[str] = None) -> str:
    """Write .azureml/config.json, and, for scripts of 2018, aml_config/config.json if that folder exists. `file_name`
    gets the ending .json. Returns the path of the first. OSError: it cannot be written."""
    top = os.path.abspath(path or ".")
    facts = {"subscription_id": identity.subscription_id, "resource_group": identity.resource_group,
             "workspace_name": identity.name}
    folders = [_NEW, _OLD] if os.path.isdir(os.path.join(top, _OLD)) else [_NEW]
    name = os.path.splitext(file_name or "config.json")[0] + ".json"
    targets = [os.path.join(top, folder, name) for folder in folders]
    for target in targets:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        new_file.overwrite(target, json.dumps(facts, indent=4, ensure_ascii=False))
    return targets[0]


def from_environment() -> Identity:
    """The workspace of the run that this process belongs to."""
    return Identity(os.environ.get("RUNYARD_SUBSCRIPTION") or LOCAL,
                    os.environ.get("RUNYARD_RESOURCE_GROUP") or LOCAL,
                    os.environ.get("RUNYARD_WORKSPACE") or DEFAULT)
