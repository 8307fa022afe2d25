# SPDX-License-Identifier: Apache-2.0
"""Runs that this process reports into through a journal. Run.get_context() gives that of a launcher."""

from __future__ import annotations

import os
from time import time_ns as _now

from .. import _base, _objects, _report, _runs
from .._report.journal import head_of, shared
from .._report.run_logger import JournalSink
from ..exceptions import UserErrorException
from ..run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

    from .._report.journal import Journal
    from ..experiment import Experiment

_CACHED = 4096
_ABOUT_THE_RUN = ("tag", "untag", "property", "display_name", "description", "child")


class JournalRun(Run):
    """A run that this process belongs to. It reports through a journal and asks the daemon."""

    def __init__(self, run_id: str, journal: Optional[Journal]) -> None:
        """Without a journal the caller sets the sink."""
        self._id = run_id
        self._facts = {}
        if journal is not None:
            self._quick: Callable[[bytes], None] = journal.quick
            self._sink = JournalSink(journal, run_id)
        self._heads: Dict[Any, bytes] = {}
        self._added: Dict[str, str] = {}
        self._unread = False  # the daemon may not have read what was reported about the run itself

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """One more value of a metric. It is in the journal when this returns, even if the process is killed then."""
        if type(value) is float and value - value == 0.0 and step is None and not description:
            try:
                head = self._heads[name]
            except (KeyError, TypeError):
                head = self._head(name)
            # One bytes format and one write. The time is integer microseconds with an exponent (1790000001250000e-6):
            # half the cost of formatting a double.
            self._quick(b'%b%a,"t":%de-6}\n' % (head, value, _now() // 1000))
        else:
            super().log(name, value, description, step)

    def _head(self, name: Any) -> bytes:
        """The start of a scalar's line, up to the value; cached by name."""
        head = (head_of("scalar", name) + ',"v":').encode("utf-8", "replace")
        if isinstance(name, str):
            if len(self._heads) >= _CACHED:
                self._heads.clear()
            self._heads[name] = head
        return head

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Set properties. UserErrorException: this process has given one of them another value already."""
        for key, value in _base.checks.pairs("properties", properties):
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
        """Ask for the run's current description. Asking for metrics first makes the daemon read the journal."""
        if self._unread:
            path = _runs.api.path_of("runs", self._id, "metrics")
            _runs.api.client.call("GET", path, query={"name": "-", "times": 0})
            self._unread = False
        return super()._refresh()

    def _listed(self, query: List[Any]) -> Iterator[Dict[str, Any]]:
        """The child runs that the daemon lists, after it has read about those started here."""
        if self._unread:
            self._refresh()
        return super()._listed(query)

    def _newer_files(self, path: str) -> List[Tuple[str, str]]:
        """Those below the working directory. A file that the run does not have yet is uploaded instead of listed."""
        if os.path.isabs(path) or path.startswith("..") or path == ".":
            return []
        return [(name, name) for name in _files_below(path) if self._is_newer(name)]

    def _is_newer(self, name: str) -> bool:
        """Whether a file here may be newer than the run's file of that name; uploads it if the name is free."""
        stale = self._sink.is_stale(name, name)
        if stale is not None:
            return stale
        try:
            self.upload_file(name, name)
        except _report.blobs.Taken:  # the run has ended with another file of that name
            pass
        return False

    def _start_child(self, journal: Journal, name: Optional[str], run_id: Optional[str], outputs: Any,
                     kwargs: Dict[str, Any]) -> Run:
        """Start a child run, without asking the daemon."""
        return _objects.child.start(self, journal.directory, name, run_id, False if outputs is None else outputs,
                                    **kwargs)


class _SubmittedRun(JournalRun):
    """The run that a launcher started this process for."""

    def __init__(self, run_id: str, directory: str) -> None:
        self._journal = shared(directory)
        super().__init__(run_id, self._journal)

    def __reduce__(self) -> Any:
        """A copy in this process is this object; a copy in a worker of the script reports to the same run."""
        return submitted_run, (self._id, self._journal.directory)

    @property
    def experiment(self) -> Experiment:
        """The experiment that the run was submitted to."""
        workspace = _objects.Workspace.of_this_run()
        return _objects.Experiment._existing(workspace, os.environ.get("RUNYARD_EXPERIMENT", ""))

    @property
    def number(self) -> int:
        """The run's number in its experiment; 0 if the launcher did not set it."""
        text = os.environ.get("RUNYARD_RUN_NUMBER", "")
        return int(text) if text.isdecimal() else 0

    @property
    def input_datasets(self) -> Dict[str, Any]:
        """Name to input: a local path, or the data set of a direct input. Does not ask the daemon."""
        return _runs.inputs.of_this_run(self.experiment.workspace)

    @property
    def output_datasets(self) -> Dict[str, Any]:
        """Name to output: the path to write to, or what links a data set. Does not ask the daemon."""
        return _runs.outputs.of_this_run(self.experiment.workspace)

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> Run:
        """A child run, which ends at the latest with this run. Does not ask the daemon."""
        return self._start_child(self._journal, name, run_id, outputs, kwargs)

    def complete(self, _set_status: bool = True) -> None:
        """Report the run as completed, whatever the script does afterwards."""
        _report.ending.write(self._journal.directory, _report.ending.COMPLETED)

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Report the run as failed, with a sentence or an exception as the reason."""
        _report.ending.write(self._journal.directory, _report.ending.failed(error_details, error_code))

    def __repr__(self) -> str:
        """As v1 prints it. Does not ask the daemon: while the script prints, the run is Running."""
        return _runs.details.printed(os.environ.get("RUNYARD_EXPERIMENT", ""), self._id, _runs.details.SCRIPT_RUN,
                                     self._facts.get("status", "Running"))


_context: Dict[str, _SubmittedRun] = {}


def submitted_run(run_id: str, directory: str) -> _SubmittedRun:
    """The run with this id and journal directory: the same object for every call."""
    key = run_id + "\n" + directory
    if key not in _context:
        _context.setdefault(key, _SubmittedRun(run_id, directory))
    return _context[key]


def _files_below(path: str) -> List[str]:
    """The file with this path, or all files below the folder, sorted."""
    if not os.path.isdir(path):
        return [path] if os.path.exists(path) else []
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)
