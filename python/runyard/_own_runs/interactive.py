# SPDX-License-Identifier: Apache-2.0
"""Interactive runs: those of Experiment.start_logging and child_run, which this process is.

The run lives while this process holds a record lock on one of its files, or until this process ends it. A forked child
reports into it, but never ends it: record locks are not inherited. It is the same class on the same journal as the run
of a script; after its end it uses the daemon.
"""

import atexit
import fcntl
import os
import uuid
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional

from .._base import checks
from .._base.messages import say
from .._client.api import ApiError, client, path_of
from .._report import blobs, ending, errors
from .._report.journal import Journal, shared, start_time
from .._report.outputs import Folder, Found, changed, collect, tracked
from .._report.user_log import UserLog
from .._runs import request
from .._runs.api_sink import ApiSink
from ..exceptions import AzureMLException, UserErrorException
from ..run import Run, get_run
from .journal_run import JournalRun

if TYPE_CHECKING:
    from ..experiment import Experiment

_NOT_ENDED: Dict[str, Any] = dict(ending.CANCELED,
                                  message="the Python that the run belonged to ended before it was completed")


class LockedJournal(NamedTuple):
    """The journal of a run that this process is, and the lock that shows that the process lives."""

    journal: Journal
    fd: int

    def end(self, run_id: str, how: Dict[str, Any], fallback: ApiSink) -> Dict[str, Any]:
        """End the run through the daemon, then release the lock. Returns the run's description."""
        self.journal.close(fallback)
        try:
            facts = _end_through_daemon(run_id, how)
        except BaseException:
            self.journal.reopen()
            raise
        os.close(self.fd)
        return facts


class InteractiveRun(JournalRun):
    """A run that this process is, from start_logging to complete(), fail() or cancel(), or the end of a `with` block.

    >>> with experiment.start_logging() as run:
    ...     run.log("loss", 0.25)
    """

    def __init__(self, experiment: "Experiment", run_id: str, own: Any, base: str, folders: List[Folder]) -> None:
        """For start(): a run that has just been created. `own` has the run's journal, and end(run id, how, fallback
        sink of the journal); None: the run reports through the daemon."""
        super().__init__(run_id, own.journal if own else None)
        self._experiment, self._own, self._folders = experiment, own, folders
        if own is None:
            self._report_to(ApiSink(run_id))
        self._pid = os.getpid()
        self._log = UserLog(os.path.join(base, "logs", "user_log.txt"))
        self._in_block = False
        self._mentioned = False
        self._ending_at_exit = _NOT_ENDED

    def __reduce__(self) -> Any:
        """A copy in this process is this object; a copy in a worker reports to the same run, and does not end it."""
        return unpickled, (self._experiment, self._id, self._own.journal.directory if self._own else None)

    def complete(self, _set_status: bool = True) -> None:
        """Collect the outputs and end the run as Completed; does nothing if it has ended."""
        self._finish(ending.COMPLETED)

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Collect the outputs and end the run as Failed, with a sentence or an exception as the reason."""
        self._finish(ending.failed(error_details, error_code))

    def cancel(self) -> None:
        """Collect the outputs and end the run as Canceled."""
        self._finish(ending.CANCELED)

    def __enter__(self) -> "InteractiveRun":
        """From now on, printed text is also written to logs/user_log.txt."""
        self._in_block = True
        self._log.start()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        """Completed, or Failed with the exception that ended the block. SystemExit with 0 or None counts as success
        and is not raised further. A failure to end the run is printed and replaces no other exception."""
        if self._pid != os.getpid():
            return False
        success = kind is None or isinstance(error, SystemExit) and error.code in (None, 0)
        if not success:
            self._log.write(errors.formatted(error, trace))
        self._log.stop()
        try:
            self._finish(ending.COMPLETED if success else ending.failed(error, None))
        except Exception as why:
            say("run {} could not be ended: {}; it is tried again when this Python ends".format(self._id, why))
        return kind is not None and success

    def _finish(self, how: Dict[str, Any]) -> None:
        """Collect the outputs, then end the run through the daemon. Does nothing in a forked child, or once the run has
        ended. After an exception the run is still open; it ends in the same way at the latest with this process."""
        if self._pid != os.getpid() or _open.pop(self._id, None) is None:
            return
        before, self._ending_at_exit = self._sink, how
        try:
            self._collect()
            fallback = self._sink_after_end()
            self._report_to(fallback)
            self._facts = self._own.end(self._id, how, fallback) if self._own else _end_through_daemon(self._id, how)
        except BaseException:
            self._report_to(before)
            _open[self._id] = self
            raise
        if self._own:
            self._own.journal.forget()
            self._own = None
        if self._facts and self.status.lower() != how["outcome"]:
            say("run {} had been ended already, as {}; what was logged after that is not kept".format(
                self._id, self.status))

    def _sink_after_end(self) -> ApiSink:
        """The sink of reports after the run's end."""
        return ApiSink(self._id)

    def _report_to(self, sink: Any) -> None:
        """Report to another sink from now on."""
        self._sink = sink
        self._quick = sink.send if isinstance(sink, ApiSink) else sink.journal.quick

    def _collect(self) -> None:
        """Keep the printed text and the changed files; files whose names are taken stay as they are."""
        printed = self._log.content() if self._in_block else None
        found = [Found("logs/user_log.txt", printed)] if printed is not None else []
        collect(found + changed(self._folders), self._add)

    def _add(self, name: str, content: Any) -> None:
        """Keep one file, unless its name is taken and it has not changed since."""
        try:
            self._sink.add_newest(name, content)
        except blobs.Taken:
            pass


class WorkerRun(JournalRun):
    """An interactive run in a worker process that received it in a pickle. It reports, and never ends the run."""

    def __init__(self, experiment: "Experiment", run_id: str, directory: str) -> None:
        """For unpickled(): `directory` is that of the run's journal."""
        super().__init__(run_id, shared(directory))
        self._experiment, self._directory = experiment, directory

    def __reduce__(self) -> Any:
        """A copy for a worker of the worker."""
        return unpickled, (self._experiment, self._id, self._directory)

    def complete(self, _set_status: bool = True) -> None:
        """Does nothing: the process that started the run ends it."""

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Does nothing: the process that started the run ends it."""

    def cancel(self) -> None:
        """Does nothing: the process that started the run ends it."""


def unpickled(experiment: "Experiment", run_id: str, directory: Optional[str]) -> Run:
    """The run of a pickle: this process's object, else one that reports to the journal in `directory`. Without a
    directory the run had ended, and the daemon is asked for it."""
    owner = _open.get(run_id)
    if owner is not None:
        return owner
    return get_run(experiment, run_id) if directory is None else WorkerRun(experiment, run_id, directory)


def start(experiment: "Experiment", name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
          snapshot_directory: Any = ".", display_name: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
          parent: Optional[Run] = None, **ignored: Any) -> InteractiveRun:
    """Create a run that this process is. It is Running when this returns; the snapshot is taken in the background.

    UserErrorException: the id is taken or cannot be one, or a folder cannot be used.
    """
    base = os.getcwd()
    folders = tracked(outputs, base)
    if parent is None:
        _mention_open_runs(experiment)
        folders.append(Folder(os.path.join(base, "logs"), "logs", hidden=False))
    body = _body(experiment, name, run_id or str(uuid.uuid4()), snapshot_directory, parent)
    body.update(display_name=display_name or body["name"], tags=checks.tag_texts(tags))
    facts = _post(body)
    run = InteractiveRun(experiment, facts["id"], _lock(facts.pop("interactive", None) or {}), base, folders)
    run._facts = facts
    return add_open(run)


def add_open(run: InteractiveRun) -> InteractiveRun:
    """The run, which this process ends at its own end at the latest."""
    _open[run.id] = run
    return run


def _body(experiment: "Experiment", name: Optional[str], run_id: str, snapshot: Any,
          parent: Optional[Run]) -> Dict[str, Any]:
    """The body of POST /runs."""
    if parent is not None:
        name = "{}>{}".format(parent.display_name, name or "run_" + run_id)
    return {"submission_id": str(uuid.uuid4()), "workspace": experiment.workspace._identity._asdict(),
            "experiment": experiment.name, "kind": "interactive", "id": run_id, "name": name,
            "parent": parent.id if parent else None, "process": {"pid": os.getpid(), "start_time": int(start_time())},
            "source": (None if snapshot in (None, False)
                       else request.folder(os.fsdecode(snapshot), "take a snapshot of"))}


def _post(body: Dict[str, Any]) -> Dict[str, Any]:
    """Create the run; without a snapshot if the daemon does not see the folder."""
    try:
        return dict(client.call("POST", path_of("runs"), body, timeout=None))
    except ApiError as error:
        if error.code == "send_it":
            say("no snapshot is taken of {}: the daemon does not see that folder".format(body["source"]["directory"]))
            return dict(client.call("POST", path_of("runs"), dict(body, source=None), timeout=None))
        if error.code in ("bad_request", "conflict", "not_found"):
            raise UserErrorException("cannot start a run in experiment '{}': {}".format(
                body["experiment"], error.message)) from None
        raise


def _lock(files: Dict[str, Any]) -> Optional[LockedJournal]:
    """Lock a run whose files this process sees. None: it does not, and the run reports through the daemon."""
    try:
        with open(files["nonce_file"], encoding="utf-8") as reader:
            if reader.read().strip() != files["nonce"]:
                return None
        fd = os.open(files["alive"], os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except (OSError, ValueError, KeyError):
        return None
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise AzureMLException("cannot hold the lock {}: {}".format(files["alive"], error.strerror)) from None
    return LockedJournal(Journal(files["journal"]), fd)


def tags_of_children(count: Optional[int], tag_key: Optional[str], tag_values: Any) -> List[Dict[str, Any]]:
    """The tags of each of several child runs: `count` of them, or one for each value of a tag.

    UserErrorException: both are asked for, or neither.
    """
    tagged = tag_key is not None and tag_values is not None
    if (count is None) == (not tagged) or (tag_key is None) != (tag_values is None):
        raise UserErrorException("create_children takes either count, or tag_key and tag_values; count={!r}, "
                                 "tag_key={!r} and tag_values={!r} were given".format(count, tag_key, tag_values))
    if count is not None and (not isinstance(count, int) or count < 0):
        raise UserErrorException("create_children takes a count of 0 or more, not {!r}".format(count))
    return [{str(tag_key): value} for value in tag_values] if tagged else [{}] * (count or 0)


def _end_through_daemon(run_id: str, how: Dict[str, Any]) -> Dict[str, Any]:
    """End an interactive run through the daemon. Returns its description."""
    return dict(client.call("POST", path_of("runs", run_id, "end"), how, timeout=None))


def end(run: Run, how: Dict[str, Any]) -> None:
    """End an interactive run, through the object that owns it if that is in this process."""
    owner = _open.get(run.id)
    if owner is not None and owner is not run:
        owner._finish(how)
        run._facts = owner._facts
    else:
        run._facts = _end_through_daemon(run.id, how)


def cancel(run: Run) -> None:
    """End an interactive run as Canceled."""
    end(run, ending.CANCELED)


def is_open(run_id: str) -> bool:
    """Whether this process is that run."""
    return run_id in _open


def _mention_open_runs(experiment: "Experiment") -> None:
    """Say, once for each, which runs of the experiment are still open."""
    for run in list(_open.values()):
        same = (run.experiment.name, run.experiment.workspace) == (experiment.name, experiment.workspace)
        if same and not run._in_block and not run._mentioned and run._facts.get("parent") is None:
            run._mentioned = True
            say("run {} of experiment '{}' is still running; it goes on until complete(), fail() or cancel(), "
                "or until this Python ends".format(run.id, experiment.name))


def _close_all() -> None:
    """At exit: end the open runs, child runs before their parents; as Canceled unless another end was asked for."""
    for run in reversed(list(_open.values())):
        try:
            run._log.stop()
            run._finish(run._ending_at_exit)
        except Exception as error:
            say("run {} could not be ended: {}".format(run.id, error))


_open: Dict[str, InteractiveRun] = {}
atexit.register(_close_all)
os.register_at_fork(after_in_child=_open.clear)
