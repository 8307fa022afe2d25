# SPDX-License-Identifier: Apache-2.0
"""Child runs that a script starts below its own run: they report in a folder of its journal, without the daemon
(docs/formats/metric-line.md, kinds `child` and `ending`).

A line of the parent says that such a run exists. So a script can make child runs and end them while the daemon is away.
"""

import json
import os
import uuid
from typing import Any, Dict, NamedTuple, Optional

from .._base import checks
from .._client.api import ApiError
from .._report.journal import Journal, until_space
from .._report.outputs import tracked
from .._runs.api_sink import ApiSink
from ..exceptions import UserErrorException
from ..run import Run
from .interactive import InteractiveRun, add_open
from .journal_run import JournalRun


class ChildJournal(NamedTuple):
    """The journal of a child run, a folder of its parent's journal."""

    journal: Journal

    def end(self, run_id: str, how: Dict[str, Any], fallback: ApiSink) -> Dict[str, Any]:
        """Write how the run ended. Returns {}: the daemon has not been asked for the run's description."""
        text = json.dumps(how, ensure_ascii=False)
        with self.journal.lock:  # so that no line comes after the ending
            self.journal.line("ending", run_id, "," + text[1:-1])
            self.journal.close(fallback)
        return {}


class EndedChildSink(ApiSink):
    """Adds to the record of a child run after its end. The daemon may not have read of the run yet."""

    def __init__(self, run: "ChildRun") -> None:
        super().__init__(run.id)
        self._run = run
        self._known = False

    def _make_known(self) -> None:
        """Make sure that the daemon knows the run."""
        if not self._known:
            self._run._refresh()
            self._known = True

    def send(self, data: bytes, what: str = "a line") -> None:
        """Add one whole line. UserErrorException: the daemon rejects it."""
        self._make_known()
        super().send(data, what)

    def add_file(self, name: str, path_or_stream: Any) -> None:
        """Send a file."""
        self._make_known()
        super().add_file(name, path_or_stream)


class ChildRun(InteractiveRun):
    """A run below the one that this process belongs to, until complete(), fail() or the end of a `with` block.

    >>> with Run.get_context().child_run("fold 1") as fold:
    ...     fold.log("mse", 3424.3)
    """

    _parent: JournalRun

    @property
    def parent(self) -> Optional[Run]:
        """The run that started this one."""
        return self._parent

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> Run:
        """Start a child run of this one; through the daemon once this one has ended."""
        if self._own is None:
            return super().child_run(name, run_id, outputs, **kwargs)
        return self._start_child(self._own.journal, name, run_id, outputs, kwargs)

    def _sink_after_end(self) -> ApiSink:
        """The sink of reports after the run's end."""
        return EndedChildSink(self)

    def _refresh(self) -> Dict[str, Any]:
        """Ask for the description. If the daemon has not read of the run yet, it reads the parent's journal first."""
        try:
            return super()._refresh()
        except ApiError as error:
            if error.code != "not_found":
                raise
        self._parent._refresh()
        return super()._refresh()


def start(parent: JournalRun, directory: str, name: Optional[str] = None, run_id: Optional[str] = None,
          outputs: Any = False, display_name: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
          **ignored: Any) -> ChildRun:
    """Start a child run of a run whose journal is `directory`.

    UserErrorException: the id cannot be one or is taken by another child run, or a folder cannot be used.
    """
    base = os.getcwd()
    folders = tracked(outputs, base)
    run_id = _checked(run_id) if run_id else str(uuid.uuid4())
    inside = os.path.join(directory, "children", run_id)
    until_space(directory, os.makedirs, os.path.dirname(inside), 0o700, True)
    try:
        until_space(directory, os.mkdir, inside, 0o700)
    except FileExistsError:
        raise UserErrorException("cannot make the child run '{}': run {} has one of that id already".format(
            run_id, parent.id)) from None
    facts = {"name": name, "display_name": display_name, "tags": checks.tag_texts(tags)}
    parent._line("child", run_id, "," + json.dumps(facts, ensure_ascii=False)[1:-1])
    run = ChildRun(parent.experiment, run_id, ChildJournal(Journal(inside)), base, folders)
    run._parent = parent
    run._unread = True
    add_open(run)
    return run


def _checked(run_id: str) -> str:
    """An id that the daemon allows for a run. UserErrorException: it does not."""
    plain = isinstance(run_id, str) and 1 <= len(os.fsencode(run_id)) <= 240 and not run_id.startswith(".")
    if not plain or not all(letter.isalpha() or letter in "0123456789._-" for letter in run_id):
        raise UserErrorException("a run's id has 1 to 240 letters, digits, '.', '_' or '-', with no '.' first, "
                                 "not {!r}".format(run_id))
    return run_id
