# SPDX-License-Identifier: Apache-2.0
"""wait_for_completion: waiting for a run, and printing a heading, the log as it grows, and a summary."""

import json
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from .. import _objects
from .._base.harmless import Harmless, is_terminal
from .._base.messages import flush, say, to_stdout
from .._client.api import Client, client, path_of
from .._data import outputs
from ..exceptions import ActivityFailedException, AzureMLException, ExperimentExecutionException, UserErrorException
from .details import is_sweep
from .run_status import FINAL
from .submit import waits

if TYPE_CHECKING:
    from .run_client import RunClient

LOG, ENVIRONMENT_LOG = "azureml-logs/70_driver_log.txt", "azureml-logs/20_environment_log.txt"
SWEEP_LOG = "azureml-logs/hyperdrive.txt"  # as v1 named the log of a sweep
_SLICE = 30
_SLICE_QUEUED = 2
_OF_BUILDS = (b"\nbuilding the environment ", b"\nwaiting: ")  # how lines of a build begin
_NO_ERROR = "Detailed error not set on the Run. Please check the logs for details."


def for_completion(run: "RunClient", show_output: bool, raise_on_error: bool) -> Dict[str, Any]:
    """Wait for a run's end. Returns its details. ActivityFailedException: it failed, and raise_on_error is set."""
    if run.id == os.environ.get("RUNYARD_RUN_ID"):
        raise UserErrorException("run {} cannot wait for its own end".format(run.id))
    facts = run._refresh()
    if facts["kind"] == "interactive" and facts["status"] not in FINAL:
        _say_who_ends(run.id)
    if show_output:
        show(facts)
    run._facts = until_final(run.id, client, show_output)
    if outputs.VARIABLE in (run._facts.get("environment") or {}):
        outputs.settle(run.experiment.workspace)
    details = run.get_details()
    failed = details["status"] == "Failed"
    error = details.get("error") if failed else None
    if show_output:
        warnings = [warning["message"] for warning in details.get("warnings", ())]
        to_stdout(summary(run.id, run.get_portal_url(), warnings, None if raise_on_error else error))
    if failed and raise_on_error:
        text = json.dumps(error, indent=4, ensure_ascii=False) if error else _NO_ERROR
        raise ActivityFailedException("Activity Failed:\n" + text, error_details=text)
    return details


def _say_who_ends(run_id: str) -> None:
    """If this process is the run, say how it ends."""
    if _objects.interactive.is_open(run_id):
        say("run {} belongs to this Python: it ends with its complete(), fail() or cancel()".format(run_id))


def until_final(run_id: str, through: Client, report: bool) -> Dict[str, Any]:
    """Wait until the run's final state is public. Returns the run. `report`: print what it waits for, at every change.

    If this is called inside a run, that run yields its slot meanwhile.
    """
    reported: Optional[str] = None
    slice_ = _SLICE_QUEUED if report else _SLICE
    while True:
        run = through.call("GET", path_of("runs", run_id, "wait"), timeout=_SLICE + 60.0, query={"timeout": slice_})
        if run["status"] in FINAL:
            return dict(run)
        if report and run.get("waiting") and run["waiting"] != reported:
            reported = run["waiting"]
            to_stdout(waits(run) + "\n")
        slice_ = _SLICE_QUEUED if run["status"] == "Queued" and report else _SLICE


def head(run_id: str, url: str) -> str:
    """The text before everything else."""
    return "RunId: {}\nWeb View: {}\n".format(run_id, url)


def log_head(name: str = LOG) -> str:
    """The text before a log."""
    return "\nStreaming {}\n{}\n\n".format(name, "=" * (len(name) + 10))


def summary(run_id: str, url: str, warnings: List[str], error: Optional[Dict[str, Any]]) -> str:
    """The text after everything else; `error` only if it is not raised."""
    text = "\nExecution Summary\n=================\nRunId: {}\nWeb View: {}\n".format(run_id, url)
    if warnings:
        text += "\nWarnings:\n" + "\n".join(warnings) + "\n"
    if error is not None:
        text += "\nError:\n" + json.dumps(error, indent=4, ensure_ascii=False) + "\n"
    return text + "\n"


def writer() -> Callable[[bytes], None]:
    """A function that writes bytes to stdout unchanged; as text if stdout accepts only text (notebooks), or is a
    terminal, which gets only text and colors. Without stdout it does nothing."""
    stream = sys.stdout
    if stream is None:
        return lambda block: None
    raw: Any = getattr(stream, "buffer", None)
    if raw is None or is_terminal(stream):
        import codecs
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        passed: Callable[[str], str] = Harmless().passed if is_terminal(stream) else str
        return lambda block: to_stdout(passed(decode(block)))
    flush(stream)

    def write(block: bytes) -> None:
        raw.write(block)
        flush(raw)
    return write


def show(run: Dict[str, Any]) -> None:
    """Print the heading and the logs. ExperimentExecutionException: interrupted from the keyboard."""
    run_id = run["id"]
    to_stdout(head(run_id, run["url"]))
    if run["kind"] == "interactive":
        return
    if run["status"] not in FINAL:
        threading.Thread(target=_wait_beside, args=(run_id,), name="runyard-wait", daemon=True).start()
    write = writer()
    log: Log = BuildLog(write)
    try:
        log.follow(run_id)
        log.end()
        log = Log(write)
        log.heading = SWEEP_LOG if is_sweep(run) else LOG
        log.follow(run_id)
    except KeyboardInterrupt:
        raise ExperimentExecutionException(
            "The output streaming for the run interrupted.\nBut the run is still executing on the compute target. \n"
            "To cancel it: run.cancel(), or in a shell: runyard cancel {}".format(run_id)) from None
    finally:
        log.end()


def _wait_beside(run_id: str) -> None:
    """While the log is followed: print why the run waits, and yield the slot of the run that waits for it."""
    own = Client()
    try:
        until_final(run_id, own, True)
    except (AzureMLException, OSError):
        pass
    finally:
        own.close()


class Log:
    """Prints a run's log as its bytes come, under its heading; nothing for an empty log."""

    name, heading = "driver", LOG

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._offset = 0  # of what was read
        self._started = False
        self._last = b"\n"

    def follow(self, run_id: str) -> None:
        """Print until the run is final. Continues where it stopped if the connection to the daemon is lost."""
        while not self._followed(run_id):
            time.sleep(0.2)

    def _followed(self, run_id: str) -> bool:
        """Print the log that one connection delivers. False: the connection was lost."""
        query = {"name": self.name, "offset": self._offset, "follow": 1}
        reply = client.open("GET", path_of("runs", run_id, "log"), query=query, timeout=None)
        try:
            while True:
                try:
                    block = reply.read()
                except OSError:
                    return False
                if not block:
                    return True
                self.put(block)
        finally:
            reply.close()

    def put(self, block: bytes) -> None:
        """Print one block."""
        self._offset += len(block)
        self._print(block)

    def _print(self, block: bytes) -> None:
        """Write a block, and the heading before the first one."""
        if not self._started:
            self._write(log_head(self.heading).encode("ascii"))
        self._started = True
        self._write(block)
        self._last = block[-1:]

    def end(self) -> None:
        """End the last line, so that the next text begins on a new one."""
        if self._last != b"\n":
            self._write(b"\n")


class BuildLog(Log):
    """Prints the log of preparing a run's environment from the start of a build; nothing without a build."""

    name, heading = "environment", ENVIRONMENT_LOG

    def __init__(self, write: Callable[[bytes], None]) -> None:
        super().__init__(write)
        self._held = b"\n"  # so that every line has an end of line before it

    def put(self, block: bytes) -> None:
        """Print one block, or keep it until a build starts."""
        self._offset += len(block)
        if self._started:
            self._print(block)
            return
        self._held += block
        found = [at for at in map(self._held.find, _OF_BUILDS) if at >= 0]
        if found:
            self._print(self._held[min(found) + 1:])
        else:
            self._held = self._held[self._held.rfind(b"\n"):]
