# SPDX-License-Identifier: Apache-2.0
"""The routes of services in the daemon's API (docs/services.md), and requests to a service."""

import json
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple
from urllib.parse import urlsplit

from .._client.api import ApiError, client, path_of
from .._runs import submit
from ..exceptions import WebserviceException

if TYPE_CHECKING:
    from ..workspace import Workspace

_TOO_OLD = "nothing at this address"  # what a daemon says of a route that it does not have


def create(workspace: "Workspace", name: str, body: Dict[str, Any]) -> Dict[str, Any]:
    """Make a service, or its next version where `overwrite` is set. WebserviceException: the name is taken, or the
    daemon refuses."""
    body = dict(body, workspace=workspace._identity._asdict(), name=name)
    try:
        return submit.with_source(body["submit"]["source"], lambda: _call("POST", path_of("services"), body))
    except ApiError as error:
        if error.code == "conflict":
            raise WebserviceException(taken(name)) from None
        raise _exception(error) from None


def taken(name: str) -> str:
    """The sentence about a name that a service has already."""
    return "Service {} with the same name already exists, please use a different service name or delete the existing " \
           "service. (overwrite=True makes a new version of it.)".format(name)


def change(workspace: "Workspace", name: str, body: Dict[str, Any]) -> Dict[str, Any]:
    """Change a service; with `submit`, a new version of it."""

    def ask() -> Dict[str, Any]:
        return _call("POST", path_of("services", name), body, workspace)

    try:
        return submit.with_source(body["submit"]["source"], ask) if "submit" in body else ask()
    except ApiError as error:
        raise _exception(error) from None


def find(workspace: "Workspace", name: str) -> Dict[str, Any]:
    """A service. WebserviceException: there is none."""
    try:
        return _call("GET", path_of("services", name), None, workspace)
    except ApiError as error:
        if error.status_code == 404 and _TOO_OLD not in error.message:
            raise WebserviceException("WebserviceNotFound: Webservice with name {} not found in provided workspace"
                                      .format(name)) from None
        raise _exception(error) from None


def listed(workspace: "Workspace") -> List[Dict[str, Any]]:
    """All services of a workspace."""
    found: List[Dict[str, Any]] = _told(lambda: list(client.items(path_of("services"), workspace._identity.as_query())))
    return found


def remove(workspace: "Workspace", name: str) -> None:
    """Remove a service; it is no error if it has been removed."""
    try:
        _call("DELETE", path_of("services", name), None, workspace)
    except ApiError as error:
        if error.status_code != 404:
            raise _exception(error) from None


def keys(workspace: "Workspace", name: str) -> Tuple[str, str]:
    """The primary and the secondary key of a service."""
    found = _told(lambda: _call("GET", path_of("services", name, "keys"), None, workspace))
    return found["primary"], found["secondary"]


def renew_key(workspace: "Workspace", name: str, key: str, value: Optional[str]) -> None:
    """Replace the key "Primary" or "Secondary", by a value or by one that the daemon makes."""
    body = {"key": key} if value is None else {"key": key, "value": value}
    _told(lambda: _call("POST", path_of("services", name, "keys"), body, workspace))


def score(address: str, body: bytes, key: Optional[str], timeout: float) -> "Tuple[int, List[Tuple[str, str]], bytes]":
    """Ask a service at its address, over the connection to the daemon. Status, fields and body of the answer."""
    parts = urlsplit(address)
    path = parts.path + ("?" + parts.query if parts.query else "")
    headers = {} if key is None else {"Authorization": "Bearer " + key}
    reply = client.open("POST", path, body, None, "application/json", timeout, headers, checked=False)
    return reply.status, list(reply.headers.items()), reply.all()


def _call(method: str, path: str, body: Any, workspace: "Optional[Workspace]" = None) -> Dict[str, Any]:
    """Ask the daemon about a service."""
    query = None if workspace is None else workspace._identity.as_query()
    return dict(client.call(method, path, body, query, timeout=None))


def _told(ask: Callable[[], Any]) -> Any:
    """The answer. WebserviceException: the daemon refuses."""
    try:
        return ask()
    except ApiError as error:
        raise _exception(error) from None


def _exception(error: ApiError) -> WebserviceException:
    """A refusal of the daemon as the exception of SDK v1."""
    if error.status_code == 404 and _TOO_OLD in error.message:
        return WebserviceException("this daemon has no web services, because it is older than this SDK: `runyard up` "
                                   "lets the daemon of the same version take over")
    return WebserviceException(error.message + submit.largest(error.details))


def json_of(body: bytes) -> Any:
    """A body as JSON; what is none, as a text."""
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError:
        return body.decode("utf-8", "replace")
