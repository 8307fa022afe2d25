# SPDX-License-Identifier: Apache-2.0
"""How a run ended, as ending.json and the API say it."""

import json
import os
from typing import Any, Dict, Optional

from .._base import messages, new_file
from . import errors
from .journal import until_space

COMPLETED: Dict[str, Any] = {"outcome": "completed", "message": None, "code": None, "error": None}
CANCELED: Dict[str, Any] = dict(COMPLETED, outcome="canceled")


def failed(details: Any, code: Optional[str]) -> Dict[str, Any]:
    """The ending of a failed run. TypeError: the details are neither text nor exception."""
    if not (details is None or isinstance(details, (str, BaseException))):
        raise TypeError("error_details must be instance of string or BaseException.")
    error = errors.facts(details, details.__traceback__) if isinstance(details, BaseException) else None
    message = "User program failed with {}: {}".format(error["type"], error["message"]) if error else details
    return {"outcome": "failed", "message": message, "code": None if code is None else str(code), "error": error}


def write(directory: str, ending: Dict[str, Any]) -> None:
    """Write ending.json into a journal's directory, whole or not at all. Waits for space on a full disk."""
    text = json.dumps(ending, ensure_ascii=False).encode("utf-8", "replace")
    try:
        until_space(directory, new_file.put, os.path.join(directory, "ending.json"), [text], 0o600)
    except OSError as error:
        messages.warn("the ending of the run cannot be written: {}".format(error))
