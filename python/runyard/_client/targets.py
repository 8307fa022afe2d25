# SPDX-License-Identifier: Apache-2.0
"""The daemon's targets: those with slots of their own, and aliases, which clusters become here."""

from typing import Any, Dict, List, Optional, Set

from .._base import messages
from ..exceptions import ComputeTargetException
from .api import Refused, client, path_of

LOCAL = "local"
_warned: Set[str] = set()


def known() -> Dict[str, Dict[str, Any]]:
    """Every target by its name, as the API describes it."""
    return {target["name"]: target for target in client.items(path_of("targets"))}


def named(name: str) -> Optional[Dict[str, Any]]:
    """The target with that name, or None."""
    return known().get(name)


def put(name: str, properties: Dict[str, Any]) -> Dict[str, Any]:
    """Make a name an alias of this machine, or change its properties. ComputeTargetException: it cannot be a name."""
    try:
        return dict(client.call("POST", path_of("targets", name), {"alias_of": LOCAL, "properties": properties}))
    except Refused as error:
        raise ComputeTargetException("cannot make the target '{}': {}".format(name, error.message)) from None


def remove(name: str) -> None:
    """Remove an alias. ComputeTargetException: there is none with that name, or it has slots of its own."""
    try:
        client.open("DELETE", path_of("targets", name), kind="application/json").all()
    except Refused as error:
        raise ComputeTargetException("cannot delete the target '{}': {}".format(name, error.message)) from None


def known_or_local(name: str) -> str:
    """The name, if there is such a target; else this machine's, with one message for each name."""
    # No error, as the API would give: notebooks name clusters that existed only in the cloud.
    if name == LOCAL or named(name) is not None:
        return name
    if name not in _warned:
        _warned.add(name)
        messages.say("there is no target '{}'; its runs are queued on '{}', this machine".format(name, LOCAL))
    return LOCAL


def names() -> List[str]:
    """The names of all targets except this machine itself, sorted."""
    return sorted(name for name in known() if name != LOCAL)
