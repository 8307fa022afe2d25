# SPDX-License-Identifier: Apache-2.0
"""FileDataset: files of this machine."""

import os
import tempfile
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ._data import datastore_files, links, metadata, steps
from ._data.expressions import Expression, Tree
from ._data.files import File, has_files, is_folder, is_single_file, present
from ._data.mount import MountContext
from .abstract_dataset import AbstractDataset
from .data_reference import target_of
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .dataset_consumption_config import DatasetConsumptionConfig


class FileDataset(AbstractDataset):
    """Files of a folder, of several, or of patterns.

    >>> dataset = Dataset.File.from_files((ws.get_default_datastore(), "mnist/*.gz"))
    >>> dataset.to_path()
    ['/test.gz', '/train.gz']
    """

    _kind = "file"

    def _files(self) -> List[File]:
        """The files that all steps select."""
        files = super()._files()
        for step in self._definition["steps"]:
            files = self._filtered(files, step["filter"]) if "filter" in step else [
                files[at] for at in steps.positions(step, len(files))]
        return files

    def _filtered(self, files: List[File], tree: Tree) -> List[File]:
        """The files that an expression is true for. UserErrorException: it names what files do not have.
        DatasetExecutionError: values cannot be compared."""
        form = self._definition["options"].get("partition_format")
        return [file for file in files if metadata.is_true_for(tree, file, form)]

    def file_metadata(self, col: str) -> Expression:
        """A fact about each file, for filter(): Size (bytes), LastModifiedTime, CreationTime (UTC), Extension, CanSeek.
        UserErrorException: there is no such fact.

        >>> dataset.filter(dataset.file_metadata("Size") > 10000)
        """
        return metadata.expression(col)

    def to_path(self) -> List[str]:
        """The names of the files with a leading '/': their paths below a mount or download."""
        return ["/" + file.name for file in self._files()]

    def download(self, target_path: Optional[str] = None, overwrite: bool = False,
                 ignore_not_found: bool = False) -> List[str]:
        """Copy the files into a folder, by default a new temporary one. Returns the absolute paths.

        UserErrorException: a file is there already, and `overwrite` is not set.
        """
        target = os.path.abspath(datastore_files.text_of(target_path or tempfile.mkdtemp(), "target_path"))
        files = [file for file in present(self._files()) if not ignore_not_found or os.path.exists(file.path)]
        targets = [os.path.join(target, file.name) for file in files]
        there = [path for path in targets if os.path.lexists(path)]
        if there and not overwrite:
            raise UserErrorException("{} files are there already, as {}; overwrite=True replaces them".format(
                len(there), ", ".join(there[:5])))
        for file, path in zip(files, targets):
            datastore_files.copy(file.path, path)
        return targets

    def mount(self, mount_point: Optional[str] = None, **kwargs: Any) -> MountContext:
        """The files below one folder, while the context is open: their own folder if the set is a whole folder, else
        a folder of links. With a mount_point, which must be empty or absent, its entries are links to them.

        >>> with dataset.mount() as mounted:
        ...     os.listdir(mounted.mount_point)
        """
        return MountContext(self._folder_for_mount, mount_point)

    def _folder_for_mount(self) -> str:
        """A folder with all files."""
        return str(self._definition["paths"][0]) if self._is_folder() else links.temporary_links(present(self._files()))

    def _is_folder(self) -> bool:
        """Whether the set is one whole folder."""
        return not self._definition["steps"] and is_folder(self._definition["paths"])

    def _is_single_file(self) -> bool:
        """Whether the set was made from the path or the address of one file."""
        return not self._definition["steps"] and is_single_file(self._definition["paths"])

    def _own_path(self) -> Optional[str]:
        """The path of the set's own folder or file; None: it has several."""
        if self._is_folder():
            return str(self._definition["paths"][0])
        return self._files()[0].path if self._is_single_file() else None

    def _for_run(self, mode: str) -> Dict[str, Any]:
        """The files as an input of a run: `source`, the folder that all are in, `files`, their names relative to it
        (None: all that is in the folder when the run starts), and whether it is a `single` file, whose path the script
        gets. Files of addresses are fetched. UserErrorException: there are none. DatasetExecutionError: one cannot be
        fetched."""
        paths = self._definition["paths"]
        if self._is_folder() and (mode == "mount" or has_files(paths[0])):
            return {"source": paths[0], "files": None, "single": False}
        found = present(self._existing(mode))
        source = os.path.commonpath([file.path[:-len(file.name)] or "/" for file in found])
        names = [os.path.relpath(file.path, source) for file in found]
        return {"source": source, "files": names, "single": self._is_single_file()}

    def _existing(self, doing: str) -> List[File]:
        """The files. UserErrorException: there are none."""
        files = self._files()
        if not files:
            raise UserErrorException("cannot {} a data set without files; its paths are {}".format(
                doing, ", ".join(self._definition["paths"])))
        return files

    def as_mount(self, path_on_compute: Optional[str] = None) -> "DatasetConsumptionConfig":
        """The set as an argument of a script, which gets the local path: of a folder with the files, of the file where
        the set is a single one. They are read-only for the run where the kernel allows it (a mount namespace), else
        the run has a warning.

        path_on_compute: where the folder is, relative to the working directory of the run, or absolute: a path that
        is absent or empty, which only the run sees filled; the run fails where the kernel does not allow that.
        """
        return self._as_input().as_mount(path_on_compute)

    def as_download(self, path_on_compute: Optional[str] = None) -> "DatasetConsumptionConfig":
        """As as_mount(), but the files are a copy that the run may change. It is made at the run's start and removed
        at its end, unless path_on_compute is in the working directory."""
        return self._as_input().as_download(path_on_compute)

    def as_cache(self, *args: Any, **kwargs: Any) -> "DatasetConsumptionConfig":
        """As as_mount(): the files are on this machine."""
        return self.as_mount()

    def as_hdfs(self) -> "DatasetConsumptionConfig":
        """As as_mount(): there is no HDFS."""
        return self.as_mount()


class FileDatasetFactory:
    """Dataset.File."""

    @staticmethod
    def from_files(path: Any, validate: bool = True, partition_format: Optional[str] = None,
                   is_file: bool = False) -> FileDataset:
        """The files of a path or pattern of this machine, of (datastore, path), of a DataPath, of a web address, or of
        a list of these. Folders are meant with all below them. A file of an address is fetched once, when it is first
        read (_data/fetch.py). partition_format is checked and kept; its columns are for filter().
        DatasetValidationError: `validate`, and there is no such file, or its path is not as partition_format says.

        >>> Dataset.File.from_files([(datastore, "mnist/train"), (datastore, "mnist/test/*.gz")])
        """
        return FileDataset._from_paths(path, validate, {}, partition_format)

    @staticmethod
    def upload_directory(src_dir: str, target: Any, pattern: Optional[str] = None, overwrite: bool = False,
                         show_progress: bool = True) -> FileDataset:
        """Copy a folder to (datastore, path), or those of its files whose name or path below it fits a pattern, as
        "*.csv". Returns the data set of what was copied. UserErrorException: as Datastore.upload, or no file fits."""
        store: Any
        store, path = target_of(target)
        if pattern is None:
            store.upload(src_dir, path, overwrite, show_progress)
        else:
            store.upload_files(datastore_files.fitting(src_dir, pattern), src_dir, path, overwrite, show_progress)
        return FileDatasetFactory.from_files((store, path))
