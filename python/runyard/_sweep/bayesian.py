# SPDX-License-Identifier: Apache-2.0
"""Bayesian sampling by Optuna, which the environment of the controller holds (never that of the user's runs).

A proposal depends only on the seed, its number and the outcomes that are known when it is made. So the study is made
again for each proposal, and a controller that is started again needs no file of Optuna's.
"""

import random
from typing import Any, Dict, List, NamedTuple, Optional

from ..exceptions import UserErrorException
from . import spaces
from .spaces import Space

REQUIREMENT = "optuna>=3.0"
_ADVICE = ("Bayesian sampling needs Optuna, and {} does not have it: let Runyard build the environment of the "
           "controller (unset RUNYARD_ENV_BUILD), or `pip install optuna` there")
_FIRST_AT_RANDOM = 10


class Outcome(NamedTuple):
    """A child's parameters, and its best value of the primary metric when it has ended; None: it has none."""

    values: Dict[str, Any]
    value: Optional[float]
    ended: bool


def library() -> Any:
    """The module optuna. UserErrorException: it is not installed."""
    try:
        import optuna  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        import sys
        raise UserErrorException(_ADVICE.format(sys.executable)) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def proposal(optuna: Any, space: Space, maximize: bool, seed: int, number: int,
             outcomes: List[Outcome]) -> Dict[str, Any]:
    """The configuration that Optuna's tree of Parzen estimators proposes next.

    Children that have not ended count as if they became as bad as the worst, so that the next proposal is elsewhere.
    """
    own = random.Random("{}/{}".format(seed, number)).getrandbits(32)  # seeds in a row would draw much the same
    sampler = optuna.samplers.TPESampler(seed=own, n_startup_trials=_FIRST_AT_RANDOM, constant_liar=True)
    study = optuna.create_study(direction="maximize" if maximize else "minimize", sampler=sampler)
    distributions = {name: _distribution(optuna, expression) for name, expression in space}
    for outcome in outcomes:
        told = _told(space, outcome.values)
        if told is not None:
            study.add_trial(_trial(optuna, distributions, told, outcome))
    found = study.ask(distributions).params
    return {name: _value(expression, found[name]) for name, expression in space}


def _distribution(optuna: Any, expression: List[Any]) -> Any:
    """Optuna's distribution of an expression: of a choice the index, else the number before it is rounded."""
    name, arguments = expression
    if name == "choice":
        return optuna.distributions.CategoricalDistribution(list(range(len(arguments[0]))))
    return optuna.distributions.FloatDistribution(float(arguments[0]), float(arguments[1]))


def _value(expression: List[Any], found: Any) -> Any:
    """The value of a parameter, from Optuna's."""
    name, arguments = expression
    if name == "choice":
        return arguments[0][found]
    return spaces.multiple(found, arguments[2]) if name == "quniform" else found


def _told(space: Space, values: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """The parameters of a child as Optuna's; None: they are not from this space."""
    found: Dict[str, Any] = {}
    for name, (kind, arguments) in space:
        if name not in values or (kind == "choice" and values[name] not in arguments[0]):
            return None
        found[name] = arguments[0].index(values[name]) if kind == "choice" else _inside(values[name], arguments)
    return found


def _inside(value: float, arguments: List[Any]) -> float:
    """A number within the bounds of its expression, which rounding may have left."""
    return min(max(float(value), float(arguments[0])), float(arguments[1]))


def _trial(optuna: Any, distributions: Dict[str, Any], told: Dict[str, Any], outcome: Outcome) -> Any:
    """An outcome as a trial of the study."""
    state = optuna.trial.TrialState
    kind = state.COMPLETE if outcome.value is not None else state.FAIL if outcome.ended else state.RUNNING
    return optuna.trial.create_trial(state=kind, value=outcome.value, distributions=distributions, params=told)
