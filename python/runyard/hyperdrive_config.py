# SPDX-License-Identifier: Apache-2.0
"""HyperDriveConfig: what a sweep tries, how many runs it starts, and which metric it compares."""

import copy
import enum
import os
import warnings
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _objects, hyperdrive_resume
from ._runs.run_status import FINAL
from ._sweep import submission
from ._sweep.plan import BAYESIAN, MAX_MINUTES, Plan
from .early_termination import EarlyTerminationPolicy, NoTerminationPolicy
from .estimator import MMLBaseEstimator
from .exceptions import UserErrorException
from .hyperdrive_exceptions import HyperDriveScenarioNotSupportedException, kind, setting
from .hyperdrive_resume import MAX_PARENT_RUNS, RESUME_FROM_TOTAL_RUNS
from .parameter_sampling import HyperParameterSampling
from .script_run_config import ScriptRunConfig

if TYPE_CHECKING:
    from .experiment import Experiment
    from .hyperdrive_run import HyperDriveRun

MAX_DURATION_MINUTES = MAX_MINUTES
RECOMMENDED_MIN_RUNS_PER_PARAMETER_BAYESIAN = 20
RECOMMENDED_MAX_CONCURRENT_RUNS_BAYESIAN = 20
TERMINAL_STATES = list(FINAL)
__all__ = ["HyperDriveConfig", "HyperDriveRunConfig", "MAX_DURATION_MINUTES", "MAX_PARENT_RUNS", "PrimaryMetricGoal",
           "RECOMMENDED_MAX_CONCURRENT_RUNS_BAYESIAN", "RECOMMENDED_MIN_RUNS_PER_PARAMETER_BAYESIAN",
           "RESUME_FROM_TOTAL_RUNS", "TERMINAL_STATES"]
_ONE_OF = "estimator, run_config, pipeline"


class PrimaryMetricGoal(enum.Enum):
    """Whether a higher or a lower value of the primary metric is better."""

    MAXIMIZE = "MAXIMIZE"
    MINIMIZE = "MINIMIZE"

    @staticmethod
    def from_str(goal: str) -> "PrimaryMetricGoal":
        """The goal of that name, in any case. HyperDriveConfigException: there is none."""
        if goal.upper() not in PrimaryMetricGoal.__members__:
            raise setting("The primary metric goal", "either 'maximize' or 'minimize'.")
        return PrimaryMetricGoal[goal.upper()]


class HyperDriveConfig:
    """What Experiment.submit takes for a sweep.

    >>> sweep = HyperDriveConfig(RandomParameterSampling({"--lr": loguniform(-6, -1)}), "loss",
    ...                          PrimaryMetricGoal.MINIMIZE, 20, 4, run_config=ScriptRunConfig(".", "train.py"))
    >>> run = experiment.submit(sweep)
    """

    def __init__(self, hyperparameter_sampling: HyperParameterSampling, primary_metric_name: str,
                 primary_metric_goal: PrimaryMetricGoal, max_total_runs: int,
                 max_concurrent_runs: Optional[int] = None, max_duration_minutes: float = MAX_DURATION_MINUTES,
                 policy: Optional[EarlyTerminationPolicy] = None, estimator: Optional[MMLBaseEstimator] = None,
                 run_config: Optional[ScriptRunConfig] = None, resume_from: Any = None, resume_child_runs: Any = None,
                 pipeline: Any = None, debug_flag: Any = None, custom_run_id: Optional[str] = None) -> None:
        """HyperDriveConfigException: a value has the wrong type, or not exactly one of estimator and run_config is
        given; or runs that are to be resumed do not match."""
        self._estimator, self._run_config, self._custom_run_id = estimator, run_config, custom_run_id
        _check_runner(estimator, run_config, pipeline)
        if hyperparameter_sampling is None:
            raise setting("HyperDriveConfig", "hyperparameter_sampling to be set")
        if not isinstance(primary_metric_goal, PrimaryMetricGoal):
            raise kind("primary_metric_goal", "PrimaryMetricGoal", primary_metric_goal)
        for name, value in (("max_total_runs", max_total_runs), ("max_concurrent_runs", max_concurrent_runs or 1)):
            if not isinstance(value, int) or value < 1:
                raise setting("HyperDriveConfig", "{} to be a positive integer, not {!r}".format(name, value))
        policy = policy or NoTerminationPolicy()
        self._policy_config, self._policy = policy.to_json(), policy
        self._generator_config, self._sampling = hyperparameter_sampling.to_json(), hyperparameter_sampling
        self._primary_metric_config = {"name": primary_metric_name, "goal": primary_metric_goal.name.lower()}
        self._max_total_runs = max_total_runs
        self._max_concurrent_runs = max_concurrent_runs or max_total_runs
        self._max_duration_minutes = min(max_duration_minutes, MAX_DURATION_MINUTES)
        _warn_of_limits(self, max_duration_minutes)
        self._resume_from: List[str] = []
        self._resume_child_runs: List[str] = []
        if resume_from is not None or resume_child_runs is not None:
            plan = self._plan()
            self._resume_from = hyperdrive_resume.sweeps(plan, resume_from)
            self._resume_child_runs = hyperdrive_resume.children(plan, resume_child_runs)

    @property
    def estimator(self) -> Optional[MMLBaseEstimator]:
        """The estimator whose script is run."""
        return self._estimator

    @property
    def run_config(self) -> Optional[ScriptRunConfig]:
        """The ScriptRunConfig whose script is run."""
        return self._run_config

    @property
    def pipeline(self) -> None:
        """None: sweeps of pipelines are not part of Runyard."""

    @property
    def source_directory(self) -> Optional[str]:
        """The folder of the script; None for the configuration of a run that was submitted before."""
        given = self._estimator or self._run_config
        return None if given is None else given.source_directory

    def _plan(self) -> Plan:
        """The plan for the controller, without a template."""
        space = [(name, [expression[0], [_plain(argument) for argument in expression[1]]])
                 for name, expression in self._sampling._parameter_space.items()]
        seed = (self._sampling._properties or {}).get("seed")
        return Plan(self._primary_metric_config["name"], self._primary_metric_config["goal"] == "maximize",
                    self._max_total_runs, self._max_concurrent_runs, self._max_duration_minutes,
                    self._sampling._plan_name, int.from_bytes(os.urandom(4), "big") if seed is None else int(seed),
                    space, self._policy._planned(), self._resume_from, self._resume_child_runs, [], {})

    def _submit_to(self, experiment: "Experiment", tags: Optional[Dict[str, Any]], **given: Any) -> "HyperDriveRun":
        """Submit the sweep. UserErrorException: the folder or the interpreter cannot be used."""
        config: Any = self._estimator or self._run_config
        if config is None:
            raise UserErrorException("this HyperDriveConfig describes a sweep that was submitted before; `runyard "
                                     "sweep --resume RUN` goes on with it")
        plan = self._plan()
        if self._estimator is not None:
            config = _without_parameters(config, [name for name, _ in plan.space])
        facts = submission.start(experiment, config, plan, tags, given.get("run_id") or self._custom_run_id,
                                 given.get("display_name"), given.get("_parent_run_id"))
        run: HyperDriveRun = _objects.HyperDriveRun._from_facts(experiment, facts)
        run._hyperdrive_config = self
        if given.get("show_output"):
            run.wait_for_completion(show_output=True)
        return run


class HyperDriveRunConfig(HyperDriveConfig):
    """The older name of HyperDriveConfig, for estimators."""

    def __init__(self, estimator: MMLBaseEstimator, hyperparameter_sampling: HyperParameterSampling,
                 primary_metric_name: str, primary_metric_goal: PrimaryMetricGoal, max_total_runs: int,
                 max_concurrent_runs: Optional[int] = None, max_duration_minutes: float = MAX_DURATION_MINUTES,
                 policy: Optional[EarlyTerminationPolicy] = None) -> None:
        """As HyperDriveConfig."""
        _warn("HyperDriveRunConfig is deprecated. Please use the new HyperDriveConfig class.")
        super().__init__(hyperparameter_sampling, primary_metric_name, primary_metric_goal, max_total_runs,
                         max_concurrent_runs, max_duration_minutes, policy, estimator)


def _check_runner(estimator: Any, run_config: Any, pipeline: Any) -> None:
    """HyperDriveConfigException: not exactly one of estimator and run_config is given."""
    given = [value for value in (estimator, run_config, pipeline) if value is not None]
    if not given:
        raise setting("HyperDriveConfig", "at least one of {} to be set".format(_ONE_OF))
    if len(given) > 1:
        raise setting("HyperDriveConfig", "only one of {} to be set".format(_ONE_OF))
    if pipeline is not None:
        raise HyperDriveScenarioNotSupportedException("sweeps of pipelines are not part of Runyard: give run_config a "
                                                      "ScriptRunConfig whose script does all steps")
    if run_config is not None and not isinstance(run_config, ScriptRunConfig):
        raise kind("run_config", "ScriptRunConfig", run_config)
    if estimator is not None and not isinstance(estimator, ScriptRunConfig):
        raise kind("estimator", "Estimator", estimator)


def _warn_of_limits(config: HyperDriveConfig, minutes: float) -> None:
    """Warn of a duration that is too long, and of few or too many runs for Bayesian sampling."""
    if minutes > MAX_DURATION_MINUTES:
        _warn("The experiment maximum duration provided exceeds the service limit of {0} minutes. The maximum "
              "duration will be overridden with {0} minutes.".format(MAX_DURATION_MINUTES))
    if config._sampling._plan_name != BAYESIAN:
        return
    advised = RECOMMENDED_MIN_RUNS_PER_PARAMETER_BAYESIAN * len(config._sampling._parameter_space)
    if config._max_total_runs < advised:
        _warn("For best results with Bayesian Sampling we recommend using a maximum number of runs greater than or "
              "equal to {} times the number of hyperparameters being tuned. Recommendend value:{}.".format(
                  RECOMMENDED_MIN_RUNS_PER_PARAMETER_BAYESIAN, advised))
    if config._max_concurrent_runs > RECOMMENDED_MAX_CONCURRENT_RUNS_BAYESIAN:
        _warn("We recommend using {} max concurrent runs or fewer when using Bayesian sampling since a higher "
              "number might not provide the best result.".format(RECOMMENDED_MAX_CONCURRENT_RUNS_BAYESIAN))


def _warn(sentence: str) -> None:
    """Warn the caller of HyperDriveConfig."""
    warnings.warn(sentence, stacklevel=4)


def _plain(value: Any) -> Any:
    """A value of a space as JSON has it; numbers of NumPy as those of Python."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.item() if hasattr(value, "item") and not isinstance(value, (str, int, float)) else value


def _without_parameters(estimator: MMLBaseEstimator, names: List[str]) -> MMLBaseEstimator:
    """The estimator, without the arguments that the sweep gives. Warns of those."""
    given, kept, dropped = list(estimator.arguments), [], []
    swept = {name.lstrip("-") for name in names}
    while given:
        word = given.pop(0)
        if isinstance(word, str) and word.startswith("-") and word.lstrip("-") in swept:
            dropped.append(word)
            if given and not (isinstance(given[0], str) and given[0].startswith("-")):
                given.pop(0)
        else:
            kept.append(word)
    if not dropped:
        return estimator
    _warn("The same input parameter(s) are specified in estimator/run_config script params and HyperDrive parameter "
          "space. HyperDrive parameter space definition will override these duplicate entries. {} is "
          "the list of overridden parameter(s).".format(dropped))
    changed = copy.copy(estimator)
    changed.arguments = kept
    return changed
