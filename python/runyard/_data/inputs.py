# SPDX-License-Identifier: Apache-2.0
"""Data sets as inputs of a run: places of the run where it finds them, run.input_datasets when it runs and afterwards.

The launcher makes the inputs when the run starts, and tells it where each is by RUNYARD_INPUT_<name>, and by variables
of the inputs' names, as v1 has them. RUNYARD_INPUTS is a JSON object: name to `id` of the set, `mode`, `place` where it
was asked for, and `path` for others than the run, of files that are not copied. Loads data sets only where there are
any.
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
    """Make the data sets of a configuration inputs of the run that is about to be submitted: variables take their
    places among the arguments and in the list of a command, and one more tells the run of them. What the launcher is to
    make, as the daemon takes it.

    UserErrorException: a set has no files, two inputs have one name, path_on_compute cannot be where they are, or
    run_config.data holds something else.
    """
    inputs = _Inputs(workspace)
    config.arguments = [inputs.local(each, "${}") for each in config.arguments]
    if isinstance(config.command, (list, tuple)):
        config.command = [inputs.local(each, '"${}"') for each in config.command]
    for name, value in config.run_config.data.items():
        inputs.take(name, value)
    own = config.run_config.environment_variables = dict(config.run_config.environment_variables or {})
    own.update(_references(config.run_config.data_references, workspace, inputs))
    if inputs.entries:
        own[VARIABLE] = json.dumps(inputs.entries)
    if config.in_place:
        _refuse_places(inputs.made)
    return inputs.made


def _refuse_places(made: List[Dict[str, Any]]) -> None:
    """UserErrorException: an input is asked for in the working directory, which is not the run's."""
    for each in made:
        if each["place"] is not None and not os.path.isabs(each["place"]):
            raise UserErrorException("path_on_compute={!r} would be in the source folder itself, because the run is in "
                                     "place; use an absolute path".format(each["place"]))


class _Inputs:
    """The inputs of a run, by name, and what is to be made for them."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._taken: "Dict[str, DatasetConsumptionConfig]" = {}
        self.entries: Dict[str, Dict[str, Any]] = {}
        self.made: List[Dict[str, Any]] = []

    def local(self, value: Any, form: str) -> Any:
        """In the place of a data set its variable, in that form, or its id; anything else as it is."""
        if getattr(value, "path_on_compute", None) is not None and hasattr(value, "data_reference_name"):
            self.link(str(value), value.path_on_compute)
        make = getattr(value, "_as_input", None)
        if not callable(make):
            return value
        config = make()
        self._add(config)
        return self.entries[config.name]["id"] if config.mode == "direct" else form.format(_PATH + config.name)

    def take(self, name: str, value: Any) -> None:
        """An input that is no argument."""
        make = getattr(value, "_as_input", None)
        if not callable(make):
            raise UserErrorException("run_config.data['{}'] must be a data set, as dataset.as_named_input('{}')"
                                     ".as_mount(), not {!r}".format(name, name, value))
        self._add(make(name))

    def link(self, path: str, path_on_compute: Any) -> None:
        """A place of a datastore, that the run also finds at another path."""
        made = {"mode": "link", "source": path, "files": None, "single": False, "place": place_of(path_on_compute)}
        if not any(dict(each, name=None) == dict(made, name=None) for each in self.made):
            self.made.append(dict(made, name="link_{}".format(len(self.made))))

    def _add(self, config: "DatasetConsumptionConfig") -> None:
        """One more input."""
        before = self._taken.setdefault(config.name, config)
        if _facts(before) != _facts(config):
            raise UserErrorException("two inputs of the run have the name '{}'".format(config.name))
        if config.name in self.entries:
            return
        made = config._for_run()
        self.entries[config.name] = config._delivered(self._workspace)
        if made is not None:
            self.made.append(made)


def _facts(config: "DatasetConsumptionConfig") -> Any:
    """What tells an input from another one of its name."""
    return config.dataset, config.mode, config.path_on_compute


def _references(given: Dict[str, Any], workspace: "Workspace", inputs: _Inputs) -> Dict[str, str]:
    """Variables with the local paths of run_config.data_references; those with a path_on_compute are links, too."""
    if not given:
        return {}
    made = {}
    for name, each in given.items():
        make = getattr(each, "to_config", None)
        each = make() if callable(make) else each
        store = getattr(each, "data_store_name", None)
        if store is None:
            raise UserErrorException("run_config.data_references['{}'] must be a DataReferenceConfiguration, not {!r}"
                                     .format(name, each))
        path = made[_REFERENCE + name] = str(_objects.Datastore.get(workspace, store).path(each.path_on_data_store))
        if each.path_on_compute is not None:
            inputs.link(path, each.path_on_compute)
    return made


def _parsed(text: Optional[str]) -> Dict[str, Dict[str, Any]]:
    """Name to what the run was told of each input, as far as it can be read."""
    try:
        found = dict(json.loads(text or "{}"))
    except (ValueError, TypeError):
        return {}
    return {name: entry for name, entry in found.items() if isinstance(entry, dict) and {"id", "mode"} <= set(entry)}


def inherited() -> List[str]:
    """The variables of this process that come from the inputs of the run around it, and are not for runs it starts."""
    found = [VARIABLE] if VARIABLE in os.environ else []
    for name in _parsed(os.environ.get(VARIABLE)):
        path = os.environ.get(_PATH + name)
        if path is not None:
            found += [each for each in (_PATH + name, name, _REFERENCE + name) if os.environ.get(each) == path]
    return found


def own_only(given: Dict[str, str]) -> Dict[str, str]:
    """The variables of a run without those of its inputs. Runs of older versions were given each input's path."""
    inputs = {VARIABLE: given.get(VARIABLE)}
    for name, entry in _parsed(given.get(VARIABLE)).items():
        inputs[name] = inputs[_REFERENCE + name] = entry.get("path")
    return {name: value for name, value in given.items() if inputs.get(name) != value}


def of_this_run(workspace: "Workspace") -> Dict[str, Any]:
    """Name to what run.input_datasets has in the run: a local path, or the data set of a direct input."""
    entries = _parsed(os.environ.get(VARIABLE))
    return {name: os.environ.get(_PATH + name) or entry.get("path") or _dataset(workspace, entry["id"])
            for name, entry in entries.items()}


def of_run(run: Dict[str, Any]) -> Dict[str, Any]:
    """Name to what run.input_datasets has elsewhere, of a run as the API describes it: the path of files that are not
    the run's own, else the data set."""
    entries = _parsed((run.get("environment") or {}).get(VARIABLE))
    return {name: entry.get("path") or _dataset(_workspace(run), entry["id"]) for name, entry in entries.items()}


def details(run: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The inputDatasets of get_details()."""
    entries = _parsed((run.get("environment") or {}).get(VARIABLE))
    return [{"dataset": _dataset_or_id(_workspace(run), entry["id"]),
             "consumptionDetails": {"type": "RunInput", "inputName": name, "mechanism": entry["mode"].capitalize(),
                                    "pathOnCompute": entry.get("place") or entry.get("path")}} for name, entry in entries.items()]


def _workspace(run: Dict[str, Any]) -> "Workspace":
    """The workspace of a run."""
    return _objects.Workspace._existing(workspace_file.Identity(**run["workspace"]))


def _dataset_or_id(workspace: "Workspace", dataset_id: str) -> Any:
    """A data set, or {"id": ...} where the workspace has it no longer: what is asked of a run must not fail for it."""
    try:
        return _dataset(workspace, dataset_id)
    except UserErrorException:
        return {"id": dataset_id}


def _dataset(workspace: "Workspace", dataset_id: str) -> "AbstractDataset":
    """A data set by its id."""
    return _objects.Dataset.get_by_id(workspace, dataset_id)


def place_of(path_on_compute: Any) -> Optional[str]:
    """A path_on_compute without what means nothing; None: there is none. UserErrorException: it is no path of a folder
    of its own, in the working directory or absolute."""
    if path_on_compute is None:
        return None
    place = os.path.normpath(text_of(path_on_compute, "path_on_compute"))
    if place in (".", "/", "//") or place.split(os.sep)[0] == os.pardir:
        raise UserErrorException("path_on_compute must be absolute or in the working directory, not {!r}".format(
            path_on_compute))
    return "/" + place.lstrip("/") if place.startswith("/") else place
