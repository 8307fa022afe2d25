# SPDX-License-Identifier: Apache-2.0
"""Which configuration a sweep tries next."""

from typing import Any, Dict, Iterator, List, Optional

from . import bayesian, spaces
from .plan import BAYESIAN, GRID, Plan


class Sampler:
    """The configurations of a plan, by number. Random and grid depend on the plan alone, Bayesian on outcomes too."""

    def __init__(self, plan: Plan) -> None:
        """UserErrorException: the sampling is Bayesian, and Optuna is not installed."""
        self._plan = plan
        self._optuna = bayesian.library() if plan.sampling == BAYESIAN else None
        self._listed: List[Dict[str, Any]] = []
        self._source: Iterator[Dict[str, Any]] = (
            spaces.grid(plan.space) if plan.sampling == GRID else spaces.at_random(plan.space, plan.seed))

    def configuration(self, number: int, outcomes: List[bayesian.Outcome]) -> Optional[Dict[str, Any]]:
        """The parameters of a number, from 0; None: the space has been searched."""
        if self._optuna is not None:
            plan = self._plan
            return bayesian.proposal(self._optuna, plan.space, plan.maximize, plan.seed, number, outcomes)
        while len(self._listed) <= number:
            made = next(self._source, None)
            if made is None:
                return None
            self._listed.append(made)
        return self._listed[number]
