# SPDX-License-Identifier: Apache-2.0
"""Models in the API: for Model and Run.register_model."""

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from .._client import files
from .._client.api import ApiError, client, path_of
from .._data import commands
from .._report import blobs
from ..exceptions import ModelNotFoundException, ModelPathNotFoundException, UserErrorException
from . import filters

if TYPE_CHECKING:
    from ..run import Run
    from ..workspace import Workspace
    from .filters import Filter


def parts_of(model_id: str) -> Tuple[str, Optional[int]]:
    """Name and version of an id "name:version". UserErrorException: it is no such id."""
    name, colon, version = str(model_id).rpartition(":")
    if not colon or not version.isdecimal():
        raise UserErrorException("a model's id is 'name:version', not {!r}".format(model_id))
    return name, int(version)


def texts(labels: Optional[Dict[str, Any]], none_allowed: bool = False) -> Dict[str, Optional[str]]:
    """Tags or properties as texts."""
    return {str(key): None if value is None and none_allowed else str(value) for key, value in (labels or {}).items()}


def about(tags: Optional[Dict[str, Any]], properties: Optional[Dict[str, Any]], description: Optional[str],
          framework: Any, framework_version: Any) -> Dict[str, Any]:
    """The description of a new model."""
    return {"tags": texts(tags, True), "properties": texts(properties),
            "description": None if description is None else str(description),
            "framework": None if framework is None else str(framework),
            "framework_version": None if framework_version is None else str(framework_version)}


def listed(workspace: "Workspace", name: Optional[str], tags: "Filter" = None, properties: "Filter" = None,
           run_id: Optional[str] = None, version: Optional[int] = None) -> List[Dict[str, Any]]:
    """Models as the API describes them, newest first."""
    query: List[Any] = [*workspace._identity.as_query().items()]
    query += [("name", name), ("run", run_id), ("version", version)]
    query += filters.query("tag", tags) + filters.query("property", properties)
    return list(client.items(path_of("models"), query))


def find(workspace: "Workspace", name: str, version: Optional[int], tags: "Filter", properties: "Filter",
         run_id: Optional[str], framework: Optional[str]) -> Dict[str, Any]:
    """The newest model that matches. ModelNotFoundException: there is none."""
    if version is not None and (not str(version).isdecimal() or int(version) < 1):
        raise UserErrorException("a model's version is a number from 1, not {!r}".format(version))
    for facts in listed(workspace, name, tags, properties, run_id, None if version is None else int(version)):
        if framework in (None, facts["framework"]):
            return facts
    there = sorted({facts["name"] for facts in listed(workspace, None)})
    raise ModelNotFoundException(
        "ModelNotFound: Model with name {}{} not found in workspace '{}'; it has {}. {} registers your files".format(
            name, "" if version is None else " and version {}".format(version), workspace.name,
            ", ".join(there[:20]) or "no models", commands.register(workspace, "model", str(name))))


def register_path(workspace: "Workspace", path: Any, name: str, facts: Dict[str, Any],
                  child_paths: Optional[List[str]]) -> Dict[str, Any]:
    """Send a file or folder of this machine, then register it."""
    path = os.path.normpath(os.fsdecode(path))
    if not os.path.exists(path):
        raise UserErrorException("Error, provided model path \"{}\" cannot be found".format(path))
    top = os.path.basename(os.path.abspath(path))
    sent = [dict(_send(file), path=name_in_model) for name_in_model, file in _entries(path, top, child_paths)]
    if not sent:
        raise UserErrorException("the folder {} that is to be a model holds no files".format(path))
    return _posted(workspace, name, dict(facts, files=sent, path=path))


def _entries(path: str, top: str, child_paths: Optional[List[str]]) -> List[Tuple[str, str]]:
    """Names in the model and paths here of a file, or of all files in a folder. Only links to files are followed."""
    if os.path.isfile(path):
        return [(top, path)]
    found = []
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)
            inside = os.path.relpath(file, path).replace(os.sep, "/")
            if child_paths is None or any(inside == child or inside.startswith(child.rstrip("/") + "/")
                                          for child in child_paths):
                found.append((top + "/" + inside, file))
    return found


def _send(path: str) -> Dict[str, Any]:
    """Send one file. Returns its digest."""
    try:
        with blobs.open_file(path, "register") as reader:
            sent = files.put(path_of("contents"), reader, os.fstat(reader.fileno()).st_size)
    except OSError as error:
        raise UserErrorException("cannot read {}: {}".format(path, error.strerror or error)) from None
    return {"sha256": sent["sha256"]}


def _posted(workspace: "Workspace", name: Any, body: Dict[str, Any]) -> Dict[str, Any]:
    """Register a model. Returns its description."""
    if not isinstance(name, str) or not name:
        raise UserErrorException("a model's name must be a text that is not empty, not {!r}".format(name))
    found: Dict[str, Any] = client.call(
        "POST", path_of("models"), dict(body, workspace=workspace._identity._asdict(), name=name), timeout=None)
    return found


def register_of_run(run: "Run", name: str, path: Optional[str], facts: Dict[str, Any]) -> Dict[str, Any]:
    """Register a file or folder of a run as it is now: files of this process that the run does not have yet are
    uploaded first, and files that have changed since their upload are sent with the model.

    ModelPathNotFoundException: the run has no such file.
    """
    path = os.path.normpath(os.fsdecode(path if path is not None else name)).replace(os.sep, "/")
    above = len(path.rpartition("/")[0])
    sent = [dict(_send(local), path=file[above:].lstrip("/")) for file, local in run._newer_files(path)]
    try:
        return _posted(run.experiment.workspace, name, dict(facts, run=run.id, path=path, files=sent or None))
    except ApiError as error:
        if error.code != "not_found" or "available" not in error.details:
            raise
        raise ModelPathNotFoundException(
            "Could not locate the provided model_path {} in the set of files uploaded to the run: {}\n"
            "                See https://aka.ms/run-logging for more details.".format(path, error.details["available"])
        ) from None


def local_path(folder: str) -> Optional[str]:
    """The one file or folder in a folder of downloaded models, or the folder itself, if it has several."""
    try:
        names = [name for name in os.listdir(folder) if not name.endswith(".part")]
    except OSError:
        return None
    return os.path.join(folder, names[0]) if len(names) == 1 else folder if names else None


def deployed_path(name: str) -> Optional[str]:
    """Inside a service: the file or folder of the newest version of a model that it was deployed with. None: it was
    deployed with no such model, or this is no service."""
    if "RUNYARD_SERVICE" not in os.environ:
        return None
    folder = os.path.join(os.environ.get("AML_APP_ROOT", ""), "azureml-models", name)
    try:
        newest = max(int(version) for version in os.listdir(folder) if version.isdecimal())
    except (OSError, ValueError):
        return None
    return local_path(os.path.join(folder, str(newest)))


def download(facts: Dict[str, Any], target: str, exist_ok: bool) -> str:
    """Write a model's files below a folder. Returns the path of its file, or of its folder."""
    target = os.fspath(target)
    targets = [(file["path"], files.inside(target, file["path"])) for file in facts["files"]]
    there = [path for _, path in targets if os.path.lexists(path)]
    if there and not exist_ok:
        raise UserErrorException("File already exists in desired location. Please set exist_ok=True to overwrite: "
                                 "{}".format(", ".join(there[:5])))
    for name, path in targets:
        files.save(client.open("GET", path_of("models", str(facts["number"]), "files", name), timeout=None), path)
    tops = {name.split("/")[0] for name, _ in targets}
    return os.path.join(target, tops.pop()) if len(tops) == 1 else target
