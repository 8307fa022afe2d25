# SPDX-License-Identifier: Apache-2.0
"""What a census of public scripts asks of an SDK, as rules: a name can be imported and is no stand-in; a class has each
member, and a method does more than raise; a call takes each argument. The table (census.txt) has names and arguments of
the real packages, without any of their code. Also a program, which prints the table: census.py FOLDER-OF-WHEELS."""

import ast
import importlib
import inspect
import os
import re
import sys
from typing import Any, Dict, Iterator, List, NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "python"), os.path.join(ROOT, "python", "runyard", "_names")]

from exported import packages  # noqa: E402
from table import owners  # noqa: E402
from read_signatures import _defined, read  # noqa: E402
from runyard._azureml import names as azureml_names  # noqa: E402

TABLE = os.path.join(HERE, "census.txt")
HEAD = """\
# SPDX-License-Identifier: Apache-2.0
#
# Names and arguments of the real packages, by area: facts that tests/conformance/census.py draws from their wheels.
#
# area NAME
#   MODULE NAME                 a class or function of that module
#   MODULE NAME.MEMBER(A, B)    a member with its arguments; NAME(A, B): a constructor or function

"""

# Area -> what scripts use of it: MODULE:NAMES, or MODULE for all of its classes and functions.
AREAS = {
    "Things made in the studio": [
        "azureml.core.compute:ComputeTarget,AmlCompute,ComputeInstance", "azureml.core.environment:Environment",
        "azureml.core.model:Model", "azureml.core.workspace:Workspace"],
    "Datastores": [
        "azureml.core.datastore:Datastore", "azureml.data.abstract_datastore:AbstractDatastore",
        "azureml.data.azure_storage_datastore:AzureBlobDatastore,AzureFileDatastore",
        "azureml.data.azure_data_lake_datastore:AzureDataLakeGen2Datastore,AzureDataLakeDatastore",
        "azureml.data.datapath:DataPath", "azureml.data.data_reference:DataReference"],
    "Datasets and their operations": [
        "azureml.core.dataset:Dataset", "azureml.data.dataset_factory:FileDatasetFactory,TabularDatasetFactory",
        "azureml.data.tabular_dataset:TabularDataset", "azureml.data.file_dataset:FileDataset",
        "azureml.data.dataset_factory:DataType", "azureml.data.dataset_consumption_config:DatasetConsumptionConfig",
        "azureml.data.dataset_type_definitions:FileEncoding,PromoteHeadersBehavior"],
    "Outputs": [
        "azureml.data.output_dataset_config:OutputFileDatasetConfig,LinkFileOutputDatasetConfig",
        "azureml.data.output_dataset_config:OutputTabularDatasetConfig,LinkTabularOutputDatasetConfig",
        "azureml.core.run:LinkOutput"],
    "Estimators": [
        "azureml.train.estimator:Estimator,Mpi", "azureml.train.sklearn:SKLearn",
        "azureml.train.dnn:PyTorch,TensorFlow,Chainer,Gloo,Nccl,ParameterServer,Mpi"],
    "Small ones": [
        "azureml.opendatasets:MNIST,Diabetes", "azureml.interpret:ExplanationClient",
        "azureml.interpret.scoring.scoring_explainer", "azureml.tensorboard:Tensorboard",
        "azureml.tensorboard.export:export_to_tensorboard", "azureml.monitoring.modeldatacollector:ModelDataCollector",
        "azureml.contrib.fairness:download_dashboard_by_upload_id,list_available_upload_ids,upload_dashboard_dictionary"],
}

# Omitted beside what python/azureml_names.txt omits: why -> the paths.
_MORE_OMITTED = {
    "the SDK makes them, scripts call Datastore.register_... and Dataset.File, Dataset.Tabular": "AbstractDatastore "
    "AzureFileDatastore AzureDataLakeGen2Datastore AzureDataLakeDatastore Dataset Dataset.workspace",
    "of what Datastore() gives": "Datastore.set_as_default Datastore.unregister",
    "about the pages and accounts of the cloud": "ComputeInstance.get_docs_url ComputeInstance.update_sso_settings "
    "Workspace.delete Workspace.update Workspace.get_default_compute_target",
    "only the SDK calls it": "Gloo.validate Nccl.validate ParameterServer.validate",
    "a dataset has no streams": "DataType.to_stream",
    "the original has files only, too": "MNIST.get_tabular_dataset",
    "of the original's base class": " ".join(
        "{}ScoringExplainer.{}".format(kind, name) for kind in ("", "Deep", "Kernel", "Linear", "Tree")
        for name in ("DELIM", "identity")),
}


def omitted() -> Dict[str, str]:
    """The paths that the areas omit on purpose, each with the reason."""
    found = {path: why for why, paths in _MORE_OMITTED.items() for path in paths.split()}
    for owner in owners():
        found.update({owner.name if name == owner.name else owner.name + "." + name: why for name, why in owner.missing()})
    return found

# What scripts use of private names, from the census.
PRIVATE = ["azureml.core.workspace Workspace._subscription_id", "azureml.core.workspace Workspace._resource_group",
           "azureml.core.workspace Workspace._workspace_name", "azureml.core.workspace Workspace._auth_object",
           "azureml.core.run _OfflineRun", "azureml.core.run _SubmittedRun"]


class Fact(NamedTuple):
    """A line of the table."""

    area: str
    module: str
    path: str             # NAME or NAME.MEMBER
    arguments: List[str]  # by name, without * and **

    @property
    def name(self) -> str:
        """The class or function."""
        return self.path.partition(".")[0]


def draw(folder: str) -> str:
    """The text of the table, from the wheels in a folder."""
    found, text = packages(folder), HEAD
    for area, places in AREAS.items():
        lines = [line for place in places for line in _lines(found, place)]
        text += "area {}\n{}\n".format(area, "".join("  {}\n".format(line) for line in lines))
    return text


def _lines(found: Any, place: str) -> Iterator[str]:
    """The lines of a module, or of some of its names."""
    module, _, names = place.partition(":")
    functions = read(found, module)
    for name in names.split(",") if names else sorted(functions):
        members = _members(found, module, name)
        yield _line(module, name, members.pop(name) if members else functions[name])
        for member in sorted(members):
            yield _line(module, name + "." + member, members[member])


def _members(found: Any, module: str, name: str) -> Dict[str, Any]:
    """The members of a class, its constructor under its own name; {}: the name is a function."""
    made = _defined(found, module, name)
    return read(found, module + "." + name) if isinstance(made, ast.ClassDef) else {}


def _line(module: str, path: str, facts: Any) -> str:
    """A line of the table."""
    if facts is None:
        return "{} {}".format(module, path)
    return "{} {}({})".format(module, path, ", ".join(name for name, _ in facts if name[0] not in "*_"))


def facts() -> List[Fact]:
    """The lines of the table, and the private names."""
    found, area = [], ""
    with open(TABLE, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#") and line.strip()]
    for line in lines:
        if line.startswith("area "):
            area = line[5:].strip()
        else:
            found.append(_fact(area, line))
    return found + [_fact("Private names", line) for line in PRIVATE]


def _fact(area: str, line: str) -> Fact:
    """A line as a fact. AttributeError: it is none."""
    module, path, arguments = re.match(r"(\S+) ([\w.]+)(?:\((.*)\))?$", line.strip()).groups()  # type: ignore[union-attr]
    return Fact(area, module, path, arguments.split(", ") if arguments else [])


def missing(fact: Fact) -> str:
    """What a script would miss; empty: nothing."""
    try:
        owner = getattr(importlib.import_module(fact.module), fact.name)
    except (ImportError, AttributeError) as error:
        return "cannot be imported: {}".format(error)
    if azureml_names._ours(fact.module, fact.name) is None and not _is_ours(owner):
        return "is a stand-in"
    if "." not in fact.path:
        return _not_taken(owner, fact.arguments)
    return _missing_member(owner, fact.path.partition(".")[2], fact.arguments)


def _is_ours(value: Any) -> bool:
    """Whether a value that a module has from another one is Runyard's."""
    return str(getattr(value, "__module__", "")).startswith("runyard.") and ".stand_ins" not in value.__module__


def _missing_member(owner: type, name: str, arguments: List[str]) -> str:
    """What is missing of a member of a class."""
    if not hasattr(owner, name):
        return "" if _is_set(owner, name) else "is not there"
    value = getattr(owner, name)
    if _only_raises(value):
        return "only raises"
    return _not_taken(value, arguments) if callable(value) else ""


def _is_set(owner: type, name: str) -> bool:
    """Whether methods of a class, or of one above it, set an attribute of that name."""
    ours = [base for base in owner.__mro__ if base.__module__.startswith("runyard.")]
    return any(re.search(r"\bself(, self\.\w+)*\.{}\b".format(name), inspect.getsource(base)) for base in ours)


def _only_raises(value: Any) -> bool:
    """Whether it was made by refusal()."""
    return getattr(getattr(value, "__code__", None), "co_name", "") == "refuse"


def _not_taken(function: Any, arguments: List[str]) -> str:
    """The arguments that a call does not take."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return ""
    names = {parameter.name for parameter in parameters}
    wrong = [argument for argument in arguments if argument not in names]
    return "does not take " + ", ".join(wrong) if wrong else ""


if __name__ == "__main__":
    sys.stdout.write(draw(sys.argv[1]))
