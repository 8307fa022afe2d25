# SPDX-License-Identifier: Apache-2.0
"""The folder of a workspace, with its datastores and data sets."""

import os
import re
from typing import TYPE_CHECKING

from .._client import state_directory
from ..exceptions import UserErrorException

if TYPE_CHECKING:
    from ..workspace import Workspace

_UNSAFE = re.compile(r"[%/\x00-\x1f]|^\.")


def of(workspace: "Workspace") -> str:
    """<state directory>/datastores/<subscription>/<resource group>/<workspace>; it may be absent.

    UserErrorException: it is no workspace, or the state directory is not this user's.
    """
    if not hasattr(workspace, "_identity"):
        raise UserErrorException("a Workspace is needed, as Workspace.from_config(), not {!r}".format(workspace))
    parts = [_UNSAFE.sub(lambda found: "%{:02X}".format(ord(found.group())), name) for name in workspace._identity]
    return os.path.join(root(), *parts)


def root() -> str:
    """The folder of all workspaces. UserErrorException: the state directory is not this user's."""
    return os.path.join(state_directory.own(), "datastores")


def make(path: str) -> str:
    """Create a folder and those above it, for their owner only, if they are absent. Returns the path.

    UserErrorException: it cannot be created.
    """
    if os.path.isdir(path):
        return path
    try:
        make(os.path.dirname(path))
        os.mkdir(path, 0o700)
    except OSError as error:
        if not os.path.isdir(path):
            raise UserErrorException("cannot make the folder {}: {}".format(path, error.strerror or error)) from None
    return path
