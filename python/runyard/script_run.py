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
    if _runs.details.is_sweep(facts):
        return _objects.HyperDriveRun._from_facts(experiment, facts)
    kind = Run if facts.get("kind") == "interactive" else ScriptRun
    return kind._from_facts(experiment, facts)
