# SPDX-License-Identifier: Apache-2.0
"""What a controller asks of the daemon and of its own record. Every call may be repeated."""

from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from .. import _objects
from .._client.api import ApiError, client, path_of
from .._runs import request
from .template import environ

DECISIONS = "decisions"  # the table metric of a controller's run
_PATIENCE = 60.0  # seconds beyond the wait that an answer may take


class Answer(NamedTuple):
    """Child runs; `is_complete`: all of them, not only those that have changed."""

    children: List[Dict[str, Any]]
    is_complete: bool


class ControllerService:
    """The daemon, for the controller of one run."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._own: Dict[str, Any] = {}  # the controller's run, when the first child is submitted
        self._seen: Dict[str, Tuple[int, int]] = {}  # of a parent: the last change, and the number of its children

    def run(self, run_id: str) -> Dict[str, Any]:
        """A run."""
        return dict(client.call("GET", path_of("runs", run_id)))

    def decisions(self, run_id: str) -> List[Dict[str, Any]]:
        """The decisions in the record of a controller's run, in order."""
        while True:
            answer = client.call("GET", path_of("runs", run_id, "metrics"), query={"name": DECISIONS, "times": 0})
            if not answer["behind"]:
                break
        for metric in answer["items"][0]["metrics"] if answer["items"] else ():
            if metric["kind"] == "table":
                columns = metric["columns"]
                return [dict(zip(columns, cells)) for cells in zip(*columns.values())]
        return []

    def decide(self, row: Dict[str, Any]) -> None:
        """Write a decision into the record. It is there when this returns."""
        _objects.Run.get_context().log_row(DECISIONS, **row)

    def children(self, parent: str, metric: Optional[str] = None, wait: float = 0.0, points: int = 0) -> Answer:
        """The child runs that have changed since the last call, and all when one has been removed; waits so many
        seconds for a change."""
        after, known = self._seen.get(parent, (None, 0))
        query = {"metric": metric, "points": points, "after": after, "wait": int(wait) or None}
        answer = client.call("GET", path_of("runs", parent, "sweep"), query=query, timeout=wait + _PATIENCE)
        if answer["total"] < known:
            del self._seen[parent]
            return self.children(parent, metric, points=points)
        self._seen[parent] = answer["change"], answer["total"]
        return Answer(answer["children"], after is None)

    def submit_child(self, body: Dict[str, Any]) -> Dict[str, Any]:
        """Submit a child run, or find it by its submission id, if it has been submitted before. Returns its
        description. Without a source it has that of the controller's run."""
        own = self._own = self._own or self.run(self.run_id)
        made = dict(body, parent=self.run_id, workspace=own["workspace"], experiment=own["experiment"],
                    environ=environ(), sdk_path=request.sdk_path())
        made.setdefault("source", {"run": self.run_id})
        return dict(client.call("POST", path_of("runs"), made, timeout=None))

    def cancel(self, run_id: str, reason: str) -> None:
        """Ask a child to end, for a reason that its page shows. Does nothing if it has ended, or has been removed."""
        try:
            client.call("POST", path_of("runs", run_id, "cancel"), {"message": reason})
        except ApiError as error:
            if error.code != "not_found":
                raise

    def conclude(self, properties: Dict[str, str]) -> None:
        """Set properties of the controller's run."""
        _objects.Run.get_context().add_properties(properties)
