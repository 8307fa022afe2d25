# SPDX-License-Identifier: Apache-2.0
"""Dataset: makes data sets, and finds them by name."""

from typing import TYPE_CHECKING, Any, Dict, Type, Union

from ._data import commands, outputs, registered_datasets, workspace_folder
from .abstract_dataset import AbstractDataset
from .exceptions import UserErrorException
from .file_dataset import FileDataset, FileDatasetFactory
from .tabular_dataset import TabularDataset, TabularDatasetFactory

if TYPE_CHECKING:
    from .workspace import Workspace

_KINDS: Dict[str, Type[AbstractDataset]] = {"file": FileDataset, "tabular": TabularDataset}


class Dataset:
    """Makes and finds data sets.

    >>> dataset = Dataset.File.from_files((ws.get_default_datastore(), "mnist")).register(ws, "mnist")
    >>> Dataset.get_by_name(ws, "mnist").to_path()
    """

    File = FileDatasetFactory
    Tabular = TabularDatasetFactory

    @staticmethod
    def get_by_name(workspace: "Workspace", name: str, version: Union[int, str] = "latest",
                    **kwargs: Any) -> AbstractDataset:
        """A registered data set, by default the newest version. UserErrorException: there is none; the message lists
        the names."""
        outputs.settle(workspace)
        registry = registered_datasets.read(workspace_folder.of(workspace))
        line = registry.version(name, _version(version))
        if line is not None:
            return made_of(line, workspace)
        which = "" if version in ("latest", None) else " in version {}".format(version)
        raise UserErrorException("Cannot find dataset registered with name \"{}\"{} in the workspace. Workspace '{}' "
                                 "has {}. {} registers one of your files.".format(
                                     name, which, workspace.name, ", ".join(registry.names()) or "none",
                                     commands.register(workspace, "dataset", str(name))))

    @staticmethod
    def get_by_id(workspace: "Workspace", id: str, **kwargs: Any) -> AbstractDataset:
        """A data set that was registered, or that was an input of a run. UserErrorException: there is none."""
        line = registered_datasets.read(workspace_folder.of(workspace)).by_id.get(id)
        if line is None:
            raise UserErrorException("Cannot find dataset with id {!r} in workspace '{}'".format(id, workspace.name))
        return made_of(line, workspace)

    @staticmethod
    def get_all(workspace: "Workspace") -> Dict[str, AbstractDataset]:
        """Name to the newest version of each registered data set."""
        outputs.settle(workspace)
        registry = registered_datasets.read(workspace_folder.of(workspace))
        lines = [(name, registry.version(name)) for name in registry.names()]
        return {name: made_of(line, workspace) for name, line in lines if line is not None}


def made_of(line: Dict[str, Any], workspace: "Workspace") -> AbstractDataset:
    """The data set of a line of the registry. UserErrorException: this version does not know its kind."""
    definition = line["definition"]
    if definition.get("type") not in _KINDS:
        raise UserErrorException("data set {} is of the kind {!r}, which this version of Runyard does not know".format(
            line["id"], definition.get("type")))
    return _KINDS[definition["type"]]._of(definition, workspace, line)


def _version(given: Any) -> Any:
    """A version's number; None: the newest. UserErrorException: it is neither."""
    if given in ("latest", None):
        return None
    try:
        return int(given)
    except (TypeError, ValueError):
        raise UserErrorException("a version is a number or 'latest', not {!r}".format(given)) from None
