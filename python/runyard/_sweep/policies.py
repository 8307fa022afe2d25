# SPDX-License-Identifier: Apache-2.0
"""Early termination: which child run a policy stops. Functions over plain data.

The history of a child is the list of the values that it has reported of the primary metric; the value at index i - 1
is that of interval i. Values that are no finite numbers count as intervals, and are never good.
"""

import math
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

History = Sequence[float]
NONE: Dict[str, Any] = {"name": "none"}


class Stop(NamedTuple):
    """Why a child is stopped: its best value up to an interval is worse than a bound."""

    interval: int
    value: float
    bound: float
    rule: str

    def sentence(self, metric: str) -> str:
        """The reason in words."""
        return ("the policy of the sweep stopped it: at interval {} its best {} was {:.6g}, worse than {:.6g} ({})"
                .format(self.interval, metric, self.value, self.bound, self.rule))


def best(values: History, maximize: bool) -> Optional[float]:
    """The best finite value; None: there is none."""
    finite = [value for value in values if math.isfinite(value)]
    return (max if maximize else min)(finite) if finite else None


def evaluations(policy: Dict[str, Any], after: int, upto: int) -> List[int]:
    """The intervals at which a policy is applied, from after + 1 to upto.

    >>> evaluations({"name": "bandit", "evaluation_interval": 2, "delay_evaluation": 5}, 0, 9)
    [6, 8]
    """
    if policy["name"] == "none":
        return []
    every = max(1, policy["evaluation_interval"])
    return [interval for interval in range(after + 1, upto + 1)
            if interval % every == 0 and interval >= policy["delay_evaluation"]]


def stop(policy: Dict[str, Any], maximize: bool, child: History, children: Sequence[History],
         evaluated: int = 0) -> Optional[Stop]:
    """Why a policy stops a child, at the first interval after `evaluated` at which it does; None: it goes on.

    `children` are the histories of all children, this one included.
    """
    for interval in evaluations(policy, evaluated, len(child)):
        value = best(child[:interval], maximize)
        if value is None:
            continue
        bound = _BOUNDS[policy["name"]](policy, maximize, interval, children)
        if bound is not None and _worse(value, bound, maximize):
            return Stop(interval, value, bound, _RULES[policy["name"]].format(**policy))
    return None


def _worse(value: float, bound: float, maximize: bool) -> bool:
    """Whether a value is worse than a bound."""
    return value < bound if maximize else value > bound


def _bests(interval: int, maximize: bool, children: Sequence[History]) -> List[float]:
    """The best values of children up to an interval, without children that have none."""
    found = (best(history[:interval], maximize) for history in children)
    return [value for value in found if value is not None]


def _bandit(policy: Dict[str, Any], maximize: bool, interval: int, children: Sequence[History]) -> Optional[float]:
    """The best value of all children up to an interval, and the slack below it."""
    leader = best(_bests(interval, maximize, children), maximize)
    if leader is None:
        return None
    if policy.get("slack_factor"):
        factor = 1.0 + float(policy["slack_factor"])
        return leader / factor if (leader > 0) == maximize else leader * factor
    amount = float(policy["slack_amount"])
    return leader - amount if maximize else leader + amount


def _median(policy: Dict[str, Any], maximize: bool, interval: int, children: Sequence[History]) -> Optional[float]:
    """The median of the means of all children up to an interval."""
    finite = [[value for value in history[:interval] if math.isfinite(value)] for history in children]
    means = sorted(math.fsum(values) / len(values) for values in finite if values)
    middle = len(means) // 2
    return None if not means else means[middle] if len(means) % 2 else (means[middle - 1] + means[middle]) / 2.0


def _truncation(policy: Dict[str, Any], maximize: bool, interval: int, children: Sequence[History]) -> Optional[float]:
    """The best value that is not among the lowest percentage of the children that have reached an interval."""
    ranked = sorted(_bests(interval, maximize, [history for history in children if len(history) >= interval]),
                    reverse=not maximize)
    cut = len(ranked) * policy["truncation_percentage"] // 100
    return ranked[cut] if cut else None


_BOUNDS: Dict[str, Callable[[Dict[str, Any], bool, int, Sequence[History]], Optional[float]]] = {
    "bandit": _bandit, "median": _median, "truncation": _truncation}
_RULES = {"bandit": "bandit: the best of all child runs and the slack",
          "median": "median stopping: the median of the running averages",
          "truncation": "truncation selection: the lowest {truncation_percentage}%"}
