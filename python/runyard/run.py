# SPDX-License-Identifier: Apache-2.0
"""Run: any run of the daemon, and by Run.get_context() the run that a script belongs to.

One class, two sinks: what is said of a run goes to the journal of the process that belongs to it, and from every other
process to the daemon. Questions go to the daemon from both.
"""

from __future__ import annotations

import os

from . import _base, _objects, _report, _runs
from ._report.run_logger import RunLogger
from ._report.values import quote
from ._runs.run_client import RunClient
from .exceptions import RunEnvironmentException, ServiceException, UserErrorException, refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, Optional, Type, TypeVar

    from .experiment import Experiment
    from .workspace import Workspace

    _Some = TypeVar("_Some", bound="Run")

_NO_RUN = ("Could not load a submitted run, if outside of an execution context, use experiment.start_logging to "
           "initialize an azureml.core.Run.")
POST_PROCESSING_STATES = ("Finalizing", "CancelRequested")
RUNNING_STATES = ("NotStarted", "Queued", "Preparing", "Provisioning", "Starting", "Running")


class Run(RunLogger, RunClient):
    """A run. Run.get_context() is the one that this process belongs to.

    >>> run = Run(experiment, "ridge_1790000000_1a2b3c4d")
    """

    def __init__(self, experiment: Experiment, run_id: str, outputs: Any = None, **kwargs: Any) -> None:
        """Attach to a run that exists. ServiceException (code not_found): there is none with that id.

        UserErrorException: `experiment` is no experiment, or `run_id` no text.
        """
        _base.checks.check_experiment(experiment)
        self._id = _base.checks.run_id(run_id)
        self._experiment = experiment
        self._sink = _runs.api_sink.ApiSink(run_id)
        self._facts: Dict[str, Any] = {}
        self._refresh()

    @classmethod
    def _from_facts(cls: Type[_Some], experiment: Experiment, facts: Dict[str, Any]) -> _Some:
        """The run that the daemon has described."""
        made = cls.__new__(cls)
        made._id, made._experiment, made._facts = facts["id"], experiment, facts
        made._sink = _runs.api_sink.ApiSink(made._id)
        return made

    @property
    def experiment(self) -> Experiment:
        """The experiment."""
        return self._experiment

    @property
    def display_name(self) -> str:
        """The run's name in the portal; can be set."""
        return str(self._known().get("display_name") or self.name)

    @display_name.setter
    def display_name(self, value: str) -> None:
        """Give the run another name in the portal."""
        self._line("display_name", "display_name", ',"v":' + quote(str(value)))
        self._facts = {}

    @property
    def description(self) -> Optional[str]:
        """A text about the run; can be set."""
        return self._known().get("description")

    @description.setter
    def description(self, value: str) -> None:
        """Describe the run."""
        self._line("description", "description", ',"v":' + quote(str(value)))
        self._facts = {}

    @classmethod
    def get_context(cls, allow_offline: bool = True, used_for_context_manager: bool = False,
                    **kwargs: Any) -> Run:
        """The run of this process; outside a run an offline run, or RunEnvironmentException.

        >>> Run.get_context().log("loss", 0.25)
        """
        run_id, directory = os.environ.get("RUNYARD_RUN_ID"), os.environ.get("RUNYARD_JOURNAL")
        if run_id and directory:
            return _objects.submitted_run(run_id, directory)
        if not allow_offline:
            raise RunEnvironmentException(_NO_RUN)
        return _objects._OfflineRun()

    @classmethod
    def get_submitted_run(cls, **kwargs: Any) -> Run:
        """The run of this process, as get_context(allow_offline=False): the name that old scripts use.

        RunEnvironmentException: this process belongs to no run.
        """
        return cls.get_context(allow_offline=False, **kwargs)

    @staticmethod
    def get(workspace: Workspace, run_id: str) -> Run:
        """A run of any experiment, by its id."""
        return workspace.get_run(run_id)

    @staticmethod
    def list(experiment: Experiment, type: Optional[str] = None, tags: Any = None, properties: Any = None,
             status: Optional[str] = None, include_children: bool = False, _rehydrate_runs: bool = True, *,
             filter: Optional[str] = None, sort: Optional[str] = None) -> Iterator[Run]:
        """The runs of an experiment, newest first; `filter` and `sort` as for Experiment.get_runs."""
        return (run for run in experiment.get_runs(type, tags, properties, include_children, filter=filter, sort=sort)
                if status in (None, run.status))

    list_by_compute = staticmethod(refusal("Run.list_by_compute", "AmlCompute.get_active_runs() and `runyard runs` "
                                           "show the runs of a target"))
    clean = refusal("Run.clean", "The run keeps its folder until `runyard rm`")

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Set properties. UserErrorException: one of them has another value already."""
        try:
            super().add_properties(properties)
        except ServiceException as error:
            if getattr(error, "code", "") != "conflict":
                raise
            raise UserErrorException(error.message) from None
        self._facts = {}

    def complete(self, _set_status: bool = True) -> None:
        """End an interactive run as Completed. UserErrorException: the run ends with its script."""
        if self._known().get("kind") != "interactive":
            raise UserErrorException("run {} cannot be completed from outside: it ends with its script, which may "
                                     "call Run.get_context().complete(); cancel() and fail() end it".format(self._id))
        _objects.interactive.end(self, _report.ending.COMPLETED)

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """End the run as Failed, with a sentence or an exception as the reason."""
        ending = _report.ending.failed(error_details, error_code)
        if self._known().get("kind") == "interactive":
            return _objects.interactive.end(self, ending)
        body = {key: ending[key] for key in ("message", "code", "error")}
        _runs.api.client.call("POST", _runs.api.path_of("runs", self._id, "fail"), body)
        self._facts = {}

    def __eq__(self, other: object) -> bool:
        """Equal ids mean the same run."""
        return isinstance(other, Run) and other._id == self._id

    def __hash__(self) -> int:
        """As its id."""
        return hash(self._id)

    def __enter__(self) -> Run:
        """The run itself."""
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Optional[bool]:
        """Does nothing: a submitted run ends with its process."""
        return None


def get_run(experiment: Experiment, run_id: str, rehydrate: bool = True, clean_up: bool = True) -> Run:
    """A run that exists. ServiceException (code not_found): there is none with that id."""
    _base.checks.check_experiment(experiment)
    path = _runs.api.path_of("runs", _base.checks.run_id(run_id))
    return _objects.run_from_facts(experiment, _runs.api.client.call("GET", path))
