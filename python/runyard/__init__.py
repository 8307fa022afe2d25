# SPDX-License-Identifier: Apache-2.0
"""Runyard: track runs from Python. Names are loaded when they are first used."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

    from .compute import AmlCompute as AmlCompute, ComputeTarget as ComputeTarget
    from .conda_dependencies import CondaDependencies as CondaDependencies
    from .dataset import Dataset as Dataset
    from .datastore import Datastore as Datastore
    from .environment import Environment as Environment
    from .experiment import Experiment as Experiment
    from .model import Model as Model
    from .run import Run as Run, get_run as get_run
    from .runconfig import RunConfiguration as RunConfiguration
    from .script_run import ScriptRun as ScriptRun
    from .script_run_config import ScriptRunConfig as ScriptRunConfig
    from .workspace import Workspace as Workspace

__version__ = "0.1.0"
__all__ = ["AmlCompute", "ComputeTarget", "CondaDependencies", "Dataset", "Datastore", "Environment", "Experiment",
           "Model", "Run", "RunConfiguration", "ScriptRun", "ScriptRunConfig", "Workspace", "__version__", "get_run"]


def __getattr__(name: str) -> Any:
    """Load the module of a public name at its first use."""
    if name not in __all__:
        raise AttributeError("module 'runyard' has no attribute {!r}".format(name))
    from . import _objects  # `import runyard` alone loads nothing
    value = globals()[name] = getattr(_objects, name)
    return value


def __dir__() -> List[str]:
    """All public names, loaded or not."""
    return sorted(set(globals()) | set(__all__))
