# SPDX-License-Identifier: Apache-2.0
"""Experiment: a named group of runs."""

import copy
import unicodedata
import uuid
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from . import _objects
from ._base.checks import tag_texts
from ._client.api import ApiError, client, path_of, quote
from ._data import inputs, outputs
from ._runs import filters, request, submit
from ._runs.filters import Filter
from .exceptions import UserErrorException, refusal
from .run import Run
from .script_run import ScriptRun
from .script_run_config import ScriptRunConfig

if TYPE_CHECKING:
    from ._own_runs.interactive import InteractiveRun
    from .workspace import Workspace


class ViewType:
    """Which experiments Experiment.list shows."""

    ActiveOnly = "ActiveOnly"
    ArchivedOnly = "ArchivedOnly"
    All = "All"


class Experiment:
    """An experiment of a workspace, created if it is new.

    >>> run = Experiment(ws, "ridge").submit(ScriptRunConfig(".", "train.py"))
    """

    def __init__(self, workspace: "Workspace", name: str, _skip_name_validation: bool = False,
                 **kwargs: Any) -> None:
        """UserErrorException: the name is empty, too long, or has a '/' or a control character."""
        self._workspace = workspace
        self._name = checked_name(name)
        self._facts = self._ask()

    @classmethod
    def _existing(cls, workspace: "Workspace", name: str, facts: Optional[Dict[str, Any]] = None) -> "Experiment":
        """An experiment that exists, without asking the daemon."""
        made = cls.__new__(cls)
        made._workspace, made._name, made._facts = workspace, name, facts or {}
        return made

    def _ask(self) -> Dict[str, Any]:
        """The daemon's description of the experiment."""
        try:
            return dict(client.call("POST", path_of("experiments"),
                                    {"workspace": self._workspace._identity._asdict(), "name": self._name}))
        except ApiError as error:
            raise UserErrorException("cannot use experiment '{}': {}".format(self._name, error.message)) from None

    @property
    def workspace(self) -> "Workspace":
        """The workspace."""
        return self._workspace

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def id(self) -> str:
        """The id."""
        if not self._facts:
            self.refresh()
        return str(self._facts["id"])

    @property
    def tags(self) -> Dict[str, str]:
        """The experiment's tags, as of the last refresh."""
        return dict(self._facts.get("tags") or {})

    @property
    def archived_time(self) -> Optional[str]:
        """When it was archived, as of the last refresh; None: it is not archived."""
        return self._facts.get("archived")

    def tag(self, key: str, value: Optional[str] = None) -> None:
        """Set a tag; a later value wins."""
        self.set_tags({key: value})

    def set_tags(self, tags: Dict[str, Any]) -> None:
        """Set several tags; the others stay."""
        self._change({"tags": tag_texts(tags)})

    def remove_tags(self, tags: "List[str]") -> None:
        """Remove tags, by their names."""
        self._change({"untag": [tags] if isinstance(tags, str) else [str(tag) for tag in tags]})

    def archive(self) -> None:
        """Hide the experiment in Experiment.list; its runs stay."""
        self._change({"archived": True})

    def reactivate(self, new_name: Optional[str] = None) -> None:
        """Show the experiment in Experiment.list again. UserErrorException: another name is given."""
        if new_name is not None:
            raise UserErrorException("Experiment.reactivate cannot rename '{}' to '{}'".format(self._name, new_name))
        self._change({"archived": False})

    def _change(self, change: Dict[str, Any]) -> None:
        """Change the experiment through the daemon."""
        self._facts = client.call("POST", path_of("experiments", self.id), change)

    def refresh(self) -> None:
        """Ask the daemon again."""
        self._facts = self._ask()

    def submit(self, config: Any, tags: Optional[Dict[str, Any]] = None, **kwargs: Any) -> Run:
        """Start a run of a ScriptRunConfig, an estimator or a HyperDriveConfig, and return at once.

        show_output=True waits and prints; run_id= chooses the id; patterns= finds metrics in the log, as
        ScriptRunConfig; link= names entries of the folder that the run gets as they are. Other arguments are accepted.

        UserErrorException: the folder or interpreter cannot be used. ExperimentExecutionException: the script is not
        there. SnapshotException: the folder is too large.
        """
        if hasattr(config, "_submit_to"):
            return config._submit_to(self, tags, **kwargs)  # type: ignore[no-any-return]
        config = copy.deepcopy(self._script_config(config))
        config.patterns.update(kwargs.get("patterns") or {})
        config.links += [name for name in kwargs.get("link") or () if name not in config.links]
        run_outputs = outputs.prepare(config, self._workspace, self._name, kwargs.get("run_id"))
        run_inputs = inputs.prepare(config, self._workspace) + run_outputs.links
        body = request.body(config, str(uuid.uuid4()), tags)
        if run_inputs:
            body.update(request.inputs_body(run_inputs))
        body.update(workspace=self._workspace._identity._asdict(), experiment=self._name, id=run_outputs.run_id,
                    parent=kwargs.get("_parent_run_id"), display_name=kwargs.get("display_name"))
        run = ScriptRun._from_facts(self, submit.send(body))
        run_outputs.promise()
        if kwargs.get("show_output"):
            run.wait_for_completion(show_output=True)
        return run

    def start_logging(self, *args: Any, **kwargs: Any) -> "InteractiveRun":
        """Start an interactive run, which this process is. It is Running when this returns.

        In this order, or by name: name, run_id, outputs (a folder or a list of them, whose new files the run keeps at
        its end; None: ./outputs, False: none), snapshot_directory (None: no snapshot); by name: display_name, tags.
        The snapshot is taken in the background and never fails the run.

        >>> with experiment.start_logging() as run:
        ...     run.log("loss", 0.25)
        """
        return _objects.interactive.start(self, *args, **kwargs)

    @staticmethod
    def _script_config(config: Any) -> ScriptRunConfig:
        """The configuration. UserErrorException: it is no ScriptRunConfig."""
        if not isinstance(config, ScriptRunConfig):
            raise UserErrorException("Experiment.submit takes a ScriptRunConfig, not {}".format(
                type(config).__name__))
        return config

    def get_runs(self, type: Optional[str] = None, tags: Filter = None, properties: Filter = None,
                 include_children: bool = False, *, filter: Optional[str] = None,
                 sort: Optional[str] = None) -> Iterator[Run]:
        """The runs, newest first; `tags` and `properties` are a name, or a dictionary whose entries must all match.

        Beyond v1: `filter` and `sort` in the language of docs/filters.md. UserErrorException says where it is wrong.

        >>> best = next(experiment.get_runs(filter="status = Completed and metric.mse < 3000", sort="metric.mse.min"))
        """
        query: List[Any] = [*self._workspace._identity.as_query().items()]
        query += [("experiment", self._name), ("children", int(include_children))]
        query += (
            filters.query("tag", tags) + filters.query("property", properties) + [("filter", filter), ("sort", sort)])
        for facts in client.items(path_of("runs"), query):
            run = _objects.run_from_facts(self, facts)
            if type in (None, run.type):
                yield run

    @staticmethod
    def list(workspace: "Workspace", experiment_name: Optional[str] = None, view_type: str = "ActiveOnly",
             tags: Filter = None) -> "List[Experiment]":
        """The experiments of a workspace; view_type: ActiveOnly, ArchivedOnly or All."""
        query = dict(workspace._identity.as_query(), name=experiment_name)
        labels = filters.labels(tags)
        view = str(getattr(view_type, "name", view_type))
        return [Experiment._existing(workspace, item["name"], item)
                for item in client.items(path_of("experiments"), query)
                if view == "All" or (view == "ArchivedOnly") == bool(item["archived"])
                if all(key in item["tags"] and value in (None, item["tags"][key]) for key, value in labels)]

    delete = staticmethod(refusal("Experiment.delete", "`runyard rm` removes runs"))

    def get_portal_url(self) -> str:
        """The address of the experiment's page."""
        return "{}/experiments/{}".format(self._workspace.discovery_url.rstrip("/"), quote(self._name))

    def __repr__(self) -> str:
        """As v1 prints it."""
        return "Experiment(Name: {},\nWorkspace: {})".format(self._name, self._workspace.name)

    def _repr_html_(self) -> str:
        """A table with a link, for a cell's last line."""
        from html import escape
        return ("<table><tr><th>Name</th><th>Workspace</th><th>Report Page</th></tr><tr><td>{}</td><td>{}</td><td>"
                "<a href=\"{}\" target=\"_blank\">Link to Runyard</a></td></tr></table>").format(
                    escape(self._name), escape(self._workspace.name), escape(self.get_portal_url(), quote=True))


def checked_name(name: Any) -> str:
    """The name of an experiment. UserErrorException: it has not 1 to 255 characters, or a '/' or control character."""
    if not isinstance(name, str) or not 1 <= len(name) <= 255:
        raise UserErrorException("Experiment name must be a text of 1 to 255 characters, not {!r}".format(name))
    if "/" in name or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        raise UserErrorException("Experiment name {!r} must not contain '/' or control characters".format(name))
    return name
