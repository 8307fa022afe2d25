# SPDX-License-Identifier: Apache-2.0
"""ScriptRun: a run of a script or command, as Experiment.submit returns it."""

from __future__ import annotations

from . import _objects, _runs
from .run import RUNNING_STATES, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    from .experiment import Experiment

__all__ = ["RUNNING_STATES", "ScriptRun"]


class ScriptRun(Run):
    """A submitted run."""


def run_from_facts(experiment: Experiment, facts: Dict[str, Any]) -> Run:
    """The run that the daemon has described, as an object of its class."""
    own = {_runs.details.SWEEP: "HyperDriveRun", _runs.details.PIPELINE: "PipelineRun", _runs.details.STEP: "StepRun"}
    name = own.get(_runs.details.type_of(facts) or "")
    if name is not None:
        made: Run = getattr(_objects, name)._from_facts(experiment, facts)
        return made
    kind = Run if facts.get("kind") == "interactive" else ScriptRun
    return kind._from_facts(experiment, facts)
