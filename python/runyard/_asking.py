# SPDX-License-Identifier: Apache-2.0
"""What can be asked of a run, and done to it, through the daemon. Loads the client with the first question."""

from __future__ import annotations

import os

from .exceptions import UserErrorException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple

    from ._client import Client
    from .environment import Environment
    from .experiment import Experiment, Filter
    from .model import Model
    from .run import Run
    from .script_run_config import ScriptRunConfig


def _client() -> Client:
    """The connections to the daemon."""
    from ._client import client
    return client


def _path(*parts: str) -> str:
    """A path of the API."""
    from ._client import path_of
    return path_of(*parts)


def _as_run(asking: Asking) -> Run:
    """What asks is always a run."""
    return asking  # type: ignore[return-value]


class Asking:
    """The asking half of a run. Subclasses set `_id`, `_facts` ({} where nothing is known yet) and `experiment`."""

    _id: str
    _facts: Dict[str, Any]

    if TYPE_CHECKING:
        @property
        def experiment(self) -> Experiment:
            """The experiment."""

    @property
    def id(self) -> str:
        """The run's id."""
        return self._id

    def _refresh(self) -> Dict[str, Any]:
        """Ask for the run's description. ServiceException (code not_found): there is no such run."""
        self._facts = _client().call("GET", _path("runs", self._id))
        return self._facts

    def _known(self) -> Dict[str, Any]:
        """The description as last seen."""
        return self._facts or self._refresh()

    @property
    def number(self) -> int:
        """The run's number in its experiment, from 1."""
        return int(self._known()["number"])

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self._known()["name"])

    @property
    def type(self) -> Optional[str]:
        """azureml.scriptrun, or None for an interactive run."""
        from ._details import type_of
        return type_of(self._known())

    @property
    def status(self) -> str:
        """The state as last seen."""
        return str(self._known()["status"])

    @property
    def tags(self) -> Dict[str, Any]:
        """The tags as last seen."""
        return dict(self._known().get("tags") or {})

    @property
    def properties(self) -> Dict[str, str]:
        """The properties as last seen: the run's own, and what is known of its snapshot."""
        from ._details import properties_of
        return properties_of(self._known())

    @property
    def parent(self) -> Optional[Run]:
        """The run that this one is a child of."""
        above = self._known().get("parent")
        return attach(self.experiment, above) if above else None

    @property
    def input_datasets(self) -> Dict[str, Any]:
        """Name to input: a local path, or the data set of a direct input.

        >>> Run.get_context().input_datasets["diabetes"].to_pandas_dataframe()
        """
        from . import _inputs
        return _inputs.of_run(self._known())

    output_datasets = property(lambda self: {}, doc="No data sets.")

    def get_status(self) -> str:
        """The state now: NotStarted, Queued, Preparing, Running, Finalizing, CancelRequested, Completed, Failed or
        Canceled."""
        return str(self._refresh()["status"])

    def get_tags(self) -> Dict[str, Any]:
        """The tags now; a tag without a value has None."""
        self._refresh()
        return self.tags

    def get_properties(self) -> Dict[str, str]:
        """The properties now."""
        self._refresh()
        return self.properties

    def get_portal_url(self) -> str:
        """The address of the run's page."""
        return str(self._known()["url"])

    def get_metrics(self, name: Optional[str] = None, recursive: bool = False, run_type: Optional[str] = None,
                    populate: bool = False) -> Dict[str, Any]:
        """Metric name to value: one value alone, several as a list; tables by column. Where metrics of several kinds
        share a name, a scalar keeps it, and the others have their kind behind it, with a warning: "roc (image)".

        recursive: run id to such a dictionary, for this run and all below it; runs without metrics are left out, and
        so are those of another type than run_type. populate: images and documents as objects with their data.

        >>> run.get_metrics()
        {'mse': [3424.3, 3408.9], 'alpha': [0.0, 0.05]}
        """
        from . import _metrics
        from ._journal import short_name
        name = name if name is None else short_name(name)
        answer = _client().call("GET", _path("runs", self._id, "metrics"),
                                query={"name": name, "recursive": int(recursive), "times": 0})
        found = {each["run"]: _metrics.shaped(each["metrics"], each["run"], populate) for each in answer["items"]}
        if not recursive:
            return found.get(self._id, {})
        wanted = None if run_type is None else {self._id} if self.type == run_type else set()
        if wanted is not None:
            wanted.update(each.id for each in self.get_children(True, type=run_type))
        return {run: metrics for run, metrics in found.items() if metrics and (wanted is None or run in wanted)}

    def get_details(self) -> Dict[str, Any]:
        """The run as v1 describes it: runId, target, status, startTimeUtc, endTimeUtc, properties, runDefinition,
        logFiles, error, warnings, ..."""
        from ._details import shaped
        facts = self._refresh()
        return shaped(facts, self._log_files())

    def get_details_with_logs(self) -> Dict[str, Any]:
        """As get_details(), with the text of each log in the place of its address."""
        from . import _logs
        details = self.get_details()
        details["logFiles"] = {name: _logs.text(self._id, name) for name in details["logFiles"]}
        return details

    def get_all_logs(self, destination: Optional[str] = None) -> List[str]:
        """Write every log into a folder, by default assets/<run id>; the paths of the files.

        UserErrorException: the destination is a file.
        """
        from . import _logs
        return _logs.save_all(self._id, [each["name"] for each in self._files()], destination)

    def get_environment(self) -> Environment:
        """The interpreter and the variables that the run has. UserErrorException: an interactive run has none."""
        from ._details import environment_of
        return environment_of(self._known())

    def get_snapshot_id(self) -> Optional[str]:
        """What tells the run's snapshot from others; None: it has none, or it is not taken yet."""
        return (self._refresh().get("snapshot") or {}).get("digest")

    def take_snapshot(self, file_or_folder_path: Any) -> str:
        """Take a snapshot of a file or folder for a run that has none; what tells it from others.

        SnapshotException: the run has one, or it cannot be taken.
        """
        from . import _snapshots
        return _snapshots.take(self._id, self.get_snapshot_id(), file_or_folder_path)

    def restore_snapshot(self, snapshot_id: Optional[str] = None, path: Optional[str] = None) -> str:
        """Write the run's snapshot as <path>/<snapshot id>.zip, by default in the folder for temporary files; its
        absolute path. SnapshotException: the run has none, or another."""
        from . import _snapshots
        return _snapshots.restore(self._id, self.get_snapshot_id(), snapshot_id, path)

    def _files(self) -> List[Dict[str, Any]]:
        """The run's files as the API lists them."""
        return list(_client().items(_path("runs", self._id, "files")))

    def _log_files(self) -> Dict[str, str]:
        """Name to address of the captured logs; an interactive run has none."""
        if self.type is None:
            return {}
        from . import _daemon
        root = _daemon.address() or self.get_portal_url().split("/runs/")[0]
        return {each["name"]: root + _path("runs", self._id, "files", each["name"])
                for each in self._files() if each["kind"] == "log"}

    def get_secret(self, name: str) -> Optional[str]:
        """A secret of the workspace's key vault; None: there is none of that name."""
        return self.experiment.workspace.get_default_keyvault().get_secret(name)

    def get_secrets(self, secrets: List[str]) -> Dict[str, Optional[str]]:
        """Name to secret, of the workspace's key vault."""
        return self.experiment.workspace.get_default_keyvault().get_secrets(secrets)

    def get_file_names(self) -> List[str]:
        """The names of the run's files, logs included."""
        return [each["name"] for each in self._files()]

    def download_file(self, name: str, output_file_path: Optional[str] = None,
                      _validate_checksum: bool = False) -> None:
        """Write a file of the run to a path, or into an existing folder; by default under its base name here.

        UserErrorException: the run has no such file; the message lists those that it has.
        """
        from . import _files
        _files.download(self._id, name, output_file_path)

    def download_files(self, prefix: Optional[str] = None, output_directory: Optional[str] = None,
                       output_paths: Optional[List[str]] = None, batch_size: int = 100, append_prefix: bool = True,
                       timeout_seconds: Optional[int] = None) -> None:
        """Write every file below `prefix` into a folder, under its whole name; append_prefix=False takes the prefix
        off. UserErrorException: there is none.

        >>> run.download_files(prefix="outputs", output_directory="here")   # here/outputs/model.pkl
        """
        from . import _files
        _files.download_all(self._id, self.get_file_names(), prefix, output_directory, output_paths, append_prefix)

    def register_model(self, model_name: str, model_path: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
                       properties: Optional[Dict[str, Any]] = None, model_framework: Optional[str] = None,
                       model_framework_version: Optional[str] = None, description: Optional[str] = None,
                       datasets: Any = None, sample_input_dataset: Any = None, sample_output_dataset: Any = None,
                       resource_configuration: Any = None, **kwargs: Any) -> Model:
        """Register a file or folder of this run, by default the one of the model's name, as the next version.

        ModelPathNotFoundException: the run has no such file; the message lists those that it has.

        >>> run.register_model("ridge", "outputs/model.pkl")
        """
        from . import _models
        from .model import Model
        about = _models.about(tags, properties, description, model_framework, model_framework_version)
        return Model._of(self.experiment.workspace, _models.register_of_run(_as_run(self), model_name, model_path, about))

    def _fresher_files(self, path: str) -> List[Tuple[str, str]]:
        """Names and places of this process's files below `path` that may be newer than what the run keeps."""
        return []

    def cancel(self) -> None:
        """Ask the run to end and return at once: its state is CancelRequested, later Canceled."""
        if self._known().get("kind") == "interactive":
            from ._interactive import CANCELED, end
            return end(_as_run(self), CANCELED)
        self._facts = _client().call("POST", _path("runs", self._id, "cancel"), {})

    def wait_for_completion(self, show_output: bool = False, wait_post_processing: bool = False,
                            raise_on_error: bool = True) -> Dict[str, Any]:
        """Wait for the end; the details. show_output prints the log as it comes.

        ActivityFailedException: the run failed, unless raise_on_error is False. A cancelled run raises nothing.
        """
        from . import _wait
        return _wait.for_completion(self, show_output, raise_on_error)

    def start(self) -> None:
        """Nothing: a run that can be seen has been started."""

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> Run:
        """A run below this one, that this process is. It collects the folders that `outputs` names, by default none.

        >>> with run.child_run("fold 1") as child:
        ...     child.log("mse", 3424.3)
        """
        from . import _interactive
        return _interactive.start(self.experiment, name, run_id, False if outputs is None else outputs, None,
                                  parent=_as_run(self), **kwargs)

    def create_children(self, count: Optional[int] = None, tag_key: Optional[str] = None,
                        tag_values: Any = None) -> Iterator[Run]:
        """Several runs below this one, in order: `count` of them, or one for each value of a tag.

        UserErrorException: both are asked for, or neither.
        """
        from . import _interactive
        tags = _interactive.tags_of_children(count, tag_key, tag_values)
        return iter([self.child_run(tags=each) for each in tags])

    def submit_child(self, config: ScriptRunConfig, tags: Optional[Dict[str, Any]] = None, **kwargs: Any) -> Run:
        """Start a run below this one. A run that waits for its children lends them its slot."""
        return self.experiment.submit(config, tags, **dict(kwargs, _parent_run_id=self._id))

    def get_children(self, recursive: bool = False, tags: Filter = None, properties: Filter = None,
                     type: Optional[str] = None, status: Optional[str] = None,
                     _rehydrate_runs: bool = True) -> Iterator[Run]:
        """The runs below this one, newest first; recursive: those below them too."""
        from .experiment import filters
        wanted = filters("tag", tags) + filters("property", properties) + [("status", status)]
        matching = {facts["id"] for facts in self._listed(wanted)} if recursive else None
        for facts in self._listed([] if recursive else wanted):
            run = from_facts(self.experiment, facts)
            if type in (None, run.type) and (matching is None or run.id in matching):
                yield run
            if recursive:
                yield from run.get_children(True, tags, properties, type, status)

    def _listed(self, wanted: List[Any]) -> Iterator[Dict[str, Any]]:
        """The children that the daemon lists for a query."""
        return _client().items(_path("runs"), [("parent", self._id)] + wanted)

    def _repr_html_(self) -> str:
        """A table with a link, for a cell's last line."""
        from html import escape
        cells = [self.experiment.name, self._id, self.type, self.status]
        return ("<table style=\"width:100%\"><tr><th>Experiment</th><th>Id</th><th>Type</th><th>Status</th>"
                "<th>Details Page</th></tr><tr>{}<td><a href=\"{}\" target=\"_blank\" rel=\"noopener\">Link to "
                "Runyard</a></td></tr></table>").format(
                    "".join("<td>{}</td>".format(escape(str(cell))) for cell in cells),
                    escape(self.get_portal_url(), quote=True))

    def __repr__(self) -> str:
        """As v1 prints it."""
        return "Run(Experiment: {},\nId: {},\nType: {},\nStatus: {})".format(
            self.experiment.name, self._id, self.type, self.status)


class ApiSink:
    """Adds to the record of a run through the daemon, also after its end."""

    def __init__(self, run_id: str) -> None:
        self._id = run_id

    def line(self, kind: str, name: object, fields: str = "") -> bool:
        """Add one line. False: it is too long. UserErrorException: the daemon does not take it."""
        import time
        from ._journal import MAX_LINE, head_of
        text = "{}{},\"t\":{:.6f}}}\n".format(head_of(kind, name), fields, time.time())
        data = text.encode("utf-8", "replace")
        if len(data) > MAX_LINE:
            return False
        self.send(data, "the {} '{}'".format(kind, name))
        return True

    def send(self, data: bytes, what: str = "a line") -> None:
        """Add one whole line. UserErrorException: the daemon does not take it."""
        query = {"client": os.urandom(8).hex(), "batch": 1}
        answer = _client().call("POST", _path("runs", self._id, "lines"), data, query, kind="application/x-ndjson")
        rejected = (answer or {}).get("rejected")
        if rejected:
            raise UserErrorException("cannot add {} to run {}: {}".format(what, self._id, rejected[0].get("why")))

    @staticmethod
    def give_up(sentence: str) -> None:
        """Refuse a line. Always raises UserErrorException."""
        raise UserErrorException(sentence)

    def add_file(self, name: str, path_or_stream: Any) -> None:
        """Send a file."""
        from . import _files
        _files.upload(self._id, name, path_or_stream)

    def add_newest(self, name: str, path_or_stream: Any) -> None:
        """Send a file. Taken: the name has one, which stays."""
        self.add_file(name, path_or_stream)

    @staticmethod
    def is_stale(name: str, path: str) -> Optional[bool]:
        """None: that is not known here."""
        return None


def attach(experiment: Experiment, run_id: str) -> Run:
    """A run that exists. ServiceException (code not_found): there is none of that id."""
    check_experiment(experiment)
    return from_facts(experiment, _client().call("GET", _path("runs", checked_id(run_id))))


def check_experiment(given: Any) -> None:
    """UserErrorException: it is no experiment."""
    if not hasattr(given, "get_runs"):
        raise UserErrorException("a run belongs to an Experiment, and {!r} is none".format(given))


def checked_id(run_id: Any) -> str:
    """A run's id. UserErrorException: it cannot be one."""
    if not isinstance(run_id, str) or not run_id:
        raise UserErrorException("a run's id is a text that is not empty, not {!r}".format(run_id))
    return run_id


def from_facts(experiment: Experiment, facts: Dict[str, Any]) -> Run:
    """A run that the daemon has described already."""
    if facts.get("kind") == "interactive":
        from .run import Run
        return Run._of(experiment, facts)
    from .script_run import ScriptRun
    return ScriptRun._of(experiment, facts)
