# SPDX-License-Identifier: Apache-2.0
"""The HyperDriveConfig of a sweep that was submitted before, from the plan of its run."""

from ._sweep.plan import Plan
from .early_termination import (BanditPolicy, EarlyTerminationPolicy, MedianStoppingPolicy, NoTerminationPolicy,
                                TruncationSelectionPolicy)
from .hyperdrive_config import HyperDriveConfig, PrimaryMetricGoal
from .parameter_sampling import (BayesianParameterSampling, GridParameterSampling, HyperParameterSampling,
                                 RandomParameterSampling)
from .script_run_config import ScriptRunConfig

_SAMPLINGS = {kind._plan_name: kind for kind in (RandomParameterSampling, GridParameterSampling,
                                                 BayesianParameterSampling)}
_POLICIES = {kind._plan_name: kind for kind in (BanditPolicy, MedianStoppingPolicy, TruncationSelectionPolicy)}


def config_of(plan: Plan) -> HyperDriveConfig:
    """The configuration; it has neither estimator nor run_config."""
    made = HyperDriveConfig(
        _sampling_of(plan), plan.metric, PrimaryMetricGoal.from_str(plan.goal), plan.total, plan.concurrent,
        plan.minutes, _policy_of(plan), run_config=ScriptRunConfig("."))
    made._run_config = None
    made._resume_from, made._resume_child_runs = plan.resume_from, plan.resume_child_runs
    return made


def _sampling_of(plan: Plan) -> HyperParameterSampling:
    """The sampling of a plan."""
    made: HyperParameterSampling = _SAMPLINGS[plan.sampling](dict(plan.space))
    return made


def _policy_of(plan: Plan) -> EarlyTerminationPolicy:
    """The policy of a plan."""
    kind = _POLICIES.get(plan.policy["name"])
    if kind is None:
        return NoTerminationPolicy()
    given = {name: value for name, value in plan.policy.items() if name not in ("name", "exclude_finished_jobs")}
    made: EarlyTerminationPolicy = kind(**given)
    return made
