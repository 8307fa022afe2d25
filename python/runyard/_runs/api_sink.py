# SPDX-License-Identifier: Apache-2.0
"""The sink of a run that another process executes, or that has ended."""

from __future__ import annotations

import os
import time

from .._client import files
from .._client.api import client, path_of
from .._report.journal import MAX_LINE, head_of
from ..exceptions import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional


class ApiSink:
    """Adds to the record of a run through the daemon, also after the run's end."""

    def __init__(self, run_id: str) -> None:
        self._id = run_id

    def line(self, kind: str, name: object, fields: str = "") -> bool:
        """Add one line. False: it is too long. UserErrorException: the daemon rejects it."""
        text = "{}{},\"t\":{:.6f}}}\n".format(head_of(kind, name), fields, time.time())
        data = text.encode("utf-8", "replace")
        if len(data) > MAX_LINE:
            return False
        self.send(data, "the {} '{}'".format(kind, name))
        return True

    def send(self, data: bytes, what: str = "a line") -> None:
        """Add one whole line. UserErrorException: the daemon rejects it."""
        query = {"client": os.urandom(8).hex(), "batch": 1}
        path = path_of("runs", self._id, "lines")
        answer = client.call("POST", path, data, query, kind="application/x-ndjson")
        rejected = (answer or {}).get("rejected")
        if rejected:
            raise UserErrorException("cannot add {} to run {}: {}".format(what, self._id, rejected[0].get("why")))

    @staticmethod
    def give_up(sentence: str) -> None:
        """Refuse a line. Always raises UserErrorException."""
        raise UserErrorException(sentence)

    def add_file(self, name: str, path_or_stream: Any) -> None:
        """Send a file."""
        files.upload(self._id, name, path_or_stream)

    def add_newest(self, name: str, path_or_stream: Any) -> None:
        """Send a file. Taken: the name has a file, which stays."""
        self.add_file(name, path_or_stream)

    @staticmethod
    def is_stale(name: str, path: str) -> Optional[bool]:
        """None: it is not known here when the run's file was kept."""
        return None
