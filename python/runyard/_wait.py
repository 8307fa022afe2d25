# SPDX-License-Identifier: Apache-2.0
"""wait_for_completion: the frame that it prints, the log between, and waiting without printing."""

import json
import os
import sys
import threading
import time
from typing import Any, Callable, Dict, List, Optional

from ._client import Client, client, path_of
from ._submit import say
from .exceptions import AzureMLException, ExperimentExecutionException

LOG = "azureml-logs/70_driver_log.txt"
FINAL = ("Completed", "Failed", "Canceled")
_SLICE = 30


def until_final(run_id: str, through: Client = client) -> Dict[str, Any]:
    """Wait until the run's final state is public; the run. Inside a run, that run lends its slot meanwhile."""
    said: Optional[str] = None
    while True:
        run = through.call("GET", path_of("runs", run_id, "wait"), timeout=_SLICE + 60.0,
                           query={"timeout": _SLICE, "waiter": os.environ.get("RUNYARD_RUN_ID")})
        if run["status"] in FINAL:
            return dict(run)
        if run.get("waiting") and run["waiting"] != said:
            said = run["waiting"]
            say("{} is {}".format(run_id, said))


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
    """Writes bytes to stdout as they are; as text where stdout takes nothing else (notebooks)."""
    out = sys.stdout
    raw = getattr(out, "buffer", None)
    if raw is None:
        import codecs
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        return lambda block: (out.write(decode(block)), out.flush(), None)[2]
    out.flush()
    return lambda block: (raw.write(block), raw.flush(), None)[2]


def stream(run_id: str, write: Callable[[bytes], None]) -> Optional[int]:
    """Write the log as it comes, until the run is final; the last byte, None for an empty log.

    Begins where it stopped when the connection to the daemon is lost.
    """
    offset, last = 0, None
    while True:
        reply = client.open("GET", path_of("runs", run_id, "log"), query={"offset": offset, "follow": 1},
                            timeout=None)
        try:
            for block in iter(reply.read, b""):
                write(block)
                offset, last = offset + len(block), block[-1]
            return last
        except OSError:
            time.sleep(0.2)
        finally:
            reply.close()


def show(run: Dict[str, Any]) -> None:
    """Print the frame's head and the log. ExperimentExecutionException: interrupted from the keyboard."""
    run_id = run["id"]
    sys.stdout.write(head(run_id, run["url"]))
    if run.get("waiting"):
        say("{} is {}".format(run_id, run["waiting"]))
    if os.environ.get("RUNYARD_RUN_ID"):
        threading.Thread(target=_lend, args=(run_id,), name="runyard-wait", daemon=True).start()
    printed = _Printed(writer())
    try:
        last = stream(run_id, printed)
    except KeyboardInterrupt:
        raise ExperimentExecutionException(
            "The output streaming for the run interrupted.\nBut the run is still executing on the compute target. \n"
            "To cancel it: run.cancel(), or in a shell: runyard cancel {}".format(run_id)) from None
    if last is not None and last != 10:
        printed(b"\n")


def _lend(run_id: str) -> None:
    """Hold a wait open, so that the run of this process lends its slot while the log is followed."""
    try:
        until_final(run_id, Client())
    except (AzureMLException, OSError):
        pass


class _Printed:
    """Writes the log's heading before its first bytes."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._begun = False

    def __call__(self, block: bytes) -> None:
        """Write one block."""
        if not self._begun:
            self._begun = True
            self._write(log_head().encode("ascii"))
        self._write(block)
