# SPDX-License-Identifier: Apache-2.0
"""DataPath and DataReference: a path in a datastore, as an object and as a local path."""

import os
from typing import TYPE_CHECKING, Any, Optional, Tuple

from . import _objects
from ._data import workspace_folder
from ._data.datastore_files import text_of
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .datastore import AbstractDatastore
    from .runconfig import DataReferenceConfiguration


class DataPath:
    """A path in a datastore, for data sets."""

    def __init__(self, datastore: Optional["AbstractDatastore"] = None, path_on_datastore: Optional[str] = None,
                 name: Optional[str] = None) -> None:
        """UserErrorException: there is no datastore."""
        self._datastore = checked(datastore)
        self._path = text_of(path_on_datastore or "", "path_on_datastore")
        self._name = name

    datastore_name = property(lambda self: self._datastore.name, doc="The datastore's name.")
    path_on_datastore = property(lambda self: self._path, doc="The path in the datastore.")

    @staticmethod
    def create_from_data_reference(data_reference: "DataReference") -> "DataPath":
        """The place of a reference."""
        return DataPath(data_reference.datastore, data_reference.path_on_datastore, data_reference.data_reference_name)

    def create_data_reference(self, data_reference_name: Optional[str] = None,
                              datapath_compute_binding: Any = None) -> "DataReference":
        """The path as a DataReference."""
        return DataReference(self._datastore, data_reference_name or self._name, self._path)


class DataPathComputeBinding:
    """How a step gets the path of a parameter whose value is a DataPath: (parameter, DataPathComputeBinding()) is its
    input. Nothing is copied, whatever the mode."""

    def __init__(self, mode: str = "mount", path_on_compute: Optional[str] = None, overwrite: bool = False) -> None:
        """UserErrorException: there is no such mode."""
        if mode not in ("mount", "download", "upload"):
            raise UserErrorException("the mode of a DataPathComputeBinding is mount, download or upload, not {!r}"
                                     .format(mode))
        self.mode, self.path_on_compute, self.overwrite = mode, path_on_compute, overwrite


class DataReference:
    """A path in a datastore, as a script gets it: str() is the local path. Nothing is mounted or copied, whatever
    the mode, because the datastore is a folder of this machine: what a script writes there is in the datastore. With
    path_on_compute the run finds it there, too, relative to its working directory or absolute.

    >>> ScriptRunConfig(".", "train.py", arguments=["--data", ws.get_default_datastore().path("mnist").as_mount()])
    """

    def __init__(self, datastore: "AbstractDatastore", data_reference_name: Optional[str] = None,
                 path_on_datastore: Optional[str] = None, mode: str = "mount", path_on_compute: Optional[str] = None,
                 overwrite: bool = False) -> None:
        """UserErrorException: there is no datastore, or no such mode, or the path leads out of it."""
        if mode not in ("mount", "download", "upload"):
            raise UserErrorException("the mode of a DataReference is mount, download or upload, not {!r}".format(mode))
        self.datastore = checked(datastore)
        self.path_on_datastore = text_of(path_on_datastore or "", "path_on_datastore")
        self.data_reference_name = data_reference_name or self._usual_name()
        self.mode, self.path_on_compute, self.overwrite = mode, path_on_compute, overwrite
        self.datastore._local_path(self.path_on_datastore)

    @staticmethod
    def create(data_reference_name: Optional[str] = None, datapath: Optional[DataPath] = None,
               datapath_compute_binding: Any = None) -> "DataReference":
        """The place of a DataPath; a binding has no effect. UserErrorException: there is no DataPath."""
        if not isinstance(datapath, DataPath):
            raise UserErrorException("datapath must be a DataPath, not {!r}".format(datapath))
        return datapath.create_data_reference(data_reference_name, datapath_compute_binding)

    def _usual_name(self) -> str:
        """The default name of a reference."""
        name = "".join(letter if letter.isalnum() else "_" for letter in self.path_on_datastore.strip("/"))
        return name or self.datastore.name

    def path(self, path: Optional[str] = None, data_reference_name: Optional[str] = None) -> "DataReference":
        """A path below this one."""
        below = "/".join(filter(None, [self.path_on_datastore.rstrip("/"), text_of(path or "", "path")]))
        return DataReference(self.datastore, data_reference_name, below, self.mode)

    def as_mount(self) -> "DataReference":
        """The same path, for reading."""
        return self._as("mount", None, False)

    def as_download(self, path_on_compute: Optional[str] = None, overwrite: bool = False) -> "DataReference":
        """The same path, for reading."""
        return self._as("download", path_on_compute, overwrite)

    def as_upload(self, path_on_compute: Optional[str] = None, overwrite: bool = False) -> "DataReference":
        """The same path, for writing; creates the folder."""
        workspace_folder.make(str(self))
        return self._as("upload", path_on_compute, overwrite)

    def _as(self, mode: str, path_on_compute: Optional[str], overwrite: bool) -> "DataReference":
        """The same path in another mode."""
        return DataReference(self.datastore, self.data_reference_name, self.path_on_datastore, mode, path_on_compute,
                             overwrite)

    def to_config(self) -> "DataReferenceConfiguration":
        """The reference as a value of run_config.data_references."""
        return _objects.DataReferenceConfiguration(self.datastore.name, self.mode, self.path_on_datastore,
                                                   self.path_on_compute, self.overwrite)

    def __fspath__(self) -> str:
        """The local path."""
        return self.datastore._local_path(self.path_on_datastore)

    def __str__(self) -> str:
        """The local path."""
        return os.fspath(self)

    def __repr__(self) -> str:
        """The datastore and the path."""
        return "DataReference({!r}, {!r}, mode={!r})".format(self.datastore.name, self.path_on_datastore, self.mode)


def target_of(target: Any) -> "Tuple[AbstractDatastore, str]":
    """The datastore and the path that a call writes to, given as (datastore, path), as a DataPath or as a datastore.
    UserErrorException: there is no datastore."""
    given = (target._datastore, target.path_on_datastore) if isinstance(target, DataPath) else target
    datastore, path = given if isinstance(given, tuple) and len(given) == 2 else (given, "")
    return checked(datastore), path


def checked(datastore: Any) -> "AbstractDatastore":
    """The datastore. UserErrorException: it is none."""
    if isinstance(datastore, _objects.AbstractDatastore):
        return datastore
    raise UserErrorException("a datastore is needed, as ws.get_default_datastore(), not {!r}".format(datastore))
