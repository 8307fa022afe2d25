# SPDX-License-Identifier: Apache-2.0
"""The log of a controller, and the times of the API."""

import sys
from datetime import datetime, timezone

from .._base import messages


def say(part: str, sentence: str) -> None:
    """Print a line into the log of the controller's run, in the form of SDK v1."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")
    messages.to_stdout("[{}][{}][INFO]{}\n".format(now, part, sentence))
    messages.flush(sys.stdout)


def seconds(text: str) -> float:
    """A time of the API as seconds since 1970."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
