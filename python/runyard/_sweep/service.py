# SPDX-License-Identifier: Apache-2.0
"""What the controller of a sweep asks of the daemon and of its own record. Every call may be repeated."""

import json
import os
from typing import Any, Dict, List, Optional

from .._client.api import client, path_of
from .._controller.service import Answer, ControllerService
from .._controller.template import body_of
from .plan import Plan
from .trials import POINTS, Trial


class Service(ControllerService):
    """The daemon, for the controller of one sweep."""

    def children(self, parent: str, metric: Optional[str] = None, wait: float = 0.0, points: int = POINTS) -> Answer:
        """The children of a sweep that have changed, with so many points of the metric."""
        return super().children(parent, metric, wait, points)

    def submit(self, plan: Plan, first: str, trial: Trial) -> Dict[str, Any]:
        """Submit a child, or find it, if it has been submitted before. Returns its description."""
        body = child_body(plan.template, trial, self._resumed(trial))
        return self.submit_child(dict(body, submission_id="{}/{}".format(first, trial.number),
                                      id="{}_{}".format(self.run_id, trial.number)))

    def _resumed(self, trial: Trial) -> Optional[str]:
        """The folder with the outputs of the run that a child resumes; None: there are none."""
        if trial.resumes is None:
            return None
        folder = os.path.join(self.run(trial.resumes)["directory"], "artifacts", "outputs")
        return folder if os.path.isdir(folder) else None

    def metrics(self, run_id: str) -> List[str]:
        """The names of the metrics that a run has reported."""
        answer = client.call("GET", path_of("runs", run_id, "metrics"), query={"times": 0, "values": 0})
        return [metric["name"] for item in answer["items"] for metric in item["metrics"]]


def child_body(template: Dict[str, Any], trial: Trial, resume_from: Optional[str]) -> Dict[str, Any]:
    """The submit of a child, without what its sweep adds."""
    body = body_of(template)
    added = arguments_of(trial.values) + (["--resume-from", resume_from] if resume_from else [])
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
