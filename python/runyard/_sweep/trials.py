# SPDX-License-Identifier: Apache-2.0
"""What a sweep knows of its child runs: its own decisions, and what the daemon says of them. Does no I/O."""

import json
import math
from typing import Any, Dict, List, Optional

from .._runs.run_status import FINAL
from . import policies
from .bayesian import Outcome
from .plan import Plan
from .policies import Stop

START, RESUME, STOP, END = "start", "resume", "stop", "end"
POINTS = 1000  # of a child's history that are asked for
_LONGEST = 100000  # intervals of a history that policies look at


class Trial:
    """One child run, by its number in the sweep."""

    def __init__(self, number: int, values: Dict[str, Any], resumes: Optional[str] = None) -> None:
        self.number, self.values, self.resumes = number, values, resumes
        self.run_id: Optional[str] = None  # None: not submitted, as far as this process knows
        self.state, self.reason = "", ""
        self.history: List[float] = []
        self.best: Optional[float] = None
        self.evaluated = 0  # the interval up to which the policy has been applied
        self.stopped: Optional[str] = None  # the reason

    @property
    def is_active(self) -> bool:
        """Whether the child has been decided on and has not ended."""
        return self.state not in FINAL

    def see(self, child: Dict[str, Any], maximize: bool) -> None:
        """Apply what the daemon says of the child."""
        self.run_id, self.state, self.reason = child["id"], child["state"], child.get("message") or ""
        self.history = history_of(child)
        extreme = child.get("max" if maximize else "min")
        found = _number(extreme)
        self.best = found if math.isfinite(found) else policies.best(self.history, maximize)


def history_of(child: Dict[str, Any]) -> List[float]:
    """The values of the primary metric by interval. Of a long series the daemon sends a part, which is stretched."""
    points = [_number(point[2]) for point in child.get("points") or ()]
    count = min(child.get("count") or 0, _LONGEST)
    if not points or count <= len(points):
        return points
    return [points[interval * len(points) // count] for interval in range(count)]


def _number(value: Any) -> float:
    """A value of a metric; what is no number is NaN."""
    return float(value) if isinstance(value, (int, float)) else math.nan


class Trials:
    """All child runs of a sweep, and of the sweeps that it continues."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.by_number: Dict[int, Trial] = {}
        self._inherited: List[Outcome] = []

    def decide(self, row: Dict[str, Any]) -> None:
        """Apply a decision, as the record has it."""
        number, kind = int(row["child"]), row["decision"]
        if kind in (START, RESUME):
            self.by_number[number] = Trial(number, json.loads(row["hyperparameters"]), row.get("resumes") or None)
        elif kind == STOP and number in self.by_number:
            self.by_number[number].stopped = row["reason"]

    def see(self, children: List[Dict[str, Any]]) -> None:
        """Apply what the daemon says of children; it may not know all, and know others."""
        for child in children:
            trial = None if child["n"] is None else self.by_number.get(child["n"])
            if trial is not None and trial.run_id in (None, child["id"]):
                trial.see(child, self._plan.maximize)

    def inherit(self, children: List[Dict[str, Any]]) -> None:
        """Add the outcomes of the children of another sweep."""
        for child in children:
            trial = Trial(-1, child.get("hyperparameters") or {})
            trial.see(child, self._plan.maximize)
            self._inherited.append(Outcome(trial.values, trial.best, True))

    def active(self) -> List[Trial]:
        """The children that have not ended."""
        return [trial for trial in self.by_number.values() if trial.is_active]

    def next_number(self) -> int:
        """The number of the next child."""
        return max(self.by_number, default=-1) + 1

    def outcomes(self) -> List[Outcome]:
        """What Bayesian sampling learns from; a child counts with its best value when it has ended."""
        return self._inherited + [
            Outcome(trial.values, None if trial.is_active else trial.best, not trial.is_active)
            for _, trial in sorted(self.by_number.items())]

    def to_stop(self) -> "Dict[Trial, Stop]":
        """The children that the policy stops now, and why. Each interval is looked at once."""
        histories = [trial.history for trial in self.by_number.values()]
        found = {}
        for trial in self.active():
            if trial.stopped is None and len(trial.history) > trial.evaluated:
                stop = policies.stop(self._plan.policy, self._plan.maximize, trial.history, histories, trial.evaluated)
                trial.evaluated = len(trial.history)
                if stop is not None:
                    found[trial] = stop
        return found

    def best(self) -> Optional[Trial]:
        """The child with the best value of the primary metric; of equals, the first."""
        found = [trial for _, trial in sorted(self.by_number.items()) if trial.best is not None]
        return (max if self._plan.maximize else min)(found, key=_best_of) if found else None


def _best_of(trial: Trial) -> float:
    """The best value of a child that has one."""
    return trial.best if trial.best is not None else math.nan
