# SPDX-License-Identifier: Apache-2.0
"""TensorBoard beside runs: on the event files that they write below ./logs, and on their metrics."""

import atexit
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from ._base import messages, new_file
from ._client import files
from ._client.api import client, path_of
from ._runs.event_file import Scalar, blocks
from ._runs.run_status import FINAL
from .exceptions import AzureMLException, UserErrorException

if TYPE_CHECKING:
    from .run import Run

_LOGS = "logs/"
_PAUSE = 5.0  # seconds between two looks at the files of runs
_WAIT = 60.0  # seconds until TensorBoard says its address
_FILE = "events.out.tfevents.0000000000.runyard"


class Tensorboard:
    """A TensorBoard that shows the event files of runs, also while the runs write them.

    >>> board = Tensorboard([run])
    >>> board.start()
    'http://localhost:6006/'
    >>> board.stop()
    """

    def __init__(self, runs: Any, local_root: Optional[str] = None, port: int = 6006,
                 use_display_name: bool = False) -> None:
        """`runs`: a run or a list. Their files are copied below `local_root`, by default a folder for temporary files;
        without runs, TensorBoard shows what is there."""
        self._runs: List[Run] = runs if isinstance(runs, list) else [runs]
        self._root = os.path.abspath(local_root or tempfile.mkdtemp(prefix="tensorboard-"))
        self._port = port
        self._named = use_display_name
        self._process: Any = None
        self._stopped = threading.Event()

    def start(self, start_browser: bool = False) -> Optional[str]:
        """Start TensorBoard, which ends with this process. Returns its address; None: it has been started.

        UserErrorException: it is not installed, or does not start (the message has what it said), or the name of a run
        leads out of the folder.
        """
        if self._process is not None:
            return None
        folders = {run.id: files.inside(self._root, os.path.join(run.display_name if self._named else "", run.id))
                   for run in self._runs}
        for run in self._runs:
            copy_new(run.id, folders[run.id])
        os.makedirs(self._root, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tensorboard.main", "--logdir", self._root, "--port", str(self._port)],
            cwd="/",  # where modules of others, who may write to this folder, cannot stand in for those of Python
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        atexit.register(self.stop)
        address = self._address()
        self._stopped = threading.Event()
        threading.Thread(target=_follow, args=(self._runs, folders, self._stopped, _PAUSE), daemon=True).start()
        messages.to_stdout(address + "\n")
        if start_browser:
            import webbrowser  # large, and rarely asked for
            webbrowser.open(address)
        return address

    def stop(self) -> None:
        """Stop TensorBoard. Its files stay."""
        if self._process is None:
            return
        self._stopped.set()
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()
        self._process = None
        atexit.unregister(self.stop)

    def _address(self) -> str:
        """The address that TensorBoard says. UserErrorException: it ends, or says none in time."""
        said: List[str] = []
        found: List[str] = []
        known = threading.Event()
        reader = threading.Thread(target=_read, args=(self._process.stderr, said, found, known), daemon=True)
        reader.start()
        known.wait(_WAIT)
        if found:
            return found[0]
        self.stop()
        raise UserErrorException("cannot start TensorBoard with {}: {}. `pip install tensorboard` installs it there."
                                 .format(sys.executable, "".join(said).strip() or "it says no address"))


def _read(stream: Any, said: List[str], found: List[str], known: threading.Event) -> None:
    """Read what TensorBoard says until it ends: until its address is known, keep it."""
    try:
        for line in iter(stream.readline, b""):
            text = line.decode("utf-8", "replace")
            address = re.search(r"TensorBoard \S+ at (https?://\S+)", text)
            if address and not found:
                found.append(address.group(1))
                known.set()
            elif not found:
                said.append(text)
    except (OSError, ValueError):  # stop() has closed it
        pass
    known.set()


def _follow(runs: "List[Run]", folders: Dict[str, str], stopped: threading.Event, pause: float) -> None:
    """Copy what runs write until all have ended."""
    left = list(runs)
    while left and not stopped.wait(pause):
        try:
            ended = [run for run in left if run._refresh()["status"] in FINAL]
            for run in left:
                copy_new(run.id, folders[run.id])
        except (AzureMLException, OSError) as error:
            messages.warn("TensorBoard does not show new values: {}".format(error))
            continue
        left = [run for run in left if run not in ended]


def copy_new(run_id: str, folder: str) -> None:
    """Append to the copies of a run's event files what is new in them. OSError: a copy cannot be written."""
    for file in client.items(path_of("runs", run_id, "files")):
        if file["name"].startswith(_LOGS) and "tfevents" in file["name"]:
            path = files.inside(folder, file["name"][len(_LOGS):])
            have = os.path.getsize(path) if os.path.exists(path) else 0
            if file["size"] != have:
                _append(run_id, file["name"], path, have if file["size"] > have else 0)


def _append(run_id: str, name: str, path: str, have: int) -> None:
    """Add to a copy what the file has behind its first `have` bytes; TensorBoard reads on in the same file."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    reply = files.content(run_id, name)
    try:
        with open(path, "ab" if have else "wb") as copy:
            for block in iter(reply.read, b""):
                copy.write(block[have:])
                have = max(0, have - len(block))
    finally:
        reply.close()


def export_to_tensorboard(run_data: Any, logsdir: str, logger: Any = None, recursive: bool = True) -> None:
    """Write the scalar metrics of runs as event files: logsdir/<run id>/... for TensorBoard.

    `run_data`: a run, a list of runs or an experiment. recursive: the runs below them too. A later export replaces
    the files. UserErrorException: `run_data` is an empty list or none of these.

    >>> export_to_tensorboard(run, "exported")
    """
    for run in _all(run_data, recursive):
        metrics = client.call("GET", path_of("runs", run.id, "metrics"))["items"]
        scalars = [scalar for item in metrics for metric in item["metrics"] for scalar in _scalars(metric)]
        folder = os.path.join(logsdir, run.id)
        os.makedirs(folder, exist_ok=True)
        new_file.put(os.path.join(folder, _FILE), blocks(scalars, time.time()))


def _all(run_data: Any, recursive: bool) -> "Iterator[Run]":
    """The runs that are asked for."""
    if isinstance(run_data, list):
        if not run_data:
            raise UserErrorException("cannot export to TensorBoard: the list of runs is empty")
        runs = iter(run_data)
    elif hasattr(run_data, "get_runs"):
        runs = run_data.get_runs()
    elif hasattr(run_data, "get_metrics"):
        runs = iter([run_data])
    else:
        raise UserErrorException("cannot export to TensorBoard: run_data must be a run, a list of runs or an "
                                 "experiment, not {}".format(type(run_data).__name__))
    for run in runs:
        yield run
        if recursive:
            yield from run.get_children(recursive=True)


def _scalars(metric: Dict[str, Any]) -> Iterator[Scalar]:
    """The numbers of a metric; those of a table by column. A value without a step has its index as its step."""
    columns = {metric["name"]: metric["values"]} if metric["kind"] == "scalar" else {
        "{}/{}".format(metric["name"], name): cells for name, cells in metric.get("columns", {}).items()}
    steps, times = metric.get("steps") or [], metric.get("times") or []
    for tag, values in columns.items():
        for index, value in enumerate(values):
            if isinstance(value, (int, float)):
                step = steps[index] if index < len(steps) else None
                yield Scalar(tag, value, index if step is None else int(step),
                             _seconds(times[index]) if index < len(times) else time.time())


def _seconds(text: str) -> float:
    """A time of the API as seconds since 1970."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
