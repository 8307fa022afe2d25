# SPDX-License-Identifier: Apache-2.0
"""How a sweep samples its space of parameters."""

from typing import Any, Callable, Dict, List, Optional, Set, Tuple

from ._sweep.plan import BAYESIAN, GRID, RANDOM
from .hyperdrive_exceptions import HyperDriveConfigException, HyperDriveErrorStrings, setting
from .exceptions import UserErrorException

Space = Dict[str, List[Any]]
Problem = Optional[str]
_KNOWN = {"choice", "randint", "uniform", "quniform", "loguniform", "qloguniform", "normal", "qnormal", "lognormal",
          "qlognormal"}
_TOO_MANY_POINTS = 100000


class HyperParameterSampling:
    """The base of samplings. `properties` may hold a seed."""

    SAMPLING_NAME = ""
    _plan_name = ""

    def __init__(self, sampling_method_name: str, parameter_space: Space, properties: Optional[Dict[str, Any]] = None,
                 supported_distributions: Optional[Set[str]] = None,
                 distributions_validators: Optional[Dict[str, Callable[[List[Any]], Tuple[bool, Problem]]]] = None
                 ) -> None:
        """HyperDriveConfigException: the sampling does not take one of the expressions. UserErrorException: the space
        is no dictionary of expressions."""
        self._sampling_method_name = sampling_method_name
        self._parameter_space = parameter_space
        self._properties = properties
        _check_space(parameter_space)
        for expression in parameter_space.values():
            if supported_distributions and expression[0] not in supported_distributions:
                raise setting("This sampling method", "only the following distributions: [{}]".format(
                    ", ".join(sorted(supported_distributions))))
            valid, problem = (distributions_validators or {}).get(expression[0], _valid)(expression)
            if not valid:
                raise HyperDriveConfigException(
                    HyperDriveErrorStrings.DISTRIBUTION_VALIDATION_FAILURE.format(err=problem))

    def to_json(self) -> Dict[str, Any]:
        """The sampling as a dictionary: name, parameter_space, and properties, if there are any."""
        made: Dict[str, Any] = {"name": self._sampling_method_name, "parameter_space": self._parameter_space}
        if self._properties:
            made["properties"] = self._properties
        return made

    def __eq__(self, other: object) -> bool:
        """Equal samplings of equal spaces are equal."""
        return self.__dict__ == getattr(other, "__dict__", None)

    def __hash__(self) -> int:
        """As its name."""
        return hash(self._sampling_method_name)


class RandomParameterSampling(HyperParameterSampling):
    """Configurations at random. A finite space gives each of its configurations once.

    >>> RandomParameterSampling({"--lr": loguniform(-6, -1), "--batch-size": choice(16, 32, 64)})
    """

    SAMPLING_NAME = "RANDOM"
    _plan_name = RANDOM

    def __init__(self, parameter_space: Space, properties: Optional[Dict[str, Any]] = None) -> None:
        """UserErrorException: the space is no dictionary of expressions."""
        super().__init__(self.SAMPLING_NAME, parameter_space, properties)


class GridParameterSampling(HyperParameterSampling):
    """Every configuration of a space of choices; the last parameter changes first."""

    SAMPLING_NAME = "GRID"
    _plan_name = GRID

    def __init__(self, parameter_space: Space, properties: Optional[Dict[str, Any]] = None) -> None:
        """HyperDriveConfigException: an expression is no choice."""
        super().__init__(self.SAMPLING_NAME, parameter_space, properties, {"choice"})


class BayesianParameterSampling(HyperParameterSampling):
    """Configurations that are chosen by the outcomes of others: choice, uniform and quniform."""

    SAMPLING_NAME = "BayesianOptimization"
    _plan_name = BAYESIAN

    def __init__(self, parameter_space: Space, properties: Optional[Dict[str, Any]] = None) -> None:
        """HyperDriveConfigException: an expression is of another kind, or mixes texts and numbers."""
        if parameter_space is None:
            raise setting("BayesianParameterSampling", "parameter_space to not be None or empty.")
        super().__init__(self.SAMPLING_NAME, parameter_space, properties, {"choice", "quniform", "uniform"},
                         {"choice": _check_choice, "quniform": _check_quniform})


def _check_space(space: Any) -> None:
    """UserErrorException: a space is no dictionary of expressions."""
    if not isinstance(space, dict) or not space:
        raise UserErrorException("parameter_space must be a dictionary of expressions, as {{'--lr': uniform(0, 1)}}, "
                                 "not {!r}".format(space))
    for name, expression in space.items():
        if not isinstance(expression, list) or len(expression) != 2 or expression[0] not in _KNOWN:
            raise UserErrorException("the parameter {!r} must be an expression, as choice(1, 2) or uniform(0, 1), "
                                     "not {!r}".format(name, expression))


def _valid(expression: List[Any]) -> Tuple[bool, Problem]:
    """Every expression is valid for a sampling that says nothing of its kind."""
    return True, None


def _check_choice(expression: List[Any]) -> Tuple[bool, Problem]:
    """Whether Bayesian sampling takes a choice, else why not."""
    values = expression[1][0]
    if not values:
        return False, "At least one 'choice' value is required."
    if any(type(value) not in (int, str, float) for value in values):
        return False, "'choice' values should be 'int', 'string' or 'float'."
    texts = [value for value in values if isinstance(value, str)]
    if texts and len(texts) != len(values):
        return False, "Either all or none of the 'choice' values should be 'str' type."
    return True, None


def _check_quniform(expression: List[Any]) -> Tuple[bool, Problem]:
    """Whether Bayesian sampling takes a quniform, else why not."""
    low, high, q = expression[1]
    if any(type(value) is not int for value in (low, high, q)):
        return False, "Expected quniform arguments to be int."
    if (high - low) / q > _TOO_MANY_POINTS:
        return False, "Too many discrete points for quniform distribution. Use larger q or uniform instead."
    return True, None
