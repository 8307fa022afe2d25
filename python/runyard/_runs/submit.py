# SPDX-License-Identifier: Apache-2.0
"""Sending a run: the request, its repetition, the source where the daemon cannot see it, and what is said meanwhile."""

import os
import threading
from typing import Any, Callable, Dict

from .._base.messages import say, to_stdout
from .._client import files, targets
from .._client.api import ApiError, Client, client, path_of
from ..exceptions import AzureMLException, ExperimentExecutionException, SnapshotException
from . import ignore


def send(request: Dict[str, Any]) -> Dict[str, Any]:
    """Start a run; the run as the API describes it.

    SnapshotException: the folder is too large; ExperimentExecutionException: refused for another reason.
    """
    request["target"] = targets.known_or_local(request["target"])
    progress = _Progress(request["submission_id"])
    try:
        run = _post(request)
    except ApiError as error:
        raise _refusal(error) from None
    finally:
        progress.stop()
    _report(run)
    return run


def _post(request: Dict[str, Any]) -> Dict[str, Any]:
    """POST /runs; with the source sent first, where the daemon asks for that."""
    return with_source(request["source"], lambda: client.call("POST", path_of("runs"), request, timeout=None))


def with_source(source: Dict[str, Any], ask: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:
    """What `ask` answers; where the daemon does not see the source, it is sent, and asked again."""
    try:
        return ask()
    except ApiError as error:
        if error.code != "send_it":
            raise
    source["upload"] = _upload(source)
    return ask()


def _upload(source: Dict[str, Any]) -> str:
    """Send the files of a folder that the daemon does not have; the upload's id."""
    folder = source["directory"]
    if not isinstance(folder, str):
        raise SnapshotException("cannot send a folder whose name is not UTF-8")
    asked = {"files": ignore.entries(folder), "ignore_files": ignore.ignore_files(folder), "large": source["large"]}
    answer = client.call("POST", path_of("uploads"), asked, timeout=None)
    for number, path in enumerate(answer["wanted"], 1):
        _send(path_of("uploads", answer["upload"], path), os.path.join(folder, path))
        if number % 500 == 0:
            say("sent {} of {} files of {}".format(number, len(answer["wanted"]), folder))
    return str(answer["upload"])


def _send(path: str, file_name: str) -> None:
    """Send one file. SnapshotException: it cannot be read."""
    try:
        with open(file_name, "rb") as file:
            files.put(path, file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise SnapshotException("cannot send {}: {}".format(file_name, error.strerror or error)) from None


def _refusal(error: ApiError) -> AzureMLException:
    """The exception of v1 for a submit that the daemon refused."""
    if error.code == "limit":
        return SnapshotException(error.message + largest(error.details))
    if error.code in ("bad_request", "conflict", "not_found", "too_large"):
        return ExperimentExecutionException(error.message)
    return error


def largest(details: Dict[str, Any]) -> str:
    """The ten largest entries of a folder, each with the line of an ignore file that leaves it out."""
    lines = ["\n  {}  ({} bytes, {} files; to leave it out: {})".format(
        each.get("path"), each.get("bytes"), each.get("files"), each.get("ignore_line"))
        for each in details.get("largest", ())]
    if not lines:
        return ""
    return "\nThe largest entries, and the lines for .amlignore:{}\nTo take it all: ScriptRunConfig(..., " \
           "large=True)".format("".join(lines))


def _report(run: Dict[str, Any]) -> None:
    """Print what was left out of the snapshot, what is odd about the run, and why it waits."""
    snapshot = run.get("snapshot") or {}
    for sentence in [snapshot.get("left_out")] + list(run.get("warnings") or ()):
        if sentence:
            to_stdout("{}\n".format(sentence))
    if run.get("waiting"):
        to_stdout(waits(run) + "\n")


def waits(run: Dict[str, Any]) -> str:
    """Why a run waits, as a line."""
    return "Run {} is {}".format(run["id"], run["waiting"])


class _Progress:
    """Says what a submit is doing once it takes longer than a second; ends with stop()."""

    def __init__(self, submission_id: str) -> None:
        self._id = submission_id
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="runyard-submit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The submit has been answered."""
        self._done.set()

    def _follow(self) -> None:
        """Ask once a second, on a connection of its own, until the submit is answered."""
        own = Client()
        while not self._done.wait(1.0):
            try:
                facts = own.call("GET", path_of("submissions", self._id), timeout=5.0)
            except (AzureMLException, OSError):
                continue
            if not self._done.is_set() and facts.get("phase") != "queued":
                say(_progress(facts))
        own.close()


def _progress(facts: Dict[str, Any]) -> str:
    """What a submit is doing, in words."""
    total = facts.get("total_bytes") or 0
    share = " of {:.1f}".format(total / 1e6) if total else ""
    return "snapshot: {}, {} files, {:.1f}{} MB".format(
        facts.get("phase"), facts.get("files", 0), (facts.get("bytes") or 0) / 1e6, share)
