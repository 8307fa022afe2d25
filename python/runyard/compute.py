# SPDX-License-Identifier: Apache-2.0
"""Compute targets: names for this machine, which share its slots. Notebook cells that create or reuse a cluster
work."""

import builtins
import os
from typing import TYPE_CHECKING, Any, Dict, NoReturn, Optional

from ._base import messages
from ._client import targets
from ._compute.attached import (AdlaCompute, AksCompute, BatchCompute, DataFactoryCompute, DatabricksCompute,
                                DsvmCompute, HDInsightCompute, KubernetesCompute, LocalTarget, RemoteCompute)
from ._compute.status import (AmlComputeNodeStateCounts, AmlComputeProvisioningConfiguration, AmlComputeStatus,
                              ComputeInstanceProvisioningConfiguration, ComputeInstanceStatus,
                              ComputeTargetAttachConfiguration, ComputeTargetProvisioningConfiguration, ScaleSettings,
                              of_cluster, of_instance)
from ._compute.target import ComputeTarget
from .exceptions import ComputeTargetException, UserErrorException

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["AdlaCompute", "AksCompute", "AmlCompute", "AmlComputeNodeStateCounts",
           "AmlComputeProvisioningConfiguration", "AmlComputeStatus", "BatchCompute", "ComputeInstance",
           "ComputeInstanceProvisioningConfiguration", "ComputeInstanceStatus", "ComputeTarget",
           "ComputeTargetAttachConfiguration", "ComputeTargetException", "ComputeTargetProvisioningConfiguration",
           "DataFactoryCompute", "DatabricksCompute", "DsvmCompute", "HDInsightCompute", "KubernetesCompute",
           "LocalTarget", "RemoteCompute", "ScaleSettings"]


class AmlCompute(ComputeTarget):
    """A cluster; here, this machine: the nodes are its slots."""

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
        """The configuration of a cluster; stored and shown. Numbers of nodes may be texts. ComputeTargetException:
        they are no numbers, or contradict each other."""
        given = dict(locals())
        try:
            least = given["min_nodes"] = int(min_nodes)
            most = given["max_nodes"] = None if max_nodes is None else int(max_nodes)
        except (TypeError, ValueError):
            least, most = 0, -1
        if least < 0 or most is not None and most < least:
            raise ComputeTargetException("a cluster has 0 <= min_nodes <= max_nodes, not min_nodes={!r} and "
                                         "max_nodes={!r}".format(min_nodes, max_nodes))
        return AmlComputeProvisioningConfiguration("AmlCompute", **given)

    @staticmethod
    def supported_vmsizes(workspace: "Workspace", location: Optional[str] = None) -> "builtins.list[Dict[str, Any]]":
        """The only size: this machine's. Memory in GB."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return [{"name": "local", "vCPUs": os.cpu_count(), "memoryGB": round(memory / 2 ** 30, 1), "gpus": 0,
                 "maxResourceVolumeMB": None}]

    @property
    def scale_settings(self) -> ScaleSettings:
        """minimum_node_count, maximum_node_count, idle_seconds_before_scaledown, as configured."""
        return of_cluster(self._facts, self._settings).scale_settings  # type: ignore[no-any-return]

    vm_priority = property(lambda self: self._settings.get("vm_priority"), doc="The configured priority.")
    status = property(lambda self: of_cluster(self._facts, self._settings),
                      doc="The status as last seen.")

    def get_status(self) -> AmlComputeStatus:
        """The status now."""
        self.refresh_state()
        return of_cluster(self._facts, self._settings)

    def wait_for_completion(self, show_output: bool = False,  # type: ignore[override]
                            min_node_count: Optional[int] = None,
                            timeout_in_minutes: int = 25, is_delete_operation: bool = False) -> None:
        """Return at once: the machine is there. show_output says so."""
        super().wait_for_completion(show_output, is_delete_operation)

    def update(self, min_nodes: Optional[int] = None, max_nodes: Optional[int] = None,
               idle_seconds_before_scaledown: Optional[int] = None) -> None:
        """Store other numbers, which are only shown."""
        given = {"min_nodes": min_nodes, "max_nodes": max_nodes,
                 "idle_seconds_before_scaledown": idle_seconds_before_scaledown}
        settings = dict(self._settings, **{name: value for name, value in given.items() if value is not None})
        self._facts = targets.put(self.workspace._identity, self.name, {"type": self.type, "settings": settings})

    @staticmethod
    def list_usages(workspace: "Workspace", show_all: bool = False, location: Optional[str] = None) -> NoReturn:
        """Always raises UserErrorException: there are no quotas."""
        _refuse("quotas")

    @staticmethod
    def list_quotas(workspace: "Workspace", location: Optional[str] = None) -> NoReturn:
        """Always raises UserErrorException: there are no quotas."""
        _refuse("quotas")

    @staticmethod
    def update_quotas(workspace: "Workspace", vm_family: Any, limit: Optional[int] = None,
                      location: Optional[str] = None) -> NoReturn:
        """Always raises UserErrorException: there are no quotas."""
        _refuse("quotas")

    def add_identity(self, identity_type: str, identity_id: Any = None) -> NoReturn:
        """Always raises UserErrorException: runs are the user's own."""
        _refuse("identities")

    def remove_identity(self, identity_id: Any = None) -> NoReturn:
        """Always raises UserErrorException: runs are the user's own."""
        _refuse("identities")

    def list_nodes(self) -> "builtins.list[Dict[str, Any]]":
        """A node for every run that runs on the target: {"nodeId", "nodeState", "runId"}."""
        self.refresh_state()
        return [{"nodeId": "local-{}".format(number), "nodeState": "running", "runId": run}
                for number, run in enumerate(self._facts["running"])]


class ComputeInstance(ComputeTarget):
    """A compute instance; here, this machine."""

    _compute_type = "ComputeInstance"
    supported_vmsizes = staticmethod(AmlCompute.supported_vmsizes)
    status = property(lambda self: of_instance(self._facts, self._settings),
                      doc="The status as last seen.")

    @staticmethod
    def provisioning_configuration(
            vm_size: str = "", ssh_public_access: bool = False, admin_user_ssh_public_key: Optional[str] = None,
            vnet_resourcegroup_name: Optional[str] = None, vnet_name: Optional[str] = None,
            subnet_name: Optional[str] = None, tags: Optional[Dict[str, str]] = None,
            description: Optional[str] = None, assigned_user_object_id: Optional[str] = None,
            assigned_user_tenant_id: Optional[str] = None) -> ComputeInstanceProvisioningConfiguration:
        """The configuration of a machine; stored and shown."""
        return ComputeInstanceProvisioningConfiguration("ComputeInstance", **dict(locals()))

    def get_status(self) -> Any:
        """The status now: state is "Running"."""
        self.refresh_state()
        return of_instance(self._facts, self._settings)

    def start(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Does nothing: the machine runs."""

    def stop(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Only prints a sentence: the machine is not stopped."""
        messages.say("the target '{}' stands for this machine, which is not stopped".format(self.name))

    def restart(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """As stop()."""
        self.stop()

    def delete(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Remove the name."""
        super().delete()


def _refuse(what: str) -> NoReturn:
    """Raise UserErrorException for a service of clusters that does not exist here."""
    raise UserErrorException("there are no {} here: a target is a name for this machine".format(what))
