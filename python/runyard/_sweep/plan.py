# SPDX-License-Identifier: Apache-2.0
"""The plan of a sweep: `sweep` of the configuration of its run, as SDK and shell write it and the controller reads it.

The daemon keeps a configuration as it is, but not the order of names in an object: so `sampling` has the names of the
space in their order.
"""

from typing import Any, Dict, List, NamedTuple

from .._controller.template import refuse_redacted
from ..exceptions import UserErrorException
from .spaces import Space

MAX_MINUTES = 10080
RANDOM, GRID, BAYESIAN = "random", "grid", "bayesian"
TEMPLATE = "HyperDrive"  # a property, as of SDK v1
_NEEDED = {"arguments": "arguments", "command": "command", "managed": "packages", "requirements": "packages"}


class Plan(NamedTuple):
    """What the controller does. `template` is the submit of a child run, without what differs from child to child."""

    metric: str
    maximize: bool
    total: int
    concurrent: int
    minutes: float
    sampling: str
    seed: int
    space: Space
    policy: Dict[str, Any]
    resume_from: List[str]
    resume_child_runs: List[str]
    continues: List[str]
    template: Dict[str, Any]

    @property
    def goal(self) -> str:
        """minimize or maximize."""
        return "maximize" if self.maximize else "minimize"

    def as_dict(self) -> Dict[str, Any]:
        """The plan for the configuration of a run."""
        return {"metric": self.metric, "goal": self.goal, "max_total_runs": self.total,
                "max_concurrent_runs": self.concurrent,
                "max_duration_minutes": self.minutes,
                "sampling": {"name": self.sampling, "seed": self.seed, "space": dict(self.space),
                             "order": [name for name, _ in self.space]},
                "policy": self.policy, "resume_from": self.resume_from, "resume_child_runs": self.resume_child_runs,
                "continues": self.continues, "template": self.template}


def of_run(run: Dict[str, Any]) -> Plan:
    """The plan of a run. UserErrorException: the run is no sweep."""
    try:
        return _read(run["configuration"]["sweep"])
    except (KeyError, TypeError) as error:
        raise UserErrorException("run {} is no sweep: its configuration has no {}".format(
            run.get("id"), error)) from None


def _read(given: Dict[str, Any]) -> Plan:
    """The plan in a configuration. KeyError: something is missing."""
    sampling = given["sampling"]
    space = [(name, sampling["space"][name]) for name in sampling.get("order") or sorted(sampling["space"])]
    return Plan(given["metric"], given["goal"] == "maximize", given["max_total_runs"], given["max_concurrent_runs"],
                given["max_duration_minutes"], sampling["name"], sampling["seed"], space, given["policy"],
                given["resume_from"], given["resume_child_runs"], given.get("continues") or [], given["template"])


def check_kept(plan: Plan) -> None:
    """UserErrorException: the child runs need an address with a password, which the daemon does not keep in a
    configuration."""
    needed = [(word, plan.template.get(name)) for name, word in _NEEDED.items()] + [("parameters", plan.space)]
    refuse_redacted("sweep", "child runs", sorted(needed, key=lambda need: need[0]))
