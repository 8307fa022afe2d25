# SPDX-License-Identifier: Apache-2.0
"""What of a deployment configuration means something on one machine, and what is only accepted."""

from typing import Any, Dict, List, Set

from .._base import messages
from . import settings

_EFFECTIVE = {"auth_enabled", "token_auth_enabled", "scoring_timeout_ms", "num_replicas", "autoscale_min_replicas",
              "autoscale_enabled", "primary_key", "secondary_key", "tags", "properties", "description"}
_said: Set[str] = set()


def say_what_is_ignored(kind: str, given: Dict[str, Any]) -> None:
    """Name the settings that have no effect here, each once in a process."""
    ignored = sorted(name for name, value in given.items()
                     if value is not None and name not in _EFFECTIVE and name not in _said)
    if ignored:
        _said.update(ignored)
        messages.say("{}: {} {} no effect on this machine".format(
            kind, ", ".join(ignored), "has" if len(ignored) == 1 else "have"))


def workers(given: Dict[str, Any]) -> int:
    """The number of worker processes: that of replicas, if one was asked for."""
    asked = given.get("num_replicas") or given.get("autoscale_min_replicas") or settings.WORKERS
    return min(int(asked), settings.MOST_WORKERS)


def timeout(given: Dict[str, Any]) -> float:
    """The seconds that a request may take."""
    milliseconds = given.get("scoring_timeout_ms")
    return milliseconds / 1000 if milliseconds else settings.TIMEOUT


def positive(given: Dict[str, Any], names: List[str], sentence: str) -> str:
    """A line for each number that is not positive."""
    return "".join("Invalid configuration, {} {}\n".format(name, sentence)
                   for name in names if given.get(name) is not None and given[name] <= 0)
