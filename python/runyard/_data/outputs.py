# SPDX-License-Identifier: Apache-2.0
"""Folders that a run writes as its outputs, and the data sets that they become.

An output is a folder of a datastore, made when the run is submitted. The variable RUNYARD_OUTPUTS is a JSON object:
name to the `path` that the script gets, the `place` of the folder and the `id` of its data set; {"mode": "link"} for an
output that the script links to a data set. A variable of the output's name has the path, as in v1. A promise in the
registry of data sets says what is registered once the run has completed; the first process that asks for data sets
afterwards does it.
"""

import json
import os
import re
import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .. import _objects
from .._client.api import ApiError, client, path_of
from .._config import workspace_file
from ..exceptions import AzureMLException, UserErrorException
from . import inputs, registered_datasets, workspace_folder
from .line_file import Line

if TYPE_CHECKING:
    from ..script_run_config import ScriptRunConfig
    from ..workspace import Workspace

VARIABLE = "RUNYARD_OUTPUTS"
LINK = "link"
_LONGEST_NAME = 200  # bytes
_COMPLETED, _OTHER_ENDS = "Completed", ("Failed", "Canceled")


class RunOutputs:
    """The outputs of a run that is being submitted, by name; `links` are paths in its working directory that lead to
    their folders, as inputs for the launcher."""

    def __init__(self, workspace: "Workspace", run_id: Optional[str]) -> None:
        """`run_id`: of the run; None: it has no outputs, and the daemon chooses its id."""
        self._workspace, self.run_id = workspace, run_id
        self._folder = workspace_folder.of(workspace)
        self._known: Dict[str, Any] = {}
        self._promises: List[Line] = []
        self._origins: List[Any] = []
        self.entries: Dict[str, Dict[str, Any]] = {}
        self.links: List[Dict[str, Any]] = []

    def local(self, value: Any) -> Any:
        """What replaces an argument: the path of an output, or its name, if the script links it; else the argument."""
        if not is_output(value):
            return value
        self._add(value)
        return self.entries[value.name].get("path", value.name)

    def _add(self, output: Any) -> None:
        """Add an output, and make its folder. UserErrorException: another one has its name, or the folder cannot be."""
        written = output._written()
        if self._known.setdefault(output.name, written) is not written:
            raise UserErrorException("two outputs of the run have the name '{}'".format(output.name))
        if output.name in self.entries:
            return
        folder = written._folder_for(self._workspace, self.run_id)
        definition: Optional[Line] = None
        self.entries[output.name] = {"mode": LINK}
        if folder is not None:
            definition = dict(output._definition(folder))
            self.entries[output.name] = {"mode": written.mode, "path": written.source or folder, "place": folder,
                                         "id": registered_datasets.save(self._folder, definition)["id"]}
        self._origins.append((output._origin, definition))
        if written.source is not None:
            self.links.append({"name": "output_{}".format(len(self.links)), "mode": "link", "source": folder,
                               "files": None, "single": False, "place": inputs.path_in_run(written.source)})
        if output._registration or folder is None:
            self._promises.append(dict(output._registration or {}, k="promised", run=self.run_id, output=output.name,
                                       definition=definition))

    def promise(self) -> None:
        """Write down what is registered when the submitted run completes; as_input() is its output now."""
        for origin, definition in self._origins:
            origin.definition = definition
        for promised in self._promises:
            registered_datasets.promise(self._folder, promised)


def is_output(value: Any) -> bool:
    """Whether an argument is an output."""
    return callable(getattr(value, "_written", None))


def prepare(config: "ScriptRunConfig", workspace: "Workspace", experiment: str, run_id: Optional[str]) -> RunOutputs:
    """Replace the outputs of a configuration by paths, and describe them in variables. UserErrorException: two have one
    name, a folder cannot be made, or run_config.output_data holds something else."""
    if run_id is None and has_outputs(config):
        run_id = new_run_id(experiment)
    found = RunOutputs(workspace, run_id)
    config.arguments = [found.local(argument) for argument in config.arguments]
    if isinstance(config.command, (list, tuple)):
        config.command = [found.local(word) for word in config.command]
    for name, value in config.run_config.output_data.items():
        if not is_output(value):
            raise UserErrorException("run_config.output_data['{}'] must be an OutputFileDatasetConfig, not {!r}".format(
                name, value))
        found.local(value)
    if found.entries:
        own = config.run_config.environment_variables = dict(config.run_config.environment_variables or {})
        own.update({name: entry["path"] for name, entry in found.entries.items() if "path" in entry})
        own[VARIABLE] = json.dumps(found.entries)
    return found


def has_outputs(config: "ScriptRunConfig") -> bool:
    """Whether a configuration has outputs."""
    words = list(config.command) if isinstance(config.command, (list, tuple)) else []
    return bool(config.run_config.output_data) or any(map(is_output, list(config.arguments) + words))


def new_run_id(experiment: str) -> str:
    """An id for a run, in the daemon's form: the folder of an output may have it in its name."""
    name = re.sub(r"[^\w.-]", "-", experiment).encode("utf-8")[:_LONGEST_NAME].decode("utf-8", "ignore").lstrip(".")
    return "{}_{}_{}".format(name, int(time.time()), os.urandom(4).hex())


def parsed(text: Optional[str]) -> Dict[str, Dict[str, Any]]:
    """Name to description of an output, from the text of RUNYARD_OUTPUTS; {} if it is not valid."""
    try:
        found = dict(json.loads(text or "{}"))
    except (ValueError, TypeError):
        return {}
    return {name: entry for name, entry in found.items() if isinstance(entry, dict) and "mode" in entry}


def inherited() -> List[str]:
    """The variables of this process that describe the outputs of its own run, which other runs must not get."""
    return [name for name in _variables(dict(os.environ)) if name in os.environ]


def own_only(given: Dict[str, str]) -> Dict[str, str]:
    """The variables of a run without those of its outputs."""
    outputs = _variables(given)
    return {name: value for name, value in given.items() if name not in outputs}


def _variables(given: Dict[str, str]) -> List[str]:
    """The names of variables that describe outputs."""
    entries = parsed(given.get(VARIABLE))
    return [VARIABLE] + [name for name, entry in entries.items() if given.get(name) == entry.get("path")]


def of_this_run(workspace: "Workspace") -> Dict[str, Any]:
    """run.output_datasets inside the run: name to the path to write to, or to a LinkOutput."""
    return {name: entry.get("path") or LinkOutput(workspace, name)
            for name, entry in parsed(os.environ.get(VARIABLE)).items()}


def of_run(run: Dict[str, Any]) -> Dict[str, Any]:
    """run.output_datasets outside the run, from its description: name to the folder."""
    entries = parsed((run.get("environment") or {}).get(VARIABLE))
    return {name: entry["place"] for name, entry in entries.items() if "place" in entry}


def details(run: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The outputDatasets of get_details()."""
    workspace = _objects.Workspace._existing(workspace_file.Identity(**run["workspace"]))
    entries = parsed((run.get("environment") or {}).get(VARIABLE))
    return [{"dataset": inputs.dataset_or_id(workspace, entry["id"]), "outputType": "RunOutput",
             "outputDetails": {"outputName": name}} for name, entry in entries.items() if "id" in entry]


class LinkOutput:
    """An output that the script links to a data set: run.output_datasets[name]."""

    def __init__(self, workspace: "Workspace", name: Optional[str] = None) -> None:
        self.workspace, self.name = workspace, name

    def link(self, dataset: Any, run: Any = None) -> None:
        """Make a data set the output of the run. UserErrorException: it is none."""
        if not hasattr(dataset, "_definition"):
            raise UserErrorException(
                "link takes a data set, as Dataset.File.from_files('...'), not {!r}".format(dataset))
        run_id = os.environ.get("RUNYARD_RUN_ID", "") if run is None else run.id
        registered_datasets.link(workspace_folder.of(self.workspace), run_id, str(self.name), dataset._definition)


def settle(workspace: "Workspace") -> None:
    """Register the outputs of completed runs. Does nothing for a run that the daemon cannot be asked about."""
    folder = workspace_folder.of(workspace)
    for promised in registered_datasets.read(folder).promises.values():
        status = _status(promised["run"])
        if status == _COMPLETED or status in _OTHER_ENDS:
            registered_datasets.settle(folder, promised, status == _COMPLETED)


def _status(run_id: str) -> Optional[str]:
    """The state of a run; "Failed", if it has been removed. None: it is not known."""
    try:
        return str(client.call("GET", path_of("runs", run_id))["status"])
    except ApiError as error:
        return "Failed" if error.code == "not_found" else None
    except (AzureMLException, OSError):
        return None
