# SPDX-License-Identifier: Apache-2.0
"""The classes of datastores: folders of a workspace, or folders elsewhere that they are linked to."""

import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ._data import datastore_files, default_datastore, registered_datastores, workspace_folder
from ._data.datastore_files import DOWNLOAD, UPLOAD, text_of
from ._data.registered_datastores import BUILT_IN
from .data_reference import DataReference
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .workspace import Workspace


class AbstractDatastore:
    """A folder of a workspace. The arguments that it was registered with are attributes, as `account_name` and
    `container_name`; secrets are not kept, and are shown as stars."""

    datastore_type = ""
    account_name: Any = "local"
    account_key: Any = None
    sas_token: Any = None
    protocol: Any = "file"
    endpoint: Any = ""

    def __init__(self, workspace: "Workspace", name: str, facts: Optional[Dict[str, Any]] = None) -> None:
        """For Datastore.get()."""
        self._workspace, self._name = workspace, name
        self._path = (facts or {}).get("path")
        self.container_name = name
        self.__dict__.update({key: value for key, value in (facts or {}).get("settings", {}).items()
                              if key.isidentifier() and not key.startswith("_")})

    name = property(lambda self: self._name, doc="The datastore's name.")
    workspace = property(lambda self: self._workspace, doc="The workspace that it belongs to.")

    @property
    def _root(self) -> str:
        """The folder, created if absent. UserErrorException: it is linked to a folder that does not exist."""
        if self._path is None:
            return workspace_folder.make(os.path.join(workspace_folder.of(self._workspace), self._name.lower()))
        if not os.path.isdir(self._path):
            raise UserErrorException("datastore '{0}' is linked to {1}, which is not there; `runyard datastore link "
                                     "{0} PATH` leads it to another folder".format(self._name, self._path))
        return str(self._path)

    def _local_path(self, path: Any) -> str:
        """The local path of a path in the datastore. UserErrorException: it leads out of it."""
        return datastore_files.inside(self._root, path, "datastore '{}'".format(self._name))

    def path(self, path: Optional[str] = None, data_reference_name: Optional[str] = None) -> DataReference:
        """A path in the datastore, by default all of it; as an argument of a script it is the local path."""
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

    def unregister(self) -> None:
        """Forget the datastore's name; the files stay. UserErrorException: every workspace has this datastore."""
        if self._name.lower() in BUILT_IN:
            raise UserErrorException("datastore '{}' belongs to workspace '{}' and cannot be unregistered; its files "
                                     "lie in {}".format(self._name, self._workspace.name, self._root))
        registered_datastores.unregister(workspace_folder.of(self._workspace), self._name)

    def __eq__(self, other: object) -> bool:
        """Equal names in equal workspaces mean the same datastore."""
        return isinstance(other, AbstractDatastore) and (other._workspace, other._name) == (self._workspace,
                                                                                           self._name)

    def __hash__(self) -> int:
        """As the name."""
        return hash(self._name)

    def __repr__(self) -> str:
        """As v1 prints it."""
        shown = ("name", "container_name", "account_name", "protocol", "endpoint")
        return json.dumps({key: getattr(self, key) for key in shown}, indent=2, ensure_ascii=False)


class AbstractAzureStorageDatastore(AbstractDatastore):
    """A datastore with methods to upload and download files."""

    is_sas = property(lambda self: self.sas_token is not None, doc="Whether it was registered with a token.")

    def upload(self, src_dir: str, target_path: Optional[str] = None, overwrite: bool = False,
               show_progress: bool = True) -> DataReference:
        """Copy every file below a folder into the datastore. Returns their path there. `overwrite`: existing files are
        replaced. UserErrorException: there is no such folder, the target is a file or leads out of the datastore, or a
        file cannot be copied.

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
        all of them are in. Returns their path there. UserErrorException: a path is not a file, or not below
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
        """Copy files of a folder into the datastore. Returns their path there. UserErrorException: as upload()."""
        target = self._local_path(target_path)
        if os.path.lexists(target) and not os.path.isdir(target):
            raise UserErrorException("cannot upload to '{}' of datastore '{}': it is a file, and target_path must be "
                                     "a folder".format(target_path, self._name))
        for above in {os.path.dirname(name) for name in names}:
            self._local_path(os.path.relpath(os.path.join(target, above), self._root))
        datastore_files.copy_all(datastore_files.pairs(names, folder, target), overwrite, UPLOAD, show)
        return self.path(target_path)

    def download(self, target_path: str, prefix: Optional[str] = None, overwrite: bool = False,
                 show_progress: bool = True) -> int:
        """Copy files out of the datastore, by default all, into a folder, under their whole names. Returns how many
        were copied. `prefix` is a folder or file of the datastore. UserErrorException: it does not exist, the target is
        a file, or a file cannot be copied.

        >>> ws.get_default_datastore().download("here", prefix="mnist")   # here/mnist/train.csv
        """
        target, local = text_of(target_path, "target_path"), self._local_path(prefix)
        if os.path.lexists(target) and not os.path.isdir(target):
            raise UserErrorException("cannot download to {}: it is a file, and target_path must be a folder".format(
                target))
        if not os.path.exists(local):
            raise UserErrorException("datastore '{}' has no folder or file '{}'; at its top are: {}".format(
                self._name, prefix, ", ".join(sorted(os.listdir(self._root))) or "none"))
        names = datastore_files.walked(local) if os.path.isdir(local) else [""]
        whole = [os.path.relpath(os.path.join(local, name), self._root) for name in names]
        copies = datastore_files.pairs(whole, self._root, target)
        return datastore_files.copy_all(copies, overwrite, DOWNLOAD, show_progress)


class AzureBlobDatastore(AbstractAzureStorageDatastore):
    """The blob datastore of v1."""

    datastore_type = "AzureBlob"


class AzureFileDatastore(AbstractAzureStorageDatastore):
    """The file share datastore of v1."""

    datastore_type = "AzureFile"


class AzureDataLakeDatastore(AbstractAzureStorageDatastore):
    """The data lake datastore of v1."""

    datastore_type = "AzureDataLake"
    subscription_id: Any = None
    resource_group: Any = None


class AzureDataLakeGen2Datastore(AbstractAzureStorageDatastore):
    """The Data Lake Gen2 datastore of v1."""

    datastore_type = "AzureDataLakeGen2"


class DBFSDatastore(AbstractAzureStorageDatastore):
    """The Databricks datastore of v1."""

    datastore_type = "DBFS"


class HDFSDatastore(AbstractAzureStorageDatastore):
    """The Hadoop datastore of v1."""

    datastore_type = "Hdfs"


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
