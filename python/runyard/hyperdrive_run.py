# SPDX-License-Identifier: Apache-2.0
"""HyperDriveRun: the run of a sweep, and what can be asked of its child runs together."""

import json
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, NoReturn, Optional

from . import _objects
from ._client.api import client, path_of
from ._runs.run_status import FINAL
from ._sweep.plan import Plan, of_run
from ._sweep.trials import Trial
from .hyperdrive_exceptions import HyperDriveErrorStrings, HyperDriveNotImplementedException, kind
from .run import Run

if TYPE_CHECKING:
    from .experiment import Experiment
    from .hyperdrive_config import HyperDriveConfig

TERMINAL_STATES = list(FINAL)


class _Child(NamedTuple):
    """A child run, with its best value of the primary metric; None: it has none."""

    run_id: str
    parameters: Optional[Dict[str, Any]]
    best: Optional[float]
    state: str

    def as_dict(self) -> Dict[str, Any]:
        """As SDK v1 shows it."""
        shown = None if self.parameters is None else json.dumps(self.parameters)
        return {"run_id": self.run_id, "hyperparameters": shown, "best_primary_metric": self.best, "status": self.state}


class HyperDriveRun(Run):
    """The run of a sweep, as Experiment.submit returns it for a HyperDriveConfig.

    >>> best = run.get_best_run_by_primary_metric()
    >>> best.get_details()["runDefinition"]["arguments"]
    ['--lr', '0.0123']
    """

    RUN_TYPE = "hyperdrive"
    _hyperdrive_config: "Optional[HyperDriveConfig]" = None

    def __init__(self, experiment: "Experiment", run_id: str, hyperdrive_config: "Optional[HyperDriveConfig]" = None,
                 **kwargs: Any) -> None:
        """Attach to a sweep that exists. HyperDriveConfigException: the id is no text. UserErrorException: the run is
        no sweep. ServiceException (code not_found): there is none with that id."""
        if not isinstance(run_id, str):
            raise kind("run_id", "str", run_id)
        super().__init__(experiment, run_id)
        self._hyperdrive_config = hyperdrive_config
        of_run(self._facts)

    @property
    def hyperdrive_config(self) -> "HyperDriveConfig":
        """The configuration; that of a sweep which another process has submitted has no run_config."""
        if self._hyperdrive_config is None:
            self._hyperdrive_config = _objects.hyperdrive_description.config_of(self._plan())
        return self._hyperdrive_config

    def _plan(self) -> Plan:
        """What the sweep does. A run from a list comes without its configuration."""
        known = self._known()
        return of_run(known if known.get("configuration") else self._refresh())

    def get_best_run_by_primary_metric(self, include_failed: bool = True, include_canceled: bool = True,
                                       include_resume_from_runs: bool = True) -> Optional[Run]:
        """The child run with the best value of the primary metric; None: no child has one."""
        plan = self._plan()
        sweeps = plan.continues + (plan.resume_from if include_resume_from_runs else []) + [self.id]
        for child in _ranked(_children(sweeps, plan), plan.maximize):
            if (include_failed or child.state != "Failed") and (include_canceled or child.state != "Canceled"):
                return _objects.get_run(self.experiment, child.run_id)
        return None

    def get_children_sorted_by_primary_metric(self, top: int = 0, reverse: bool = False,
                                              discard_no_metric: bool = False) -> List[Dict[str, Any]]:
        """The child runs, best first, each with run_id, hyperparameters (JSON text), best_primary_metric and status.
        Those without the metric come last. top: that many; 0: all."""
        assert isinstance(top, int) and top >= 0, "Value of parameter top should be 0 or a positive integer"
        assert isinstance(reverse, bool), "Type of parameter reverse should be bool"
        assert isinstance(discard_no_metric, bool), "Type of parameter discard_no_metric should be bool"
        plan = self._plan()
        children = _children(plan.continues + [self.id], plan)
        found = _ranked(children, plan.maximize != reverse)
        if not discard_no_metric:
            found += [child for child in children if child.best is None]
        return [child.as_dict() for child in (found[:top] if top else found)]

    def get_hyperparameters(self) -> Dict[str, str]:
        """The id of each child run to its parameters, as JSON text."""
        plan = self._plan()
        return {child.run_id: json.dumps(child.parameters) for child in _children(plan.continues + [self.id], plan)
                if child.parameters is not None}

    def get_metrics(self, name: Optional[str] = None, recursive: bool = False, run_type: Optional[str] = None,
                    populate: bool = False) -> Dict[str, Any]:
        """The id of each child run that has metrics to a dictionary of these."""
        found = super().get_metrics(name, True, run_type, populate)
        return {run_id: metrics for run_id, metrics in found.items() if run_id != self.id}

    def get_diagnostics(self) -> NoReturn:
        """HyperDriveNotImplementedException, as in SDK v1."""
        raise _not_implemented("Get diagnostics")

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> NoReturn:
        """HyperDriveNotImplementedException, as in SDK v1: cancel() ends a sweep."""
        raise _not_implemented("Fail")


def _not_implemented(feature: str) -> HyperDriveNotImplementedException:
    """The exception about a method that runs of sweeps do not have."""
    return HyperDriveNotImplementedException(HyperDriveErrorStrings.NOT_IMPLEMENTED.format(feature=feature))


def _children(sweeps: List[str], plan: Plan) -> List[_Child]:
    """The child runs of sweeps, in the order of their numbers."""
    found = []
    for sweep in sweeps:
        answer = client.call("GET", path_of("runs", sweep, "sweep"), query={"metric": plan.metric})
        for child in answer["children"]:
            trial = Trial(child["n"], child["hyperparameters"] or {})
            trial.see(child, plan.maximize)
            found.append(_Child(child["id"], _in_order(child["hyperparameters"], plan), trial.best, child["state"]))
    return found


def _in_order(parameters: Optional[Dict[str, Any]], plan: Plan) -> Optional[Dict[str, Any]]:
    """The parameters of a child in the order of the space, which the daemon does not keep."""
    if parameters is None:
        return None
    first = {name: parameters[name] for name, _ in plan.space if name in parameters}
    return dict(first, **{name: value for name, value in parameters.items() if name not in first})


def _ranked(children: List[_Child], highest_first: bool) -> List[_Child]:
    """The children that have a value, ordered by it; equal ones in their order."""
    have = [child for child in children if child.best is not None]
    return sorted(have, key=lambda child: child.best or 0.0, reverse=highest_first)
