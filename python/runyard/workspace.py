# SPDX-License-Identifier: Apache-2.0
"""Workspace: what holds experiments. Here it is a name in the daemon's state directory."""

import logging
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _objects
from ._base import checks, messages
from ._base.made_on_use import MadeOnUse
from ._client import daemon, state_directory
from ._client.api import ApiError, Refused, client, path_of
from ._config import workspace_file
from .exceptions import UserErrorException, WorkspaceException, refusal

if TYPE_CHECKING:
    from .abstract_dataset import AbstractDataset
    from .compute import ComputeTarget
    from .datastore import AbstractAzureStorageDatastore
    from .environment import Environment
    from .experiment import Experiment
    from .keyvault import Keyvault
    from .model import Model
    from .run import Run
    from .webservice import Webservice


_NO_RESOURCES = "There are no resources of the cloud here, and no keys to them"


def _refused(name: str, instead: str = _NO_RESOURCES) -> Any:
    """A method that only says what to use instead."""
    return refusal("Workspace." + name, instead)


class Workspace:
    """A workspace on this machine, identified by subscription_id, resource_group and name.

    >>> ws = Workspace.from_config()
    >>> _objects.Experiment(workspace=ws, name="ridge")
    """

    def __init__(self, subscription_id: str, resource_group: str, workspace_name: str, auth: Any = None,
                 **kwargs: Any) -> None:
        """The workspace with these names, created if it is new. `auth` and other arguments have no effect."""
        identity = _checked(subscription_id, resource_group, workspace_name)
        self._adopt(identity, _ask(identity, True))

    def _adopt(self, identity: workspace_file.Identity, facts: Dict[str, Any]) -> None:
        """Set the names and the daemon's description."""
        self._identity = identity
        self._facts = facts
        if facts.get("is_new"):
            messages.say("workspace '{}' is local to this machine; it is kept in {}".format(
                identity.name, state_directory.path()))

    @classmethod
    def _existing(cls, identity: workspace_file.Identity) -> "Workspace":
        """A workspace that exists, without asking the daemon."""
        made = cls.__new__(cls)
        made._adopt(identity, {})
        return made

    @classmethod
    def of_this_run(cls) -> "Workspace":
        """The workspace of the run that this process belongs to."""
        return cls._existing(workspace_file.from_environment())

    @classmethod
    def from_config(cls, path: Optional[str] = None, auth: Any = None, _logger: Any = None,
                    _file_name: Optional[str] = None) -> "Workspace":
        """The workspace that a configuration file names; without a file, the one of this process's run, or `default`.

        `path` is a file, or the folder in which the search begins (then upwards). UserErrorException: it does not
        exist, or says nothing useful.
        """
        found = workspace_file.locate(path, _file_name)
        if found is None:
            return cls(*workspace_file.from_environment())
        logging.getLogger("runyard").info("Found the config file in: %s", found)
        return cls(*workspace_file.read(found))

    @classmethod
    def get(cls, name: str, auth: Any = None, subscription_id: Optional[str] = None,
            resource_group: Optional[str] = None, location: Optional[str] = None, **kwargs: Any) -> "Workspace":
        """A workspace that exists. WorkspaceException: there is none with that name."""
        matches = [found for found in cls._all() if _matches(found, name, subscription_id, resource_group)]
        if len(matches) == 1:
            return cls._existing(matches[0])
        raise WorkspaceException(_why_not_one(name, matches))

    @classmethod
    def create(cls, name: str, auth: Any = None, subscription_id: Optional[str] = None,
               resource_group: Optional[str] = None, location: Optional[str] = None,
               create_resource_group: bool = True, sku: str = "basic", tags: Any = None,
               friendly_name: Optional[str] = None, exist_ok: bool = False, show_output: bool = True,
               **kwargs: Any) -> "Workspace":
        """A new workspace. WorkspaceException: it exists, and exist_ok is not set."""
        identity = _checked(subscription_id or workspace_file.LOCAL, resource_group or workspace_file.LOCAL, name)
        facts = _ask(identity, True)
        if not facts.get("is_new") and not exist_ok:
            raise WorkspaceException("Workspace with name '{}' already exists under resource group with name '{}'. "
                                     "Pass exist_ok=True to use it.".format(name, identity.resource_group))
        made = cls.__new__(cls)
        made._adopt(identity, facts)
        return made

    @classmethod
    def list(cls, subscription_id: Optional[str] = None, auth: Any = None,
             resource_group: Optional[str] = None) -> Dict[str, List["Workspace"]]:
        """Every workspace: name to the workspaces of that name."""
        found: Dict[str, List[Workspace]] = {}
        for identity in cls._all():
            if _matches(identity, identity.name, subscription_id, resource_group):
                found.setdefault(identity.name, []).append(cls._existing(identity))
        return found

    @classmethod
    def setup(cls) -> "Workspace":
        """As from_config(): there is nothing to set up."""
        return cls.from_config()

    @staticmethod
    def _all() -> "List[workspace_file.Identity]":
        """The names of every workspace."""
        return [workspace_file.Identity(item["subscription_id"], item["resource_group"], item["name"])
                for item in client.items(path_of("workspaces"))]

    name = property(lambda self: self._identity.name, doc="The workspace's name.")
    subscription_id = property(lambda self: self._identity.subscription_id, doc="The subscription's name.")
    resource_group = property(lambda self: self._identity.resource_group, doc="The resource group's name.")
    # Old notebooks ask these.
    _workspace_name, _subscription_id, _resource_group = name, subscription_id, resource_group
    location = property(lambda self: "local", doc="Always local.")
    sku = property(lambda self: "Basic", doc="Always Basic; notebooks print it.")
    friendly_name = property(lambda self: self._identity.name, doc="The workspace's name.")
    discovery_url = property(lambda self: _url(), doc="The address of the daemon.")
    _auth_object = property(lambda self: None, doc="None: requests are made as the owner of this process.")
    service_context = property(lambda self: self, doc="The workspace itself.")
    images = property(lambda self: {}, doc="No images.")
    tags = property(lambda self: {}, doc="No tags.")

    @property
    def webservices(self) -> "Dict[str, Webservice]":
        """Name to web service."""
        return {service.name: service for service in _objects.Webservice.list(self)}

    @property
    def compute_targets(self) -> "Dict[str, ComputeTarget]":
        """Name to target, except this machine itself. An unknown name becomes one, where it is taken for granted."""
        known = {target.name: target for target in _objects.ComputeTarget.list(self)}
        return MadeOnUse(known, lambda name: _objects.ComputeTarget._made(self, name))

    @property
    def experiments(self) -> Dict[str, "Experiment"]:
        """Name to experiment."""
        return {experiment.name: experiment for experiment in _objects.Experiment.list(self)}

    def get_default_keyvault(self) -> "Keyvault":
        """The secrets of the workspace."""
        return _objects.Keyvault(self._identity)

    @property
    def environments(self) -> Dict[str, "Environment"]:
        """Name to the newest version of each registered environment."""
        return _objects.Environment.list(self)

    @property
    def models(self) -> Dict[str, "Model"]:
        """Name to the newest version of each model."""
        return {model.name: model for model in _objects.Model.list(self, latest=True)}

    @property
    def datastores(self) -> "Dict[str, AbstractAzureStorageDatastore]":
        """Name to datastore. An unknown name becomes one, where it is taken for granted."""
        return MadeOnUse(_objects.Datastore._all(self), lambda name: _objects.Datastore.get(self, name))

    def get_default_datastore(self) -> "AbstractAzureStorageDatastore":
        """The default datastore: a folder on this machine."""
        return _objects.Datastore.get_default(self)

    def set_default_datastore(self, name: str) -> None:
        """Choose the default datastore. UserErrorException: there is none with that name."""
        _objects.Datastore.get(self, name).set_as_default()

    @property
    def datasets(self) -> "Dict[str, AbstractDataset]":
        """Name to the newest version of each registered data set."""
        return _objects.Dataset.get_all(self)

    @classmethod
    def _of_context(cls) -> "Workspace":
        """The workspace of this process's run; outside a run, the one of from_config()."""
        return cls.of_this_run() if daemon.inside_run() else cls.from_config()

    def get_run(self, run_id: str) -> "Run":
        """A run by its id. ServiceException (code not_found): there is none."""
        facts = client.call("GET", path_of("runs", checks.run_id(run_id)))
        if workspace_file.Identity(**facts["workspace"]) != self._identity:
            raise Refused(404, "not_found", "there is no run {} in workspace '{}'".format(run_id, self.name))
        return _objects.run_from_facts(_objects.Experiment._existing(self, facts["experiment"]), facts)

    def write_config(self, path: Optional[str] = None, file_name: Optional[str] = None) -> None:
        """Write <path or .>/.azureml/config.json, which from_config() finds again; aml_config/config.json too, where
        there is a folder aml_config."""
        workspace_file.write(self._identity, path, file_name)

    def get_details(self) -> Dict[str, Any]:
        """The facts about the workspace."""
        return {"id": self._resource(), "name": self.name, "location": self.location, "type": "local",
                "sku": self.sku, "workspaceid": self.name, "friendlyName": self.name, "description": "",
                "subscription_id": self.subscription_id, "resource_group": self.resource_group,
                "creationTime": self._facts.get("created", "")}

    def get_mlflow_tracking_uri(self) -> str:
        """The address of the daemon."""
        return _url()

    get_default_compute_target = _refused("get_default_compute_target", "There is one machine: name a target, "
                                          "as in ScriptRunConfig(compute_target='local')")
    delete = _refused("delete", "`runyard rm` removes runs")
    update = _refused("update", "There is nothing but names")
    add_private_endpoint = _refused("add_private_endpoint")
    delete_connection = _refused("delete_connection")
    delete_private_endpoint_connection = _refused("delete_private_endpoint_connection")
    diagnose_workspace = _refused("diagnose_workspace", "`runyard doctor` looks at what is kept here")
    get_connection = _refused("get_connection")
    list_connections = _refused("list_connections")
    list_keys = _refused("list_keys")
    set_connection = _refused("set_connection")
    sync_keys = _refused("sync_keys")
    update_dependencies = _refused("update_dependencies")

    def _resource(self) -> str:
        """The workspace as a path."""
        return "/subscriptions/{}/resourceGroups/{}/workspaces/{}".format(*self._identity)

    def __repr__(self) -> str:
        """As v1 prints it."""
        return "Workspace.create(name='{}', subscription_id='{}', resource_group='{}')".format(
            self.name, self.subscription_id, self.resource_group)

    def __eq__(self, other: object) -> bool:
        """Equal names mean the same workspace."""
        return isinstance(other, Workspace) and other._identity == self._identity

    def __hash__(self) -> int:
        """As its names."""
        return hash(self._identity)


def _checked(*names: Any) -> workspace_file.Identity:
    """The names of a workspace. UserErrorException: one of them is empty, or no text."""
    for what, value in zip(workspace_file.Identity._fields, names):
        if not isinstance(value, str) or not value:
            raise UserErrorException("a workspace's {} must be a text that is not empty, not {!r}".format(what, value))
    return workspace_file.Identity(*names)


def _ask(identity: workspace_file.Identity, create: bool) -> Dict[str, Any]:
    """The daemon's description of a workspace. WorkspaceException: it refuses."""
    try:
        found: Dict[str, Any] = client.call("POST", path_of("workspaces"), dict(identity._asdict(), create=create))
        return found
    except ApiError as error:
        raise WorkspaceException("cannot use workspace '{}': {}".format(identity.name, error.message)) from None


def _matches(found: workspace_file.Identity, name: str, subscription: Optional[str], group: Optional[str]) -> bool:
    """Whether a workspace has these names; None stands for any."""
    return found.name == name and subscription in (None, found.subscription_id) and group in (
        None, found.resource_group)


def _why_not_one(name: str, matches: "List[workspace_file.Identity]") -> str:
    """Why Workspace.get finds none, or more than one."""
    if not matches:
        return ("There is no workspace named '{}' on this machine. Workspace.create(name='{}') makes it; "
                "Workspace.list() shows those that exist.".format(name, name))
    return "More than one workspace is named '{}': {}; pass subscription_id and resource_group.".format(
        name, ", ".join("{}/{}".format(identity.subscription_id, identity.resource_group) for identity in matches))


def _url() -> str:
    """The address of the portal."""
    return str(client.call("GET", path_of("status"))["portal"])
