# SPDX-License-Identifier: Apache-2.0
"""The run without a record: Run.get_context() outside of a run."""

from __future__ import annotations

import os
import sys

from .. import _objects, _runs
from .._base import checks, messages
from .._report.journal import MAX_LINE, head_of, short_name
from ..exceptions import AzureMLException
from ..run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional

    from ..environment import Environment
    from ..experiment import Experiment

_MOST_LINES = 1000000


class MemorySink:
    """Keeps the first million lines of the metric line protocol for as long as the process lives."""

    def __init__(self) -> None:
        self.lines: List[str] = []
        self._full = False

    def line(self, kind: str, name: object, fields: str = "") -> bool:
        """Keep one line, or drop it when there are too many, which is said once. False: it is too long, and the caller
        must split it."""
        if len(self.lines) >= _MOST_LINES:
            self._say_full()
            return True
        text = head_of(kind, name) + fields + "}"
        if len(text) > MAX_LINE:
            return False
        self.lines.append(text)
        return True

    def _say_full(self) -> None:
        """Print once that values are no longer kept."""
        if not self._full:
            self._full = True
            self.give_up("this process has no run, and get_metrics() has only the first {:,} logged values; submit the "
                         "script as a run to keep them all".format(_MOST_LINES))

    @staticmethod
    def give_up(sentence: str) -> None:
        """Print that a line is not kept."""
        messages.say(sentence)

    def add_file(self, name: str, path_or_stream: Any) -> None:
        """Does nothing: files are not kept."""

    add_newest = add_file

    @staticmethod
    def is_stale(name: str, path: str) -> Optional[bool]:
        """None: no file is kept."""
        return None


class _OfflineRun(Run):
    """A run without a record: logged values are printed, and can be read back here. Everything else does nothing."""

    number, parent = 0, None
    type, status, name = "azureml.offlinerun", "Running", "OfflineRun"
    display_name, description = "OfflineRun", ""

    def __init__(self, run_id: Optional[str] = None, **kwargs: Any) -> None:
        self._id = run_id or "OfflineRun_" + _uuid()
        self._facts = {"tags": {}, "properties": {}}
        self._memory = self._sink = MemorySink()

    @property
    def experiment(self) -> Experiment:
        """A name without a record, in the workspace that Workspace.from_config() finds."""
        return _objects.OfflineExperiment()

    @staticmethod
    def _attempted(kind: str, name: str, value: Any) -> None:
        """Print a value instead of logging it."""
        print("Attempted to log {} metric {}:\n{}".format(kind, name, value))

    @staticmethod
    def _kept(log: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        """Keep a value; if no run would accept it, print a warning."""
        try:
            log(*args, **kwargs)
        except AzureMLException as error:
            messages.warn(str(error))

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Print a value."""
        self._attempted("scalar", name, value)
        self._kept(super().log, name, value, description, step)

    def log_list(self, name: str, value: Iterable[Any], description: str = "", step: Optional[int] = None) -> None:
        """Print a list."""
        value = [*value] if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)) else value
        self._attempted("list", name, value)
        self._kept(super().log_list, name, value, description, step)

    def log_row(self, name: str, description: Optional[str] = None, **kwargs: Any) -> None:
        """Print a row."""
        self._attempted("row", name, kwargs)
        self._kept(super().log_row, name, description, **kwargs)

    def log_table(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Print a table."""
        self._attempted("table", name, value)
        self._kept(super().log_table, name, value, description, step)

    def log_image(self, name: str, path: Any = None, plot: Any = None, description: str = "",
                  step: Optional[int] = None) -> None:
        """Print where the image is, without rendering it."""
        self._attempted("image", name, plot if path is None else path)

    def _document(self, schema: str, name: str, value: Any, tail: str) -> None:
        """Print a JSON document."""
        self._attempted(schema, name, value)

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: Optional[str] = None) -> None:
        """Print the file's name and path."""
        print("Attempted to track file {} at {}".format(name, path_or_stream))

    def upload_files(self, names: List[str], paths: List[Any], return_artifacts: bool = False,
                     timeout_seconds: Optional[int] = None, datastore_name: Optional[str] = None) -> None:
        """Print the names and paths of files."""
        self._kept(super().upload_files, names, paths)

    def upload_folder(self, name: str, path: str, datastore_name: Optional[str] = None) -> None:
        """Print the names and paths of a folder's files."""
        self._kept(super().upload_folder, name, path)

    def register_model(self, model_name: str, model_path: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
                       properties: Optional[Dict[str, Any]] = None, model_framework: Optional[str] = None,
                       model_framework_version: Optional[str] = None, description: Optional[str] = None,
                       datasets: Any = None, sample_input_dataset: Any = None, sample_output_dataset: Any = None,
                       resource_configuration: Any = None, **kwargs: Any) -> Any:
        """Print the model's name and path. Returns None."""
        print("Attempted to register model {} from {}".format(model_name, model_path or model_name))

    def tag(self, key: str, value: Optional[str] = None) -> None:
        """Keep a tag in this object."""
        self._facts["tags"][str(key)] = None if value is None else str(value)

    def remove_tags(self, tags: Any) -> None:
        """Remove tags from this object."""
        for key in checks.names("tags", tags):
            self._facts["tags"].pop(str(key), None)

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Keep properties in this object."""
        for key, value in checks.pairs("properties", properties):
            self._facts["properties"].setdefault(str(key), str(value))

    def _refresh(self) -> Dict[str, Any]:
        """The tags and properties of this object."""
        return self._facts

    def get_status(self) -> str:
        """"Running", because the script runs."""
        return "Running"

    def get_metrics(self, name: Optional[str] = None, recursive: bool = False, run_type: Optional[str] = None,
                    populate: bool = False) -> Dict[str, Any]:
        """The logged values, in the same shape as for any run; images and documents are not kept."""
        name = name if name is None else short_name(name)
        found = _runs.line_metrics.shaped(self._memory.lines, self._id, name)
        return ({self._id: found} if found else {}) if recursive else found

    def get_details(self) -> Dict[str, Any]:
        """The id and the state."""
        return {"runId": self._id, "target": "local", "status": "Running", "properties": self.properties,
                "inputDatasets": [], "outputDatasets": [], "logFiles": {}}

    def wait_for_completion(self, show_output: bool = False, wait_post_processing: bool = False,
                            raise_on_error: bool = True) -> Dict[str, Any]:
        """Return at once: there is nothing to wait for."""
        return self.get_details()

    def get_file_names(self) -> List[str]:
        """No files: none are kept."""
        return []

    def download_file(self, name: str, output_file_path: Optional[str] = None,
                      _validate_checksum: bool = False) -> None:
        """Does nothing: no files are kept."""

    def download_files(self, *args: Any, **kwargs: Any) -> None:
        """Does nothing: no files are kept."""

    def get_all_logs(self, destination: Optional[str] = None) -> List[str]:
        """No files: none are kept."""
        return []

    def get_environment(self) -> Environment:
        """The interpreter that runs the script."""
        made = _objects.Environment(self.name)
        made.python.user_managed_dependencies, made.python.interpreter_path = True, sys.executable
        return made

    def get_secret(self, name: str) -> Optional[str]:
        """None: there are no secrets."""
        return None

    def get_secrets(self, secrets: List[str]) -> Dict[str, Optional[str]]:
        """None for each name: there are no secrets."""
        return dict.fromkeys(secrets)

    def get_children(self, *args: Any, **kwargs: Any) -> Iterator[Run]:
        """No runs."""
        return iter(())

    def get_portal_url(self) -> str:
        """Empty: the portal has no page for it."""
        return ""

    def cancel(self) -> None:
        """Does nothing."""

    def clean(self) -> None:
        """Does nothing."""

    def complete(self, _set_status: bool = True) -> None:
        """Does nothing."""

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Does nothing."""

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> Run:
        """Another offline run."""
        return _OfflineRun()

    def create_children(self, count: Optional[int] = None, tag_key: Optional[str] = None,
                        tag_values: Any = None) -> Iterator[Run]:
        """Other offline runs."""
        return iter([_OfflineRun() for _ in (range(count or 0) if tag_values is None else tag_values)])

    def submit_child(self, config: Any, tags: Optional[Dict[str, Any]] = None, **kwargs: Any) -> Run:
        """Another offline run; nothing is started."""
        return _OfflineRun()

    def take_snapshot(self, file_or_folder_path: Any) -> str:
        """Empty: no snapshot is taken."""
        return ""

    def get_snapshot_id(self) -> Optional[str]:
        """None: there is no snapshot."""
        return None

    def restore_snapshot(self, snapshot_id: Optional[str] = None, path: Optional[str] = None) -> str:
        """Empty: there is no snapshot."""
        return ""

    def __repr__(self) -> str:
        """The class and the id."""
        return "_OfflineRun(id={})".format(self._id)


def _uuid() -> str:
    """A random UUID, without the cost of importing the module uuid."""
    raw = bytearray(os.urandom(16))
    raw[6], raw[8] = raw[6] & 0x0F | 0x40, raw[8] & 0x3F | 0x80
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
