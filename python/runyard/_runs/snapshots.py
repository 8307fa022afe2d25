# SPDX-License-Identifier: Apache-2.0
"""The snapshot of a run, as a zip file."""

import os
import tempfile
from typing import Any, Optional

from .._client import files
from .._client.api import ApiError, client, path_of
from ..exceptions import SnapshotException
from . import request, submit, upload


def restore(run_id: str, digest: Optional[str], expected: Optional[str], path: Optional[str]) -> str:
    """Write a run's snapshot into a folder. Returns the file's absolute path. SnapshotException: the run has none, or
    another one."""
    if digest is None or expected not in (None, digest):
        raise SnapshotException("run {} has {}".format(run_id, "no snapshot" if digest is None else (
            "the snapshot {}, not {}".format(digest, expected))))
    folder = os.path.abspath(path or tempfile.gettempdir())
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise SnapshotException("cannot restore a snapshot to {}: it is not a folder".format(folder))
    target = os.path.join(folder, digest + ".zip")
    files.save(client.open("GET", path_of("runs", run_id, "snapshot"), timeout=None), target)
    return target


def take(run_id: str, digest: Optional[str], path: Any) -> str:
    """Take a snapshot of a file or folder for a run that has none."""
    if digest is not None:
        raise SnapshotException("Cannot take snapshot as the run already has one: {}".format(digest))
    path = os.path.abspath(os.fsdecode(path))
    if not os.path.exists(path):
        raise SnapshotException("cannot take a snapshot of {}: it does not exist".format(path))
    source = request.folder(path, "take a snapshot of") if os.path.isdir(path) else {
        "directory": os.path.dirname(path), "upload": upload.send_file(path)}
    try:
        facts = submit.with_source(source, lambda: client.call(
            "POST", path_of("runs", run_id, "snapshot"), {"source": source}, timeout=None))
    except ApiError as error:
        raise SnapshotException(error.message + submit.largest(error.details)) from None
    return str(facts["snapshot"]["digest"])
