# SPDX-License-Identifier: Apache-2.0
"""RunClient: what can be asked of a run, and done to it, through the daemon."""

from __future__ import annotations

from .. import _objects, _runs
from .._report.journal import short_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Tuple

    from ..environment import Environment
    from ..experiment import Experiment
    from ..model import Model
    from ..run import Run
    from ..script_run_config import ScriptRunConfig
    from .filters import Filter


class RunClient:
    """The half of a run that asks the daemon. Subclasses set `_id`, `_facts` ({} until the daemon is asked) and
    `experiment`."""

    _id: str
    _facts: Dict[str, Any]

    if TYPE_CHECKING:
        @property
        def experiment(self) -> Experiment:
            """The experiment."""

    def _as_run(self) -> Run:
        """This object: it is always a run."""
        return self  # type: ignore[return-value]

    def _path(self, *parts: str) -> str:
        """The path of this run in the API, or of a part of it."""
        return _runs.api.path_of("runs", self._id, *parts)

    @property
    def id(self) -> str:
        """The run's id."""
        return self._id

    def _refresh(self) -> Dict[str, Any]:
        """Ask for the run's description. ServiceException (code not_found): there is no such run."""
        self._facts = _runs.api.client.call("GET", self._path())
        return self._facts

    def _known(self) -> Dict[str, Any]:
        """The run's description as last seen."""
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
        return _runs.details.type_of(self._known())

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
        """The properties as last seen: the run's own, and those of its snapshot."""
        return _runs.details.properties_of(self._known())

    @property
    def parent(self) -> Optional[Run]:
        """The run that this one is a child of."""
        parent_id = self._known().get("parent")
        return _objects.get_run(self.experiment, parent_id) if parent_id else None

    @property
    def input_datasets(self) -> Dict[str, Any]:
        """Name to input: a local path, or the data set of a direct input.

        >>> Run.get_context().input_datasets["diabetes"].to_pandas_dataframe()
        """
        return _runs.inputs.of_run(self._known())

    @property
    def output_datasets(self) -> Dict[str, Any]:
        """Name to the folder of an output."""
        return _runs.outputs.of_run(self._known())

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
        """Metric name to value: one value alone, several as a list; tables by column. If metrics of several kinds
        share a name, a scalar keeps it, the kind is appended to the name of the others ("roc (image)"), and a warning
        says so.

        recursive: run id to such a dictionary, for this run and all runs below it that have metrics, and the type
        run_type if that is given. populate: images and documents as objects with their data.

        >>> run.get_metrics()
        {'mse': [3424.3, 3408.9], 'alpha': [0.0, 0.05]}
        """
        query = {"name": name if name is None else short_name(name), "recursive": int(recursive), "times": 0}
        answer = _runs.api.client.call("GET", self._path("metrics"), query=query)
        found = {item["run"]: _runs.metrics.shaped(item["metrics"], item["run"], populate) for item in answer["items"]}
        if not recursive:
            return found.get(self._id, {})
        chosen = None if run_type is None else {self._id} if self.type == run_type else set()
        if chosen is not None:
            chosen.update(child.id for child in self.get_children(True, type=run_type))
        return {run: metrics for run, metrics in found.items() if metrics and (chosen is None or run in chosen)}

    def get_details(self) -> Dict[str, Any]:
        """The run as v1 describes it: runId, target, status, startTimeUtc, endTimeUtc, properties, runDefinition,
        logFiles, error, warnings, ..."""
        facts = self._refresh()
        return _runs.details.shaped(facts, self._log_files())

    def get_details_with_logs(self) -> Dict[str, Any]:
        """As get_details(), but logFiles has the text of each log instead of its address."""
        details = self.get_details()
        details["logFiles"] = {name: _runs.logs.text(self._id, name) for name in details["logFiles"]}
        return details

    def get_all_logs(self, destination: Optional[str] = None) -> List[str]:
        """Write every log into a folder, by default assets/<run id>. Returns the paths of the files.

        UserErrorException: the destination is a file.
        """
        return _runs.logs.save_all(self._id, [file["name"] for file in self._files()], destination)

    def get_environment(self) -> Environment:
        """The run's interpreter and variables. UserErrorException: an interactive run has none."""
        return _runs.details.environment_of(self._known())

    def get_snapshot_id(self) -> Optional[str]:
        """The digest of the run's snapshot; None: it has none, or none yet."""
        return (self._refresh().get("snapshot") or {}).get("digest")

    def take_snapshot(self, file_or_folder_path: Any) -> str:
        """Take a snapshot of a file or folder for a run that has none. Returns its digest.

        SnapshotException: the run has a snapshot, or it cannot be taken.
        """
        return _runs.snapshots.take(self._id, self.get_snapshot_id(), file_or_folder_path)

    def restore_snapshot(self, snapshot_id: Optional[str] = None, path: Optional[str] = None) -> str:
        """Write the run's snapshot as <path>/<snapshot id>.zip, by default in the folder for temporary files. Returns
        its absolute path. SnapshotException: the run has no snapshot, or another one."""
        return _runs.snapshots.restore(self._id, self.get_snapshot_id(), snapshot_id, path)

    def _files(self) -> List[Dict[str, Any]]:
        """The run's files as the API lists them."""
        return list(_runs.api.client.items(self._path("files")))

    def _log_files(self) -> Dict[str, str]:
        """Name to address of the captured logs; an interactive run has none."""
        if self.type is None:
            return {}
        root = _runs.daemon.address() or self.get_portal_url().split("/runs/")[0]
        return {file["name"]: root + self._path("files", file["name"])
                for file in self._files() if file["kind"] == "log"}

    def get_secret(self, name: str) -> Optional[str]:
        """A secret of the workspace's key vault; None: there is none with that name."""
        return self.experiment.workspace.get_default_keyvault().get_secret(name)

    def get_secrets(self, secrets: List[str]) -> Dict[str, Optional[str]]:
        """Name to secret, of the workspace's key vault."""
        return self.experiment.workspace.get_default_keyvault().get_secrets(secrets)

    def get_file_names(self) -> List[str]:
        """The names of the run's files, logs included."""
        return [file["name"] for file in self._files()]

    def download_file(self, name: str, output_file_path: Optional[str] = None,
                      _validate_checksum: bool = False) -> None:
        """Write a file of the run to a path, or into an existing folder; by default under its base name here.

        UserErrorException: the run has no such file; the message lists those that it has.
        """
        _runs.files.download(self._id, name, output_file_path)

    def download_files(self, prefix: Optional[str] = None, output_directory: Optional[str] = None,
                       output_paths: Optional[List[str]] = None, batch_size: int = 100, append_prefix: bool = True,
                       timeout_seconds: Optional[int] = None) -> None:
        """Write every file below `prefix` into a folder, under its whole name; append_prefix=False removes the prefix.
        UserErrorException: there is no such file.

        >>> run.download_files(prefix="outputs", output_directory="here")   # here/outputs/model.pkl
        """
        names = self.get_file_names()
        _runs.files.download_all(self._id, names, prefix, output_directory, output_paths, append_prefix)

    def register_model(self, model_name: str, model_path: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
                       properties: Optional[Dict[str, Any]] = None, model_framework: Optional[str] = None,
                       model_framework_version: Optional[str] = None, description: Optional[str] = None,
                       datasets: Any = None, sample_input_dataset: Any = None, sample_output_dataset: Any = None,
                       resource_configuration: Any = None, **kwargs: Any) -> Model:
        """Register a file or folder of this run as the next version of a model; by default the one with its name.

        ModelPathNotFoundException: the run has no such file; the message lists those that it has.

        >>> run.register_model("ridge", "outputs/model.pkl")
        """
        about = _runs.models.about(tags, properties, description, model_framework, model_framework_version)
        facts = _runs.models.register_of_run(self._as_run(), model_name, model_path, about)
        return _objects.Model._from_facts(self.experiment.workspace, facts)

    def _newer_files(self, path: str) -> List[Tuple[str, str]]:
        """Names and paths of this process's files below `path` that may be newer than the run's."""
        return []

    def cancel(self) -> None:
        """Ask the run to end and return at once: its state is CancelRequested, later Canceled."""
        if self._known().get("kind") == "interactive":
            return _objects.interactive.cancel(self._as_run())
        self._facts = _runs.api.client.call("POST", self._path("cancel"), {})

    def wait_for_completion(self, show_output: bool = False, wait_post_processing: bool = False,
                            raise_on_error: bool = True) -> Dict[str, Any]:
        """Wait until the run has ended. Returns its details. show_output prints the log as it grows.

        ActivityFailedException: the run failed, unless raise_on_error is False. A canceled run raises nothing.
        """
        return _runs.wait.for_completion(self, show_output, raise_on_error)

    def start(self) -> None:
        """Does nothing: a run that exists has been started."""

    def child_run(self, name: Optional[str] = None, run_id: Optional[str] = None, outputs: Any = None,
                  **kwargs: Any) -> Run:
        """Start a child run, which this process is. It collects the folders that `outputs` names, by default none.

        >>> with run.child_run("fold 1") as child:
        ...     child.log("mse", 3424.3)
        """
        return _objects.interactive.start(self.experiment, name, run_id, False if outputs is None else outputs, None,
                                          parent=self._as_run(), **kwargs)

    def create_children(self, count: Optional[int] = None, tag_key: Optional[str] = None,
                        tag_values: Any = None) -> Iterator[Run]:
        """Start several child runs, in order: `count` of them, or one for each value of a tag.

        UserErrorException: both are asked for, or neither.
        """
        tags_of_each = _objects.interactive.tags_of_children(count, tag_key, tag_values)
        return iter([self.child_run(tags=tags) for tags in tags_of_each])

    def submit_child(self, config: ScriptRunConfig, tags: Optional[Dict[str, Any]] = None, **kwargs: Any) -> Run:
        """Submit a child run. A run that waits for its child runs yields its slot to them."""
        return self.experiment.submit(config, tags, **dict(kwargs, _parent_run_id=self._id))

    def get_children(self, recursive: bool = False, tags: Filter = None, properties: Filter = None,
                     type: Optional[str] = None, status: Optional[str] = None,
                     _rehydrate_runs: bool = True) -> Iterator[Run]:
        """The child runs, newest first; recursive: the runs below them too."""
        pairs = _runs.filters.query
        query: List[Any] = [*pairs("tag", tags), *pairs("property", properties), ("status", status)]
        matching = {facts["id"] for facts in self._listed(query)} if recursive else None
        for facts in self._listed([] if recursive else query):
            run = _objects.run_from_facts(self.experiment, facts)
            if type in (None, run.type) and (matching is None or run.id in matching):
                yield run
            if recursive:
                yield from run.get_children(True, tags, properties, type, status)

    def _listed(self, query: List[Any]) -> Iterator[Dict[str, Any]]:
        """The child runs that the daemon lists for a query."""
        return _runs.api.client.items(_runs.api.path_of("runs"), [("parent", self._id)] + query)

    def _repr_html_(self) -> str:
        """A table with a link, for a cell's last line."""
        from html import escape  # the module is large
        cells = [self.experiment.name, self._id, self.type, self.status]
        return ("<table style=\"width:100%\"><tr><th>Experiment</th><th>Id</th><th>Type</th><th>Status</th>"
                "<th>Details Page</th></tr><tr>{}<td><a href=\"{}\" target=\"_blank\" rel=\"noopener\">Link to "
                "Runyard</a></td></tr></table>").format(
                    "".join("<td>{}</td>".format(escape(str(cell))) for cell in cells),
                    escape(self.get_portal_url(), quote=True))

    def __repr__(self) -> str:
        """As v1 prints it."""
        return _runs.details.printed(self.experiment.name, self._id, self.type, self.status)
