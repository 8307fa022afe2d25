# SPDX-License-Identifier: Apache-2.0
"""A file of JSON lines in the folder of a workspace, which are appended under a lock and never changed."""

import fcntl
import json
import os
from typing import Any, Callable, Dict, List, Optional

from .._base import messages
from ..exceptions import UserErrorException
from . import workspace_folder

Line = Dict[str, Any]


def is_valid(line: Any, fields: Dict[str, Dict[str, type]]) -> bool:
    """Whether a line has the fields of its kind, `k`, in their types."""
    try:
        return all(isinstance(line.get(name), kind) for name, kind in fields[line["k"]].items())
    except (KeyError, TypeError, AttributeError):
        return False


def read(path: str, check: Callable[[Any], Optional[Line]]) -> List[Line]:
    """The valid lines of a file; none, if it is absent. `check` gives a line as it is used, or None: it is not valid. A
    message names those. UserErrorException: the file cannot be read."""
    try:
        with open(path, "rb") as file:
            return _parsed(file.read(), path, check)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UserErrorException("cannot read {}: {}".format(error.filename, error.strerror)) from None


def _parsed(content: bytes, path: str, check: Callable[[Any], Optional[Line]]) -> List[Line]:
    """The complete and valid lines."""
    found = []
    for number, raw in enumerate(content.split(b"\n")[:-1], 1):
        try:
            line = check(json.loads(raw.decode("utf-8"))) if raw else None
        except (ValueError, RecursionError):
            line = None
        if line is not None:
            found.append(line)
        elif raw:
            messages.say("line {} of {} is not valid and is skipped".format(number, path))
    return found


def append(path: str, check: Callable[[Any], Optional[Line]], made: Callable[[List[Line]], Optional[Line]]) -> None:
    """Append the line that is made from those in the file, under a lock; None: nothing. UserErrorException: the file
    cannot be written."""
    workspace_folder.make(os.path.dirname(path))
    try:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags, 0o600), "r+b", 0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # of this open file, so that it also excludes other threads
            content = file.readall()
            line = made(_parsed(content, path, check))
            if line is not None:
                cut = b"\n" if content and not content.endswith(b"\n") else b""
                file.write(cut + json.dumps(line).encode("ascii") + b"\n")
                os.fsync(file.fileno())
    except OSError as error:
        raise UserErrorException("cannot write {}: {}".format(path, error.strerror)) from None
