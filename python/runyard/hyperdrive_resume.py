# SPDX-License-Identifier: Apache-2.0
"""The runs that a HyperDriveConfig resumes: which may be, and their ids."""

from typing import Any, Dict, List

from . import _objects
from ._runs.details import SWEEP
from ._runs.run_status import FINAL
from ._sweep.plan import BAYESIAN, Plan
from .hyperdrive_exceptions import HyperDriveConfigException, HyperDriveErrorStrings, kind, setting

MAX_PARENT_RUNS = 5
RESUME_FROM_TOTAL_RUNS = 1000


def sweeps(plan: Plan, given: Any) -> List[str]:
    """The ids of the sweeps whose children are known to the new one. HyperDriveConfigException: they do not match."""
    runs = given if isinstance(given, list) else [] if given is None else [given]
    if len(runs) > MAX_PARENT_RUNS:
        raise setting("HyperDriveConfig", "the number of parent runs to not exceed than {}".format(MAX_PARENT_RUNS))
    total, ids = plan.total, []
    for run in runs:
        total += _matching(plan, run).total
        if run.id in ids:
            raise HyperDriveConfigException("resume_from cannot contain duplicate runs. More than one run with id '{}' "
                                            "was found".format(run.id))
        if run.get_status() not in ("Completed", "Canceled"):
            raise HyperDriveConfigException("All resume_from runs should be completed or canceled. A resume_from run "
                                            "with status '{}' was found.".format(run.status))
        ids.append(run.id)
    if runs and total > RESUME_FROM_TOTAL_RUNS:
        raise HyperDriveConfigException("The number of total runs should not be greater than {}. ".format(
            RESUME_FROM_TOTAL_RUNS))
    return ids


def _matching(plan: Plan, run: Any) -> Plan:
    """The plan of another sweep. HyperDriveConfigException: the run is none, or compares another metric, or Bayesian
    sampling has another space."""
    if getattr(run, "type", None) != SWEEP:
        raise setting("Parent run", "to be HyperDriveRun objects.")
    other: Plan = run._plan()
    for part, ours, theirs in (("name", plan.metric, other.metric), ("goal", plan.goal, other.goal)):
        if theirs != ours:
            raise _differs("primary_metric_" + part, "Current run's {} is {}, while a run with {} was found".format(
                part, ours, theirs))
    if plan.sampling == BAYESIAN and dict(plan.space) != dict(other.space):
        raise _differs("parameter_space for Bayesian sampling", "")
    return other


def _differs(what: str, how: str) -> HyperDriveConfigException:
    """The exception about sweeps that do not match."""
    return HyperDriveConfigException(HyperDriveErrorStrings.WARM_START_RUNS_DONT_MATCH.format(
        obj=what, additional_info=how))


def children(plan: Plan, given: Any) -> List[str]:
    """The ids of the children that are run again. HyperDriveConfigException: they do not match the sweep."""
    runs = given if isinstance(given, list) else [] if given is None else [given]
    words = HyperDriveErrorStrings
    if len(runs) > plan.total:
        raise setting("HyperDriveConfig", "the number of resume_child_runs to not exceed max_total_runs of current run")
    parents: Dict[str, Any] = {}
    for run in runs:
        if not isinstance(run, _objects.Run):
            raise kind("resume_child_runs", "azureml.core.run.Run", run)
        if run.get_status() not in FINAL:
            raise HyperDriveConfigException(words.FOUND_CHILD_RUN_NOT_IN_TERMINAL_STATE.format(state=run.status))
        parent = run.parent
        if parent is None:
            raise HyperDriveConfigException(words.RESUME_CHILD_RUN_WITHOUT_PARENT_RUN)
        parents[parent.id] = parent
    if len({run.id for run in runs}) < len(runs):
        raise HyperDriveConfigException(words.RESUME_CHILD_RUNS_CONTAINS_DUPLICATE)
    if len(parents) > MAX_PARENT_RUNS:
        raise HyperDriveConfigException(words.RESUME_CHILD_RUNS_COME_FROM_TOO_MANY_PARENT_RUNS.format(
            max_num=MAX_PARENT_RUNS, found=len(parents)))
    for parent in parents.values():
        _matching(plan, parent)
    return [run.id for run in runs]
