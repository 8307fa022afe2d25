# SPDX-License-Identifier: Apache-2.0
"""AbstractDataset, the base of file and table data sets: names, versions, tags, and selecting a part."""

import json
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Type, TypeVar

from . import _objects
from ._base.checks import tag_texts
from ._data import addresses, expressions, files, registered_datasets, steps, workspace_folder
from ._data.expressions import Expression
from ._data.partitions import PartitionFormat
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .dataset_consumption_config import DatasetConsumptionConfig
    from .workspace import Workspace

_Some = TypeVar("_Some", bound="AbstractDataset")


class AbstractDataset:
    """Paths, and how they are read. Nothing is read or copied before it is needed.

    `name`, `version`, `id`, `description` and `tags` are None ({} for tags) for a set that is not registered.
    """

    _kind = ""
    _definition: Dict[str, Any]
    _workspace: Optional["Workspace"]
    _facts: Dict[str, Any]

    def __init__(self) -> None:
        """Always raises UserErrorException: data sets are made by Dataset.File and Dataset.Tabular."""
        raise UserErrorException("a {} is not made by its constructor; use Dataset.File.from_files or "
                                 "Dataset.Tabular.from_delimited_files".format(type(self).__name__))

    @classmethod
    def _of(cls: Type[_Some], definition: Dict[str, Any], workspace: Optional["Workspace"] = None,
            facts: Optional[Dict[str, Any]] = None) -> _Some:
        """A data set with a definition: type, paths, options, steps."""
        made = cls.__new__(cls)
        made._definition, made._workspace, made._facts = definition, workspace, facts or {}
        return made

    @classmethod
    def _from_paths(cls: Type[_Some], path: Any, validate: bool, options: Dict[str, Any],
                    partition_format: Optional[str] = None) -> _Some:
        """A data set from the path argument of from_files. UserErrorException: the partition_format is not valid.
        DatasetValidationError: `validate`, and there is no such file, or the format does not fit its path."""
        paths = files.patterns(path)
        form = None if partition_format is None else PartitionFormat(partition_format)
        if validate:
            files.check(paths, form)
        more = {} if form is None else {"partition_format": partition_format}
        return cls._of({"type": cls._kind, "paths": paths, "options": dict(options, **more), "steps": []})

    name = property(lambda self: self._facts.get("name"), doc="The registered name.")
    version = property(lambda self: self._facts.get("version"), doc="The version of the name, from 1.")
    id = property(lambda self: self._facts.get("id"), doc="The id in the workspace.")
    description = property(lambda self: self._facts.get("description"), doc="A text about the set.")

    @property
    def tags(self) -> Dict[str, Optional[str]]:
        """The tags; a tag without a value has None."""
        return dict(self._facts.get("tags") or {})

    def _files(self) -> List[files.File]:
        """The files that match the paths now."""
        return files.files(self._definition["paths"])

    def _with(self: _Some, step: Dict[str, Any]) -> _Some:
        """The set with one more step."""
        return self._of(dict(self._definition, steps=self._definition["steps"] + [step]), self._workspace)

    def __getitem__(self, key: str) -> Expression:
        """The cells of a column, for filter(). UserErrorException: the name is no text."""
        return expressions.column(key)

    def filter(self: _Some, expression: Expression) -> _Some:
        """Only the rows, or files, that an expression is true for. The columns of files are those of their
        partition_format. UserErrorException: it is no expression.

        >>> dataset.filter((dataset["age"] > 30) & ~dataset["name"].is_null())
        """
        return self._with(expressions.step(expression))

    @property
    def partition_keys(self) -> List[str]:
        """The columns of the partition_format."""
        form = self._definition["options"].get("partition_format")
        return [] if form is None else PartitionFormat(form).columns

    def get_partition_key_values(self, partition_keys: Optional[List[str]] = None) -> List[Dict[str, Any]]:
        """The different values of these columns of the partition_format, by default of all, one dictionary for each
        combination. UserErrorException: there is no such column."""
        names = partition_keys or self.partition_keys
        unknown = [name for name in names if name not in self.partition_keys]
        if unknown:
            raise UserErrorException("the partition_format of the data set has no column {}; it has {}".format(
                ", ".join(map(repr, unknown)), ", ".join(self.partition_keys) or "none"))
        if not names:
            return []
        form = PartitionFormat(self._definition["options"]["partition_format"])
        found: List[Dict[str, Any]] = []
        for values in filter(None, (form.values(file.path) for file in self._files())):
            part = {name: values[name] for name in names}
            found += [] if part in found else [part]
        return found

    def take(self: _Some, count: int) -> _Some:
        """The first rows, or files."""
        return self._with(steps.take(count))

    def skip(self: _Some, count: int) -> _Some:
        """All but the first rows, or files."""
        return self._with(steps.skip(count))

    def take_sample(self: _Some, probability: float, seed: Optional[int] = None) -> _Some:
        """Random rows, or files, each with a probability from 0 to 1. The same seed selects the same ones."""
        return self._with(steps.sample(probability, seed)[0])

    def random_split(self: _Some, percentage: float, seed: Optional[int] = None) -> Tuple[_Some, _Some]:
        """Two random sets: about that share, from 0 to 1, of the rows or files, and the others."""
        ours, others = steps.sample(percentage, seed)
        return self._with(ours), self._with(others)

    def as_named_input(self, name: str) -> "DatasetConsumptionConfig":
        """The set as an input of a run, which finds it as run.input_datasets[name]."""
        return _objects.DatasetConsumptionConfig(name, self)

    def _as_input(self, name: Optional[str] = None) -> "DatasetConsumptionConfig":
        """The set as an input, by default with a name of its own."""
        return self.as_named_input(name or "input_" + os.urandom(4).hex())

    def register(self: _Some, workspace: "Workspace", name: str, description: Optional[str] = None,
                 tags: Optional[Dict[str, Any]] = None, create_new_version: bool = False) -> _Some:
        """Give the set a name. Returns the registered set; if the name has the same set, its existing version.

        UserErrorException: the name has another set, and create_new_version is not set.
        """
        if not isinstance(name, str) or not name:
            raise UserErrorException("a data set's name must be a text that is not empty, not {!r}".format(name))
        line = registered_datasets.register(workspace_folder.of(workspace), name, self._definition, description,
                                             tag_texts(tags), create_new_version)
        return self._of(line["definition"], workspace, line)

    def _saved(self, workspace: "Workspace") -> str:
        """The id of the set in a workspace. Saves it, if it is not registered there."""
        folder = workspace_folder.of(workspace)
        if self.id in registered_datasets.read(folder).by_id and self._workspace == workspace:
            return str(self.id)
        return str(registered_datasets.save(folder, self._definition)["id"])

    def _registered_in(self, doing: str) -> "Workspace":
        """The workspace that the set is registered in. UserErrorException: it is not registered."""
        if self._workspace is None or not self.name:
            raise UserErrorException("cannot {} a data set that is not registered; call register() first".format(doing))
        return self._workspace

    def update(self: _Some, description: Optional[str] = None, tags: Optional[Dict[str, Any]] = None) -> _Some:
        """Change the description, or all tags, of this version. Returns the set. UserErrorException: it is not
        registered."""
        given = {"description": description, "tags": None if tags is None else tag_texts(tags)}
        return self._change({name: value for name, value in given.items() if value is not None})

    def add_tags(self: _Some, tags: Optional[Dict[str, Any]] = None) -> _Some:
        """Set tags of this version. Returns the set. UserErrorException: it is not registered."""
        return self._change({"tags": dict(self.tags, **tag_texts(tags))})

    def remove_tags(self: _Some, tags: Optional[List[str]] = None) -> _Some:
        """Remove tags of this version, by their names. Returns the set. UserErrorException: it is not registered."""
        gone = [tags] if isinstance(tags, str) else tags or []
        return self._change({"tags": {key: value for key, value in self.tags.items() if key not in gone}})

    def _change(self: _Some, facts: Dict[str, Any]) -> _Some:
        """Change facts of this version."""
        folder = workspace_folder.of(self._registered_in("change"))
        self._facts = registered_datasets.change(folder, self.id, facts)
        return self

    def unregister_all_versions(self) -> None:
        """Remove the name; the files stay. UserErrorException: the set is not registered."""
        registered_datasets.unregister(workspace_folder.of(self._registered_in("unregister")), self.name)
        self._facts = {}

    def __eq__(self, other: object) -> bool:
        """Equal definitions and ids mean the same set."""
        return isinstance(other, AbstractDataset) and (other._definition, other.id) == (self._definition, self.id)

    def __hash__(self) -> int:
        """As the paths."""
        return hash(tuple(self._definition["paths"]))

    def __repr__(self) -> str:
        """The source and the registration as JSON, as v1 shows them."""
        paths = self._definition["paths"]
        shown: Dict[str, Any] = {"source": [addresses.shown(path) if addresses.is_address(path) else path
                                            for path in paths]}
        shown.update({key: self._definition[key] for key in ("options", "steps") if self._definition[key]})
        if self.id:
            about = {key: self._facts.get(key) for key in ("id", "name", "version")}
            about.update({key: self._facts[key] for key in ("description", "tags") if self._facts.get(key)})
            shown["registration"] = dict(about, workspace=repr(self._workspace))
        return json.dumps(shown, indent=2, ensure_ascii=False)

    def __str__(self) -> str:
        """The class, then as repr()."""
        return "{}\n{!r}".format(type(self).__name__, self)
