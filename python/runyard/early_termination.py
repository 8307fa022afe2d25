# SPDX-License-Identifier: Apache-2.0
"""Policies that stop child runs of a sweep before their time. docs/hyperdrive.md has their definitions."""

from typing import Any, Dict, Optional

from ._sweep.policies import NONE
from .hyperdrive_exceptions import kind, setting


class EarlyTerminationPolicy:
    """The base of policies. Each value of the primary metric that a child logs is one interval of it."""

    POLICY_NAME = ""
    _plan_name = ""

    def __init__(self, name: str, properties: Optional[Dict[str, Any]] = None) -> None:
        self._name = name
        self._properties = properties

    def to_json(self) -> Dict[str, Any]:
        """The policy as a dictionary: name, and properties, if it has any."""
        return {"name": self._name} if self._properties is None else {
            "name": self._name, "properties": self._properties}

    def _planned(self) -> Dict[str, Any]:
        """The policy as the controller reads it."""
        return dict(self._properties or {}, name=self._plan_name)

    def __eq__(self, other: object) -> bool:
        """Equal policies with equal properties are equal."""
        return self.__dict__ == getattr(other, "__dict__", None)

    def __hash__(self) -> int:
        """As its name."""
        return hash(self._name)


class _PeriodicPolicy(EarlyTerminationPolicy):
    """A policy that is applied at every `evaluation_interval`, from `delay_evaluation` on."""

    def __init__(self, evaluation_interval: int, delay_evaluation: int, **own: Any) -> None:
        """HyperDriveConfigException: an interval is no integer."""
        for name, value in (("evaluation_interval", evaluation_interval), ("delay_evaluation", delay_evaluation)):
            if not isinstance(value, int):
                raise kind(name, "int", value)
        super().__init__(self.POLICY_NAME, dict(
            {"evaluation_interval": evaluation_interval, "delay_evaluation": delay_evaluation}, **own))
        self._evaluation_interval, self._delay_evaluation = evaluation_interval, delay_evaluation

    @property
    def evaluation_interval(self) -> int:
        """At multiples of this interval the policy is applied."""
        return self._evaluation_interval

    @property
    def delay_evaluation(self) -> int:
        """Before this interval the policy is not applied."""
        return self._delay_evaluation


class BanditPolicy(_PeriodicPolicy):
    """Stops a child whose best value is worse than that of the best child by more than a slack.

    >>> BanditPolicy(evaluation_interval=2, slack_factor=0.1, delay_evaluation=5)
    """

    POLICY_NAME = "Bandit"
    _plan_name = "bandit"

    def __init__(self, evaluation_interval: int = 1, slack_factor: Optional[float] = None,
                 slack_amount: Optional[float] = None, delay_evaluation: int = 0) -> None:
        """HyperDriveConfigException: not exactly one slack is given, or an interval is no integer."""
        if (slack_factor is None and slack_amount is None) or (slack_factor and slack_amount):
            raise setting("Bandit termination policy", "exactly one of slack factor or slack amount to be set.")
        slack = {"slack_factor": slack_factor} if slack_factor else {"slack_amount": slack_amount or 0}
        super().__init__(evaluation_interval, delay_evaluation, **slack)
        self._slack_factor = slack_factor

    @property
    def slack_factor(self) -> Optional[float]:
        """The slack as a part of the best value."""
        return self._slack_factor


class MedianStoppingPolicy(_PeriodicPolicy):
    """Stops a child whose best value is worse than the median of the running averages of all children."""

    POLICY_NAME = "MedianStopping"
    _plan_name = "median"

    def __init__(self, evaluation_interval: int = 1, delay_evaluation: int = 0) -> None:
        """HyperDriveConfigException: an interval is no integer."""
        super().__init__(evaluation_interval, delay_evaluation)


class TruncationSelectionPolicy(_PeriodicPolicy):
    """Stops the children whose best values are among the lowest percentage."""

    POLICY_NAME = "TruncationSelection"
    _plan_name = "truncation"

    def __init__(self, truncation_percentage: int, evaluation_interval: int = 1, delay_evaluation: int = 0) -> None:
        """HyperDriveConfigException: the percentage is no integer from 1 to 99, or an interval is no integer."""
        if not isinstance(truncation_percentage, int):
            raise kind("truncation_percentage", "int", truncation_percentage)
        if not 1 <= truncation_percentage <= 99:
            raise setting("truncation_percentage", "value to be between 1 and 99.")
        super().__init__(evaluation_interval, delay_evaluation, truncation_percentage=truncation_percentage,
                         exclude_finished_jobs=False)
        self._truncation_percentage = truncation_percentage

    @property
    def truncation_percentage(self) -> int:
        """How many of a hundred children are stopped at each evaluation."""
        return self._truncation_percentage


class NoTerminationPolicy(EarlyTerminationPolicy):
    """Stops no child."""

    POLICY_NAME = "Default"
    _plan_name = str(NONE["name"])

    def __init__(self) -> None:
        super().__init__(self.POLICY_NAME)
