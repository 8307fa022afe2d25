# SPDX-License-Identifier: Apache-2.0
"""Compute targets of kinds other than clusters. Here they are all names for this machine."""

from typing import TYPE_CHECKING, Any, Dict, Optional

from .status import ComputeTargetAttachConfiguration, ComputeTargetProvisioningConfiguration
from .target import ComputeTarget

if TYPE_CHECKING:
    from ..workspace import Workspace


class RemoteCompute(ComputeTarget):
    """A remote machine; here, this machine."""

    _compute_type = "VirtualMachine"

    @staticmethod
    def attach_configuration(username: Optional[str], subscription_id: Optional[str] = None,
                             resource_group: Optional[str] = None, vm_name: Optional[str] = None,
                             resource_id: Optional[str] = None, address: Optional[str] = None, ssh_port: int = 22,
                             password: str = "", private_key_file: str = "",
                             private_key_passphrase: str = "") -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown, without password and keys."""
        return ComputeTargetAttachConfiguration("VirtualMachine", **dict(locals()))

    @staticmethod
    def attach(workspace: "Workspace", name: str, username: Any, address: Optional[str] = None, ssh_port: int = 22,
               password: str = "", private_key_file: str = "", private_key_passphrase: str = "") -> ComputeTarget:
        """As ComputeTarget.attach. `username`: a configuration, or a user's name that the other arguments complete."""
        if not isinstance(username, ComputeTargetAttachConfiguration):
            username = RemoteCompute.attach_configuration(username, address=address, ssh_port=ssh_port)
        return ComputeTarget.attach(workspace, name, username)


class DsvmCompute(ComputeTarget):
    """A data science machine; here, this machine."""

    _compute_type = "DSVM"

    @staticmethod
    def provisioning_configuration(vm_size: Optional[str] = None, ssh_port: Optional[int] = None,
                                   location: Optional[str] = None) -> ComputeTargetProvisioningConfiguration:
        """The configuration of a machine; stored and shown."""
        return ComputeTargetProvisioningConfiguration("DSVM", **dict(locals()))


class AksCompute(ComputeTarget):
    """A cluster for web services. It can be named; its services are those of this machine."""

    _compute_type = "AKS"

    class ClusterPurpose:
        """The purposes of a cluster."""

        FAST_PROD = "FastProd"
        DEV_TEST = "DevTest"

    @staticmethod
    def provisioning_configuration(
            agent_count: Optional[int] = None, vm_size: Optional[str] = None, ssl_cname: Optional[str] = None,
            ssl_cert_pem_file: Optional[str] = None, ssl_key_pem_file: Optional[str] = None,
            location: Optional[str] = None, vnet_resourcegroup_name: Optional[str] = None,
            vnet_name: Optional[str] = None, subnet_name: Optional[str] = None, service_cidr: Optional[str] = None,
            dns_service_ip: Optional[str] = None, docker_bridge_cidr: Optional[str] = None,
            cluster_purpose: Optional[str] = None, load_balancer_type: Optional[str] = None,
            load_balancer_subnet: Optional[str] = None) -> ComputeTargetProvisioningConfiguration:
        """The configuration of a cluster; stored and shown."""
        return ComputeTargetProvisioningConfiguration("AKS", **dict(locals()))

    @staticmethod
    def attach_configuration(resource_group: Optional[str] = None, cluster_name: Optional[str] = None,
                             resource_id: Optional[str] = None, cluster_purpose: Optional[str] = None,
                             load_balancer_type: Optional[str] = None,
                             load_balancer_subnet: Optional[str] = None) -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown."""
        return ComputeTargetAttachConfiguration("AKS", **dict(locals()))


class DatabricksCompute(ComputeTarget):
    """A Databricks workspace. It can be named; Runyard does not reach it."""

    _compute_type = "Databricks"

    @staticmethod
    def attach_configuration(resource_group: Optional[str] = None, workspace_name: Optional[str] = None,
                             resource_id: Optional[str] = None,
                             access_token: str = "") -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown, without the token."""
        return ComputeTargetAttachConfiguration("Databricks", **dict(locals()))


class DataFactoryCompute(ComputeTarget):
    """A data factory. It can be named; Runyard does not reach it."""

    _compute_type = "DataFactory"

    @staticmethod
    def provisioning_configuration(location: Optional[str] = None) -> ComputeTargetProvisioningConfiguration:
        """The configuration of a target; stored and shown."""
        return ComputeTargetProvisioningConfiguration("DataFactory", **dict(locals()))

    @staticmethod
    def attach_configuration(resource_group: Optional[str] = None, factory_name: Optional[str] = None,
                             resource_id: Optional[str] = None) -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown."""
        return ComputeTargetAttachConfiguration("DataFactory", **dict(locals()))


class HDInsightCompute(ComputeTarget):
    """A Spark cluster. It can be named; Runyard does not reach it."""

    _compute_type = "HDInsight"

    @staticmethod
    def attach_configuration(username: Optional[str], subscription_id: Optional[str] = None,
                             resource_group: Optional[str] = None, cluster_name: Optional[str] = None,
                             resource_id: Optional[str] = None, address: Optional[str] = None, ssh_port: Any = "22",
                             password: str = "", private_key_file: str = "",
                             private_key_passphrase: str = "") -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown, without password and keys."""
        return ComputeTargetAttachConfiguration("HDInsight", **dict(locals()))


class BatchCompute(ComputeTarget):
    """A batch account. It can be named; Runyard does not reach it."""

    _compute_type = "Batch"

    @staticmethod
    def attach_configuration(resource_group: Optional[str] = None, account_name: Optional[str] = None,
                             resource_id: Optional[str] = None) -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown."""
        return ComputeTargetAttachConfiguration("Batch", **dict(locals()))


class AdlaCompute(ComputeTarget):
    """A Data Lake Analytics account. It can be named; Runyard does not reach it."""

    _compute_type = "DataLakeAnalytics"

    @staticmethod
    def attach_configuration(resource_group: Optional[str] = None, account_name: Optional[str] = None,
                             resource_id: Optional[str] = None) -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown."""
        return ComputeTargetAttachConfiguration("DataLakeAnalytics", **dict(locals()))


class KubernetesCompute(ComputeTarget):
    """A Kubernetes cluster; here, this machine."""

    _compute_type = "Kubernetes"

    @staticmethod
    def attach_configuration(resource_id: Optional[str] = None, namespace: Optional[str] = None,
                             identity_type: Optional[str] = None,
                             identity_ids: Any = None) -> ComputeTargetAttachConfiguration:
        """The configuration of a target; stored and shown."""
        return ComputeTargetAttachConfiguration("Kubernetes", **dict(locals()))


class LocalTarget:
    """This machine, as an object for RunConfiguration.target."""

    name = type = "local"

    @staticmethod
    def deserialize_from_dict(compute_target_name: str, compute_target_dict: Dict[str, Any]) -> "LocalTarget":
        """This machine, whatever the dictionary says."""
        return LocalTarget()
