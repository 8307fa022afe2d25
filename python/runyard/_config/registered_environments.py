# SPDX-License-Identifier: Apache-2.0
"""The environments of a workspace, which the daemon keeps: every version of each, unchanged."""

from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

from .._client.api import client, path_of
from ..exceptions import UserErrorException
from . import curated

if TYPE_CHECKING:
    from ..workspace import Workspace


def register(workspace: "Workspace", name: str, definition: Dict[str, Any]) -> Dict[str, Any]:
    """Keep a definition: {"name", "version", "definition"}. UserErrorException: the name is Azure ML's own."""
    if curated.is_reserved(name):
        raise UserErrorException("cannot register environment '{}': names that begin with AzureML or Microsoft are "
                                 "reserved; clone() it under another name".format(name))
    asked = {"workspace": workspace._identity._asdict(), "name": name, "definition": definition}
    return dict(client.call("POST", path_of("environments"), asked))


def newest(workspace: "Workspace", name: Optional[str] = None,
           version: Optional[str] = None) -> Iterator[Dict[str, Any]]:
    """The newest version of every environment, or of one, or the version that is named."""
    query = dict(workspace._identity.as_query(), name=name, version=version, latest=1 if version is None else None)
    return client.items(path_of("environments"), query)


def get(workspace: "Workspace", name: str, version: Optional[str], label: Optional[str]) -> Dict[str, Any]:
    """One version of an environment. UserErrorException: there is none; says which there are."""
    if label not in (None, "latest"):
        raise UserErrorException("environments have no labels but 'latest', not {!r}; pass version=".format(label))
    if version is None or str(version).isdigit():  # what is no number is no version
        for found in newest(workspace, name, None if version is None else str(version)):
            return found
    there = sorted(each["name"] for each in newest(workspace))
    raise UserErrorException("There is no environment '{}'{} in workspace '{}'; registered are: {}.".format(
        name, "" if version is None else " of version {}".format(version), workspace.name, ", ".join(there) or "none"))
