# SPDX-License-Identifier: Apache-2.0
"""Submitting a pipeline: its own run, which holds the source of its first step and the plan for the controller, and
runs that hold the sources of other steps."""

import copy
import json
import os
import uuid
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional

from .._client import targets
from .._client.api import ApiError, client, path_of
from .._config import interpreter
from .._controller.template import template_of
from .._data import inputs
from .._report.journal import start_time
from .._runs import details, request, submit
from ..exceptions import UserErrorException
from .delivery import VARIABLES
from .plan import Plan, Read, Step, Write

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..script_run_config import ScriptRunConfig

_PROGRAM = ["-m", "runyard._pipeline.controller"]
_OF_STEP = ("script", "arguments", "command", "inputs", "version")
_OF_SOURCE = ("directory", "device", "inode", "in_place", "links", "large", "snapshot")
_SHARED = ("umask", "limits", "environ", "clean_env", "sdk_path")
_LONGEST_PLAN = 1000000  # bytes of a configuration


class Part(NamedTuple):
    """A step as the SDK knows it; its fields are those of a Step of the plan."""

    name: str
    node: str
    kind: str
    config: "ScriptRunConfig"
    parameters: Dict[str, str]
    after: List[int]
    reads: List[Read]
    writes: List[Write]
    reuse: bool
    version: Optional[str]


class Options(NamedTuple):
    """How a pipeline is run."""

    name: str
    goes_on: bool
    regenerates: bool
    parameters: Dict[str, Any]
    tags: Dict[str, Optional[str]]
    run_id: Optional[str] = None
    display_name: Optional[str] = None
    parent: Optional[str] = None


class _Draft:
    """The plan of a pipeline that is being submitted: its steps, and what they share."""

    def __init__(self, experiment: "Experiment", run_id: str) -> None:
        self._experiment, self._run_id = experiment, run_id
        self.steps: List[Step] = []
        self.templates: List[Dict[str, Any]] = []
        self._keys: List[str] = []  # of the templates, with the values of their variables
        self.sources: List[Dict[str, Any]] = []
        self.environment: Dict[str, Any] = {}
        self.first: Dict[str, Any] = {}  # the submit of the first step

    def add(self, part: Part) -> None:
        """Add a step. UserErrorException: its folder or its interpreter cannot be used."""
        config = copy.deepcopy(part.config)
        made = inputs.prepare(config, self._experiment.workspace)
        body = request.body(config, "")
        body["target"] = targets.known_or_local(self._experiment.workspace._identity, body["target"])
        if made:
            body.update(request.inputs_body(made))
        self.first = self.first or body
        submitted = {name: body[name] for name in _OF_STEP if name in body}
        facts = part._asdict()
        del facts["config"]
        self.steps.append(Step(template=self._template(body), source=self._source(body["source"]), submit=submitted,
                               **facts))

    def _template(self, body: Dict[str, Any]) -> int:
        """The place of the template of a step."""
        template = {name: value for name, value in template_of(body).items() if name not in _OF_STEP}
        for name in ("script", "arguments", "command"):
            template["configuration"].pop(name, None)
        key = json.dumps([template, body["environment"]], sort_keys=True)
        if key not in self._keys:
            prefix = VARIABLES.format(len(self._keys))
            self.environment.update({prefix + name: value for name, value in body["environment"].items()})
            self._keys.append(key)
            self.templates.append(template)
        return self._keys.index(key)

    def _source(self, source: Dict[str, Any]) -> int:
        """The place of the folder of a step among those of the pipeline."""
        known = [{name: other.get(name) for name in _OF_SOURCE} for other in self.sources]
        looked_for = {name: source.get(name) for name in _OF_SOURCE}
        if looked_for not in known:
            self.sources.append(source)
            known.append(looked_for)
        return known.index(looked_for)

    def holders(self) -> List[Optional[str]]:
        """The ids of the runs that hold the folders; None: the pipeline's."""
        return [None] + ["{}_source_{}".format(self._run_id, number) for number in range(1, len(self.sources))]


def start(experiment: "Experiment", parts: List[Part], options: Options) -> Dict[str, Any]:
    """Submit a pipeline. Returns the description of its run.

    UserErrorException: a folder or an interpreter cannot be used, or the pipeline is too large.
    """
    run_id = options.run_id or str(uuid.uuid4())
    draft = _Draft(experiment, run_id)
    for part in parts:
        draft.add(part)
    plan = Plan(options.name, options.goes_on, options.regenerates, options.parameters, draft.holders(),
                draft.templates, draft.steps).as_dict()
    if len(json.dumps(plan)) > _LONGEST_PLAN:
        raise UserErrorException("cannot submit the pipeline: its description has more than {} bytes; submit it as "
                                 "several pipelines".format(_LONGEST_PLAN))
    python = interpreter.resolve(None)
    body = dict({name: draft.first[name] for name in _SHARED}, submission_id=str(uuid.uuid4()), id=run_id,
                kind="command", interpreter=python, command=[python] + _PROGRAM, target=draft.first["target"],
                source=draft.sources[0], environment=draft.environment, tags=options.tags,
                parent=options.parent, display_name=options.display_name, experiment=experiment.name,
                workspace=experiment.workspace._identity._asdict(), properties=_properties(options),
                configuration={"pipeline": plan})
    facts = submit.send(body)
    _keep_sources(experiment, facts["id"], draft)
    return facts


def _properties(options: Options) -> Dict[str, str]:
    """The properties by which SDK v1 described the run of a pipeline."""
    return {"azureml.runsource": details.PIPELINE, "runSource": "SDK", "runType": "SDK",
            "azureml.parameters": json.dumps(options.parameters, ensure_ascii=False),
            "azureml.continue_on_step_failure": str(options.goes_on), "azureml.pipelineComponent": "pipelinerun"}


def _keep_sources(experiment: "Experiment", run_id: str, draft: _Draft) -> None:
    """Take the snapshots of the folders of later steps, below the run of the pipeline, which waits for them. If one
    cannot be taken, the pipeline is canceled."""
    if len(draft.sources) < 2:
        return
    try:
        for number, holder in enumerate(draft.holders()):
            if holder is not None:
                names = [step.name for step in draft.steps if step.source == number]
                _keep_source(experiment, run_id, holder, "source of " + ", ".join(names), draft.sources[number])
    except BaseException:
        client.call("POST", path_of("runs", run_id, "cancel"), {"message": "the folder of a step could not be kept"})
        raise


def _keep_source(experiment: "Experiment", parent: str, run_id: str, name: str, source: Dict[str, Any]) -> None:
    """Take the snapshot of a folder, as a run that is nothing else."""
    body = {"submission_id": run_id, "id": run_id, "name": name, "display_name": name, "kind": "interactive",
            "experiment": experiment.name, "workspace": experiment.workspace._identity._asdict(), "parent": parent,
            "process": {"pid": os.getpid(), "start_time": int(start_time())}, "source": None}
    client.call("POST", path_of("runs"), body, timeout=None)
    try:
        submit.with_source(source, lambda: dict(client.call("POST", path_of("runs", run_id, "snapshot"),
                                                            {"source": source}, timeout=None)))
    except ApiError as error:
        raise submit.refusal(error) from None
    finally:
        client.call("POST", path_of("runs", run_id, "end"), {"outcome": "completed"}, timeout=None)
