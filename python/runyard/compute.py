# SPDX-License-Identifier: Apache-2.0
"""Compute targets: names for this machine, whose slots they share. Cells that create a cluster or reuse it work."""

import builtins
import os
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Type

from . import _compute_status, _targets, _values
from ._compute_status import (AmlComputeProvisioningConfiguration, AmlComputeStatus,
                              ComputeInstanceProvisioningConfiguration, ComputeTargetAttachConfiguration,
                              ComputeTargetProvisioningConfiguration, ScaleSettings)
from .exceptions import ComputeTargetException, UserErrorException

if TYPE_CHECKING:
    from .run import Run
    from .workspace import Workspace

__all__ = ["AmlCompute", "AmlComputeProvisioningConfiguration", "AmlComputeStatus", "ComputeInstance",
           "ComputeInstanceProvisioningConfiguration", "ComputeTarget", "ComputeTargetAttachConfiguration",
           "ComputeTargetException", "ComputeTargetProvisioningConfiguration", "ScaleSettings"]

_classes: Dict[str, "Type[ComputeTarget]"] = {}


class ComputeTarget:
    """A target by name, as an object of the class that it was made as.

    >>> try:
    ...     target = ComputeTarget(ws, "cpu-cluster")
    ... except ComputeTargetException:
    ...     target = ComputeTarget.create(ws, "cpu-cluster", AmlCompute.provisioning_configuration("STANDARD_D2_V2"))
    """

    _compute_type = ""
    _facts: Dict[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Every subclass is what targets of its type are shown as."""
        super().__init_subclass__(**kwargs)
        if "_compute_type" in vars(cls):
            _classes[cls._compute_type] = cls

    def __new__(cls, workspace: "Workspace", name: str) -> "ComputeTarget":
        """ComputeTargetException: there is no target of that name, or it is of another class."""
        if not isinstance(name, str) or not name:
            raise UserErrorException("a compute target's name must be a text that is not empty, not {!r}".format(name))
        facts = _targets.named(name)
        if facts is None:
            raise ComputeTargetException("ComputeTargetNotFound: Compute Target with name {} not found in provided "
                                         "workspace; there are: {}".format(name, ", ".join(_targets.names()) or "none"))
        made = _of(workspace, facts)
        if not isinstance(made, cls):
            raise ComputeTargetException("the target '{}' is of type {}, not {}".format(name, made.type, cls.__name__))
        return made

    def __init__(self, workspace: "Workspace", name: str) -> None:
        """See __new__."""

    def _adopt(self, workspace: "Workspace", facts: Dict[str, Any]) -> "ComputeTarget":
        """Become the target that the daemon described."""
        self.workspace, self._facts = workspace, facts
        return self

    @staticmethod
    def create(workspace: "Workspace", name: str,
               provisioning_configuration: ComputeTargetProvisioningConfiguration) -> "ComputeTarget":
        """Make the name stand for this machine; ready when this returns. One that exists gets the configuration.

        ComputeTargetException: the name cannot be one, or has slots of its own.
        """
        return _made(workspace, name, provisioning_configuration, "provisioning_configuration")

    @staticmethod
    def attach(workspace: "Workspace", name: str,
               attach_configuration: ComputeTargetProvisioningConfiguration) -> "ComputeTarget":
        """As create(): the name stands for this machine, whatever was to be attached."""
        return _made(workspace, name, attach_configuration, "attach_configuration")

    @staticmethod
    def list(workspace: "Workspace") -> "builtins.list[ComputeTarget]":
        """Every target but this machine itself."""
        known = _targets.known()
        return [_of(workspace, known[name]) for name in sorted(known) if name != _targets.LOCAL]

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
        """What it was made as: AmlCompute, ComputeInstance, ...; "local" for a target with slots of its own."""
        return str((self._facts.get("properties") or {}).get("type") or "local")

    @property
    def _settings(self) -> Dict[str, Any]:
        """What was asked for when it was made."""
        return dict((self._facts.get("properties") or {}).get("settings") or {})

    id = property(lambda self: "{}/computes/{}".format(self.workspace._resource(), self.name), doc="The target as a path.")
    location = property(lambda self: "local", doc="Where it is: on this machine.")
    provisioning_state = property(lambda self: "Succeeded", doc="It is there.")
    provisioning_errors = property(lambda self: None, doc="None.")
    is_attached = property(lambda self: False, doc="It is part of the workspace.")
    created_on = property(lambda self: self._facts.get("created"), doc="When it was made; None for what always was.")
    modified_on = created_on
    tags = property(lambda self: self._settings.get("tags"), doc="The tags that were given.")
    description = property(lambda self: self._settings.get("description"), doc="The description that was given.")
    vm_size = property(lambda self: self._settings.get("vm_size"), doc="The size that was asked for.")

    def get_status(self) -> Any:
        """The state: "Succeeded"; clusters and instances have an object."""
        self.refresh_state()
        return self.provisioning_state

    def refresh_state(self) -> None:
        """Ask again. ComputeTargetException: it is gone."""
        facts = _targets.named(self.name)
        if facts is None:
            raise ComputeTargetException("the target '{}' has been deleted".format(self.name))
        self._facts = facts

    def get(self) -> "ComputeTarget":
        """The target as it is now."""
        self.refresh_state()
        return self

    def wait_for_completion(self, show_output: bool = False, is_delete_operation: bool = False) -> None:
        """Return at once: the machine is there. show_output says so."""
        if show_output and not is_delete_operation:
            print("Succeeded. The target '{}' stands for this machine and is ready.".format(self.name))

    def get_active_runs(self, type: Optional[str] = None, tags: Any = None, properties: Any = None,
                        status: Optional[str] = None) -> "Iterator[Run]":
        """The runs of the workspace that run on the target or wait for it."""
        from ._wait import FINAL
        self.refresh_state()
        active = set(self._facts["running"]) | set(self._facts["queued"])
        for experiment in self.workspace.experiments.values():
            for run in experiment.get_runs(type, tags, properties, include_children=True):
                if run.id in active and run.status not in FINAL and status in (None, run.status):
                    yield run

    def delete(self) -> None:
        """Forget the name; its runs stay where they are. ComputeTargetException: it has slots of its own."""
        _targets.forget(self.name)

    def detach(self) -> None:
        """As delete()."""
        self.delete()

    def get_credentials(self) -> Dict[str, Any]:
        """Always raises UserErrorException: this machine needs none."""
        raise UserErrorException("the target '{}' stands for this machine, which needs no credentials".format(self.name))

    def serialize(self) -> Dict[str, Any]:
        """The target as JSON has it."""
        return {"id": self.id, "name": self.name, "location": self.location, "tags": self.tags, "properties": {
            "computeType": self.type, "computeLocation": self.location, "description": self.description,
            "provisioningState": self.provisioning_state, "provisioningErrors": None, "isAttachedCompute": False,
            "createdOn": self.created_on, "modifiedOn": self.modified_on, "properties": self._settings}}

    def __repr__(self) -> str:
        """Class and name."""
        return "{}(workspace={!r}, name={}, type={})".format(type(self).__name__, self.workspace, self.name, self.type)

    def __eq__(self, other: object) -> bool:
        """Equal names mean the same target."""
        return isinstance(other, ComputeTarget) and other.name == self.name

    def __hash__(self) -> int:
        """As its name."""
        return hash(self.name)


class AmlCompute(ComputeTarget):
    """A cluster, which is this machine: its nodes are the machine's slots."""

    _compute_type = "AmlCompute"

    @staticmethod
    def provisioning_configuration(
            vm_size: str = "", vm_priority: str = "dedicated", min_nodes: int = 0, max_nodes: Optional[int] = None,
            idle_seconds_before_scaledown: int = 1800, admin_username: Optional[str] = None,
            admin_user_password: Optional[str] = None, admin_user_ssh_key: Optional[str] = None,
            vnet_resourcegroup_name: Optional[str] = None, vnet_name: Optional[str] = None,
            subnet_name: Optional[str] = None, tags: Optional[Dict[str, str]] = None,
            description: Optional[str] = None, remote_login_port_public_access: str = "NotSpecified",
            identity_type: Optional[str] = None, identity_id: Any = None, location: Optional[str] = None,
            enable_node_public_ip: bool = True) -> AmlComputeProvisioningConfiguration:
        """What a cluster is to be; kept and shown. ComputeTargetException: fewer than no nodes, or none at most."""
        given = dict(locals())
        most = min_nodes if max_nodes is None else max_nodes
        if not isinstance(min_nodes, int) or not isinstance(most, int) or not 0 <= min_nodes <= most:
            raise ComputeTargetException("a cluster has 0 <= min_nodes <= max_nodes, not min_nodes={!r} and "
                                         "max_nodes={!r}".format(min_nodes, max_nodes))
        return AmlComputeProvisioningConfiguration("AmlCompute", **given)

    @staticmethod
    def supported_vmsizes(workspace: "Workspace", location: Optional[str] = None) -> "builtins.list[Dict[str, Any]]":
        """The one size that there is: this machine's. Memory in GB."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return [{"name": "local", "vCPUs": os.cpu_count(), "memoryGB": round(memory / 2 ** 30, 1), "gpus": 0,
                 "maxResourceVolumeMB": None}]

    @property
    def scale_settings(self) -> ScaleSettings:
        """minimum_node_count, maximum_node_count, idle_seconds_before_scaledown, as they were asked for."""
        return _compute_status.of_cluster(self._facts, self._settings).scale_settings  # type: ignore[no-any-return]

    vm_priority = property(lambda self: self._settings.get("vm_priority"), doc="The priority that was asked for.")
    status = property(lambda self: _compute_status.of_cluster(self._facts, self._settings),
                      doc="The status as last seen.")

    def get_status(self) -> AmlComputeStatus:
        """The status now."""
        self.refresh_state()
        return _compute_status.of_cluster(self._facts, self._settings)

    def wait_for_completion(self, show_output: bool = False,  # type: ignore[override]
                            min_node_count: Optional[int] = None,
                            timeout_in_minutes: int = 25, is_delete_operation: bool = False) -> None:
        """Return at once: the machine is there. show_output says so."""
        super().wait_for_completion(show_output, is_delete_operation)

    def update(self, min_nodes: Optional[int] = None, max_nodes: Optional[int] = None,
               idle_seconds_before_scaledown: Optional[int] = None) -> None:
        """Keep other numbers; they change nothing but what is shown."""
        given = {"min_nodes": min_nodes, "max_nodes": max_nodes,
                 "idle_seconds_before_scaledown": idle_seconds_before_scaledown}
        settings = dict(self._settings, **{name: value for name, value in given.items() if value is not None})
        self._facts = _targets.put(self.name, {"type": self.type, "settings": settings})

    def list_nodes(self) -> "builtins.list[Dict[str, Any]]":
        """A node for each run that runs on the target: {"nodeId", "nodeState", "runId"}."""
        self.refresh_state()
        return [{"nodeId": "local-{}".format(number), "nodeState": "running", "runId": run}
                for number, run in enumerate(self._facts["running"])]


class ComputeInstance(ComputeTarget):
    """A machine of one's own, which is this one."""

    _compute_type = "ComputeInstance"
    supported_vmsizes = staticmethod(AmlCompute.supported_vmsizes)
    status = property(lambda self: _compute_status.of_instance(self._facts, self._settings),
                      doc="The status as last seen.")

    @staticmethod
    def provisioning_configuration(
            vm_size: str = "", ssh_public_access: bool = False, admin_user_ssh_public_key: Optional[str] = None,
            vnet_resourcegroup_name: Optional[str] = None, vnet_name: Optional[str] = None,
            subnet_name: Optional[str] = None, tags: Optional[Dict[str, str]] = None,
            description: Optional[str] = None, assigned_user_object_id: Optional[str] = None,
            assigned_user_tenant_id: Optional[str] = None) -> ComputeInstanceProvisioningConfiguration:
        """What a machine is to be; kept and shown."""
        return ComputeInstanceProvisioningConfiguration("ComputeInstance", **dict(locals()))

    def get_status(self) -> Any:
        """The status now: state is "Running"."""
        self.refresh_state()
        return _compute_status.of_instance(self._facts, self._settings)

    def start(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Nothing: the machine runs."""

    def stop(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Nothing but a sentence: the machine goes on."""
        _values.say("the target '{}' stands for this machine, which is not stopped".format(self.name))

    def restart(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """As stop()."""
        self.stop()

    def delete(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Forget the name."""
        super().delete()


def _of(workspace: "Workspace", facts: Dict[str, Any]) -> ComputeTarget:
    """A target that the daemon has described, as an object of its class."""
    from . import _attached_compute  # noqa: F401  # its classes are made known by being defined
    kind = _classes.get((facts.get("properties") or {}).get("type") or "", ComputeTarget)
    return object.__new__(kind)._adopt(workspace, facts)


def _made(workspace: "Workspace", name: str, configuration: Any, what: str) -> ComputeTarget:
    """Make a name stand for this machine."""
    if not isinstance(configuration, ComputeTargetProvisioningConfiguration):
        raise ComputeTargetException("{} must be what AmlCompute.provisioning_configuration() or another class's "
                                     "returns, not {!r}".format(what, configuration))
    if not isinstance(name, str) or not name:
        raise UserErrorException("a compute target's name must be a text that is not empty, not {!r}".format(name))
    made = _of(workspace, _targets.put(name, configuration.properties()))
    _values.say("the target '{}' stands for this machine and shares its slots".format(name))
    return made
