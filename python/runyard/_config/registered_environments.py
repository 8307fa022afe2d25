# SPDX-License-Identifier: Apache-2.0
"""The registered environments of a workspace. The daemon keeps every version, unchanged."""

from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

from .._client.api import client, path_of
from ..exceptions import UserErrorException
from . import curated

if TYPE_CHECKING:
    from ..workspace import Workspace


def register(workspace: "Workspace", name: str, definition: Dict[str, Any]) -> Dict[str, Any]:
    """Register a definition. Returns {"name", "version", "definition"}. UserErrorException: the name is reserved."""
    if curated.is_reserved(name):
        raise UserErrorException("cannot register environment '{}': names that begin with AzureML or Microsoft are "
                                 "reserved; clone() it under another name".format(name))
    asked = {"workspace": workspace._identity._asdict(), "name": name, "definition": definition}
    return dict(client.call("POST", path_of("environments"), asked))


def newest(workspace: "Workspace", name: Optional[str] = None,
           version: Optional[str] = None) -> Iterator[Dict[str, Any]]:
    """The newest version of every environment, or of one; or the given version."""
    query = dict(workspace._identity.as_query(), name=name, version=version, latest=1 if version is None else None)
    return client.items(path_of("environments"), query)


def get(workspace: "Workspace", name: str, version: Optional[str], label: Optional[str]) -> Dict[str, Any]:
    """One version of an environment. UserErrorException: it does not exist; the message lists those that do."""
    if label not in (None, "latest"):
        raise UserErrorException("environments have no labels but 'latest', not {!r}; pass version=".format(label))
    if version is None or str(version).isdigit():  # versions are numbers
        for found in newest(workspace, name, None if version is None else str(version)):
            return found
    there = sorted(entry["name"] for entry in newest(workspace))
    raise UserErrorException(
        "There is no environment '{0}'{1} in workspace '{2}'; registered are: {3}. "
        "Environment.from_conda_specification('{0}', 'environment.yml').register(ws) registers one.".format(
            name, "" if version is None else " of version {}".format(version), workspace.name,
            ", ".join(there) or "none"))
