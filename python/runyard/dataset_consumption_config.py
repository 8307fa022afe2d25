# SPDX-License-Identifier: Apache-2.0
"""DatasetConsumptionConfig: a data set as an input of a run, and how the run gets it."""

import re
from typing import TYPE_CHECKING, Any, Dict, Optional

from . import _objects
from ._data.inputs import path_in_run
from .abstract_dataset import AbstractDataset
from .exceptions import UserErrorException
from .file_dataset import FileDataset

if TYPE_CHECKING:
    from .workspace import Workspace

DIRECT, MOUNT, DOWNLOAD = "direct", "mount", "download"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class DatasetConsumptionConfig:
    """A data set with its name in run.input_datasets.

    Its `mode` is direct (the script gets the data set, and its id as the argument), mount or download (it gets a local
    path). With `path_on_compute` the folder of the files is there.

    >>> ScriptRunConfig(".", "train.py", arguments=["--data", dataset.as_named_input("mnist").as_mount()])
    """

    def __init__(self, name: str, dataset: Any, mode: str = DIRECT, path_on_compute: Optional[str] = None) -> None:
        """`dataset` may be (workspace, name) or (workspace, name, version). UserErrorException: the name, the set or
        the mode is not valid."""
        if not isinstance(name, str) or not _NAME.match(name):
            raise UserErrorException("the name of an input must be of letters, digits and '_' and not begin with a "
                                     "digit, because it is the name of a variable too; not {!r}".format(name))
        self.name = name
        self.dataset = self._check_dataset(dataset)
        self.mode = DIRECT
        self.path_on_compute: Optional[str] = None
        self._set(mode, path_on_compute)

    def _check_dataset(self, dataset: Any) -> AbstractDataset:
        """The data set. UserErrorException: it is none."""
        return _checked(dataset)

    def _is_of_files(self) -> bool:
        """Whether the data set has files that can be mounted."""
        return isinstance(self.dataset, FileDataset)

    def as_mount(self, path_on_compute: Optional[str] = None) -> "DatasetConsumptionConfig":
        """The script gets the local path of the files themselves. UserErrorException: the set is a table."""
        return self._set(MOUNT, path_on_compute)

    def as_download(self, path_on_compute: Optional[str] = None) -> "DatasetConsumptionConfig":
        """The script gets the local path of a copy of its own. UserErrorException: the set is a table."""
        return self._set(DOWNLOAD, path_on_compute)

    def as_hdfs(self) -> "DatasetConsumptionConfig":
        """As as_mount(): there is no HDFS."""
        return self.as_mount()

    def _set(self, mode: Any, path_on_compute: Optional[str]) -> "DatasetConsumptionConfig":
        """Set the mode."""
        if mode not in (DIRECT, MOUNT, DOWNLOAD):
            raise UserErrorException("the mode of an input is direct, mount or download, not {!r}".format(mode))
        if mode != DIRECT and not self._is_of_files():
            raise UserErrorException("input '{0}' cannot be used as {1}: it is a TabularDataset, which a script reads "
                                     "with run.input_datasets['{0}'].to_pandas_dataframe()".format(self.name, mode))
        self.mode, self.path_on_compute = mode, path_on_compute
        return self

    def _as_input(self, name: Optional[str] = None) -> "DatasetConsumptionConfig":
        """Itself."""
        return self

    def _delivered(self, workspace: "Workspace") -> Dict[str, Any]:
        """The description of the input for its run: the id, the mode, the `place` if one was asked for, and the `path`
        of files that are not copied."""
        data = self.dataset
        made = {"id": data._saved(workspace), "mode": self.mode}
        if self.path_on_compute is not None:
            made["place"] = str(path_in_run(self.path_on_compute))
        own = data._own_path() if self.mode == MOUNT and isinstance(data, FileDataset) else None
        if own is not None:
            made["path"] = own
        return made

    def _for_run(self) -> Optional[Dict[str, Any]]:
        """The input for the daemon; None: it is a direct one.

        UserErrorException: there are no files, or path_on_compute cannot be where they are.
        """
        if self.mode == DIRECT or not isinstance(self.dataset, FileDataset):
            if self.path_on_compute is not None:
                raise UserErrorException("input '{}' is direct: it has no files for path_on_compute={!r}".format(
                    self.name, self.path_on_compute))
            return None
        return dict(self.dataset._for_run(self.mode), name=self.name, mode=self.mode,
                    place=path_in_run(self.path_on_compute))

    def as_dict(self) -> Dict[str, Any]:
        """The input in runDefinition."""
        about = {"id": self.dataset.id, "name": self.dataset.name, "version": self.dataset.version}
        return {"dataLocation": {"dataset": about}, "mechanism": self.mode.capitalize(),
                "environmentVariableName": self.name, "pathOnCompute": self.path_on_compute, "overwrite": False}

    def __str__(self) -> str:
        """As v1 prints it; no path."""
        return "DatasetConsumptionConfig:" + self.name

    def __repr__(self) -> str:
        """The name and the mode."""
        return "DatasetConsumptionConfig({!r}, mode={!r})".format(self.name, self.mode)


class OutputConsumptionConfig(DatasetConsumptionConfig):
    """An output as an input: of the run that was the last one when it was made, or of a step of the same pipeline."""

    def __init__(self, name: str, output: Any, kind: Any, mode: str) -> None:
        self.output, self._kind = output, kind
        self._known = None if output._origin.definition is None else output._last(kind)
        super().__init__(name, None, mode)

    @property
    def dataset(self) -> AbstractDataset:
        """The data set. UserErrorException: no run with the output was submitted."""
        found: AbstractDataset = self._known or self.output._last(self._kind)
        return found

    @dataset.setter
    def dataset(self, value: Any) -> None:
        """It is that of the output."""

    def _is_of_files(self) -> bool:
        """Whether the data set has files that can be mounted."""
        return self._kind is FileDataset

    def _check_dataset(self, dataset: Any) -> Any:
        """Nothing: there may be no files yet."""


def _checked(dataset: Any) -> AbstractDataset:
    """A data set; if it is a tuple, the one with that name. UserErrorException: it is none."""
    if isinstance(dataset, tuple) and 2 <= len(dataset) <= 3:
        return _objects.Dataset.get_by_name(*dataset)
    if not isinstance(dataset, AbstractDataset):
        raise UserErrorException("a run takes a FileDataset or a TabularDataset as its input, not {!r}".format(dataset))
    return dataset
