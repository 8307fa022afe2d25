# SPDX-License-Identifier: Apache-2.0
"""Datastore: a folder of a workspace for files of data sets and scripts."""

import os
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn, Optional, Type

from ._azureml import stand_ins
from ._data import datastore_files, default_datastore, workspace_folder
from ._data.datastore_files import DOWNLOAD, UPLOAD, text_of
from .data_reference import DataReference
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .workspace import Workspace


class AbstractDatastore:
    """A folder of a workspace. Samples print `datastore_type`, `account_name` and `container_name`."""

    datastore_type = ""
    account_name, account_key, sas_token, protocol, endpoint = "local", None, None, "file", ""

    def __init__(self, workspace: "Workspace", name: str) -> None:
        self._workspace, self._name = workspace, name

    name = property(lambda self: self._name, doc="The datastore's name.")
    workspace = property(lambda self: self._workspace, doc="The workspace that it belongs to.")
    container_name = property(lambda self: self._name, doc="The name of its folder in that of the workspace.")

    @property
    def _root(self) -> str:
        """The folder, created if absent."""
        return workspace_folder.make(os.path.join(workspace_folder.of(self._workspace), self._name))

    def _place(self, path: Any) -> str:
        """The local path of a path in the datastore. UserErrorException: it leads out of it."""
        return datastore_files.inside(self._root, path, "datastore '{}'".format(self._name))

    def path(self, path: Optional[str] = None, data_reference_name: Optional[str] = None) -> DataReference:
        """A place in the datastore, by default all of it; as an argument of a script it is the local path."""
        return DataReference(self, data_reference_name, path)

    def as_mount(self) -> DataReference:
        """All of the datastore, for reading."""
        return self.path().as_mount()

    def as_download(self, path_on_compute: Optional[str] = None) -> DataReference:
        """All of the datastore, for reading."""
        return self.path().as_download(path_on_compute)

    def as_upload(self, path_on_compute: Optional[str] = None) -> DataReference:
        """All of the datastore, for writing."""
        return self.path().as_upload(path_on_compute)

    def set_as_default(self) -> None:
        """Make it the default datastore of the workspace."""
        default_datastore.write(self._workspace, self._name)

    def unregister(self) -> NoReturn:
        """Always raises UserErrorException."""
        raise UserErrorException("datastore '{}' belongs to workspace '{}' and cannot be unregistered; its files lie "
                                 "in {}".format(self._name, self._workspace.name, self._root))

    def __eq__(self, other: object) -> bool:
        """Equal names in equal workspaces mean the same datastore."""
        return isinstance(other, AbstractDatastore) and (other._workspace, other._name) == (self._workspace,
                                                                                           self._name)

    def __hash__(self) -> int:
        """As the name."""
        return hash(self._name)

    def __repr__(self) -> str:
        """The names and the folder."""
        return '{}(name={!r}, workspace={!r}, folder={!r})'.format(type(self).__name__, self._name,
                                                                   self._workspace.name, self._root)


class AbstractAzureStorageDatastore(AbstractDatastore):
    """A datastore with methods to upload and download files."""

    def upload(self, src_dir: str, target_path: Optional[str] = None, overwrite: bool = False,
               show_progress: bool = True) -> DataReference:
        """Copy every file below a folder into the datastore; the place that they are at. A file that is there stays
        as it is, but for `overwrite`. UserErrorException: there is no such folder, or the target is a file or leads
        out of the datastore.

        >>> ws.get_default_datastore().upload("./data", target_path="mnist", show_progress=True)
        """
        folder = text_of(src_dir, "src_dir")
        if not os.path.isdir(folder):
            why = "it is a file; upload_files takes files" if os.path.exists(folder) else "there is no such folder"
            raise UserErrorException("cannot upload {}: {}".format(folder, why))
        return self._upload(datastore_files.walked(folder), folder, target_path, overwrite, show_progress)

    def upload_files(self, files: List[str], relative_root: Optional[str] = None, target_path: Optional[str] = None,
                     overwrite: bool = False, show_progress: bool = True) -> DataReference:
        """Copy files into the datastore, each under its path relative to `relative_root`, by default the folder that
        all of them are in; the place that they are at. UserErrorException: one of them is no file, or not below
        relative_root; and as upload().

        >>> ws.get_default_datastore().upload_files(["./data/diabetes.csv"], target_path="diabetes")
        """
        if isinstance(files, (str, bytes, os.PathLike)) or not hasattr(files, "__iter__"):
            raise UserErrorException("files must be a list of paths, not {!r}".format(files))
        given = [os.path.abspath(text_of(path, "a file")) for path in files]
        for path in given:
            if not os.path.isfile(path):
                why = "it is a folder; upload takes folders" if os.path.isdir(path) else "there is no such file"
                raise UserErrorException("cannot upload {}: {}".format(path, why))
        root = _root_of(given, relative_root)
        return self._upload([os.path.relpath(path, root) for path in given], root, target_path, overwrite,
                            show_progress)

    def _upload(self, names: List[str], folder: str, target_path: Any, overwrite: bool, show: bool) -> DataReference:
        """Copy files of a folder into the datastore."""
        target = self._place(target_path)
        if os.path.lexists(target) and not os.path.isdir(target):
            raise UserErrorException("cannot upload to '{}' of datastore '{}': it is a file, and target_path must be "
                                     "a folder".format(target_path, self._name))
        for above in {os.path.dirname(name) for name in names}:
            self._place(os.path.relpath(os.path.join(target, above), self._root))
        datastore_files.copy_all(datastore_files.pairs(names, folder, target), overwrite, UPLOAD, show)
        return self.path(target_path)

    def download(self, target_path: str, prefix: Optional[str] = None, overwrite: bool = False,
                 show_progress: bool = True) -> int:
        """Copy files out of the datastore, by default all, into a folder, under their whole names; how many were
        copied. `prefix` is a folder or file of the datastore. UserErrorException: there is none with that name, or the
        target is a file.

        >>> ws.get_default_datastore().download("here", prefix="mnist")   # here/mnist/train.csv
        """
        target, place = text_of(target_path, "target_path"), self._place(prefix)
        if os.path.lexists(target) and not os.path.isdir(target):
            raise UserErrorException("cannot download to {}: it is a file, and target_path must be a folder".format(
                target))
        if not os.path.exists(place):
            raise UserErrorException("datastore '{}' has no folder or file '{}'; at its top are: {}".format(
                self._name, prefix, ", ".join(sorted(os.listdir(self._root))) or "none"))
        names = datastore_files.walked(place) if os.path.isdir(place) else [""]
        whole = [os.path.relpath(os.path.join(place, name), self._root) for name in names]
        copies = datastore_files.pairs(whole, self._root, target)
        return datastore_files.copy_all(copies, overwrite, DOWNLOAD, show_progress)


class AzureBlobDatastore(AbstractAzureStorageDatastore):
    """The blob datastore of v1."""

    datastore_type = "AzureBlob"


class AzureFileDatastore(AbstractAzureStorageDatastore):
    """The file share datastore of v1."""

    datastore_type = "AzureFile"


STORES: Dict[str, Type[AbstractAzureStorageDatastore]] = {
    "workspaceblobstore": AzureBlobDatastore, "workspacefilestore": AzureFileDatastore}


def _refused(name: str) -> Any:
    """A method that says what to use instead of a datastore in the cloud."""
    return staticmethod(stand_ins.function("Datastore." + name, "Data in the cloud"))


class Datastore:
    """The datastores of a workspace, which are folders. Every workspace has the same two.

    >>> Datastore.get(ws, "workspaceblobstore")
    """

    def __new__(cls, workspace: "Workspace",  # type: ignore[misc]
                name: Optional[str] = None) -> AbstractAzureStorageDatastore:
        """As get(); without a name get_default()."""
        return cls.get_default(workspace) if name is None else cls.get(workspace, name)

    @staticmethod
    def get(workspace: "Workspace", datastore_name: str) -> AbstractAzureStorageDatastore:
        """A datastore by its name. UserErrorException: there is none; the message lists the names."""
        if datastore_name not in STORES:
            raise UserErrorException("workspace '{}' has no datastore {!r}; it has {}".format(
                workspace.name, datastore_name, " and ".join(STORES)))
        return STORES[datastore_name](workspace, datastore_name)

    @staticmethod
    def _all(workspace: "Workspace") -> Dict[str, AbstractAzureStorageDatastore]:
        """Name to datastore."""
        return {name: store(workspace, name) for name, store in STORES.items()}

    @classmethod
    def get_default(cls, workspace: "Workspace") -> AbstractAzureStorageDatastore:
        """The datastore that set_default_datastore chose, else workspaceblobstore."""
        name = default_datastore.read(workspace)
        return cls.get(workspace, name if name in STORES else next(iter(STORES)))

    register_azure_blob_container = _refused("register_azure_blob_container")
    register_azure_file_share = _refused("register_azure_file_share")
    register_azure_data_lake = _refused("register_azure_data_lake")
    register_azure_data_lake_gen2 = _refused("register_azure_data_lake_gen2")
    register_azure_sql_database = _refused("register_azure_sql_database")
    register_azure_postgre_sql = _refused("register_azure_postgre_sql")
    register_azure_my_sql = _refused("register_azure_my_sql")
    register_dbfs = _refused("register_dbfs")
    register_hdfs = _refused("register_hdfs")


def _root_of(files: List[str], relative_root: Optional[str]) -> str:
    """The folder that names of files are relative to. UserErrorException: one of them is not below it."""
    if not files:
        return os.getcwd()
    if relative_root is None:
        return os.path.commonpath([os.path.dirname(file) for file in files])
    root = os.path.abspath(text_of(relative_root, "relative_root"))
    for file in files:
        if not file.startswith(root.rstrip(os.sep) + os.sep):
            raise UserErrorException("cannot upload {}: it is not below relative_root, {}".format(file, root))
    return root
