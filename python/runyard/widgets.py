# SPDX-License-Identifier: Apache-2.0
"""RunDetails: a live view of a run in a notebook, which needs no other package."""

import contextvars
import sys
import threading
from typing import TYPE_CHECKING, Any, Dict, Optional

from ._base import messages
from ._client.api import Client, path_of
from ._runs import details, view
from ._runs.run_status import FINAL
from .exceptions import AzureMLException, UserErrorException

if TYPE_CHECKING:
    from .run import Run

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 5.0
_LOG_LINES = 40
_CHILDREN = 50
_POINTS = 50  # of each child run of a sweep


class RunDetails:
    """A view of one run.

    >>> RunDetails(run).show()
    """

    def __init__(self, run_instance: "Run") -> None:
        """UserErrorException: `run_instance` is no run."""
        if not hasattr(run_instance, "get_metrics") or not hasattr(run_instance, "id"):
            raise UserErrorException("RunDetails takes a run, not {}".format(type(run_instance).__name__))
        self._run = run_instance

    def show(self, render_lib: Any = None, widget_settings: Optional[Dict[str, Any]] = None) -> None:
        """Show the run. In a notebook the view follows the run until it ends, in the background; elsewhere it is
        printed once."""
        if _offline(self._run):
            messages.to_stdout(view.offline(self._run.id))
            return
        seen = self._seen()
        display = _notebook_display()
        if display is None:
            messages.to_stdout(view.text(seen))
            return
        handle = display(_Html(view.html(seen)), display_id=True)
        if handle is not None and seen["run"]["status"] not in FINAL:
            follower = _Follower(handle, self._run.id)
            inside = contextvars.copy_context()  # by which the notebook knows the cell of an output
            threading.Thread(target=inside.run, args=(follower.follow,), name="runyard-view", daemon=True).start()

    def get_widget_data(self, widget_settings: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """The data of the view: status, run_id, run_properties, run_metrics, child_runs, run_logs, ..."""
        if _offline(self._run):
            return {"status": self._run.status, "run_id": self._run.id, "loading": False}
        return view.widget_data(self._seen(), widget_settings)

    def _seen(self) -> Dict[str, Any]:
        """The current parts of the view."""
        own = Client()
        try:
            return look(own, self._run.id)
        finally:
            own.close()

    def __repr__(self) -> str:
        """The class and the run's id."""
        return "RunDetails({})".format(self._run.id)


class _Follower:
    """Updates one output of a notebook until its run has ended, on a thread of its own."""

    def __init__(self, handle: Any, run_id: str) -> None:
        self._handle = handle
        self._run_id = run_id
        self._client = Client()

    def follow(self) -> None:
        """Update the view periodically; it says so if the daemon does not answer."""
        last, pause, final = "", _FIRST_PAUSE, False
        try:
            while not final:
                facts = self._client.call("GET", path_of("runs", self._run_id, "wait"), timeout=60.0,
                                          query={"timeout": int(pause)})
                final = facts["status"] in FINAL
                last, before = view.html(look(self._client, self._run_id)), last
                if last != before:
                    self._handle.update(_Html(last))
                pause = min(pause * 1.3, _LONGEST_PAUSE)
        except (AzureMLException, OSError) as error:
            self._handle.update(_Html(last + view.note(str(error))))
        finally:
            self._client.close()


class _Html:
    """HTML for a notebook."""

    def __init__(self, text: str) -> None:
        self._text = text

    def _repr_html_(self) -> str:
        """The HTML."""
        return self._text

    def __repr__(self) -> str:
        """The text for places without HTML."""
        return "<run>"


def look(client: Client, run_id: str) -> Dict[str, Any]:
    """The parts of the view: run, metrics, children, sweep (None: it is no sweep), log (its last lines)."""
    run = client.call("GET", path_of("runs", run_id))
    metrics = client.call("GET", path_of("runs", run_id, "metrics"), query={"times": 0})["items"]
    children = client.call("GET", path_of("runs"), query={"parent": run_id, "limit": _CHILDREN})["items"]
    sweep = None
    if details.is_sweep(run):
        sweep = client.call("GET", path_of("runs", run_id, "sweep"), query={"points": _POINTS})
    return {"run": run, "metrics": metrics[0]["metrics"] if metrics else [], "children": children, "sweep": sweep,
            "log": "" if run["kind"] == "interactive" else _log(client, run)}


def _log(client: Client, run: Dict[str, Any]) -> str:
    """The last lines of the log; of the environment's log if the program has not started."""
    query = {"tail": _LOG_LINES, "name": "driver" if run.get("started") else "environment"}
    data = client.open("GET", path_of("runs", run["id"], "log"), query=query).all()
    return data.decode("utf-8", "replace")


def _notebook_display() -> Any:
    """IPython's display() in a notebook; None in a terminal or a script."""
    ask = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = ask() if ask is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display  # type: ignore[import-not-found,unused-ignore]
    return display


def _offline(run: Any) -> bool:
    """Whether the run has no record."""
    return type(run).__name__ == "_OfflineRun"
