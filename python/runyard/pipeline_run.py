# SPDX-License-Identifier: Apache-2.0
"""PipelineRun and StepRun: the run of a pipeline, and the runs of its steps."""

import sys
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NoReturn, Optional

from . import _objects, pipeline_wait
from ._client.api import client, path_of
from ._pipeline import delivery
from ._pipeline.plan import Plan, of_run, run_of_step
from ._pipeline.service import OUTPUTS, REUSED
from ._runs import details, logs
from .data_reference import DataReference
from .exceptions import UserErrorException, refusal
from .pipeline_data import InputPortBinding, binding_of
from .run import RUNNING_STATES, Run

if TYPE_CHECKING:
    from ._runs.filters import Filter
    from .experiment import Experiment
    from .workspace import Workspace

__all__ = ["PipelineRun", "PortDataReference", "RUNNING_STATES", "StepRun", "StepRunOutput"]


class _Waited(Run):
    """What the runs of pipelines and of steps have in common."""

    _what = ""

    def get_status(self) -> str:
        """The state now; a run that is Completed is "Finished", as in SDK v1."""
        return pipeline_wait.state_of(self._refresh())

    def _unsupported(self, what: str) -> NotImplementedError:
        """The exception about a method that these runs do not have."""
        return NotImplementedError("{} is unsupported for {} run.".format(what, self._what))

    def complete(self, _set_status: bool = True) -> NoReturn:
        """NotImplementedError, as in SDK v1."""
        raise self._unsupported("Complete")

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> NoReturn:
        """NotImplementedError, as in SDK v1; cancel() ends the run."""
        raise self._unsupported("Fail")

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> NoReturn:
        """NotImplementedError, as in SDK v1."""
        raise self._unsupported("Child run")


class PipelineRun(_Waited):
    """The run of a pipeline, as Experiment.submit returns it for a Pipeline.

    >>> run.wait_for_completion()
    'Finished'
    >>> run.find_step_run("train")[0].get_output_data("model").download("here")
    """

    _what = "Pipeline"

    def __init__(self, experiment: "Experiment", run_id: str, _service_endpoint: Any = None, **kwags: Any) -> None:
        """Attach to a pipeline that was submitted. UserErrorException: the run is no pipeline. ServiceException (code
        not_found): there is none with that id."""
        super().__init__(experiment, run_id)
        of_run(self._facts)

    @staticmethod
    def get(workspace: "Workspace", run_id: str, _service_endpoint: Any = None) -> "PipelineRun":
        """The run of a pipeline of any experiment, by its id."""
        facts = client.call("GET", path_of("runs", run_id))
        return PipelineRun(_objects.Experiment(workspace, facts["experiment"]), run_id)

    publish_pipeline = refusal("PipelineRun.publish_pipeline", "Keep the script that makes and submits the pipeline")
    get_graph = refusal("PipelineRun.get_graph", "get_steps() has the runs of the steps, and the page of the run shows "
                        "them")
    save = refusal("PipelineRun.save", "Keep the script that makes the pipeline")

    def _plan(self) -> Plan:
        """The steps. A run from a list comes without its configuration."""
        known = self._known()
        return of_run(known if known.get("configuration") else self._refresh())

    def get_children(self, recursive: bool = False, tags: "Filter" = None, properties: "Filter" = None,
                     type: Optional[str] = None, status: Optional[str] = None,
                     _rehydrate_runs: bool = True) -> Iterator[Run]:
        """The runs of the steps that have been started or reused, newest first; recursive: the runs below them too."""
        found = super().get_children(recursive, tags, properties, type, status, _rehydrate_runs)
        return (run for run in found if run._known().get("parent") != self.id or run.type == details.STEP)

    def get_steps(self) -> "List[StepRun]":
        """The runs of the steps that have been started or reused, in the order of the steps."""
        places = {run_of_step(self.id, number): number for number in range(len(self._plan().steps))}
        found = [run for run in self.get_children() if isinstance(run, StepRun)]
        return sorted(found, key=lambda run: places.get(run.id, len(places)))

    def find_step_run(self, name: str) -> "List[StepRun]":
        """The runs of the steps of that name."""
        return [run for run in self.get_steps() if run.name == name]

    def get_pipeline_output(self, pipeline_output_name: str) -> "PortDataReference":
        """An output that PipelineData(pipeline_output_name=...) has named. UserErrorException: there is none, or it has
        not been written."""
        plan = self._plan()
        for number, step in enumerate(plan.steps):
            for write in step.writes:
                if write.pipeline_output == pipeline_output_name:
                    run = StepRun.get(self.experiment.workspace, run_of_step(self.id, number))
                    output = run.get_output(write.name).step_output
                    return StepRunOutput(None, self.id, run, pipeline_output_name, output).get_port_data_reference()
        names = [write.pipeline_output for step in plan.steps for write in step.writes if write.pipeline_output]
        raise UserErrorException("run {} has no pipeline output '{}'; it has: {}".format(
            self.id, pipeline_output_name, ", ".join(names) or "none"))

    def wait_for_completion(  # type: ignore[override]
            self, show_output: bool = True, timeout_seconds: float = sys.maxsize, raise_on_error: bool = True) -> str:
        """Wait until the pipeline has ended, or so many seconds. Returns the state. show_output prints the log of each
        step. ActivityFailedException: it failed, unless raise_on_error is False."""
        return pipeline_wait.for_pipeline(self, show_output, timeout_seconds, raise_on_error)


class StepRun(_Waited):
    """The run of a step of a pipeline; a step that was reused has one without a process."""

    _what = "Step"

    def __init__(self, experiment: "Experiment", step_run_id: str, pipeline_run_id: Optional[str] = None,
                 node_id: Optional[str] = None, _service_endpoint: Any = None, _is_reused: bool = False,
                 _current_node_id: Any = None, _reused_run_id: Any = None, _reused_node_id: Any = None,
                 _reused_pipeline_run_id: Any = None, **kwargs: Any) -> None:
        """Attach to the run of a step. ServiceException (code not_found): there is none with that id."""
        super().__init__(experiment, step_run_id)

    @staticmethod
    def get(workspace: "Workspace", run_id: str) -> "StepRun":
        """The run of a step, by its id."""
        facts = client.call("GET", path_of("runs", run_id))
        return StepRun._from_facts(_objects.Experiment(workspace, facts["experiment"]), facts)

    @property
    def pipeline_run_id(self) -> str:
        """The id of the pipeline's run."""
        return str(self._known()["parent"])

    def get_metrics(self, name: Optional[str] = None, recursive: bool = False, run_type: Optional[str] = None,
                    populate: bool = False) -> Dict[str, Any]:
        """As Run.get_metrics(); of a step that was reused, those of the run whose outputs it has."""
        reused = self.properties.get(REUSED)
        run = self if reused is None else StepRun.get(self.experiment.workspace, reused)
        return super(StepRun, run).get_metrics(name, recursive, run_type, populate)

    def get_outputs(self) -> "Dict[str, StepRunOutput]":
        """The outputs of the step that has completed, by name."""
        made = delivery.of_text((self._refresh().get("properties") or {}).get(OUTPUTS)) or {}
        return {name: StepRunOutput(None, self.pipeline_run_id, self, name, output) for name, output in made.items()}

    def get_output(self, name: str) -> "StepRunOutput":
        """An output of the step. UserErrorException: it has none of that name, or has not completed."""
        found = self.get_outputs()
        if name not in found:
            raise UserErrorException("step '{}' ({}, {}) has no output '{}'; it has written: {}".format(
                self.name, self.id, self.status, name, ", ".join(sorted(found)) or "nothing"))
        return found[name]

    def get_output_data(self, name: str) -> "PortDataReference":
        """An output of the step. UserErrorException: it has none of that name, or has not completed."""
        return self.get_output(name).get_port_data_reference()

    def get_stdout_log(self) -> str:
        """What the step has printed, to stdout and stderr."""
        return "".join(logs.text(self.id, file["name"]) for file in self._files()
                       if file["name"] == "azureml-logs/70_driver_log.txt")

    def get_stderr_log(self) -> str:
        """Empty: what the step has printed to stderr is in get_stdout_log()."""
        return ""

    def get_job_log(self) -> str:
        """The output of preparing the environment of the step."""
        return "".join(logs.text(self.id, file["name"]) for file in self._files()
                       if file["name"] == "azureml-logs/20_environment_log.txt")

    def wait_for_completion(  # type: ignore[override]
            self, show_output: bool = True, timeout_seconds: float = sys.maxsize, raise_on_error: bool = True) -> str:
        """Wait until the step has ended, or so many seconds. Returns the state. show_output prints its log as it grows.
        ActivityFailedException: it failed, unless raise_on_error is False."""
        return pipeline_wait.for_step(self, show_output, timeout_seconds, raise_on_error)


class StepRunOutput:
    """An output of a step that has completed."""

    def __init__(self, context: Any, pipeline_run_id: str, step_run: StepRun, name: str, step_output: Any) -> None:
        self.context, self.pipeline_run_id, self.step_run = context, pipeline_run_id, step_run
        self.name, self.step_output = name, step_output

    def get_port_data_reference(self) -> "PortDataReference":
        """Where the output is."""
        output: delivery.Output = self.step_output
        datastore = _objects.Datastore.get(self.step_run.experiment.workspace, output.datastore)
        return PortDataReference(None, self.pipeline_run_id,
                                 DataReference(datastore, self.name, output.path_on_datastore), self.step_run)


class PortDataReference(DataReference):
    """What a step of a pipeline has written: to download, or as an input of a step of another pipeline."""

    datastore: Any = None  # set for an object
    path_on_datastore: Any = None

    def __init__(self, context: Any, pipeline_run_id: str, data_reference: DataReference,
                 step_run: Optional[StepRun] = None) -> None:
        super().__init__(data_reference.datastore, data_reference.data_reference_name, data_reference.path_on_datastore)
        self.pipeline_run_id, self._step_run = pipeline_run_id, step_run

    datastore_name = property(lambda self: self.datastore.name, doc="The datastore's name.")
    name = property(lambda self: self.data_reference_name, doc="The name of the output.")

    def download(self, local_path: str, overwrite: Optional[bool] = None, show_progress: Optional[bool] = None) -> int:
        """Copy the files into a folder, under their whole names in the datastore. Returns how many were copied."""
        return int(self.datastore.download(local_path, self.path_on_datastore, bool(overwrite), bool(show_progress)))

    def as_mount(self, input_name: Optional[str] = None) -> InputPortBinding:  # type: ignore[override]
        """The output as an input: the path of the files themselves."""
        return self.create_input_binding(input_name, "mount")

    def as_download(  # type: ignore[override]
            self, input_name: Optional[str] = None, path_on_compute: Optional[str] = None,
            overwrite: Optional[bool] = None) -> InputPortBinding:
        """The output as an input: the path of the files themselves."""
        return self.create_input_binding(input_name, "download", path_on_compute, overwrite)

    def as_input(self, input_name: str) -> InputPortBinding:
        """The output as an input of another name."""
        return self.create_input_binding(input_name)

    def create_input_binding(self, input_name: Optional[str] = None, mode: Optional[str] = None,
                             path_on_compute: Optional[str] = None,
                             overwrite: Optional[bool] = None) -> InputPortBinding:
        """The output as an input. ValueError: the mode is neither mount nor download."""
        return binding_of(self, input_name or self.data_reference_name, mode, path_on_compute, overwrite)
