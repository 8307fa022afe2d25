# SPDX-License-Identifier: Apache-2.0
"""Deploying: a name, models, a source and a configuration become a service, or the next version of one."""

import re
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .. import _objects
from ..exceptions import WebserviceException
from . import api, submission
from .source import Source

if TYPE_CHECKING:
    from ..deployment_configuration import WebserviceDeploymentConfiguration
    from ..model import Model
    from ..workspace import Workspace

_NO_SCRIPT = "cannot deploy '{}' without a script: pass inference_config=InferenceConfig(entry_script='score.py', " \
             "environment=...), with a script that has init() and run(data)"
_NAME = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?")
_WRONG_NAME = "Error, provided service name is invalid. It must only consist of lowercase letters, numbers, or " \
              "dashes, start with a letter, end with a letter or number, and be between 3 and 32 characters long."


def check_name(name: Any) -> None:
    """WebserviceException: a service cannot have that name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not 3 <= len(name) <= 32:
        raise WebserviceException(_WRONG_NAME + " ({!r})".format(name))


def deploy(workspace: "Workspace", name: str, models: Any, inference_config: Any, deployment_config: Any, target: Any,
           overwrite: bool) -> Dict[str, Any]:
    """Make a service of what Model.deploy() takes. Returns its description.

    WebserviceException: the arguments do not fit together, the name is taken, or something cannot be used.
    """
    check_name(name)
    if inference_config is None:
        raise WebserviceException(_NO_SCRIPT.format(name))
    if not hasattr(inference_config, "_source"):
        raise WebserviceException("inference_config must be an InferenceConfig, not {!r}".format(inference_config))
    config = _configuration(deployment_config, target)
    is_local = config._compute_type == "Local"
    found = submission.resolved(workspace, models)
    return deployed(workspace, name, found, inference_config._source(), config, overwrite or is_local)


def _configuration(given: Any, target: Any) -> "WebserviceDeploymentConfiguration":
    """The deployment configuration, or that of the kind that a target stands for.

    WebserviceException: it is none, or a cluster is missing.
    """
    if given is None:
        kind = _objects.AciWebservice if target is None else _objects.AksWebservice
        made: "WebserviceDeploymentConfiguration" = kind.deploy_configuration()
        return made
    if not hasattr(given, "_compute_type"):
        raise WebserviceException("deployment_config must come from deploy_configuration() of AciWebservice, "
                                  "AksWebservice or LocalWebservice, not {!r}".format(given))
    if given._compute_type == "AKS" and target is None and given.__dict__.get("compute_target_name") is None:
        raise WebserviceException("Must have a deployment target for an AKS web service.")
    return given  # type: ignore[no-any-return]


def deployed(workspace: "Workspace", name: str, models: "List[Model]", source: Source,
             config: "WebserviceDeploymentConfiguration", overwrite: bool) -> Dict[str, Any]:
    """Make a service. Returns its description. WebserviceException: the name is taken, or something cannot be used."""
    check_name(name)
    config._say_what_is_ignored()
    description = config.description if config.description is not None else source.description
    about = {"overwrite": bool(overwrite), "auth": config._needs_key(), "timeout": config._timeout(),
             "compute_type": config._compute_type, "description": description, "tags": texts(config.tags),
             "properties": dict(texts(config.properties), **config._own_properties)}
    with submission.prepared(name, source, models, config._workers(), config._timeout()) as body:
        facts = api.create(workspace, name, dict(body, **about))
    for key, value in (("Primary", config.primary_key), ("Secondary", config.secondary_key)):
        if value is not None:
            api.renew_key(workspace, name, key, value)
    return facts


def replaced(workspace: "Workspace", name: str, models: "List[Model]", source: Source, workers: int,
             change: Dict[str, Any]) -> Dict[str, Any]:
    """Make the next version of a service, with other changes in the same step. Returns its description."""
    with submission.prepared(name, source, models, workers, change["timeout"]) as body:
        return api.change(workspace, name, dict(body, **change))


def texts(labels: Optional[Dict[Any, Any]]) -> Dict[str, str]:
    """Tags or properties as texts."""
    if labels is not None and not isinstance(labels, dict):
        raise WebserviceException("tags and properties are dictionaries, not {!r}".format(labels))
    return {str(name): str(value) for name, value in (labels or {}).items()}
