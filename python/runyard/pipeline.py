# SPDX-License-Identifier: Apache-2.0
"""Pipeline: steps and what they hand to each other, as Experiment.submit takes them."""

import uuid
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Set

from . import _objects
from ._base.checks import tag_texts
from ._pipeline import graph, submission
from .exceptions import UserErrorException, refusal
from .pipeline_data import PipelineData, PipelineParameter
from .pipeline_step import PipelineStep, StepSequence
from .pipeline_wiring import Wiring, value_of

if TYPE_CHECKING:
    from .experiment import Experiment
    from .pipeline_run import PipelineRun
    from .workspace import Workspace

_NOT_KEPT = ("A pipeline is not kept under an id: keep the script that makes and submits it, which cron or another "
             "program may start")


class Pipeline:
    """Steps, which wait for those whose data they read.

    >>> pipeline = Pipeline(ws, steps=[train])   # with the steps that train reads from
    >>> run = Experiment(ws, "weekly").submit(pipeline, pipeline_parameters={"rate": 0.5})
    """

    def __init__(self, workspace: "Workspace", steps: List[Any], description: Optional[str] = None,
                 default_datastore: Any = None, default_source_directory: Optional[str] = None,
                 resolve_closure: bool = True, _workflow_provider: Any = None, _service_endpoint: Any = None,
                 **kwargs: Any) -> None:
        """`steps`: steps, lists of steps, StepSequences, and PipelineData for the step that writes it. resolve_closure:
        steps that these wait for are added.

        ValueError: a script does not exist, or data cannot be handed on as it is said. NotImplementedError: `steps`
        holds something else.
        """
        for name in kwargs:
            if name != "enable_email_notification":
                raise ValueError("parameter {} is not recognized for Pipeline ".format(name))
        self._workspace, self._name = workspace, description
        datastore = default_datastore or workspace.get_default_datastore()
        if isinstance(datastore, str):
            datastore = _objects.Datastore.get(workspace, datastore)
        self._steps: List[PipelineStep] = []
        self._adding: List[PipelineStep] = []  # those whose predecessors are being added
        self._resolves = resolve_closure
        self._sequences: List[Any] = []  # (earlier step, later step)
        self._add_all(steps)
        self._nodes = [uuid.uuid4().hex[:8] for _ in self._steps]
        self._wirings = [Wiring(step, self._number_of, datastore) for step in self._steps]
        self._configs = [step._work(wiring, default_source_directory)
                         for step, wiring in zip(self._steps, self._wirings)]
        self._parameters = self._declared()
        self._check_outputs()

    def _add_all(self, given: Any, after: Iterable[PipelineStep] = ()) -> List[PipelineStep]:
        """Add steps, which wait for those of `after`. Returns them."""
        if isinstance(given, PipelineData):
            if given._producer is None:
                raise ValueError("Cannot build graph as step output [{}] does not have a producer. Please add to the "
                                 "outputs list of the step that produces it".format(given.name))
            given = given._producer
        if isinstance(given, PipelineStep):
            self._sequences += [(earlier, given) for earlier in after]
            self._add(given)
            return [given]
        if isinstance(given, StepSequence):
            earlier, added = list(after), []
            for element in given:
                earlier = self._add_all(element, earlier)
                added += earlier
            return added
        if not isinstance(given, list):
            raise NotImplementedError("Can not add object of type {} to Pipeline.".format(type(given).__name__))
        return [step for element in given for step in self._add_all(element, after)]

    def _add(self, step: PipelineStep) -> None:
        """Add a step, behind those that it waits for."""
        if any(step is other for other in self._adding + self._steps):
            return
        self._adding.append(step)
        for other in _predecessors(step) if self._resolves else ():
            self._add(other)
        self._adding.remove(step)
        self._steps.append(step)

    def _number_of(self, step: PipelineStep) -> int:
        """The place of a step; -1: it is not in the pipeline."""
        return next((number for number, other in enumerate(self._steps) if other is step), -1)

    def _declared(self) -> Dict[str, PipelineParameter]:
        """The parameters that steps use, by name. ValueError: two of one name have other default values."""
        found: Dict[str, PipelineParameter] = {}
        for step in self._steps:
            for parameter in step._parameters():
                known = found.setdefault(parameter.name, parameter)
                if known.default_value != parameter.default_value:
                    raise ValueError("Pipeline parameters with same name {} but different values {}, {} used".format(
                        parameter.name, known.default_value, parameter.default_value))
        return found

    def _check_outputs(self) -> None:
        """ValueError: two outputs have the same name as one of the pipeline."""
        seen: Set[str] = set()
        for name in (write.pipeline_output for wiring in self._wirings for write in wiring.writes):
            if name is not None and name in seen:
                raise ValueError("Duplicate pipeline output with name {}".format(name))
            seen.update([name] if name else [])

    def _after(self) -> List[List[int]]:
        """For each step the places of those that it waits for. ValueError: one of them is not in the pipeline."""
        found = []
        for step, wiring in zip(self._steps, self._wirings):
            others = {read.step for read in wiring.reads}
            others |= {self._number_of(earlier) for earlier, later in self._sequences if later is step}
            for earlier in step.run_after_steps:
                if self._number_of(earlier) < 0:
                    raise ValueError("step {} runs after step {}, which is not in the pipeline".format(
                        step.name, earlier.name))
                others.add(self._number_of(earlier))
            found.append(sorted(others))
        return found

    publish = refusal("Pipeline.publish", _NOT_KEPT)
    load_yaml = staticmethod(refusal("Pipeline.load_yaml", "Make the Pipeline from its steps in a script"))

    def service_endpoint(self) -> str:
        """The address of the daemon."""
        return str(self._workspace.discovery_url)

    def validate(self) -> List[str]:
        """What is wrong with the pipeline, as sentences; []: nothing."""
        circle = graph.cycle(self._after())
        if circle is None:
            return []
        first = circle[0]
        return ["Cycle detected including node {}({}): {}".format(
            self._steps[first].name, self._nodes[first],
            " waits for ".join(self._steps[number].name for number in circle))]

    def submit(self, experiment_name: str, pipeline_parameters: Optional[Dict[str, Any]] = None,
               continue_on_step_failure: bool = False, regenerate_outputs: bool = False,
               parent_run_id: Optional[str] = None, credential_passthrough: Any = None,
               **kwargs: Any) -> "PipelineRun":
        """Submit the pipeline to the experiment of that name; as Experiment.submit(pipeline)."""
        return self._submit_to(_objects.Experiment(self._workspace, experiment_name), None,
                               pipeline_parameters=pipeline_parameters,
                               continue_on_step_failure=continue_on_step_failure,
                               regenerate_outputs=regenerate_outputs, parent_run_id=parent_run_id, **kwargs)

    def _submit_to(self, experiment: "Experiment", tags: Optional[Dict[str, Any]], **given: Any) -> "PipelineRun":
        """Submit the pipeline. UserErrorException: it has no steps, the steps wait for each other, a parameter does not
        exist or has a value of another kind, or a folder or interpreter cannot be used."""
        if not self._steps:
            raise UserErrorException("cannot submit the pipeline: it has no steps")
        wrong = self.validate()
        if wrong:
            raise UserErrorException("cannot submit the pipeline: " + "; ".join(wrong))
        options = submission.Options(
            self._name or experiment.name, bool(given.get("continue_on_step_failure")),
            bool(given.get("regenerate_outputs")), self._values(given.get("pipeline_parameters") or {}),
            tag_texts(tags), given.get("run_id"), given.get("display_name") or self._name,
            given.get("parent_run_id") or given.get("_parent_run_id"))
        facts = submission.start(experiment, self._parts(), options)
        run: PipelineRun = _objects.PipelineRun._from_facts(experiment, facts)
        if given.get("show_output"):
            run.wait_for_completion(show_output=True)
        return run

    def _values(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """The values of all parameters. UserErrorException: one does not exist, or is of another kind."""
        for name in given:
            if name not in self._parameters:
                raise UserErrorException("Pipeline parameter with name {} does not exist; the pipeline has: {}".format(
                    name, ", ".join(sorted(self._parameters)) or "none"))
        return {name: value_of(parameter, given.get(name, parameter.default_value))
                for name, parameter in self._parameters.items()}

    def _parts(self) -> List[submission.Part]:
        """The steps, to be submitted."""
        return [submission.Part(step.name, node, step.step_type, config, wiring.parameters, after, wiring.reads,
                                wiring.writes, step._allow_reuse, step._version)
                for step, node, wiring, config, after in zip(self._steps, self._nodes, self._wirings, self._configs,
                                                             self._after())]


def _predecessors(step: PipelineStep) -> List[PipelineStep]:
    """The steps that a step waits for."""
    data = [getattr(given, "bind_object", None) or getattr(given, "output", None) or given
            for given in step._inputs + step._resource_inputs]
    writers = [getattr(written, "_producer", None) for written in data]
    return [writer for writer in writers if writer is not None] + step.run_after_steps
