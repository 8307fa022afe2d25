# SPDX-License-Identifier: Apache-2.0
"""ScriptRun: what Experiment.submit returns."""

from .run import RUNNING_STATES, Run

__all__ = ["RUNNING_STATES", "ScriptRun"]


class ScriptRun(Run):
    """A submitted run, seen from outside: its state, metrics, files and log; it can be waited for and cancelled."""
