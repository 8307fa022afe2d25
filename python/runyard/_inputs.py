# SPDX-License-Identifier: Apache-2.0
"""Data sets as inputs of a run: local paths when it is submitted, run.input_datasets when it runs and afterwards.

A run is told by RUNYARD_INPUTS, a JSON object: name to `id` of the set, `mode`, and `path` but for direct inputs; and
by variables of the inputs' names, as v1 has them. Loads data sets only where there are any.
"""

import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _config
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .abstract_dataset import AbstractDataset
    from .dataset_consumption_config import DatasetConsumptionConfig
    from .script_run_config import ScriptRunConfig
    from .workspace import Workspace

VARIABLE = "RUNYARD_INPUTS"
_REFERENCE = "AZUREML_DATAREFERENCE_"


def place(config: "ScriptRunConfig", workspace: "Workspace") -> None:
    """Make the data sets of a configuration inputs of the run that is about to be submitted: local paths take their
    places among the arguments and in the list of a command, and variables tell the run of them.

    UserErrorException: a set has no files, two inputs have one name, or run_config.data holds something else.
    """
    inputs = _Inputs(workspace)
    config.arguments = [inputs.local(each) for each in config.arguments]
    if isinstance(config.command, (list, tuple)):
        config.command = [inputs.local(each) for each in config.command]
    for name, value in config.run_config.data.items():
        inputs.take(name, value)
    own = config.run_config.environment_variables = dict(config.run_config.environment_variables or {})
    own.update(_references(config.run_config.data_references, workspace))
    given = {*own, *(config.run_config.environment.environment_variables or ()), *os.environ} - {*inherited()}
    found = variables(json.dumps(inputs.entries)) if inputs.entries else {}
    own.update((name, value) for name, value in found.items() if name == VARIABLE or name not in given)


class _Inputs:
    """The inputs of a run, by name."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._taken: "Dict[str, DatasetConsumptionConfig]" = {}
        self.entries: Dict[str, Dict[str, Any]] = {}

    def local(self, value: Any) -> Any:
        """A path or id in the place of a data set; anything else as it is."""
        make = getattr(value, "_as_input", None)
        if not callable(make):
            return value
        entry = self._entry(make())
        return entry.get("path", entry["id"])

    def take(self, name: str, value: Any) -> None:
        """An input that is no argument."""
        make = getattr(value, "_as_input", None)
        if not callable(make):
            raise UserErrorException("run_config.data['{}'] must be a data set, as dataset.as_named_input('{}')"
                                     ".as_mount(), not {!r}".format(name, name, value))
        self._entry(make(name))

    def _entry(self, config: "DatasetConsumptionConfig") -> Dict[str, Any]:
        """What the run is told of an input."""
        before = self._taken.setdefault(config.name, config)
        if (before.dataset, before.mode) != (config.dataset, config.mode):
            raise UserErrorException("two inputs of the run have the name '{}'".format(config.name))
        if config.name not in self.entries:
            self.entries[config.name] = config._delivered(self._workspace)
        return self.entries[config.name]


def _references(given: Dict[str, Any], workspace: "Workspace") -> Dict[str, str]:
    """Variables with the local paths of run_config.data_references."""
    if not given:
        return {}
    from .datastore import Datastore
    made = {}
    for name, each in given.items():
        make = getattr(each, "to_config", None)
        each = make() if callable(make) else each
        store = getattr(each, "data_store_name", None)
        if store is None:
            raise UserErrorException("run_config.data_references['{}'] must be a DataReferenceConfiguration, not {!r}"
                                     .format(name, each))
        made[_REFERENCE + name] = str(Datastore.get(workspace, store).path(each.path_on_data_store))
    return made


def _parsed(text: Optional[str]) -> Dict[str, Dict[str, Any]]:
    """Name to what the run was told of each input, as far as it can be read."""
    try:
        found = dict(json.loads(text or "{}"))
    except (ValueError, TypeError):
        return {}
    return {name: entry for name, entry in found.items() if isinstance(entry, dict) and {"id", "mode"} <= set(entry)}


def variables(text: Optional[str]) -> Dict[str, str]:
    """Every variable of a run that comes from its inputs."""
    made = {VARIABLE: text} if text else {}
    for name, entry in _parsed(text).items():
        if "path" in entry:
            made[name] = made[_REFERENCE + name] = entry["path"]
    return made


def inherited() -> List[str]:
    """The variables of this process that come from the inputs of the run around it, and are not for runs it starts."""
    found = variables(os.environ.get(VARIABLE))
    return [name for name, value in found.items() if os.environ.get(name) == value]


def own_only(given: Dict[str, str]) -> Dict[str, str]:
    """The variables of a run without those of its inputs."""
    inputs = variables(given.get(VARIABLE))
    return {name: value for name, value in given.items() if inputs.get(name) != value}


def values(workspace: "Workspace", text: Optional[str]) -> Dict[str, Any]:
    """Name to what run.input_datasets has: a local path, or the data set of a direct input."""
    return {name: entry.get("path") or _dataset(workspace, entry["id"]) for name, entry in _parsed(text).items()}


def of_run(run: Dict[str, Any]) -> Dict[str, Any]:
    """As values(), of a run as the API describes it."""
    text = (run.get("environment") or {}).get(VARIABLE)
    return values(_workspace(run), text) if text else {}


def details(run: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The inputDatasets of get_details()."""
    entries = _parsed((run.get("environment") or {}).get(VARIABLE))
    return [{"dataset": _dataset_or_id(_workspace(run), entry["id"]),
             "consumptionDetails": {"type": "RunInput", "inputName": name, "mechanism": entry["mode"].capitalize(),
                                    "pathOnCompute": entry.get("path")}} for name, entry in entries.items()]


def _workspace(run: Dict[str, Any]) -> "Workspace":
    """The workspace of a run."""
    from .workspace import Workspace
    return Workspace._known(_config.Identity(**run["workspace"]))


def _dataset_or_id(workspace: "Workspace", dataset_id: str) -> Any:
    """A data set, or {"id": ...} where the workspace has it no longer: what is asked of a run must not fail for it."""
    try:
        return _dataset(workspace, dataset_id)
    except UserErrorException:
        return {"id": dataset_id}


def _dataset(workspace: "Workspace", dataset_id: str) -> "AbstractDataset":
    """A data set by its id."""
    from .dataset import Dataset
    return Dataset.get_by_id(workspace, dataset_id)
