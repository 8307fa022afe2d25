# SPDX-License-Identifier: Apache-2.0
"""Datastore: finds, makes and registers the datastores of a workspace."""

from typing import TYPE_CHECKING, Any, Dict, Optional, Type

from ._base import messages
from ._base.handlers import is_caller_prepared
from ._data import commands, default_datastore, registered_datastores, workspace_folder
from ._data.registered_datastores import BUILT_IN
from .abstract_datastore import (AbstractAzureStorageDatastore, AbstractDatastore, AzureBlobDatastore,
                                 AzureDataLakeDatastore, AzureDataLakeGen2Datastore, AzureFileDatastore, DBFSDatastore,
                                 HDFSDatastore)
from .exceptions import UserErrorException, refusal

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["AbstractAzureStorageDatastore", "AbstractDatastore", "AzureBlobDatastore", "AzureDataLakeDatastore",
           "AzureDataLakeGen2Datastore", "AzureFileDatastore", "DBFSDatastore", "Datastore", "HDFSDatastore"]

_Store = AbstractAzureStorageDatastore
_STARS = "********"
_CLASSES: Dict[str, Type[_Store]] = {kind.datastore_type: kind for kind in (
    AzureBlobDatastore, AzureFileDatastore, AzureDataLakeDatastore, AzureDataLakeGen2Datastore, DBFSDatastore,
    HDFSDatastore)}
_SECRETS = ("account_key", "sas_token", "client_secret", "hdfs_server_certificate", "kerberos_keytab",
            "kerberos_password")
_NOT_KEPT = ("workspace", "datastore_name", "overwrite", "create_if_not_exists", "skip_validation")


def _refused(name: str) -> Any:
    """A method that says what to use instead of a database."""
    return staticmethod(refusal("Datastore." + name, "A datastore is a folder of files. Export the tables to CSV or "
                                "Parquet files, or query the database in the script with a library of your own"))


class Datastore:
    """The datastores of a workspace, which are folders. Each workspace has the same four, and more by the names that
    scripts register or ask for.

    >>> Datastore.get(ws, "workspaceblobstore")
    """

    def __new__(cls, workspace: "Workspace",  # type: ignore[misc]
                name: Optional[str] = None) -> _Store:
        """As get(); without a name get_default()."""
        return cls.get_default(workspace) if name is None else cls.get(workspace, name)

    @staticmethod
    def get(workspace: "Workspace", datastore_name: str) -> _Store:
        """A datastore by its name. An unknown one, which existed in the cloud, becomes an empty folder.

        UserErrorException: the name cannot be one; or there is none, and the caller handles that.
        """
        known = Datastore._all(workspace)
        found = {name.lower(): store for name, store in known.items()}.get(str(datastore_name).lower())
        if found is not None:
            return found
        registered_datastores.check_name(datastore_name)
        if is_caller_prepared():
            raise UserErrorException("workspace '{}' has no datastore '{}'; it has {}. {} makes one".format(
                workspace.name, datastore_name, ", ".join(known), commands.link(workspace, datastore_name)))
        return Datastore._made(workspace, datastore_name)

    @staticmethod
    def _made(workspace: "Workspace", name: str) -> _Store:
        """A new datastore, with a message."""
        made = Datastore._register("AzureBlob", {"workspace": workspace, "datastore_name": name})
        messages.say("datastore '{}' is new: the empty folder {}; {} leads it to files that you have".format(
            name, made._root, commands.link(workspace, name)))
        return made

    @staticmethod
    def _all(workspace: "Workspace") -> Dict[str, _Store]:
        """Name to datastore."""
        found = registered_datastores.read(workspace_folder.of(workspace)).values()
        return {facts["name"]: _of_facts(workspace, facts) for facts in found}

    @classmethod
    def get_default(cls, workspace: "Workspace") -> _Store:
        """The datastore that set_default_datastore chose, else workspaceblobstore."""
        known = cls._all(workspace)
        return known.get(default_datastore.read(workspace) or "") or known[next(iter(BUILT_IN))]

    @staticmethod
    def _register(kind: str, given: Dict[str, Any], container: str = "container_name"
                  ) -> _Store:
        """Register a datastore with the arguments of a call, of which one names the container. UserErrorException: the
        name has another datastore."""
        settings = {"container_name" if name == container else name: _kept(name, value)
                    for name, value in given.items() if name not in _NOT_KEPT and value is not None}
        workspace = given["workspace"]
        facts = registered_datastores.register(workspace_folder.of(workspace), given["datastore_name"], kind, settings,
                                               bool(given.get("overwrite")))
        return _of_facts(workspace, facts)

    @staticmethod
    def register_azure_blob_container(
            workspace: "Workspace", datastore_name: str, container_name: str, account_name: str,
            sas_token: Optional[str] = None, account_key: Optional[str] = None, protocol: Optional[str] = None,
            endpoint: Optional[str] = None, overwrite: bool = False, create_if_not_exists: bool = False,
            skip_validation: bool = False, blob_cache_timeout: Optional[int] = None,
            grant_workspace_access: bool = False, subscription_id: Optional[str] = None,
            resource_group: Optional[str] = None) -> _Store:
        """A folder of that name, new or as it is. Nothing in the cloud is reached; what is told here is kept, except
        secrets. UserErrorException: the name has a datastore with other settings, and overwrite is not set."""
        return Datastore._register("AzureBlob", dict(locals()))

    @staticmethod
    def register_azure_file_share(
            workspace: "Workspace", datastore_name: str, file_share_name: str, account_name: str,
            sas_token: Optional[str] = None, account_key: Optional[str] = None, protocol: Optional[str] = None,
            endpoint: Optional[str] = None, overwrite: bool = False, create_if_not_exists: bool = False,
            skip_validation: bool = False) -> _Store:
        """As register_azure_blob_container()."""
        return Datastore._register("AzureFile", dict(locals()), "file_share_name")

    @staticmethod
    def register_azure_data_lake(
            workspace: "Workspace", datastore_name: str, store_name: str, tenant_id: Optional[str] = None,
            client_id: Optional[str] = None, client_secret: Optional[str] = None, resource_url: Optional[str] = None,
            authority_url: Optional[str] = None, subscription_id: Optional[str] = None,
            resource_group: Optional[str] = None, overwrite: bool = False,
            grant_workspace_access: bool = False) -> _Store:
        """As register_azure_blob_container()."""
        return Datastore._register("AzureDataLake", dict(locals()))

    @staticmethod
    def register_azure_data_lake_gen2(
            workspace: "Workspace", datastore_name: str, filesystem: str, account_name: str,
            tenant_id: Optional[str] = None, client_id: Optional[str] = None, client_secret: Optional[str] = None,
            resource_url: Optional[str] = None, authority_url: Optional[str] = None, protocol: Optional[str] = None,
            endpoint: Optional[str] = None, overwrite: bool = False, subscription_id: Optional[str] = None,
            resource_group: Optional[str] = None, grant_workspace_access: bool = False) -> _Store:
        """As register_azure_blob_container()."""
        return Datastore._register("AzureDataLakeGen2", dict(locals()), "filesystem")

    @staticmethod
    def register_dbfs(workspace: "Workspace", datastore_name: str) -> _Store:
        """As register_azure_blob_container()."""
        return Datastore._register("DBFS", dict(locals()))

    @staticmethod
    def register_hdfs(workspace: "Workspace", datastore_name: str, protocol: str, namenode_address: str,
                      hdfs_server_certificate: Optional[str], kerberos_realm: str, kerberos_kdc_address: str,
                      kerberos_principal: str, kerberos_keytab: Optional[str] = None,
                      kerberos_password: Optional[str] = None, overwrite: bool = False) -> _Store:
        """As register_azure_blob_container()."""
        return Datastore._register("Hdfs", dict(locals()))

    register_azure_sql_database = _refused("register_azure_sql_database")
    register_azure_postgre_sql = _refused("register_azure_postgre_sql")
    register_azure_my_sql = _refused("register_azure_my_sql")


def _kept(name: str, value: Any) -> Any:
    """What is kept of an argument: stars of a secret, else the value."""
    if name in _SECRETS:
        return _STARS
    return value if isinstance(value, (bool, int, str)) else str(value)


def _of_facts(workspace: "Workspace", facts: Dict[str, Any]) -> _Store:
    """The datastore that a line describes, in its class."""
    return _CLASSES.get(facts["type"], AzureBlobDatastore)(workspace, facts["name"], facts)
