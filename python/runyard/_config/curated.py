# SPDX-License-Identifier: Apache-2.0
"""The curated environments of Azure ML: names that begin with AzureML or Microsoft, which are reserved."""

from typing import Any, Dict, List, Optional, Set

from .._base import messages
from ..conda_dependencies import CondaDependencies

_PREFIXES = ("azureml", "microsoft")
_PACKAGES = {
    "AzureML-Minimal": ["azureml-core", "azureml-defaults"],
    "AzureML-Tutorial": ["azureml-core", "azureml-defaults", "azureml-telemetry", "azureml-train-core",
                         "azureml-train-restclients-hyperdrive", "azureml-widgets", "azureml-pipeline-core",
                         "azureml-pipeline-steps", "azureml-opendatasets", "azureml-train-automl-client", "numpy",
                         "pandas", "tqdm", "scikit-learn", "matplotlib"],
}
_warned: Set[str] = set()


def is_reserved(name: str) -> bool:
    """Whether a name is reserved for Azure ML."""
    return name.lower().startswith(_PREFIXES)


def packages_of(name: str) -> Optional[CondaDependencies]:
    """The packages of a curated environment. None: runs use the Python that submits them; a message says so once."""
    if name in _PACKAGES:
        return CondaDependencies(_underlying_structure=_specification(_PACKAGES[name]))
    if name not in _warned:
        _warned.add(name)
        messages.say("the curated environment '{}' is not built here; runs use the Python that submits them".format(
            name))
    return None


def names() -> List[str]:
    """The curated environments whose packages are known."""
    return list(_PACKAGES)


def _specification(packages: List[str]) -> Dict[str, Any]:
    """A conda specification of pip packages."""
    return {"name": "project_environment", "channels": ["anaconda", "conda-forge"],
            "dependencies": ["python", {"pip": list(packages)}]}
