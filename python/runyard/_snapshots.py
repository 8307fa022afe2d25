# SPDX-License-Identifier: Apache-2.0
"""The snapshot of a run, as a zip file."""

import os
import tempfile
from typing import Optional

from . import _files
from ._client import client, path_of
from .exceptions import SnapshotException


def restore(run_id: str, digest: Optional[str], wanted: Optional[str], path: Optional[str]) -> str:
    """Write a run's snapshot into a folder; the absolute path of the file. SnapshotException: it has no such one."""
    if digest is None or wanted not in (None, digest):
        raise SnapshotException("run {} has {}".format(run_id, "no snapshot" if digest is None else (
            "the snapshot {}, not {}".format(digest, wanted))))
    folder = os.path.abspath(path or tempfile.gettempdir())
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise SnapshotException("cannot restore a snapshot to {}: it is not a folder".format(folder))
    target = os.path.join(folder, digest + ".zip")
    _files.save(client.open("GET", path_of("runs", run_id, "snapshot"), timeout=None), target)
    return target


def refusal(run_id: str, digest: Optional[str]) -> SnapshotException:
    """Why a run takes no snapshot now."""
    if digest is not None:
        return SnapshotException("Cannot take snapshot as the run already has one: {}".format(digest))
    return SnapshotException("run {} has no snapshot and cannot get one any more: pass snapshot_directory to "
                             "start_logging, or source_directory to a ScriptRunConfig".format(run_id))
