# SPDX-License-Identifier: Apache-2.0
"""What the controller of a pipeline asks of the daemon and of its own record. Every call may be repeated."""

import os
import time
from typing import Any, Dict, List, NamedTuple, Optional

from .. import _objects
from .._client.api import ApiError, client, path_of
from .._config.workspace_file import Identity
from .._controller.service import ControllerService
from .._controller.template import body_of
from .._report.journal import start_time
from .._runs import details
from ..exceptions import AzureMLException
from . import delivery, reuse
from .delivery import VARIABLES, Outputs
from .plan import Plan, Step, run_of_step

DIGEST, OUTPUTS = "runyard.step_digest", "runyard.step_outputs"  # properties of the runs of steps
REUSED = "azureml.reusedrunid"  # a property, as of SDK v1
_CANDIDATES = 10  # runs of an equal step that are looked at
_PATIENCE = 600.0  # seconds for the submitter to send the folders


class Reused(NamedTuple):
    """A run whose outputs take the place of a step."""

    run_id: str
    pipeline: str
    node: str
    outputs: Outputs


class Service(ControllerService):
    """The daemon, for the controller of one pipeline."""

    def __init__(self, facts: Dict[str, Any]) -> None:
        super().__init__(facts["id"])
        self._workspace = _objects.Workspace._existing(Identity(**facts["workspace"]))
        self._snapshots: Dict[str, str] = {}  # digests, by the run that holds the snapshot

    def wait_for_sources(self, plan: Plan) -> None:
        """Wait until the submitter has sent the folders of all steps. AzureMLException: it does not."""
        until = time.monotonic() + _PATIENCE
        for holder in filter(None, plan.sources):
            while self._snapshot(holder) is None:
                if time.monotonic() > until:
                    raise AzureMLException("the process that submitted the pipeline has not sent the folders of all "
                                           "steps: submit it again")
                time.sleep(0.1)

    def digest(self, plan: Plan, step: Step, made: List[Optional[Outputs]]) -> Optional[str]:
        """The digest that equal steps have; None: the step is always run."""
        if not step.reuse:
            return None
        variables = body_of(plan.templates[step.template], VARIABLES.format(step.template))["environment"]
        return reuse.digest(plan, step, self._snapshot(plan.sources[step.source]), variables, made, self._workspace)

    def _snapshot(self, holder: Optional[str]) -> Optional[str]:
        """The digest of the snapshot of a run, or of the pipeline's own; None: it is not there yet."""
        run_id = holder or self.run_id
        if run_id not in self._snapshots:
            try:
                self._snapshots[run_id] = self.run(run_id)["snapshot"]["digest"]
            except (KeyError, TypeError):
                return None
            except ApiError as error:
                if error.code != "not_found":
                    raise
        return self._snapshots.get(run_id)

    def reusable(self, digest: str) -> Optional[Reused]:
        """A completed run of an equal step whose outputs are as it has written them; None: there is none."""
        query = [*self._workspace._identity.as_query().items(), ("children", 1), ("status", "Completed"),
                 ("property", "{}={}".format(DIGEST, digest)), ("limit", _CANDIDATES)]
        for run in client.call("GET", path_of("runs"), query=query)["items"]:
            properties = run.get("properties") or {}
            made = delivery.of_text(properties.get(OUTPUTS))
            if made is not None and reuse.is_unchanged(made):
                return Reused(run["id"], properties["azureml.pipelinerunid"], properties["azureml.nodeid"], made)
        return None

    def submit(self, plan: Plan, number: int, digest: Optional[str], made: List[Optional[Outputs]]) -> Dict[str, Any]:
        """Submit the run of a step, or find it. Returns its description."""
        step, run_id = plan.steps[number], run_of_step(self.run_id, number)
        body = self._described(step, number)
        body.update(delivery.body(plan, step, run_id, made, self._workspace))
        if digest is not None:
            body["properties"][DIGEST] = digest
        body["source"] = {"run": plan.sources[step.source] or self.run_id}
        return self.submit_child(body)

    def _described(self, step: Step, number: int) -> Dict[str, Any]:
        """The part of a submit that says which step it is."""
        of_pipeline = {"azureml.nodeid": step.node, "azureml.pipeline": self.run_id}
        return {"submission_id": "{}/{}".format(self.run_id, number), "id": run_of_step(self.run_id, number),
                "name": step.name, "display_name": step.name, "tags": of_pipeline,
                "properties": dict(of_pipeline, **{
                    "azureml.runsource": details.STEP, "StepType": step.kind, "azureml.moduleName": step.name,
                    "azureml.pipelinerunid": self.run_id})}

    def show_reused(self, step: Step, number: int, reused: Reused) -> None:
        """Make the run of a step that shows whose outputs it has, without a process of its own, or find it."""
        body = self._described(step, number)
        supervisor = os.getppid()  # which outlives this process, if that is killed before the run is ended
        body.update(kind="interactive", process={"pid": supervisor, "start_time": int(start_time(supervisor))})
        body["properties"].update({
            "azureml.isreused": "true", REUSED: reused.run_id, "azureml.reusednodeid": reused.node,
            "azureml.reusedpipeline": reused.pipeline, OUTPUTS: delivery.as_text(reused.outputs)})
        run = self.submit_child(dict(body, source=None))
        client.call("POST", path_of("runs", run["id"], "end"), {"outcome": "completed"}, timeout=None)

    def finish(self, plan: Plan, number: int) -> Outputs:
        """Keep what the completed run of a step has written, and register its data sets. Returns the outputs."""
        step, run_id = plan.steps[number], run_of_step(self.run_id, number)
        properties = self.run(run_id).get("properties") or {}
        made = delivery.of_text(properties.get(OUTPUTS))
        if made is None:
            is_digested = step.reuse or any(reader.reuse for write in step.writes
                                            for reader in plan.readers(number, write.name))
            made = delivery.outputs_of(step, run_id, is_digested)
        delivery.register(step, run_id, self._workspace)
        if OUTPUTS not in properties:
            run = _objects.Run._from_facts(None, {"id": run_id})  # type: ignore[arg-type]
            run.add_properties({OUTPUTS: delivery.as_text(made)})
        return made
