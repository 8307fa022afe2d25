# SPDX-License-Identifier: Apache-2.0
"""The daemon's targets: those with slots of their own, and aliases, which clusters become here.

Slots and queues are the machine's. An alias belongs to the workspaces that made it: the properties that the daemon
keeps have those of each workspace. An alias without them is of an early Runyard, or of the API: all workspaces have it.
A workspace is given as its subscription, resource group and name.
"""

from typing import Any, Dict, List, Optional, Set, Tuple

from .._base import messages
from ..exceptions import ComputeTargetException
from .api import Refused, client, path_of, quote

Workspace = Tuple[str, ...]

LOCAL = "local"
_WORKSPACES = "workspaces"
_warned: Set[str] = set()


def _key(workspace: Workspace) -> str:
    """A workspace as a key of the properties."""
    return "/".join(quote(part) for part in workspace)


def _all() -> Dict[str, Dict[str, Any]]:
    """Every target of the machine by its name, as the API describes it."""
    return {target["name"]: target for target in client.items(path_of("targets"))}


def _by_workspace(facts: Optional[Dict[str, Any]]) -> Optional[Dict[str, Any]]:
    """The properties of a target by workspace. None: it belongs to no workspace."""
    found = ((facts or {}).get("properties") or {}).get(_WORKSPACES)
    return found if isinstance(found, dict) else None


def known(workspace: Workspace) -> Dict[str, Dict[str, Any]]:
    """Every target of a workspace by its name, with its properties there."""
    found, key = {}, _key(workspace)
    for name, facts in _all().items():
        owned = _by_workspace(facts)
        if owned is None:
            found[name] = facts
        elif key in owned:
            found[name] = dict(facts, properties=owned[key])
    return found


def named(workspace: Workspace, name: str) -> Optional[Dict[str, Any]]:
    """The target with that name, or None."""
    return known(workspace).get(name)


def put(workspace: Workspace, name: str, properties: Dict[str, Any]) -> Dict[str, Any]:
    """Make a name an alias of this machine, or change its properties. ComputeTargetException: it cannot be a name."""
    facts = _all().get(name)
    owned = _by_workspace(facts)
    if facts is not None and owned is None:
        return _put(name, properties)
    return dict(_put(name, {_WORKSPACES: dict(owned or {}, **{_key(workspace): properties})}), properties=properties)


def _put(name: str, properties: Dict[str, Any]) -> Dict[str, Any]:
    """Make or change an alias. Returns it as the API describes it."""
    try:
        return dict(client.call("POST", path_of("targets", name), {"alias_of": LOCAL, "properties": properties}))
    except Refused as error:
        raise ComputeTargetException("cannot make the target '{}': {}".format(name, error.message)) from None


def remove(workspace: Workspace, name: str) -> None:
    """Remove an alias from a workspace. ComputeTargetException: there is none with that name, or it has slots of its
    own."""
    owned = _by_workspace(_all().get(name)) or {}
    rest = {key: properties for key, properties in owned.items() if key != _key(workspace)}
    if rest:
        if len(rest) == len(owned):
            raise ComputeTargetException("cannot delete the target '{}': there is no such target in workspace '{}'"
                                         .format(name, workspace[-1]))
        _put(name, {_WORKSPACES: rest})
        return
    try:
        client.open("DELETE", path_of("targets", name), kind="application/json").all()
    except Refused as error:
        raise ComputeTargetException("cannot delete the target '{}': {}".format(name, error.message)) from None


def known_or_local(workspace: Workspace, name: str) -> str:
    """The name, if there is such a target; else this machine's, with one message for each name."""
    # No error, as the API would give: notebooks name clusters that existed only in the cloud.
    if name == LOCAL or named(workspace, name) is not None:
        return name
    if name not in _warned:
        _warned.add(name)
        messages.say("there is no target '{}'; its runs are queued on '{}', this machine".format(name, LOCAL))
    return LOCAL


def names(workspace: Workspace) -> List[str]:
    """The names of all targets except this machine itself, sorted."""
    return sorted(name for name in known(workspace) if name != LOCAL)


def slots(name: str) -> int:
    """How many runs a target has at a time, at least one; an alias has the slots of its target."""
    there = _all()
    facts = there.get(name) or {}
    return max(1, (there.get(facts.get("alias_of") or "") or facts).get("slots") or 1)
