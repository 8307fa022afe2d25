# SPDX-License-Identifier: Apache-2.0
"""The plan of a pipeline: `pipeline` of the configuration of its run, as the SDK writes it and the controller reads it.

Steps are known by their place in the plan. The run of step 2 of pipeline P is P_2, with the submission id P/2.

In an object of a configuration the daemon hides what a name such as "max_tokens" stands for. So the configuration has
pairs, or JSON as text, where names are the user's.
"""

import json
from typing import Any, Dict, List, NamedTuple, Optional

from .._controller.template import refuse_redacted
from ..exceptions import UserErrorException

FOLDER = "{folder}"  # in the definition of a data set: the folder that the step has written
RUN_ID = "{run-id}"  # in the path of an output


class Write(NamedTuple):
    """A file or folder that a step writes.

    `datastore` and `path`: where, in a datastore; `folder`: the same as a local path. `variable`: of the step's run,
    with the local path. `is_made`: the folder is there before the step; else the step makes it, or a file. `dataset`:
    how it is registered and shown as a data set (mode, source, definition, registration); None: it is none.
    """

    name: str
    datastore: str
    path: str
    folder: str
    variable: str
    is_made: bool
    dataset: Optional[Dict[str, Any]]
    pipeline_output: Optional[str]


class Read(NamedTuple):
    """What a step reads of an earlier step, as its input `name`.

    `variable`: of the step's run, with the local path. `mode`: mount, download or direct; `place`: the path_on_compute.
    `definition`: of the data set that the input is; None: the input is a path.
    """

    name: str
    step: int
    output: str
    variable: str
    mode: str
    place: Optional[str]
    definition: Optional[Dict[str, Any]]


class Step(NamedTuple):
    """A step. `after`: the places of the steps that it waits for. `template` and `source`: the places of its template
    in the plan and of its folder among those of the pipeline. `submit`: its part of the submit: script and arguments,
    or command, and static inputs. `parameters`: variable to the name of a pipeline parameter. `reuse`: whether it
    accepts the outputs of an equal step."""

    name: str
    node: str
    kind: str
    template: int
    source: int
    submit: Dict[str, Any]
    parameters: Dict[str, str]
    after: List[int]
    reads: List[Read]
    writes: List[Write]
    reuse: bool
    version: Optional[str]

    def as_dict(self) -> Dict[str, Any]:
        """The step for the configuration of a run."""
        return dict(self._asdict(), parameters=sorted(self.parameters.items()),
                    reads=[dict(read._asdict(), definition=json.dumps(read.definition)) for read in self.reads],
                    writes=[dict(write._asdict(), dataset=json.dumps(write.dataset)) for write in self.writes])

    def write(self, name: str) -> Write:
        """The output of that name."""
        return next(write for write in self.writes if write.name == name)


class Plan(NamedTuple):
    """What the controller does. `sources`: of each folder the run that holds its snapshot; None: the pipeline's run.
    `templates`: the submits of steps, without what is the step's own."""

    name: str
    goes_on: bool
    regenerates: bool
    parameters: Dict[str, Any]
    sources: List[Optional[str]]
    templates: List[Dict[str, Any]]
    steps: List[Step]

    def as_dict(self) -> Dict[str, Any]:
        """The plan for the configuration of a run."""
        return dict(self._asdict(), parameters=sorted(self.parameters.items()),
                    steps=[step.as_dict() for step in self.steps])

    def readers(self, number: int, name: str) -> List[Step]:
        """The steps that read an output."""
        return [step for step in self.steps
                if any((read.step, read.output) == (number, name) for read in step.reads)]


def of_run(run: Dict[str, Any]) -> Plan:
    """The plan of a run. UserErrorException: the run is no pipeline."""
    try:
        given = run["configuration"]["pipeline"]
        return Plan(**dict(given, parameters=dict(given["parameters"]),
                           steps=[_step(step) for step in given["steps"]]))
    except (KeyError, TypeError) as error:
        raise UserErrorException("run {} is no pipeline: its configuration has no {}".format(
            run.get("id"), error)) from None


def _step(given: Dict[str, Any]) -> Step:
    """A step of a configuration."""
    return Step(**dict(
        given, parameters=dict(given["parameters"]),
        reads=[Read(**dict(read, definition=_loaded(read["definition"]))) for read in given["reads"]],
        writes=[Write(**dict(write, dataset=_loaded(write["dataset"]))) for write in given["writes"]]))


def _loaded(given: Any) -> Any:
    """What JSON as text describes; anything else as it is."""
    return json.loads(given) if isinstance(given, str) else given


def check_kept(plan: Plan) -> None:
    """UserErrorException: the steps need an address with a password, which the daemon does not keep in a
    configuration."""
    needed = [("arguments", [step.submit for step in plan.steps]), ("parameters", plan.parameters),
              ("packages", [[template.get("managed"), template.get("requirements")] for template in plan.templates])]
    refuse_redacted("pipeline", "steps", needed)


def run_of_step(pipeline: str, number: int) -> str:
    """The id of the run of a step."""
    return "{}_{}".format(pipeline, number)
