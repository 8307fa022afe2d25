# SPDX-License-Identifier: Apache-2.0
"""ComputeTarget, the base of all targets. They are names for this machine and share its slots."""

import builtins
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Type

from .._base import messages
from .._base.handlers import is_caller_prepared
from .._client import targets
from .._runs.run_status import FINAL
from ..exceptions import ComputeTargetException, UserErrorException
from .status import ComputeTargetProvisioningConfiguration

if TYPE_CHECKING:
    from ..run import Run
    from ..workspace import Workspace

_classes: Dict[str, "Type[ComputeTarget]"] = {}


class ComputeTarget:
    """A target by name, as an object of the class that it was created with.

    >>> try:
    ...     target = ComputeTarget(ws, "cpu-cluster")
    ... except ComputeTargetException:
    ...     target = ComputeTarget.create(ws, "cpu-cluster", AmlCompute.provisioning_configuration("STANDARD_D2_V2"))
    """

    _compute_type = ""
    _facts: Dict[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the subclass for targets of its type."""
        super().__init_subclass__(**kwargs)
        if "_compute_type" in vars(cls):
            _classes[cls._compute_type] = cls

    def __new__(cls, workspace: "Workspace", name: str) -> "ComputeTarget":
        """The target of that name; an unknown one, which existed in the cloud, becomes a name of this machine.

        ComputeTargetException: there is none, and the caller handles exceptions; or it is of another class.
        UserErrorException: the name is not a text, or empty.
        """
        if not isinstance(name, str) or not name:
            raise UserErrorException("a compute target's name must be a text that is not empty, not {!r}".format(name))
        facts = targets.named(workspace._identity, name)
        if facts is None and is_caller_prepared():
            there = ", ".join(targets.names(workspace._identity)) or "none"
            raise ComputeTargetException("ComputeTargetNotFound: Compute Target with name {} not found in provided "
                                         "workspace; there are: {}".format(name, there))
        made = cls._made(workspace, name) if facts is None else shown(workspace, facts)
        if not isinstance(made, cls):
            raise ComputeTargetException("the target '{}' is of type {}, not {}".format(name, made.type, cls.__name__))
        return made

    def __init__(self, workspace: "Workspace", name: str) -> None:
        """See __new__."""

    def _adopt(self, workspace: "Workspace", facts: Dict[str, Any]) -> "ComputeTarget":
        """Become the target that the daemon described."""
        self.workspace, self._facts = workspace, facts
        return self

    @classmethod
    def _made(cls, workspace: "Workspace", name: str) -> "ComputeTarget":
        """A new name of this machine, with a message. ComputeTargetException: the name cannot be used."""
        made = shown(workspace, targets.put(workspace._identity, name,
                                            {"type": cls._compute_type or "AmlCompute", "settings": {}}))
        messages.say("the target '{}' is new: it stands for this machine and shares its slots".format(name))
        return made

    @staticmethod
    def create(workspace: "Workspace", name: str,
               provisioning_configuration: ComputeTargetProvisioningConfiguration) -> "ComputeTarget":
        """Make the name an alias of this machine; it is ready at once. An existing alias gets the configuration.

        ComputeTargetException: the name cannot be used, or has slots of its own.
        """
        return made_of(workspace, name, provisioning_configuration, "provisioning_configuration")

    @staticmethod
    def attach(workspace: "Workspace", name: str,
               attach_configuration: ComputeTargetProvisioningConfiguration) -> "ComputeTarget":
        """As create(): the name becomes an alias of this machine."""
        return made_of(workspace, name, attach_configuration, "attach_configuration")

    @staticmethod
    def list(workspace: "Workspace") -> "builtins.list[ComputeTarget]":
        """Every target of the workspace except this machine itself."""
        known = targets.known(workspace._identity)
        return [shown(workspace, known[name]) for name in sorted(known) if name != targets.LOCAL]

    @staticmethod
    def deserialize(workspace: "Workspace", object_dict: Dict[str, Any]) -> "ComputeTarget":
        """The target that serialize() described. ComputeTargetException: there is none of its name."""
        return ComputeTarget(workspace, object_dict["name"])

    @property
    def name(self) -> str:
        """The name."""
        return str(self._facts["name"])

    @property
    def type(self) -> str:
        """The type: AmlCompute, ComputeInstance, ...; "local" for a target with slots of its own."""
        return str((self._facts.get("properties") or {}).get("type") or "local")

    @property
    def _settings(self) -> Dict[str, Any]:
        """The settings of its configuration."""
        return dict((self._facts.get("properties") or {}).get("settings") or {})

    id = property(lambda self: "{}/computes/{}".format(self.workspace._resource(), self.name),
                  doc="The target as a path.")
    location = property(lambda self: "local", doc="Where it is: on this machine.")
    provisioning_state = property(lambda self: "Succeeded", doc="It is there.")
    provisioning_errors = property(lambda self: None, doc="None.")
    is_attached = property(lambda self: False, doc="It is part of the workspace.")
    created_on = property(
        lambda self: self._facts.get("created"), doc="When it was created; None for a target of the settings.")
    modified_on = created_on
    tags = property(lambda self: self._settings.get("tags"), doc="The tags that were given.")
    description = property(lambda self: self._settings.get("description"), doc="The description that was given.")
    vm_size = property(lambda self: self._settings.get("vm_size"), doc="The configured size.")

    def get_status(self) -> Any:
        """The state: "Succeeded"; clusters and instances have an object."""
        self.refresh_state()
        return self.provisioning_state

    def refresh_state(self) -> None:
        """Ask for the state again. ComputeTargetException: the target has been deleted."""
        facts = targets.named(self.workspace._identity, self.name)
        if facts is None:
            raise ComputeTargetException("the target '{}' has been deleted".format(self.name))
        self._facts = facts

    def get(self) -> "ComputeTarget":
        """The target as it is now."""
        self.refresh_state()
        return self

    def wait_for_completion(self, show_output: bool = False, is_delete_operation: bool = False) -> None:
        """Return at once: the machine is ready. show_output: print that."""
        if show_output and not is_delete_operation:
            print("Succeeded. The target '{}' stands for this machine and is ready.".format(self.name))

    def get_active_runs(self, type: Optional[str] = None, tags: Any = None, properties: Any = None,
                        status: Optional[str] = None) -> "Iterator[Run]":
        """The runs of the workspace that run on the target or wait for it."""
        self.refresh_state()
        active = set(self._facts["running"]) | set(self._facts["queued"])
        for experiment in self.workspace.experiments.values():
            for run in experiment.get_runs(type, tags, properties, include_children=True):
                if run.id in active and run.status not in FINAL and status in (None, run.status):
                    yield run

    def delete(self) -> None:
        """Remove the name; its runs stay. ComputeTargetException: it has slots of its own."""
        targets.remove(self.workspace._identity, self.name)

    def detach(self) -> None:
        """As delete()."""
        self.delete()

    def get_credentials(self) -> Dict[str, Any]:
        """Always raises UserErrorException: this machine needs none."""
        raise UserErrorException("the target '{}' stands for this machine, which needs no credentials".format(
            self.name))

    def serialize(self) -> Dict[str, Any]:
        """The target for JSON."""
        return {"id": self.id, "name": self.name, "location": self.location, "tags": self.tags, "properties": {
            "computeType": self.type, "computeLocation": self.location, "description": self.description,
            "provisioningState": self.provisioning_state, "provisioningErrors": None, "isAttachedCompute": False,
            "createdOn": self.created_on, "modifiedOn": self.modified_on, "properties": self._settings}}

    def __repr__(self) -> str:
        """As v1 prints it."""
        return "{}(workspace={!r}, name={}, id={}, type={}, provisioning_state={}, location={}, tags={})".format(
            type(self).__name__, self.workspace, self.name, self.id, self.type, self.provisioning_state, self.location,
            self.tags)

    def __eq__(self, other: object) -> bool:
        """Equal names in equal workspaces mean the same target."""
        return isinstance(other, ComputeTarget) and (other.workspace, other.name) == (self.workspace, self.name)

    def __hash__(self) -> int:
        """As its name."""
        return hash(self.name)


def shown(workspace: "Workspace", facts: Dict[str, Any]) -> ComputeTarget:
    """The target that the daemon has described, as an object of its class."""
    kind = _classes.get((facts.get("properties") or {}).get("type") or "", ComputeTarget)
    return object.__new__(kind)._adopt(workspace, facts)


def made_of(workspace: "Workspace", name: str, configuration: Any, what: str) -> ComputeTarget:
    """Make a name an alias of this machine. `what`: the name of the argument `configuration`.

    ComputeTargetException: it is no configuration, or the name cannot be used. UserErrorException: the name is not a
    text, or empty.
    """
    if not isinstance(configuration, ComputeTargetProvisioningConfiguration):
        raise ComputeTargetException("{} must be what AmlCompute.provisioning_configuration() or another class's "
                                     "returns, not {!r}".format(what, configuration))
    if not isinstance(name, str) or not name:
        raise UserErrorException("a compute target's name must be a text that is not empty, not {!r}".format(name))
    made = shown(workspace, targets.put(workspace._identity, name, configuration.properties()))
    messages.say("the target '{}' stands for this machine and shares its slots".format(name))
    return made
