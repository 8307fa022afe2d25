# SPDX-License-Identifier: Apache-2.0
"""ScriptRun: a run seen from outside, through the daemon."""

import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _details, _metrics, _values, _wait
from ._client import ApiError, client, path_of
from ._submit import put_file
from ._http import Stream
from .exceptions import ActivityFailedException, UserErrorException
from .run import Run

if TYPE_CHECKING:
    from .experiment import Experiment

RUNNING_STATES = ("NotStarted", "Queued", "Preparing", "Provisioning", "Starting", "Running")
_NO_ERROR = "Detailed error not set on the Run. Please check the logs for details."


class ScriptRun(Run):
    """A submitted run: its state, metrics, files and log, and how to wait for it or cancel it."""

    def __init__(self, experiment: "Experiment", run_id: str, **kwargs: Any) -> None:
        """Attach to a run that exists. ServiceException (code not_found): there is none of that id."""
        super().__init__(run_id)
        self._experiment = experiment
        self._facts: Dict[str, Any] = {}
        self._refresh()

    @classmethod
    def _of(cls, experiment: "Experiment", facts: Dict[str, Any]) -> "ScriptRun":
        """A run that the daemon has described already."""
        made = cls.__new__(cls)
        Run.__init__(made, facts["id"])
        made._experiment, made._facts = experiment, facts
        return made

    def _refresh(self) -> Dict[str, Any]:
        """Ask for the run's description."""
        self._facts = client.call("GET", path_of("runs", self._id))
        return self._facts

    @property
    def experiment(self) -> "Experiment":
        """The experiment."""
        return self._experiment

    @property
    def number(self) -> int:
        """The run's number in its experiment, from 1."""
        return int(self._facts["number"])

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self._facts["name"])

    @property
    def type(self) -> Optional[str]:
        """azureml.scriptrun, or None for an interactive run."""
        return _details.type_of(self._facts)

    @property
    def status(self) -> str:
        """The state as last seen."""
        return str(self._facts["status"])

    @property
    def tags(self) -> Dict[str, Any]:
        """The tags as last seen."""
        return dict(self._facts.get("tags") or {})

    @property
    def properties(self) -> Dict[str, str]:
        """The properties as last seen."""
        return dict(self._facts.get("properties") or {})

    def get_status(self) -> str:
        """The state now."""
        return str(self._refresh()["status"])

    def get_tags(self) -> Dict[str, Any]:
        """The tags now."""
        self._refresh()
        return self.tags

    def get_properties(self) -> Dict[str, str]:
        """The properties now."""
        self._refresh()
        return self.properties

    def get_portal_url(self) -> str:
        """The address of the run's page."""
        return str(self._facts["url"])

    def get_metrics(self, name: Optional[str] = None, recursive: bool = False, run_type: Optional[str] = None,
                    populate: bool = False) -> Dict[str, Any]:
        """Metric name to value: one value alone, several as a list. recursive: run id to such a dictionary."""
        answer = client.call("GET", path_of("runs", self._id, "metrics"),
                             query={"name": name, "recursive": int(recursive), "times": 0})
        found = {each["run"]: _metrics.shaped(each["metrics"], each["run"]) for each in answer["items"]}
        if recursive:
            return {run: metrics for run, metrics in found.items() if metrics}
        return found.get(self._id, {})

    def get_details(self) -> Dict[str, Any]:
        """The run as v1 describes it, see _details.shaped."""
        facts = self._refresh()
        return _details.shaped(facts, self._log_files())

    def _files(self) -> List[Dict[str, Any]]:
        """The run's files as the API lists them."""
        return list(client.items(path_of("runs", self._id, "files")))

    def _log_files(self) -> Dict[str, str]:
        """Name to address of the captured logs."""
        root = self.get_portal_url().split("/runs/")[0]
        return {each["name"]: root + path_of("runs", self._id, "files", each["name"])
                for each in self._files() if each["kind"] == "log"}

    def get_file_names(self) -> List[str]:
        """The names of the run's files, logs included."""
        return [each["name"] for each in self._files()]

    def download_file(self, name: str, output_file_path: Optional[str] = None,
                      _validate_checksum: bool = False) -> None:
        """Write a file of the run; by default under its base name here. UserErrorException: there is no such file."""
        name = name.rsplit("/dcid.{}/".format(self._id), 1)[-1]
        target = _target(name, output_file_path)
        try:
            reply = client.open("GET", path_of("runs", self._id, "files", name))
        except ApiError as error:
            if error.code != "not_found":
                raise
            raise UserErrorException("File with path {} was not found,\navailable files include: {}.".format(
                name, ",".join(self.get_file_names()))) from None
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            for block in iter(reply.read, b""):
                file.write(block)

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: Optional[str] = None) -> None:
        """Add a file to the run. UserErrorException: the name is taken, or there is no such file."""
        where = path_of("runs", self._id, "files", name)
        try:
            _put(where, path_or_stream)
        except ApiError as error:
            if error.code != "conflict":
                raise
            raise UserErrorException("UserError: Resource Conflict: ArtifactId ExperimentRun/dcid.{}/{} already "
                                     "exists.".format(self._id, name)) from None
        except OSError as error:
            raise UserErrorException("cannot upload {} as '{}': {}".format(
                path_or_stream, name, error.strerror or error)) from None

    def tag(self, key: str, value: Optional[str] = None) -> None:
        """Set a tag; a later value wins."""
        self._add({"k": "tag", "n": str(key), "v": None if value is None else str(value)})

    def add_properties(self, properties: Dict[str, str]) -> None:
        """Set properties. UserErrorException: one of them has another value already."""
        try:
            self._add(*({"k": "property", "n": str(key), "v": str(value)} for key, value in properties.items()))
        except ApiError as error:
            raise UserErrorException(error.message) from None

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """One more value of a metric, also when the run has ended."""
        line: Dict[str, Any] = {"k": "scalar", "n": str(name), "v": json.loads(_values.cell(name, value))}
        line.update({key: field for key, field in (("d", description), ("s", step)) if field not in (None, "")})
        self._add(line)

    def _add(self, *lines: Dict[str, Any]) -> None:
        """Add lines of the metric line protocol to the record."""
        if lines:
            data = b"".join(json.dumps(line).encode("ascii") + b"\n" for line in lines)
            client.open("POST", path_of("runs", self._id, "lines"), data, kind="application/x-ndjson",
                        query={"client": os.urandom(8).hex(), "batch": 1}).all()

    def cancel(self) -> None:
        """Ask the run to end and return at once."""
        self._facts = client.call("POST", path_of("runs", self._id, "cancel"), {})

    def wait_for_completion(self, show_output: bool = False, wait_post_processing: bool = False,
                            raise_on_error: bool = True) -> Dict[str, Any]:
        """Wait for the end; the details. show_output prints the log as it comes.

        ActivityFailedException: the run failed, unless raise_on_error is False.
        """
        if show_output:
            _wait.show(self._refresh())
        self._facts = _wait.until_final(self._id)
        details = self.get_details()
        error = details.get("error") if self.status == "Failed" else None
        if show_output:
            self._print_summary(error if not raise_on_error else None)
        if self.status == "Failed" and raise_on_error:
            text = json.dumps(error, indent=4, ensure_ascii=False) if error else _NO_ERROR
            raise ActivityFailedException("Activity Failed:\n" + text, error_details=text)
        return details

    def _print_summary(self, error: Optional[Dict[str, Any]]) -> None:
        """The last part of what wait_for_completion prints."""
        import sys
        warnings = [str(each) for each in self._facts.get("warnings") or ()]
        sys.stdout.write(_wait.summary(self._id, self.get_portal_url(), warnings, error))
        sys.stdout.flush()

    def __repr__(self) -> str:
        """As v1 prints it."""
        return "Run(Experiment: {},\nId: {},\nType: {},\nStatus: {})".format(
            self._experiment.name, self._id, self.type, self.status)


def _target(name: str, given: Optional[str]) -> str:
    """Where a downloaded file goes: the path given, or inside of it where it is a folder."""
    base = name.rsplit("/", 1)[-1]
    if given is None:
        return os.path.abspath(base)
    path = os.path.abspath(os.fspath(given))
    return os.path.join(path, base) if os.path.isdir(path) else path


def _put(where: str, content: Any) -> None:
    """PUT a file by path, or what a binary stream still holds."""
    if isinstance(content, (str, os.PathLike)):
        put_file(where, os.fspath(content))
    elif hasattr(content, "read"):
        data = content.read()
        if not isinstance(data, bytes):
            raise UserErrorException("UnsupportedType: a stream must be opened in binary mode")
        client.open("PUT", where, Stream(len(data), [data]), kind="application/octet-stream", timeout=None).all()
    else:
        raise UserErrorException("UnsupportedType: path_or_stream must be a path or a binary stream, not {}".format(
            type(content).__name__))
