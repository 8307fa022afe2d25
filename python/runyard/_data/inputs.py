# SPDX-License-Identifier: Apache-2.0
"""Data sets as inputs of a run: where the run finds them, and run.input_datasets during and after the run.

The launcher makes the inputs when the run starts. The variable RUNYARD_INPUT_<name> says where an input is, and so does
a variable of the input's name, as in v1. RUNYARD_INPUTS is a JSON object: name to the `id` of the data set, its `mode`,
its `place` if one was asked for, and, if the files are not copied, their `path` outside the run. Data sets are loaded
only if a run has some.
"""

import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .. import _objects
from .._config import workspace_file
from ..exceptions import UserErrorException
from .datastore_files import text_of

if TYPE_CHECKING:
    from ..abstract_dataset import AbstractDataset
    from ..dataset_consumption_config import DatasetConsumptionConfig
    from ..script_run_config import ScriptRunConfig
    from ..workspace import Workspace

VARIABLE = "RUNYARD_INPUTS"
_PATH = "RUNYARD_INPUT_"
_REFERENCE = "AZUREML_DATAREFERENCE_"


def prepare(config: "ScriptRunConfig", workspace: "Workspace") -> List[Dict[str, Any]]:
    """Turn the data sets of a configuration into inputs of a run: replace them by variables in the arguments and in the
    list of a command, and describe them in one more variable. Returns the inputs for the launcher, as the API has them.

    UserErrorException: a set has no files, two inputs have one name, path_on_compute cannot be where they are, or
    run_config.data holds something else.
    """
    inputs = _Inputs(workspace)
    # What depends on the run's folder is a variable: the daemon makes the run's id after the arguments are written.
    config.arguments = [inputs.local(argument, "${}") for argument in config.arguments]
    if isinstance(config.command, (list, tuple)):
        config.command = [inputs.local(word, '"${}"') for word in config.command]
    for name, value in config.run_config.data.items():
        inputs.add_named(name, value)
    own = config.run_config.environment_variables = dict(config.run_config.environment_variables or {})
    own.update(_references(config.run_config.data_references, workspace, inputs))
    if inputs.entries:
        own[VARIABLE] = json.dumps(inputs.entries)
    if config.in_place:
        _refuse_relative_paths(inputs.made)
    return inputs.made


def _refuse_relative_paths(made: List[Dict[str, Any]]) -> None:
    """UserErrorException: an input would be in the working directory, which is the source folder itself."""
    for run_input in made:
        if run_input["place"] is not None and not os.path.isabs(run_input["place"]):
            raise UserErrorException("path_on_compute={!r} would be in the source folder itself, because the run is in "
                                     "place; use an absolute path".format(run_input["place"]))


class _Inputs:
    """The inputs of a run, by name, and what the launcher makes for them."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._configs: "Dict[str, DatasetConsumptionConfig]" = {}
        self.entries: Dict[str, Dict[str, Any]] = {}
        self.made: List[Dict[str, Any]] = []

    def local(self, value: Any, form: str) -> Any:
        """What replaces an argument: its variable, in that form, or its id, if it is a data set; else the argument."""
        if getattr(value, "path_on_compute", None) is not None and hasattr(value, "data_reference_name"):
            self.link(str(value), value.path_on_compute)
        make = getattr(value, "_as_input", None)
        if not callable(make):
            return value
        config = make()
        self._add(config)
        return self.entries[config.name]["id"] if config.mode == "direct" else form.format(_PATH + config.name)

    def add_named(self, name: str, value: Any) -> None:
        """Add an input that is no argument."""
        make = getattr(value, "_as_input", None)
        if not callable(make):
            raise UserErrorException("run_config.data['{}'] must be a data set, as dataset.as_named_input('{}')"
                                     ".as_mount(), not {!r}".format(name, name, value))
        self._add(make(name))

    def link(self, path: str, path_on_compute: Any) -> None:
        """Add a link at another path to a path of a datastore."""
        made = {"mode": "link", "source": path, "files": None, "single": False, "place": path_in_run(path_on_compute)}
        if not any(dict(other, name=None) == dict(made, name=None) for other in self.made):
            self.made.append(dict(made, name="link_{}".format(len(self.made))))

    def _add(self, config: "DatasetConsumptionConfig") -> None:
        """Add an input. UserErrorException: another one has its name."""
        before = self._configs.setdefault(config.name, config)
        if _facts(before) != _facts(config):
            raise UserErrorException("two inputs of the run have the name '{}'".format(config.name))
        if config.name in self.entries:
            return
        made = config._for_run()
        self.entries[config.name] = config._delivered(self._workspace)
        if made is not None:
            self.made.append(made)


def _facts(config: "DatasetConsumptionConfig") -> Any:
    """The values that must be equal in two inputs with the same name."""
    return config.dataset, config.mode, config.path_on_compute


def _references(given: Dict[str, Any], workspace: "Workspace", inputs: _Inputs) -> Dict[str, str]:
    """Variables with the local paths of run_config.data_references. Adds links for those with a path_on_compute."""
    if not given:
        return {}
    made = {}
    for name, reference in given.items():
        make = getattr(reference, "to_config", None)
        reference = make() if callable(make) else reference
        store = getattr(reference, "data_store_name", None)
        if store is None:
            raise UserErrorException("run_config.data_references['{}'] must be a DataReferenceConfiguration, not {!r}"
                                     .format(name, reference))
        found = _objects.Datastore.get(workspace, store).path(reference.path_on_data_store)
        path = made[_REFERENCE + name] = str(found)
        if reference.path_on_compute is not None:
            inputs.link(path, reference.path_on_compute)
    return made


def _parsed(text: Optional[str]) -> Dict[str, Dict[str, Any]]:
    """Name to description of an input, from the text of RUNYARD_INPUTS; {} if it is not valid."""
    try:
        found = dict(json.loads(text or "{}"))
    except (ValueError, TypeError):
        return {}
    return {name: entry for name, entry in found.items() if isinstance(entry, dict) and {"id", "mode"} <= set(entry)}


def inherited() -> List[str]:
    """The variables of this process that describe the inputs of its own run, which other runs must not get."""
    found = [VARIABLE] if VARIABLE in os.environ else []
    for name in _parsed(os.environ.get(VARIABLE)):
        path = os.environ.get(_PATH + name)
        if path is not None:
            names = (_PATH + name, name, _REFERENCE + name)
            found += [variable for variable in names if os.environ.get(variable) == path]
    return found


def own_only(given: Dict[str, str]) -> Dict[str, str]:
    """The variables of a run without those of its inputs. (Older versions passed the path of every input, too.)"""
    inputs = {VARIABLE: given.get(VARIABLE)}
    for name, entry in _parsed(given.get(VARIABLE)).items():
        inputs[name] = inputs[_REFERENCE + name] = entry.get("path")
    return {name: value for name, value in given.items() if inputs.get(name) != value}


def of_this_run(workspace: "Workspace") -> Dict[str, Any]:
    """run.input_datasets inside the run: name to a local path, or to the data set of a direct input."""
    entries = _parsed(os.environ.get(VARIABLE))
    return {name: os.environ.get(_PATH + name) or entry.get("path") or _dataset(workspace, entry["id"])
            for name, entry in entries.items()}


def of_run(run: Dict[str, Any]) -> Dict[str, Any]:
    """run.input_datasets outside the run, from its description: name to the path of files that are not copied, else to
    the data set."""
    entries = _parsed((run.get("environment") or {}).get(VARIABLE))
    return {name: entry.get("path") or _dataset(_workspace(run), entry["id"]) for name, entry in entries.items()}


def details(run: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The inputDatasets of get_details()."""
    entries = _parsed((run.get("environment") or {}).get(VARIABLE))
    return [{"dataset": dataset_or_id(_workspace(run), entry["id"]),
             "consumptionDetails": {"type": "RunInput", "inputName": name, "mechanism": entry["mode"].capitalize(),
                                    "pathOnCompute": entry.get("place") or entry.get("path")}}
            for name, entry in entries.items()]


def _workspace(run: Dict[str, Any]) -> "Workspace":
    """The workspace of a run."""
    return _objects.Workspace._existing(workspace_file.Identity(**run["workspace"]))


def dataset_or_id(workspace: "Workspace", dataset_id: str) -> Any:
    """A data set, or {"id": ...} if the workspace no longer has it, so that get_details() does not fail."""
    try:
        return _dataset(workspace, dataset_id)
    except UserErrorException:
        return {"id": dataset_id}


def _dataset(workspace: "Workspace", dataset_id: str) -> "AbstractDataset":
    """A data set by its id."""
    return _objects.Dataset.get_by_id(workspace, dataset_id)


def path_in_run(path_on_compute: Any) -> Optional[str]:
    """A path_on_compute, normalized; None: there is none. UserErrorException: it is neither absolute nor below the
    working directory."""
    if path_on_compute is None:
        return None
    path = os.path.normpath(text_of(path_on_compute, "path_on_compute"))
    if path in (".", "/", "//") or path.split(os.sep)[0] == os.pardir:
        raise UserErrorException("path_on_compute must be absolute or in the working directory, not {!r}".format(
            path_on_compute))
    return "/" + path.lstrip("/") if path.startswith("/") else path
