# SPDX-License-Identifier: Apache-2.0
"""Interactive runs: those of Experiment.start_logging and child_run, which this process is.

The run lives while this process holds a record lock on a file of it, or until it is ended here. A forked child
reports into it, but never ends it: record locks are not inherited.
"""

import atexit
import fcntl
import os
import uuid
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional

from . import _blobs, _errors, _outputs, _request, _user_log, _values
from ._asking import ApiSink, attach
from ._client import ApiError, client, path_of
from ._journal import Journal, _start_time, shared
from .exceptions import AzureMLException, UserErrorException
from .run import JournalRun, Run, _ending

if TYPE_CHECKING:
    from .experiment import Experiment

COMPLETED: Dict[str, Any] = {"outcome": "completed", "message": None, "code": None, "error": None}
CANCELED: Dict[str, Any] = dict(COMPLETED, outcome="canceled")
_LEFT_OPEN: Dict[str, Any] = dict(CANCELED, message="the Python that the run belonged to ended before it was completed")


class Hold(NamedTuple):
    """What ties a run to this process: its journal, and the lock that says that the process lives."""

    journal: Journal
    fd: int

    def end(self, run_id: str, ending: Dict[str, Any], heir: ApiSink) -> Dict[str, Any]:
        """End the run through the daemon, then let go of the lock; the run's description."""
        self.journal.close(heir)
        try:
            facts = _ended(run_id, ending)
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

    def __init__(self, experiment: "Experiment", run_id: str, hold: Any, base: str,
                 folders: List[_outputs.Folder]) -> None:
        """For start(): a run that has just been made. `hold` has its journal, and end(run id, ending, heir of
        the journal); None: it reports through the daemon."""
        super().__init__(run_id, hold.journal if hold else None)
        self._experiment, self._hold, self._folders = experiment, hold, folders
        if hold is None:
            self._turn_to(ApiSink(run_id))
        self._pid = os.getpid()
        self._log = _user_log.UserLog(os.path.join(base, "logs", "user_log.txt"))
        self._inside = False
        self._told = False
        self._wanted = _LEFT_OPEN  # how it ends with this process, where it has not ended before

    def __reduce__(self) -> Any:
        """A copy in this process is this object; one in a worker reports to the same run, and does not end it."""
        return given, (self._experiment, self._id, self._hold.journal.directory if self._hold else None)

    def complete(self, _set_status: bool = True) -> None:
        """Collect the outputs and end the run as Completed; harmless when it has ended."""
        self._finish(COMPLETED)

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Collect the outputs and end the run as Failed, with a sentence or an exception as the reason."""
        self._finish(_ending(error_details, error_code))

    def cancel(self) -> None:
        """Collect the outputs and end the run as Canceled."""
        self._finish(CANCELED)

    def __enter__(self) -> "InteractiveRun":
        """From now on what is printed is also kept as logs/user_log.txt."""
        self._inside = True
        self._log.start()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        """Completed, or Failed with the exception that ended the block. SystemExit with 0 or None counts as success
        and goes no further. A failure to end the run is said, and takes the place of no other exception."""
        if self._pid != os.getpid():
            return False
        success = kind is None or isinstance(error, SystemExit) and error.code in (None, 0)
        if not success:
            self._log.write(_errors.formatted(error, trace))
        self._log.stop()
        try:
            self._finish(COMPLETED if success else _ending(error, None))
        except Exception as why:
            _values.say("run {} could not be ended: {}; it is tried again when this Python ends".format(self._id, why))
        return kind is not None and success

    def _finish(self, ending: Dict[str, Any]) -> None:
        """Collect, then end the run through the daemon. Nothing in a forked child, or once it has ended. After an
        exception the run is still open, and ends in the same way at the latest with this process."""
        if self._pid != os.getpid() or _open.pop(self._id, None) is None:
            return
        before, self._wanted = self._sink, ending
        try:
            self._collect()
            heir = self._afterwards()
            self._turn_to(heir)
            self._facts = self._hold.end(self._id, ending, heir) if self._hold else _ended(self._id, ending)
        except BaseException:
            self._turn_to(before)
            _open[self._id] = self
            raise
        if self._hold:
            self._hold.journal.forget()
            self._hold = None
        if self._facts and self.status.lower() != ending["outcome"]:
            _values.say("run {} had been ended already, as {}; what was logged after that is not kept".format(
                self._id, self.status))

    def _afterwards(self) -> ApiSink:
        """What takes reports once the run has ended."""
        return ApiSink(self._id)

    def _turn_to(self, sink: Any) -> None:
        """Report to another sink from now on."""
        self._sink = sink
        self._quick = sink.send if isinstance(sink, ApiSink) else sink.journal.quick

    def _collect(self) -> None:
        """Keep the printed text and the changed files; names that are taken are left as they are."""
        printed = self._log.content() if self._inside else None
        found = [_outputs.Found("logs/user_log.txt", printed)] if printed is not None else []
        _outputs.collect(found + _outputs.changed(self._folders), self._add)

    def _add(self, name: str, content: Any) -> None:
        """Keep one file, unless its name is taken and it has not changed since."""
        try:
            self._sink.add_newest(name, content)
        except _blobs.Taken:
            pass


class WorkersRun(JournalRun):
    """An interactive run in a worker process that was given it: it reports, and never ends the run."""

    def __init__(self, experiment: "Experiment", run_id: str, directory: str) -> None:
        """For given(): `directory` is that of the run's journal."""
        super().__init__(run_id, shared(directory))
        self._experiment, self._directory = experiment, directory

    def __reduce__(self) -> Any:
        """For a worker of the worker."""
        return given, (self._experiment, self._id, self._directory)

    def complete(self, _set_status: bool = True) -> None:
        """Nothing: the run ends in the process that began it."""

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Nothing: the run ends in the process that began it."""

    def cancel(self) -> None:
        """Nothing: the run ends in the process that began it."""


def given(experiment: "Experiment", run_id: str, directory: Optional[str]) -> Run:
    """The run of a pickle: the object that this process has, else one that reports to the journal in `directory`.
    Without a directory the run had ended: the daemon is asked for it."""
    owner = _open.get(run_id)
    if owner is not None:
        return owner
    return attach(experiment, run_id) if directory is None else WorkersRun(experiment, run_id, directory)


def start(experiment: "Experiment", name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
          snapshot_directory: Any = ".", display_name: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
          parent: Optional[Run] = None, **ignored: Any) -> InteractiveRun:
    """Make a run that this process is; Running when this returns. The folder's snapshot is taken meanwhile.

    UserErrorException: the id is taken or cannot be one, or a folder cannot be used.
    """
    base = os.getcwd()
    folders = _outputs.tracked(outputs, base)
    if parent is None:
        _tell_of_earlier(experiment)
        folders.append(_outputs.Folder(os.path.join(base, "logs"), "logs", hidden=False))
    asked = _body(experiment, name, run_id or str(uuid.uuid4()), snapshot_directory, parent)
    asked.update(display_name=display_name or asked["name"], tags=_request.tag_texts(tags))
    facts = _posted(asked)
    run = InteractiveRun(experiment, facts["id"], _held(facts.pop("interactive", None) or {}), base, folders)
    run._facts = facts
    return opened(run)


def opened(run: InteractiveRun) -> InteractiveRun:
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
            "parent": parent.id if parent else None, "process": {"pid": os.getpid(), "start_time": int(_start_time())},
            "source": None if snapshot in (None, False) else _request.folder(os.fsdecode(snapshot), "take a snapshot of")}


def _posted(asked: Dict[str, Any]) -> Dict[str, Any]:
    """Make the run; without a snapshot where the daemon cannot see the folder."""
    try:
        return dict(client.call("POST", path_of("runs"), asked, timeout=None))
    except ApiError as error:
        if error.code == "send_it":
            _values.say("no snapshot is taken of {}: the daemon does not see that folder".format(
                asked["source"]["directory"]))
            return dict(client.call("POST", path_of("runs"), dict(asked, source=None), timeout=None))
        if error.code in ("bad_request", "conflict", "not_found"):
            raise UserErrorException("cannot start a run in experiment '{}': {}".format(
                asked["experiment"], error.message)) from None
        raise


def _held(ties: Dict[str, Any]) -> Optional[Hold]:
    """The journal and the lock of a run whose files this process sees; None: it reports through the daemon."""
    try:
        with open(ties["nonce_file"], encoding="utf-8") as reader:
            if reader.read().strip() != ties["nonce"]:
                return None
        fd = os.open(ties["alive"], os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except (OSError, ValueError, KeyError):
        return None
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise AzureMLException("cannot hold the lock {}: {}".format(ties["alive"], error.strerror)) from None
    return Hold(Journal(ties["journal"]), fd)


def tags_of_children(count: Optional[int], tag_key: Optional[str], tag_values: Any) -> List[Dict[str, Any]]:
    """The tags of each of several children: a number of them, or one for each value of a tag.

    UserErrorException: both are asked for, or neither.
    """
    tagged = tag_key is not None and tag_values is not None
    if (count is None) == (not tagged) or (tag_key is None) != (tag_values is None):
        raise UserErrorException("create_children takes either count, or tag_key and tag_values; count={!r}, "
                                 "tag_key={!r} and tag_values={!r} were given".format(count, tag_key, tag_values))
    if count is not None and (not isinstance(count, int) or count < 0):
        raise UserErrorException("create_children takes a count of 0 or more, not {!r}".format(count))
    return [{str(tag_key): value} for value in tag_values] if tagged else [{}] * (count or 0)


def _ended(run_id: str, ending: Dict[str, Any]) -> Dict[str, Any]:
    """End an interactive run through the daemon; its description."""
    return dict(client.call("POST", path_of("runs", run_id, "end"), ending, timeout=None))


def end(run: Run, ending: Dict[str, Any]) -> None:
    """End an interactive run by whatever object; through the one that owns it, where that is in this process."""
    owner = _open.get(run.id)
    if owner is not None and owner is not run:
        owner._finish(ending)
        run._facts = owner._facts
    else:
        run._facts = _ended(run.id, ending)


def is_open(run_id: str) -> bool:
    """Whether this process is that run."""
    return run_id in _open


def _tell_of_earlier(experiment: "Experiment") -> None:
    """Say once of each run of the experiment that was left open that it goes on."""
    for run in list(_open.values()):
        same = (run.experiment.name, run.experiment.workspace) == (experiment.name, experiment.workspace)
        if same and not run._inside and not run._told and run._facts.get("parent") is None:
            run._told = True
            _values.say("run {} of experiment '{}' is still running; it goes on until complete(), fail() or cancel(), "
                        "or until this Python ends".format(run.id, experiment.name))


def _close_all() -> None:
    """At exit: end what is open, children before their parents; as Canceled where nobody has asked for another end."""
    for run in reversed(list(_open.values())):
        try:
            run._log.stop()
            run._finish(run._wanted)
        except Exception as error:
            _values.say("run {} could not be ended: {}".format(run.id, error))


_open: Dict[str, InteractiveRun] = {}
atexit.register(_close_all)
os.register_at_fork(after_in_child=_open.clear)
