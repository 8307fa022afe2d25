# SPDX-License-Identifier: Apache-2.0
"""wait_for_completion: the frame that it prints, the log between, and waiting without printing."""

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
from ..exceptions import ActivityFailedException, AzureMLException, ExperimentExecutionException, UserErrorException
from .run_status import FINAL
from .submit import waits

if TYPE_CHECKING:
    from .run_client import RunClient

LOG, ENVIRONMENT_LOG = "azureml-logs/70_driver_log.txt", "azureml-logs/20_environment_log.txt"
_SLICE = 30
_SLICE_QUEUED = 2
_OF_BUILDS = (b"\nbuilding the environment ", b"\nwaiting: ")  # beginnings of lines
_NO_ERROR = "Detailed error not set on the Run. Please check the logs for details."


def for_completion(run: "RunClient", show_output: bool, raise_on_error: bool) -> Dict[str, Any]:
    """Wait for a run's end and give its details. ActivityFailedException: it failed, where that is to be raised."""
    if run.id == os.environ.get("RUNYARD_RUN_ID"):
        raise UserErrorException("run {} cannot wait for its own end".format(run.id))
    facts = run._refresh()
    if facts["kind"] == "interactive" and facts["status"] not in FINAL:
        _tell_of_own(run.id)
    if show_output:
        show(facts)
    run._facts = until_final(run.id, client, show_output)
    details = run.get_details()
    failed = details["status"] == "Failed"
    error = details.get("error") if failed else None
    if show_output:
        warnings = [each["message"] for each in details.get("warnings", ())]
        to_stdout(summary(run.id, run.get_portal_url(), warnings, None if raise_on_error else error))
    if failed and raise_on_error:
        text = json.dumps(error, indent=4, ensure_ascii=False) if error else _NO_ERROR
        raise ActivityFailedException("Activity Failed:\n" + text, error_details=text)
    return details


def _tell_of_own(run_id: str) -> None:
    """Say who can end a run that this process is."""
    if _objects.interactive.is_open(run_id):
        say("run {} belongs to this Python: it ends with its complete(), fail() or cancel()".format(run_id))


def until_final(run_id: str, through: Client, tell: bool) -> Dict[str, Any]:
    """Wait until the run's final state is public; the run. `tell`: print what it waits for, whenever that changes.

    Called inside a run: that run lends its slot meanwhile.
    """
    said: Optional[str] = None
    slice_ = _SLICE_QUEUED if tell else _SLICE
    while True:
        run = through.call("GET", path_of("runs", run_id, "wait"), timeout=_SLICE + 60.0, query={"timeout": slice_})
        if run["status"] in FINAL:
            return dict(run)
        if tell and run.get("waiting") and run["waiting"] != said:
            said = run["waiting"]
            to_stdout(waits(run) + "\n")
        slice_ = _SLICE_QUEUED if run["status"] == "Queued" and tell else _SLICE


def head(run_id: str, url: str) -> str:
    """What is printed first."""
    return "RunId: {}\nWeb View: {}\n".format(run_id, url)


def log_head(name: str = LOG) -> str:
    """What is printed before a log."""
    return "\nStreaming {}\n{}\n\n".format(name, "=" * (len(name) + 10))


def summary(run_id: str, url: str, warnings: List[str], error: Optional[Dict[str, Any]]) -> str:
    """What is printed last; `error` only where it is not raised."""
    text = "\nExecution Summary\n=================\nRunId: {}\nWeb View: {}\n".format(run_id, url)
    if warnings:
        text += "\nWarnings:\n" + "\n".join(warnings) + "\n"
    if error is not None:
        text += "\nError:\n" + json.dumps(error, indent=4, ensure_ascii=False) + "\n"
    return text + "\n"


def writer() -> Callable[[bytes], None]:
    """Writes bytes to stdout as they are; as text where stdout takes nothing else (notebooks), and to a terminal, which gets
    text and colors only; nowhere without one."""
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
    """Print the frame's head and the logs. ExperimentExecutionException: interrupted from the keyboard."""
    run_id = run["id"]
    to_stdout(head(run_id, run["url"]))
    if run["kind"] == "interactive":
        return
    if run["status"] not in FINAL:
        threading.Thread(target=_beside, args=(run_id,), name="runyard-wait", daemon=True).start()
    write = writer()
    log: Log = BuildLog(write)
    try:
        log.follow(run_id)
        log.end()
        log = Log(write)
        log.follow(run_id)
    except KeyboardInterrupt:
        raise ExperimentExecutionException(
            "The output streaming for the run interrupted.\nBut the run is still executing on the compute target. \n"
            "To cancel it: run.cancel(), or in a shell: runyard cancel {}".format(run_id)) from None
    finally:
        log.end()


def _beside(run_id: str) -> None:
    """While the log is followed: say why the run waits, and lend it the slot of the run that waits for it."""
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
        self._begun = False
        self._last = b"\n"

    def follow(self, run_id: str) -> None:
        """Print until the run is final; goes on where it stopped when the connection to the daemon is lost."""
        while not self._followed(run_id):
            time.sleep(0.2)

    def _followed(self, run_id: str) -> bool:
        """Print what one connection brings; False: it was lost."""
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
        if not self._begun:
            self._write(log_head(self.heading).encode("ascii"))
        self._begun = True
        self._write(block)
        self._last = block[-1:]

    def end(self) -> None:
        """What follows begins on a line of its own."""
        if self._last != b"\n":
            self._write(b"\n")


class BuildLog(Log):
    """Prints the log of preparing a run's environment from where a build is told of; nothing where none is."""

    name, heading = "environment", ENVIRONMENT_LOG

    def __init__(self, write: Callable[[bytes], None]) -> None:
        super().__init__(write)
        self._held = b"\n"  # before each line there is an end of line

    def put(self, block: bytes) -> None:
        """Print one block, or hold it back until it is known what it tells of."""
        self._offset += len(block)
        if self._begun:
            self._print(block)
            return
        self._held += block
        found = [at for at in map(self._held.find, _OF_BUILDS) if at >= 0]
        if found:
            self._print(self._held[min(found) + 1:])
        else:
            self._held = self._held[self._held.rfind(b"\n"):]
