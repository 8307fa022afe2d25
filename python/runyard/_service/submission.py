# SPDX-License-Identifier: Apache-2.0
"""The submit of a service's run: a source, models and settings as the body of POST /runs."""

import contextlib
import copy
import os
import uuid
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from .. import _objects
from .._config import interpreter
from .._runs import request
from ..exceptions import ModelNotFoundException, UserErrorException, WebserviceException
from . import settings
from .settings import Settings
from .source import Source, path_of, staged

if TYPE_CHECKING:
    from ..model import Model
    from ..workspace import Workspace

_PROGRAM = ["-m", "runyard._service.host"]
_GRACE = 35.0  # seconds that a host has to end after a stop request: five more than it needs
_SCHEMAS, _DEFAULTS = "inference-schema", "azureml-defaults"
_LONGEST_NAME = 30


@contextlib.contextmanager
def prepared(name: str, source: Source, models: "List[Model]", workers: int,
             timeout: float) -> Iterator[Dict[str, Any]]:
    """`submit` and `models` of POST /services, for as long as the folder of the source is needed.

    WebserviceException or UserErrorException: the source, the environment or a model cannot be used.
    """
    with staged(source, models) as folder:
        listed = [{"name": model.name, "version": model.version, "path": path_of(model)} for model in models]
        chosen = Settings(source.entry_script, listed, workers, timeout, name=name)
        yield {"submit": _body(folder, source.environment, chosen),
               "models": [{"name": model.name, "version": model.version, "run": model.run_id} for model in models]}


def _body(folder: str, environment: Any, chosen: Settings) -> Dict[str, Any]:
    """The body of POST /runs without its experiment, which the daemon knows."""
    environment = _environment(environment, os.path.join(folder, chosen.entry_script))
    config = _objects.ScriptRunConfig(folder, command=["python"] + _PROGRAM, environment=environment, large=True,
                                      max_run_duration_seconds=None, grace_seconds=_GRACE)
    body = request.body(config, str(uuid.uuid4()))
    body["environment"][settings.VARIABLE] = chosen.as_text()
    python = "python" if body.get("managed") else body["interpreter"]
    return dict(body, command=[python] + _PROGRAM)


def _environment(given: Any, script: str) -> Any:
    """The environment of a service: that of this Python where none is given. azureml-defaults brings inference-schema
    along, as it did, if the script uses it."""
    if given is None:
        made = _objects.Environment("service")
        made.python.user_managed_dependencies = True
        made.python.interpreter_path = interpreter.resolve(None)
        return made
    made = copy.deepcopy(given)
    packages = made.python.conda_dependencies
    if made.python.user_managed_dependencies or packages is None:
        return made
    lines = list(packages.pip_packages)
    if any(line.startswith(_DEFAULTS) for line in lines) and not any(
            line.replace("_", "-").startswith(_SCHEMAS) for line in lines) and _uses_schemas(script):
        packages.add_pip_package(_SCHEMAS)
    return made


def _uses_schemas(script: str) -> bool:
    """Whether a script imports inference_schema."""
    with open(script, encoding="utf-8", errors="replace") as file:
        return "inference_schema" in file.read()


def resolved(workspace: "Workspace", models: Any) -> "List[Model]":
    """Models from what a caller passes: models, ids "name:version", names of models, and paths, which are registered.

    WebserviceException: one of them is none of these.
    """
    if models is None:
        return []
    if isinstance(models, (str, bytes)) or not hasattr(models, "__iter__"):
        raise WebserviceException("models is a list of models, as models=[model], not {!r}".format(models))
    return [_resolved(workspace, model) for model in models]


def _resolved(workspace: "Workspace", given: Any) -> "Model":
    """One model."""
    if isinstance(given, _objects.Model):
        return given
    if not isinstance(given, (str, os.PathLike)):
        raise WebserviceException("cannot deploy {!r}: it is no model. Model(workspace, name) is one".format(given))
    path = os.fspath(given)
    if os.path.exists(path):
        name = os.path.basename(os.path.normpath(path))[:_LONGEST_NAME]
        return _objects.Model.register(workspace, path, name)
    found = _registered(workspace, path)
    if found is None:
        raise WebserviceException("cannot deploy the model '{}': it is neither a path here nor a registered model of "
                                  "workspace '{}'".format(path, workspace.name))
    return found


def _registered(workspace: "Workspace", name: str) -> "Optional[Model]":
    """The model with that name or id. None: there is none."""
    has_version = name.rpartition(":")[2].isdecimal()
    try:
        return _objects.Model(workspace, id=name) if has_version else _objects.Model(workspace, name)
    except (ModelNotFoundException, UserErrorException):
        return None
