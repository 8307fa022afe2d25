# SPDX-License-Identifier: Apache-2.0
"""What the run of a step gets: where it writes its outputs, and where it finds those of earlier steps."""

import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional

from .. import _objects
from .._controller.template import OF_STEPS, body_of
from .._data import inputs, outputs, registered_datasets, workspace_folder
from .._runs import request
from . import kept_files
from .plan import FOLDER, RUN_ID, Plan, Read, Step, Write

if TYPE_CHECKING:
    from ..workspace import Workspace

VARIABLES = OF_STEPS + "{}_"  # how the variables of a template begin in the process of the controller
INPUT, DATASET = "RUNYARD_INPUT_", "RUNYARD_DATASET_"  # variables with the path, or the id, of an input


class Output(NamedTuple):
    """What a finished step has written, or another run in its place. `digest` None: it is not needed."""

    path: str
    digest: Optional[str]
    datastore: str
    path_on_datastore: str


Outputs = Dict[str, Output]


def as_text(made: Outputs) -> str:
    """The outputs of a step as JSON."""
    return json.dumps({name: output._asdict() for name, output in made.items()}, ensure_ascii=False)


def of_text(text: Any) -> Optional[Outputs]:
    """The outputs that JSON describes; None: it is none."""
    try:
        return {name: Output(**output) for name, output in json.loads(text or "").items()}
    except (ValueError, TypeError, AttributeError):
        return None


def folder_of(write: Write, run_id: str) -> str:
    """The local path of an output of a run."""
    return write.folder.replace(RUN_ID, run_id)


def outputs_of(step: Step, run_id: str, is_digested: bool) -> Outputs:
    """The outputs of the finished run of a step, which are protected from now on. What was not written is absent."""
    made = {}
    for write in step.writes:
        path = folder_of(write, run_id)
        if os.path.exists(path):
            if RUN_ID in write.folder:  # else the next run writes there, too
                kept_files.protect(path)
            made[write.name] = Output(path, kept_files.digest(path) if is_digested else None, write.datastore,
                                      write.path.replace(RUN_ID, run_id))
    return made


def body(plan: Plan, step: Step, run_id: str, made: List[Optional[Outputs]], workspace: "Workspace") -> Dict[str, Any]:
    """The submit of the run of a step, without what its controller adds. `made`: the outputs of each finished step."""
    found = body_of(plan.templates[step.template], VARIABLES.format(step.template))
    found.update(step.submit)
    delivered = _Delivered(workspace, run_id, found["environment"], list(step.submit.get("inputs") or ()))
    for variable, name in step.parameters.items():
        delivered.variables[variable] = request.text(plan.parameters[name])
    for read in step.reads:
        outputs_read = made[read.step] or {}
        delivered.read(read, outputs_read[read.output].path)
    for write in step.writes:
        delivered.write(write)
    found["environment"] = delivered.described()
    if delivered.made:
        found.update(version=2, inputs=delivered.made)
    return found


class _Delivered:
    """The variables of a run, and the inputs that the launcher makes for it (`made`)."""

    def __init__(self, workspace: "Workspace", run_id: str, variables: Dict[str, Any],
                 made: List[Dict[str, Any]]) -> None:
        self._workspace, self._run_id = workspace, run_id
        self.variables, self.made = variables, made
        self._inputs = json.loads(variables.get(inputs.VARIABLE) or "{}")
        self._outputs: Dict[str, Any] = {}

    def described(self) -> Dict[str, Any]:
        """The variables, with the descriptions of inputs and outputs as data sets."""
        for name, entries in ((inputs.VARIABLE, self._inputs), (outputs.VARIABLE, self._outputs)):
            if entries:
                self.variables[name] = json.dumps(entries)
        return self.variables

    def read(self, read: Read, path: str) -> None:
        """Deliver an output of an earlier step."""
        if read.definition is not None:
            return self._read_dataset(read, path)
        self.variables[read.variable] = request.text(path)
        if read.mode == "download" or read.place is not None:
            mode = "download" if read.mode == "download" else "link"
            folder = os.path.isdir(path)
            self._make({"name": read.name, "mode": mode, "source": path if folder else os.path.dirname(path),
                        "files": None if folder else [os.path.basename(path)], "single": not folder,
                        "place": inputs.path_in_run(read.place)})

    def _make(self, made: Dict[str, Any]) -> None:
        """Let the launcher make an input."""
        self.made += request.inputs_body([made])["inputs"]

    def _read_dataset(self, read: Read, path: str) -> None:
        """Deliver an output of an earlier step as a data set."""
        definition = _filled(read.definition or {}, path)
        kind = _objects.FileDataset if definition["type"] == "file" else _objects.TabularDataset
        config = _objects.DatasetConsumptionConfig(read.name, kind._of(definition), read.mode, read.place)
        self._inputs[read.name] = config._delivered(self._workspace)
        self.variables[DATASET + read.name] = self._inputs[read.name]["id"]
        made = config._for_run()
        if made is not None:
            self._make(made)

    def write(self, write: Write) -> None:
        """Make the place of an output."""
        folder = folder_of(write, self._run_id)
        workspace_folder.make(folder if write.is_made else os.path.dirname(folder))
        self.variables[write.variable] = request.text(folder)
        if write.dataset is None:
            return
        source = write.dataset["source"]
        self._outputs[write.name] = {"mode": write.dataset["mode"], "path": source or folder, "place": folder}
        self._outputs[write.name]["id"] = registered_datasets.save(
            workspace_folder.of(self._workspace), _filled(write.dataset["definition"], folder))["id"]
        if source is not None:
            self.variables[write.variable] = request.text(source)
            self._make({"name": "output_{}".format(len(self.made)), "mode": "link", "source": folder, "files": None,
                        "single": False, "place": inputs.path_in_run(source)})


def _filled(definition: Dict[str, Any], folder: str) -> Dict[str, Any]:
    """A definition with the folder that a step has written."""
    return dict(definition, paths=[path.replace(FOLDER, folder) for path in definition["paths"]])


def register(step: Step, run_id: str, workspace: "Workspace") -> None:
    """Register the outputs of a finished run that become data sets, each once."""
    folder = workspace_folder.of(workspace)
    for write in step.writes:
        registration = (write.dataset or {}).get("registration")
        known = registered_datasets.read(folder).by_id.values() if registration else ()
        if registration and not any((line.get("run"), line.get("output")) == (run_id, write.name) for line in known):
            promised = dict(registration, k="promised", run=run_id, output=write.name,
                            definition=_filled((write.dataset or {})["definition"], folder_of(write, run_id)))
            registered_datasets.promise(folder, promised)
            registered_datasets.settle(folder, promised, True)
