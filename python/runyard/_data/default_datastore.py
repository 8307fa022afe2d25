# SPDX-License-Identifier: Apache-2.0
"""The default datastore of a workspace: a name in a file of the workspace's folder."""

import os
from typing import TYPE_CHECKING, Optional

from .._base import new_file
from ..exceptions import UserErrorException
from . import workspace_folder

if TYPE_CHECKING:
    from ..workspace import Workspace

_FILE = "default-datastore"


def read(workspace: "Workspace") -> Optional[str]:
    """The name; None: none was chosen."""
    try:
        with open(os.path.join(workspace_folder.of(workspace), _FILE), encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return None


def write(workspace: "Workspace", name: str) -> None:
    """Choose the default. UserErrorException: the file cannot be written."""
    final = os.path.join(workspace_folder.make(workspace_folder.of(workspace)), _FILE)
    try:
        new_file.put(final, [(name + "\n").encode("utf-8")])
    except OSError as error:
        raise UserErrorException("cannot write {}: {}".format(final, error.strerror)) from None
