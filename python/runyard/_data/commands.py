# SPDX-License-Identifier: Apache-2.0
"""The commands that make what existed in the cloud, for messages."""

import shlex
from typing import TYPE_CHECKING

from .._config import workspace_file

if TYPE_CHECKING:
    from ..workspace import Workspace


def link(workspace: "Workspace", name: str) -> str:
    """The command that makes a datastore of a folder."""
    return _command(workspace, "datastore link", name)


def register(workspace: "Workspace", noun: str, name: str) -> str:
    """The command that registers a dataset or a model."""
    return _command(workspace, noun + " register", name)


def _command(workspace: "Workspace", words: str, name: str) -> str:
    """A command, with the workspace if it is not the usual one."""
    where = (
        "" if workspace._identity == workspace_file.DEFAULT_IDENTITY
        else " --workspace " + shlex.quote(workspace.name))
    return "`runyard {} {} PATH{}`".format(words, shlex.quote(name), where)
