# SPDX-License-Identifier: Apache-2.0
"""The logs of a run, as texts and as files."""

import os
from typing import List, Optional

from .._client import files
from .._client.api import ApiError, client, path_of
from ..exceptions import UserErrorException

_LOGS = ("azureml-logs/", "logs/", "system_logs/", "user_logs/")


def text(run_id: str, name: str) -> str:
    """The text of a log; empty if the log does not exist yet."""
    try:
        return client.open("GET", path_of("runs", run_id, "files", name), timeout=None).all().decode("utf-8", "replace")
    except ApiError as error:
        if error.code != "not_found":
            raise
        return ""


def save_all(run_id: str, names: List[str], destination: Optional[str]) -> List[str]:
    """Write the logs among a run's files into a folder, under their names. Returns the paths.

    UserErrorException: the destination is a file, or some logs could not be written, with the reasons.
    """
    folder = os.path.abspath(destination or os.path.join("assets", run_id))
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise UserErrorException("cannot write logs to {}: it is not a folder".format(folder))
    os.makedirs(folder, exist_ok=True)
    logs = [name for name in names if name.startswith(_LOGS)]
    files.download_each(run_id, logs, folder, logs)
    return [files.inside(folder, name) for name in logs]
