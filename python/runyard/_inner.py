# SPDX-License-Identifier: Apache-2.0
"""Runs made by a script inside of its own run: they report in a folder of its journal, and nobody is asked
(docs/formats/metric-line.md, kinds `child` and `ending`)."""

import json
import os
import uuid
from typing import Any, Dict, NamedTuple, Optional

from . import _interactive, _outputs, _request
from ._asking import ApiSink
from ._client import ApiError
from ._journal import Journal, until_space
from .exceptions import UserErrorException
from .run import JournalRun, Run


class Hold(NamedTuple):
    """What ties a run to the journal of its parent."""

    journal: Journal

    def end(self, run_id: str, ending: Dict[str, Any], heir: ApiSink) -> Dict[str, Any]:
        """Write down how the run ended. Nothing is known of what the daemon makes of it."""
        text = json.dumps(ending, ensure_ascii=False)
        with self.journal.lock:  # nothing is written behind the ending
            self.journal.line("ending", run_id, "," + text[1:-1])
            self.journal.close(heir)
        return {}


class AfterwardsSink(ApiSink):
    """Adds to the record of a run inside of another after its end, of which the daemon may not have read yet."""

    def __init__(self, run: "InnerRun") -> None:
        super().__init__(run.id)
        self._run = run
        self._known = False

    def _make_known(self) -> None:
        """See to it that the daemon knows the run."""
        if not self._known:
            self._run._refresh()
            self._known = True

    def send(self, data: bytes, what: str = "a line") -> None:
        """Add one whole line. UserErrorException: the daemon does not take it."""
        self._make_known()
        super().send(data, what)

    def add_file(self, name: str, path_or_stream: Any) -> None:
        """Send a file."""
        self._make_known()
        super().add_file(name, path_or_stream)


class InnerRun(_interactive.InteractiveRun):
    """A run inside of the one that this process belongs to, until complete(), fail() or the end of a `with` block.

    >>> with Run.get_context().child_run("fold 1") as fold:
    ...     fold.log("mse", 3424.3)
    """

    _above: JournalRun

    @property
    def parent(self) -> Optional[Run]:
        """The run that this one was made in."""
        return self._above

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> Run:
        """A run inside of this one; through the daemon once this one has ended."""
        if self._hold is None:
            return super().child_run(name, run_id, outputs, **kwargs)
        return self._inner_run(self._hold.journal, name, run_id, outputs, kwargs)

    def _afterwards(self) -> ApiSink:
        """What takes reports once the run has ended."""
        return AfterwardsSink(self)

    def _refresh(self) -> Dict[str, Any]:
        """Ask for the description; where the daemon has not read of the run yet, it reads the parent's journal first."""
        try:
            return super()._refresh()
        except ApiError as error:
            if error.code != "not_found":
                raise
        self._above._refresh()
        return super()._refresh()


def start(parent: JournalRun, directory: str, name: Optional[str] = None, run_id: Optional[str] = None,
          outputs: Any = False, display_name: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
          **ignored: Any) -> InnerRun:
    """Make a run inside of another, whose journal is `directory`.

    UserErrorException: the id cannot be one or is taken by another child, or a folder cannot be used.
    """
    base = os.getcwd()
    folders = _outputs.tracked(outputs, base)
    run_id = checked(run_id) if run_id else str(uuid.uuid4())
    inside = os.path.join(directory, "children", run_id)
    until_space(directory, os.makedirs, os.path.dirname(inside), 0o700, True)
    try:
        until_space(directory, os.mkdir, inside, 0o700)
    except FileExistsError:
        raise UserErrorException("cannot make the child run '{}': run {} has one of that id already".format(
            run_id, parent.id)) from None
    facts = {"name": name, "display_name": display_name, "tags": _request.tag_texts(tags)}
    parent._line("child", run_id, "," + json.dumps(facts, ensure_ascii=False)[1:-1])
    run = InnerRun(parent.experiment, run_id, Hold(Journal(inside)), base, folders)
    run._above = parent
    run._unread = True
    _interactive.opened(run)
    return run


def checked(run_id: str) -> str:
    """An id that a run may have, as the daemon has it. UserErrorException: it may not."""
    plain = isinstance(run_id, str) and 1 <= len(os.fsencode(run_id)) <= 240 and not run_id.startswith(".")
    if not plain or not all(each.isalpha() or each in "0123456789._-" for each in run_id):
        raise UserErrorException("a run's id has 1 to 240 letters, digits, '.', '_' or '-', with no '.' first, not {!r}".format(run_id))
    return run_id
