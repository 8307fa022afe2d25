# SPDX-License-Identifier: Apache-2.0
"""Run: a run seen through the daemon, and the run that a script belongs to."""

from __future__ import annotations

import os
from time import time_ns as _now

from . import _values
from ._asking import ApiSink, Asking, check_experiment, checked_id
from ._journal import Journal, head_of, shared, until_space
from ._reporting import JournalSink, Reporting
from .exceptions import RunEnvironmentException, ServiceException, UserErrorException, refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Type, TypeVar

    from .experiment import Experiment
    from .workspace import Workspace

    _Some = TypeVar("_Some", bound="Run")

_NO_RUN = ("Could not load a submitted run, if outside of an execution context, use experiment.start_logging to "
           "initialize an azureml.core.Run.")
_CACHED = 4096
_ABOUT_THE_RUN = ("tag", "untag", "property", "display_name", "description", "child")
RUNNING_STATES = ("NotStarted", "Queued", "Preparing", "Provisioning", "Starting", "Running")


class Run(Reporting, Asking):
    """A run. Run.get_context() is the one that this process belongs to.

    >>> run = Run(experiment, "ridge_1790000000_1a2b3c4d")
    """

    def __init__(self, experiment: Experiment, run_id: str, outputs: Any = None, **kwargs: Any) -> None:
        """Attach to a run that exists. ServiceException (code not_found): there is none of that id.

        UserErrorException: `experiment` is no experiment, or `run_id` no text.
        """
        check_experiment(experiment)
        self._id = checked_id(run_id)
        self._experiment = experiment
        self._sink = ApiSink(run_id)
        self._facts: Dict[str, Any] = {}
        self._refresh()

    @classmethod
    def _of(cls: Type[_Some], experiment: Experiment, facts: Dict[str, Any]) -> _Some:
        """A run that the daemon has described already."""
        made = cls.__new__(cls)
        made._id, made._experiment, made._facts = facts["id"], experiment, facts
        made._sink = ApiSink(made._id)
        return made

    @property
    def experiment(self) -> Experiment:
        """The experiment."""
        return self._experiment

    @property
    def display_name(self) -> str:
        """What the pages call the run; can be set."""
        return str(self._known().get("display_name") or self.name)

    @display_name.setter
    def display_name(self, value: str) -> None:
        """Give the run another name for the pages."""
        self._line("display_name", "display_name", ',"v":' + _values.quote(str(value)))
        self._facts = {}

    @property
    def description(self) -> Optional[str]:
        """A text about the run; can be set."""
        return self._known().get("description")

    @description.setter
    def description(self, value: str) -> None:
        """Describe the run."""
        self._line("description", "description", ',"v":' + _values.quote(str(value)))
        self._facts = {}

    @classmethod
    def get_context(cls, allow_offline: bool = True, used_for_context_manager: bool = False,
                    **kwargs: Any) -> Run:
        """The run of this process; outside of one an offline run, or RunEnvironmentException.

        >>> Run.get_context().log("loss", 0.25)
        """
        run_id, where = os.environ.get("RUNYARD_RUN_ID"), os.environ.get("RUNYARD_JOURNAL")
        if run_id and where:
            return _submitted(run_id, where)
        if not allow_offline:
            raise RunEnvironmentException(_NO_RUN)
        from ._offline import _OfflineRun
        return _OfflineRun()

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
             status: Optional[str] = None, include_children: bool = False,
             _rehydrate_runs: bool = True, *, filter: Optional[str] = None, sort: Optional[str] = None) -> Iterator[Run]:
        """The runs of an experiment, newest first; `filter` and `sort` as Experiment.get_runs has them."""
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
        from ._interactive import COMPLETED, end
        end(self, COMPLETED)

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """End the run as Failed, with a sentence or an exception as the reason."""
        from ._client import client, path_of
        body = _ending(error_details, error_code)
        if self._known().get("kind") == "interactive":
            from ._interactive import end
            return end(self, body)
        client.call("POST", path_of("runs", self._id, "fail"),
                    {"message": body["message"], "code": body["code"], "error": body["error"]})
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
        """Nothing: a submitted run ends with its process."""
        return None


def _files_below(path: str) -> List[str]:
    """The file of that path, or all below the folder, in order."""
    if not os.path.isdir(path):
        return [path] if os.path.exists(path) else []
    return sorted(os.path.join(folder, each) for folder, _, files in os.walk(path) for each in files)


class JournalRun(Run):
    """A run that this process belongs to: reports through a journal, asks through the daemon."""

    def __init__(self, run_id: str, journal: Optional[Journal]) -> None:
        """Without a journal the sink has to be set."""
        self._id = run_id
        self._facts = {}
        if journal is not None:
            self._quick: Callable[[bytes], None] = journal.quick
            self._sink = JournalSink(journal, run_id)
        self._heads: Dict[Any, bytes] = {}
        self._added: Dict[str, str] = {}
        self._unread = False  # the daemon may not have read what was said about the run itself

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """One more value of a metric; written when this returns, whatever is killed then."""
        if type(value) is float and value - value == 0.0 and step is None and not description:
            try:
                head = self._heads[name]
            except (KeyError, TypeError):
                head = self._head(name)
            self._quick(b'%b%a,"t":%de-6}\n' % (head, value, _now() // 1000))
        else:
            super().log(name, value, description, step)

    def _head(self, name: Any) -> bytes:
        """The start of a scalar's line, up to the value; made once per name."""
        head = (head_of("scalar", name) + ',"v":').encode("utf-8", "replace")
        if isinstance(name, str):
            if len(self._heads) >= _CACHED:
                self._heads.clear()
            self._heads[name] = head
        return head

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Set properties. UserErrorException: this process has given one of them another value already."""
        for key, value in _values.pairs("properties", properties):
            if self._added.get(str(key), str(value)) != str(value):
                raise UserErrorException("property '{}' of run {} is '{}' already and cannot become '{}'".format(
                    key, self._id, self._added[str(key)], value))
        super().add_properties(properties)
        self._added.update((str(key), str(value)) for key, value in properties.items())

    def _line(self, kind: str, name: object, fields: str) -> None:
        """One line."""
        super()._line(kind, name, fields)
        self._unread = self._unread or kind in _ABOUT_THE_RUN

    def _refresh(self) -> Dict[str, Any]:
        """Ask for the run's description, as of now: a question for metrics makes the daemon read the journal."""
        if self._unread:
            from ._client import client, path_of
            client.call("GET", path_of("runs", self._id, "metrics"), query={"name": "-", "times": 0})
            self._unread = False
        return super()._refresh()

    def _listed(self, wanted: List[Any]) -> Iterator[Dict[str, Any]]:
        """The children that the daemon lists, once it has read of those made here."""
        if self._unread:
            self._refresh()
        return super()._listed(wanted)

    def _fresher_files(self, path: str) -> List[Tuple[str, str]]:
        """Those below the working directory. What the run does not keep yet is uploaded, and not among them."""
        if os.path.isabs(path) or path.startswith("..") or path == ".":
            return []
        return [(name, name) for name in _files_below(path) if self._is_fresher(name)]

    def _is_fresher(self, name: str) -> bool:
        """Whether a file here may be newer than what the run keeps under its name; uploads it if the name is free."""
        from ._blobs import Taken
        stale = self._sink.is_stale(name, name)
        if stale is not None:
            return stale
        try:
            self.upload_file(name, name)
        except Taken:  # the run has ended with another file of that name
            pass
        return False

    def _inner_run(self, journal: Journal, name: Optional[str], run_id: Optional[str], outputs: Any,
                   kwargs: Dict[str, Any]) -> Run:
        """A run inside of this one: nobody is asked."""
        from . import _inner
        return _inner.start(self, journal.directory, name, run_id, False if outputs is None else outputs, **kwargs)


class _SubmittedRun(JournalRun):
    """The run that a launcher started this process for."""

    def __init__(self, run_id: str, directory: str) -> None:
        self._journal = shared(directory)
        super().__init__(run_id, self._journal)

    def __reduce__(self) -> Any:
        """A copy in this process is this object; one in a worker of the script reports to the same run."""
        return _submitted, (self._id, self._journal.directory)

    @property
    def experiment(self) -> Experiment:
        """The experiment that the run was submitted to."""
        from .experiment import Experiment
        from .workspace import Workspace
        return Experiment._known(Workspace.of_this_run(), os.environ.get("RUNYARD_EXPERIMENT", ""))

    @property
    def number(self) -> int:
        """The run's number in its experiment; 0 where nobody said."""
        text = os.environ.get("RUNYARD_RUN_NUMBER", "")
        return int(text) if text.isdecimal() else 0

    @property
    def input_datasets(self) -> Dict[str, Any]:
        """Name to input: a local path, or the data set of a direct input. Asks nobody."""
        from . import _inputs
        return _inputs.of_this_run(self.experiment.workspace)

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> Run:
        """A run inside of this one, which ends at the latest with it. Nobody is asked."""
        return self._inner_run(self._journal, name, run_id, outputs, kwargs)

    def complete(self, _set_status: bool = True) -> None:
        """Say that the run has completed, whatever the script still does."""
        self._end({"outcome": "completed", "message": None, "code": None, "error": None})

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Say that the run has failed, with a sentence or an exception."""
        self._end(_ending(error_details, error_code))

    def _end(self, facts: Dict[str, Any]) -> None:
        """Write ending.json, whole or not at all; a full disk is waited for."""
        import json
        from ._new_file import put
        text = json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace")
        folder = self._journal.directory
        try:
            until_space(folder, put, os.path.join(folder, "ending.json"), [text], 0o600)
        except OSError as error:
            _values.warn("the ending of the run cannot be written: {}".format(error))

    def __repr__(self) -> str:
        """The class and the id; asks nobody."""
        return "_SubmittedRun(Id: {})".format(self._id)


def get_run(experiment: Experiment, run_id: str, rehydrate: bool = True, clean_up: bool = True) -> Run:
    """A run that exists. ServiceException (code not_found): there is none of that id."""
    from ._asking import attach
    return attach(experiment, run_id)


_context: Dict[str, _SubmittedRun] = {}


def _submitted(run_id: str, where: str) -> _SubmittedRun:
    """The same object for every call with the same environment."""
    key = run_id + "\n" + where
    if key not in _context:
        _context.setdefault(key, _SubmittedRun(run_id, where))
    return _context[key]


def _ending(details: Any, code: Optional[str]) -> Dict[str, Any]:
    """What ending.json says of a failure. TypeError: the details are neither text nor exception."""
    if not (details is None or isinstance(details, (str, BaseException))):
        raise TypeError("error_details must be instance of string or BaseException.")
    from . import _errors
    error = _errors.facts(details, details.__traceback__) if isinstance(details, BaseException) else None
    message = "User program failed with {}: {}".format(error["type"], error["message"]) if error else details
    return {"outcome": "failed", "message": message, "code": None if code is None else str(code), "error": error}


def __getattr__(name: str) -> Any:
    """_OfflineRun, which a script inside of a run never needs."""
    if name != "_OfflineRun":
        raise AttributeError("module 'runyard.run' has no attribute {!r}".format(name))
    from ._offline import _OfflineRun
    return _OfflineRun
