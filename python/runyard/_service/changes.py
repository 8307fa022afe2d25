# SPDX-License-Identifier: Apache-2.0
"""update() of a service: what of its arguments is changed at once, and what makes a new version."""

from typing import TYPE_CHECKING, Any, Dict, List

from .._base import messages
from ..exceptions import WebserviceException
from . import deployment, deployment_settings, submission

if TYPE_CHECKING:
    from ..webservice import Webservice

_AT_ONCE = ("tags", "properties", "description")
_OF_A_VERSION = ("num_replicas", "autoscale_min_replicas")
_NO_SCRIPT = "cannot update the models of '{}' alone: a version is made of models and a script. Pass " \
             "inference_config too, which may be the one that it was deployed with"


def update(service: "Webservice", given: Dict[str, Any]) -> None:
    """Change a service. WebserviceException: nothing is given, or it cannot be used."""
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        raise WebserviceException("No parameters provided to update.")
    change = _at_once(service, given)
    if "image" in given:
        given.update(inference_config=given["image"]._config, models=given["image"].models)
    config = given.get("inference_config")
    if config is None and "models" in given:
        raise WebserviceException(_NO_SCRIPT.format(service.name))
    ignored = {name: value for name, value in given.items() if name not in ("image", "models", "inference_config")}
    deployment_settings.say_what_is_ignored("update", ignored)
    if config is None:
        late = [name for name in _OF_A_VERSION if name in given]
        if late:
            messages.say("update: {} changes nothing without inference_config, because workers belong to a "
                         "version".format(", ".join(late)))
        if change:
            service._change(change)
        return
    models: List[Any] = submission.resolved(service.workspace, given["models"]) if "models" in given else service.models
    change.setdefault("timeout", service._facts["timeout"])
    service._read(deployment.replaced(service.workspace, service.name, models, config._source(),
                                      deployment_settings.workers(given), change))


def _at_once(service: "Webservice", given: Dict[str, Any]) -> Dict[str, Any]:
    """The changes that need no new version."""
    change = {name: given[name] if name == "description" else deployment.texts(given[name])
              for name in _AT_ONCE if name in given}
    if "properties" in change:
        change["properties"].update(service._facts["properties"])
    if "auth_enabled" in given or "token_auth_enabled" in given:
        change["auth"] = bool(given.get("auth_enabled") or given.get("token_auth_enabled"))
    if "scoring_timeout_ms" in given:
        change["timeout"] = deployment_settings.timeout(given)
    return change
