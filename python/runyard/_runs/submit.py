# SPDX-License-Identifier: Apache-2.0
"""Submitting a run: the request, its refusal, and progress messages."""

import threading
from typing import Any, Callable, Dict

from .._base.messages import say, to_stdout
from .._client import targets
from .._client.api import ApiError, Client, client, path_of
from ..exceptions import AzureMLException, ExperimentExecutionException, SnapshotException
from . import upload


def send(request: Dict[str, Any]) -> Dict[str, Any]:
    """Submit a run. Returns its description.

    SnapshotException: the folder is too large. ExperimentExecutionException: the daemon refused for another reason.
    """
    request["target"] = targets.known_or_local(tuple(request["workspace"].values()), request["target"])
    progress = _Progress(request["submission_id"])
    try:
        run = _post(request)
    except ApiError as error:
        raise refusal(error) from None
    finally:
        progress.stop()
    _report(run)
    return run


def _post(request: Dict[str, Any]) -> Dict[str, Any]:
    """POST /runs; send the source first, if the daemon asks for it."""
    return with_source(request["source"], lambda: client.call("POST", path_of("runs"), request, timeout=None))


def with_source(source: Dict[str, Any], ask: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:
    """The result of `ask`. If the daemon does not see the source, send it, and ask again."""
    try:
        return ask()
    except ApiError as error:
        if error.code != "send_it":
            raise
    source["upload"] = upload.send_folder(source)
    return ask()


def refusal(error: ApiError) -> AzureMLException:
    """The exception of v1 for a refused submit."""
    if error.code == "limit":
        return SnapshotException(error.message + largest(error.details))
    if error.code in ("bad_request", "conflict", "not_found", "too_large"):
        return ExperimentExecutionException(error.message)
    return error


def largest(details: Dict[str, Any]) -> str:
    """The ten largest entries of a folder, with the lines of an ignore file that exclude them."""
    lines = ["\n  {}  ({} bytes, {} files; to exclude it: {})".format(
        entry.get("path"), entry.get("bytes"), entry.get("files"), entry.get("ignore_line"))
        for entry in details.get("largest", ())]
    if not lines:
        return ""
    return "\nThe largest entries, and the lines for .amlignore:{}\nTo include everything: ScriptRunConfig(..., " \
           "large=True)".format("".join(lines))


def _report(run: Dict[str, Any]) -> None:
    """Print what the snapshot excludes, the run's warnings, and why it waits."""
    snapshot = run.get("snapshot") or {}
    for sentence in [snapshot.get("left_out")] + list(run.get("warnings") or ()):
        if sentence:
            to_stdout("{}\n".format(sentence))
    if run.get("waiting"):
        to_stdout(waits(run) + "\n")


def waits(run: Dict[str, Any]) -> str:
    """A sentence that says why a run waits."""
    return "Run {} is {}".format(run["id"], run["waiting"])


class _Progress:
    """Prints the progress of a submit that takes longer than a second, until stop()."""

    def __init__(self, submission_id: str) -> None:
        self._id = submission_id
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="runyard-submit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop: the submit has been answered."""
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
    """The progress of a submit, as a sentence."""
    total = facts.get("total_bytes") or 0
    share = " of {:.1f}".format(total / 1e6) if total else ""
    return "snapshot: {}, {} files, {:.1f}{} MB".format(
        facts.get("phase"), facts.get("files", 0), (facts.get("bytes") or 0) / 1e6, share)
