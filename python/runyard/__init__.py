# SPDX-License-Identifier: Apache-2.0
"""Runyard: track runs from Python. Names are loaded when they are first used."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from .conda_dependencies import CondaDependencies as CondaDependencies
    from .environment import Environment as Environment
    from .experiment import Experiment as Experiment
    from .run import Run as Run, get_run as get_run
    from .runconfig import RunConfiguration as RunConfiguration
    from .script_run import ScriptRun as ScriptRun
    from .script_run_config import ScriptRunConfig as ScriptRunConfig
    from .workspace import Workspace as Workspace

__version__ = "0.1.0"

_WHERE = {
    "AmlCompute": "runyard.compute",
    "ComputeTarget": "runyard.compute",
    "CondaDependencies": "runyard.conda_dependencies",
    "Dataset": "runyard.dataset",
    "Datastore": "runyard.datastore",
    "Environment": "runyard.environment",
    "Experiment": "runyard.experiment",
    "Model": "runyard.model",
    "Run": "runyard.run",
    "RunConfiguration": "runyard.runconfig",
    "ScriptRun": "runyard.script_run",
    "ScriptRunConfig": "runyard.script_run_config",
    "Workspace": "runyard.workspace",
    "get_run": "runyard.run",
}

__all__ = ["__version__"] + sorted(_WHERE)


def __getattr__(name: str) -> Any:
    """Load the module of a public name at its first use."""
    if name not in _WHERE:
        raise AttributeError("module 'runyard' has no attribute {!r}".format(name))
    value = getattr(__import__(_WHERE[name], fromlist=[name]), name)
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    """The loaded names and the lazy ones."""
    return sorted(set(globals()) | set(_WHERE))
