# SPDX-License-Identifier: Apache-2.0
"""Submitting a sweep: its own run, which holds the source of its children and the plan for the controller."""

import copy
import json
import uuid
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .. import _objects
from .._client import targets
from .._client.api import client, path_of
from .._config import interpreter, managed
from .._controller.template import REDACTED, template_of
from .._data import inputs, outputs
from .._runs import details, request, submit
from .._runs.run_status import FINAL
from ..exceptions import UserErrorException
from . import bayesian
from .plan import BAYESIAN, TEMPLATE, Plan, of_run

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..script_run_config import ScriptRunConfig

_PROGRAM = ["-m", "runyard._sweep.controller"]
_ENVIRONMENT = "bayesian-sampling"
_LONGEST_NAME = 200  # characters
_SHARED = ("submission_id", "source", "umask", "limits", "environ", "environment", "clean_env", "sdk_path", "target",
           "tags")


def start(experiment: "Experiment", config: "ScriptRunConfig", plan: Plan, tags: Optional[Dict[str, Any]] = None,
          run_id: Optional[str] = None, display_name: Optional[str] = None,
          parent: Optional[str] = None) -> Dict[str, Any]:
    """Submit a sweep of a script. `plan` has no template yet. Returns the description of its run.

    UserErrorException: the folder or the interpreter cannot be used, or the script has an output of a data set.
    """
    config = copy.deepcopy(config)
    if outputs.has_outputs(config):
        raise UserErrorException("the child runs of a sweep cannot have an OutputFileDatasetConfig, because each would "
                                 "write to the same folder: write to ./outputs, which each run keeps")
    run_inputs = inputs.prepare(config, experiment.workspace)
    child = request.body(config, str(uuid.uuid4()), tags)
    child["target"] = targets.known_or_local(experiment.workspace._identity, child["target"])
    if run_inputs:
        child.update(request.inputs_body(run_inputs))
    body = dict({name: child[name] for name in _SHARED if name in child}, id=run_id or new_id(), parent=parent,
                display_name=display_name or _display_name(child), kind="command", **_controller(plan))
    body.update(workspace=experiment.workspace._identity._asdict(), experiment=experiment.name,
                properties=_properties(plan), configuration={
                    "sweep": plan._replace(template=template_of(child)).as_dict()})
    return submit.send(body)


def _display_name(child: Dict[str, Any]) -> str:
    """The name under which lists show a sweep, since its own command says only that it is one: "sweep of train.py"."""
    return "sweep of {}".format(child.get("script") or child["command"])[:_LONGEST_NAME]


def new_id() -> str:
    """An id for a sweep, in the form of SDK v1."""
    return "HD_" + str(uuid.uuid4())


def _controller(plan: Plan) -> Dict[str, Any]:
    """How the controller is started: with this Python, or in an environment of its own with Optuna."""
    python = interpreter.resolve(None)
    if plan.sampling != BAYESIAN:
        return {"interpreter": python, "command": [python] + _PROGRAM}
    packages = _objects.CondaDependencies.create(pip_packages=[bayesian.REQUIREMENT])
    built = managed.of(_ENVIRONMENT, packages)
    if built is None:
        return {"interpreter": python, "command": [python] + _PROGRAM, "requirements": [bayesian.REQUIREMENT]}
    return {"interpreter": python, "command": ["python"] + _PROGRAM, "requirements": [bayesian.REQUIREMENT],
            "managed": built}


def _properties(plan: Plan) -> Dict[str, str]:
    """The properties by which SDK v1 described a sweep."""
    return {"azureml.runsource": details.SWEEP, "runTemplate": TEMPLATE, "platform": "AML",
            "primary_metric_config": json.dumps({"name": plan.metric, "goal": plan.goal}),
            "resume_from": json.dumps(plan.resume_from or None),
            "resume_child_runs": json.dumps(plan.resume_child_runs or None)}


def again(run_id: str) -> Dict[str, Any]:
    """Start a sweep that goes on where another one ended before its time. Returns the description of its run.

    UserErrorException: the run is no sweep, or has not ended.
    """
    before = dict(client.call("GET", path_of("runs", run_id)))
    plan = of_run(before)
    if before["status"] not in FINAL:
        raise UserErrorException("cannot resume {}: it is {}; a sweep can be resumed when it has ended".format(
            run_id, before["status"]))
    plan = plan._replace(continues=[*plan.continues, run_id])
    template = plan.template
    body: Dict[str, Any] = {
        "submission_id": str(uuid.uuid4()), "id": new_id(), "kind": "command", "source": {"run": run_id},
        "umask": template["umask"], "limits": template["limits"], "clean_env": template["clean_env"],
        "environ": request.environ(), "environment": _variables(template["variables"], before),
        "target": template["target"], "sdk_path": request.sdk_path(), "workspace": before["workspace"],
        "experiment": before["experiment"],
        "tags": before.get("tags") or {}, "properties": _properties(plan), "configuration": {"sweep": plan.as_dict()}}
    if template.get("source"):
        body["source"] = template["source"]
    return submit.send(dict(body, **_controller(plan)))


def _variables(names: List[str], before: Dict[str, Any]) -> Dict[str, Any]:
    """The own variables of a sweep that is started again: those that the record shows, others from this process."""
    shown = before.get("environment") or {}
    here = request.environ()
    return {name: shown[name] if shown.get(name, REDACTED) != REDACTED else here[name]
            for name in names if shown.get(name, REDACTED) != REDACTED or name in here}
