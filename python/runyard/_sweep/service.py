# SPDX-License-Identifier: Apache-2.0
"""What the controller asks of the daemon and of its own record. Every call may be repeated."""

import json
import os
import sys
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from .. import _objects
from .._client.api import ApiError, client, path_of
from .._runs import request
from .plan import Plan
from .trials import POINTS, Trial

DECISIONS = "decisions"  # the table metric of a sweep's run
_PATIENCE = 60.0  # seconds beyond the wait that an answer may take
_FORWARD = ("umask", "limits", "clean_env", "target", "interpreter", "arguments", "expand", "requirements", "managed",
            "kind", "script", "command", "configuration", "warnings", "grace_seconds", "max_seconds", "patterns",
            "inputs", "version", "source", "variables")


def template_of(body: Dict[str, Any]) -> Dict[str, Any]:
    """What the submits of all children have in common, from the submit of one. Values of variables are left to the
    controller's own process: the template has their names."""
    made = {name: body[name] for name in _FORWARD if name in body}
    made["variables"] = sorted(body["environment"])
    if not made["source"]["in_place"]:
        del made["source"]
    made["configuration"] = _without_variables(made["configuration"])
    if made.get("managed"):
        # As pairs: in an object of a configuration the daemon hides what a name such as "tokenizers" stands for.
        made["managed"] = dict(made["managed"], conda=sorted(made["managed"]["conda"].items()))
    return made


def _without_variables(configuration: Dict[str, Any]) -> Dict[str, Any]:
    """A configuration without the variables in it, which the daemon knows from the submit."""
    kept = {name: value for name, value in configuration.items() if name != "environmentVariables"}
    environment = kept.get("environment")
    if isinstance(environment, dict):
        kept["environment"] = {name: value for name, value in environment.items() if name != "environmentVariables"}
    return kept


class Answer(NamedTuple):
    """Children of a sweep; `is_complete`: all of them, not only those that have changed."""

    children: List[Dict[str, Any]]
    is_complete: bool


class Service:
    """The daemon, for the controller of one sweep."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._own: Dict[str, Any] = {}  # the sweep's run, when the first child is submitted
        self._seen: Dict[str, Tuple[int, int]] = {}  # of a sweep: the last change, and the number of its children

    def run(self, run_id: str) -> Dict[str, Any]:
        """A run."""
        return dict(client.call("GET", path_of("runs", run_id)))

    def decisions(self, run_id: str) -> List[Dict[str, Any]]:
        """The decisions in the record of a sweep, in order."""
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

    def children(self, sweep: str, metric: str, wait: float = 0.0, points: int = POINTS) -> Answer:
        """The children of a sweep that have changed since the last call, and all when one has been removed; waits so
        many seconds for a change."""
        after, known = self._seen.get(sweep, (None, 0))
        query = {"metric": metric, "points": points, "after": after, "wait": int(wait) or None}
        answer = client.call("GET", path_of("runs", sweep, "sweep"), query=query, timeout=wait + _PATIENCE)
        if answer["total"] < known:
            del self._seen[sweep]
            return self.children(sweep, metric, points=points)
        self._seen[sweep] = answer["change"], answer["total"]
        return Answer(answer["children"], after is None)

    def submit(self, plan: Plan, first: str, trial: Trial) -> Dict[str, Any]:
        """Submit a child, or find it, if it has been submitted before. Returns its description."""
        own = self._own = self._own or self.run(self.run_id)
        body = child_body(plan.template, trial, self._resumed(trial))
        body.update(submission_id="{}/{}".format(first, trial.number), id="{}_{}".format(self.run_id, trial.number),
                    parent=self.run_id, workspace=own["workspace"], experiment=own["experiment"],
                    environ=_environ(), sdk_path=request.sdk_path())
        body.setdefault("source", {"run": self.run_id})
        return dict(client.call("POST", path_of("runs"), body, timeout=None))

    def _resumed(self, trial: Trial) -> Optional[str]:
        """The folder with the outputs of the run that a child resumes; None: there are none."""
        if trial.resumes is None:
            return None
        folder = os.path.join(self.run(trial.resumes)["directory"], "artifacts", "outputs")
        return folder if os.path.isdir(folder) else None

    def cancel(self, run_id: str, reason: str) -> None:
        """Ask a child to end, for a reason that its page shows. Does nothing if it has ended, or has been removed."""
        try:
            client.call("POST", path_of("runs", run_id, "cancel"), {"message": reason})
        except ApiError as error:
            if error.code != "not_found":
                raise

    def metrics(self, run_id: str) -> List[str]:
        """The names of the metrics that a run has reported."""
        answer = client.call("GET", path_of("runs", run_id, "metrics"), query={"times": 0, "values": 0})
        return [metric["name"] for item in answer["items"] for metric in item["metrics"]]

    def conclude(self, properties: Dict[str, str]) -> None:
        """Set properties of the sweep's run."""
        _objects.Run.get_context().add_properties(properties)


def _environ() -> Dict[str, request.Text]:
    """The variables of this process, without the folder of its own Python, with which its PATH begins: a child gets
    that of its own."""
    found = request.environ()
    own, colon, rest = os.environ.get("PATH", "").partition(os.pathsep)
    if colon and own == os.path.dirname(sys.executable):
        found["PATH"] = request.text(rest)
    return found


def child_body(template: Dict[str, Any], trial: Trial, resume_from: Optional[str]) -> Dict[str, Any]:
    """The submit of a child, without what its sweep adds."""
    body = {name: value for name, value in template.items() if name != "variables"}
    body["environment"] = {name: request.text(os.environb.get(os.fsencode(name), b""))
                           for name in template["variables"]}
    added = arguments_of(trial.values) + (["--resume-from", resume_from] if resume_from else [])
    if body.get("managed"):
        body["managed"] = dict(body["managed"], conda=dict(body["managed"]["conda"]))
    if body["kind"] == "command":
        import shlex
        body["command"] = " ".join([body["command"], *map(shlex.quote, added)])
    else:
        body["arguments"] = list(body.get("arguments") or ()) + added
    body["properties"] = {"hyperparameters": json.dumps(trial.values, ensure_ascii=False)}
    return body


def arguments_of(values: Dict[str, Any]) -> List[str]:
    """Parameters as a script gets them; a name without a dash gets two.

    >>> arguments_of({"--lr": 0.01, "layers": [16, 8]})
    ['--lr', '0.01', '--layers', '[16, 8]']
    """
    found: List[str] = []
    for name, value in values.items():
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
        found += [name if name.startswith("-") else "--" + name, shown]
    return found
