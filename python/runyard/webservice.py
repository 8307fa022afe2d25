# SPDX-License-Identifier: Apache-2.0
"""Webservice: a model behind an address. On this machine every kind of service is a run that answers requests."""

import builtins
import json
import time
import warnings
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from . import _objects
from ._base import messages
from ._runs import logs, wait
from ._service import api, deployment, view
from .deployment_configuration import ENDPOINT, WebserviceDeploymentConfiguration
from .exceptions import WebserviceException
from .webservice_parts import (AutoScaler, ContainerResourceRequirements, DataCollection, LivenessProbeRequirements,
                               WebServiceAccessToken)

if TYPE_CHECKING:
    from .model import Model
    from .workspace import Workspace

__all__ = ["AutoScaler", "ContainerResourceRequirements", "DataCollection", "LivenessProbeRequirements",
           "UnknownWebservice", "WebServiceAccessToken", "Webservice", "WebserviceDeploymentConfiguration"]

_TIPS = "Tips: You can try get_logs(): https://aka.ms/debugimage#dockerlog or local deployment: " \
        "https://aka.ms/debugimage#debug-locally to debug if deployment takes longer than 10 minutes."
_DEPRECATED = "{} has been deprecated and will be removed in a future release. Please migrate to using Environments."
_KINDS = {"ACI": "AciWebservice", "AKS": "AksWebservice", "Local": "LocalWebservice"}
_POLL = 0.2
_PATIENCE = 30.0  # seconds beyond the service's own limit that an answer may take


class Webservice:
    """A service by its name. The object has the class of its kind.

    >>> Webservice(ws, "ridge").run('{"data": [[1, 2]]}')
    [3.5]
    """

    workspace: "Workspace"
    _webservice_type: Optional[str] = None
    _key: Optional[str] = None
    _deployed_with: Any = None  # the configuration of the script, in the process that has deployed it

    def __new__(cls, workspace: "Optional[Workspace]" = None, name: Optional[str] = None, *args: Any,
                **kwargs: Any) -> Any:
        """Find the service. WebserviceException: there is none."""
        if workspace is None or name is None:
            return super().__new__(cls)
        return cls._from_facts(workspace, api.find(workspace, name))

    def __init__(self, workspace: "Workspace", name: str) -> None:
        """See __new__."""

    @classmethod
    def _from_facts(cls, workspace: "Workspace", facts: Dict[str, Any]) -> "Webservice":
        """The service that the daemon has described."""
        kind = "AksEndpoint" if ENDPOINT in facts["properties"] else _KINDS.get(facts["compute_type"])
        made: Webservice = object.__new__(getattr(_objects, kind) if kind else UnknownWebservice)
        made.workspace = workspace
        made._read(facts)
        return made

    def _read(self, facts: Dict[str, Any]) -> None:
        """Set the attributes from what the daemon says."""
        self._facts = facts
        self.name, self.compute_type, self.description = facts["name"], facts["compute_type"], facts["description"]
        self.tags, self.properties = dict(facts["tags"]), dict(facts["properties"])
        self.properties.pop(ENDPOINT, None)
        self.auth_enabled, self.token_auth_enabled = bool(facts["auth"]), False
        self.created_time, self.updated_time = view.time_of(facts["created"]), view.time_of(facts["updated"])
        self.image = self.image_id = self.image_digest = self.created_by = None
        self.error = {"code": facts["state"], "message": facts["reason"]} if facts.get("reason") else None
        self._read_state(facts["state"])

    def _read_state(self, state: str) -> None:
        """Set the state."""
        self.state = state

    scoring_uri = property(lambda self: self._facts["scoring_uri"], doc="The address that takes requests.")
    swagger_uri = property(lambda self: self._facts["swagger_uri"], doc="The address of its description.")
    run_id = property(lambda self: self._facts["run"], doc="The run that answers, or is starting (ours).")
    version = property(lambda self: self._facts["version"], doc="The number of the current version (ours).")

    @property
    def models(self) -> "builtins.list[Model]":
        """The models of the current version that still exist."""
        return [model for model in (view.model(self.workspace, given) for given in self._facts["models"]) if model]

    @staticmethod
    def deploy(workspace: "Workspace", name: str, model_paths: "builtins.list[str]", image_config: Any,
               deployment_config: Optional[WebserviceDeploymentConfiguration] = None, deployment_target: Any = None,
               overwrite: bool = False) -> "Webservice":
        """Register files as models, and deploy them. The older spelling of Model.deploy()."""
        return _objects.Model.deploy(workspace, name, model_paths, image_config, deployment_config, deployment_target,
                                     overwrite)

    @staticmethod
    def deploy_from_model(workspace: "Workspace", name: str, models: "builtins.list[Any]", image_config: Any,
                          deployment_config: Optional[WebserviceDeploymentConfiguration] = None,
                          deployment_target: Any = None, overwrite: bool = False) -> "Webservice":
        """The older spelling of Model.deploy(), with a configuration of an image."""
        warnings.warn(_DEPRECATED.format("deploy_from_model"), DeprecationWarning, stacklevel=2)
        return _objects.Model.deploy(workspace, name, models, image_config, deployment_config, deployment_target,
                                     overwrite)

    @staticmethod
    def deploy_from_image(workspace: "Workspace", name: str, image: Any,
                          deployment_config: Optional[WebserviceDeploymentConfiguration] = None,
                          deployment_target: Any = None, overwrite: bool = False) -> "Webservice":
        """Deploy the models and the script of an image. WebserviceException: the image is none."""
        warnings.warn(_DEPRECATED.format("deploy_from_image"), DeprecationWarning, stacklevel=2)
        if image is None:
            raise WebserviceException("Image is None")
        return _objects.Model.deploy(workspace, name, image.models, image._config, deployment_config, deployment_target,
                                     overwrite)

    @staticmethod
    def deploy_local_from_model(workspace: "Workspace", name: str, models: "builtins.list[Any]", image_config: Any,
                                deployment_config: Optional[WebserviceDeploymentConfiguration] = None,
                                wait: bool = False) -> "Webservice":
        """Deploy a LocalWebservice. wait: until it answers."""
        config = deployment_config or _objects.LocalWebservice.deploy_configuration()
        made: Webservice = _objects.Model.deploy(workspace, name, models, image_config, config, overwrite=True)
        if wait:
            made.wait_for_deployment()
        return made

    @staticmethod
    def check_for_existing_webservice(workspace: "Workspace", name: str, overwrite: bool = False,
                                      request_func: Any = None, check_func: Any = None) -> None:
        """WebserviceException: the name is taken, and overwrite is not set."""
        deployment.check_name(name)
        if not overwrite and any(facts["name"] == name for facts in api.listed(workspace)):
            raise WebserviceException(api.taken(name))

    @staticmethod
    def list(workspace: "Workspace", compute_type: Optional[str] = None, image_name: Optional[str] = None,
             image_id: Optional[str] = None, model_name: Optional[str] = None, model_id: Optional[str] = None,
             tags: Any = None, properties: Any = None, image_digest: Optional[str] = None) -> "List[Webservice]":
        """The services of a workspace. tags, properties: names, or [name, value]."""
        kind = (compute_type or "").upper()
        if kind not in ("", "ACI", "AKS", "AKSENDPOINT", "LOCAL", "IOT", "MIR"):
            raise WebserviceException('Invalid compute type "{}". Valid options are "ACI,AKSENDPOINT,AKS,LOCAL"'.format(
                compute_type))
        found = [Webservice._from_facts(workspace, facts) for facts in api.listed(workspace)]
        return [service for service in found if kind in ("", str(service._webservice_type).upper())
                and view.has_model(service._facts["models"], model_name, model_id)
                and view.has(service.tags, tags) and view.has(service.properties, properties)
                and not (image_name or image_id or image_digest)]

    def wait_for_deployment(self, show_output: bool = False, timeout_sec: Optional[float] = None) -> None:
        """Wait until the service answers, and print a line. WebserviceException: it failed, or does not answer in the
        time."""
        if show_output:
            messages.to_stdout(_TIPS + "\nRunning")
        end = None if timeout_sec is None else time.monotonic() + float(timeout_sec)
        while self._facts["state"] in ("Transitioning", "Unhealthy") and (end is None or time.monotonic() < end):
            time.sleep(_POLL)
            self.update_deployment_state()
            if show_output:
                messages.to_stdout(".")
        good = self._facts["state"] == "Healthy"
        if show_output:
            messages.to_stdout("\n{}\n".format("Succeeded" if good else "Failed"))
        if not good:
            raise WebserviceException(
                "Service deployment polling reached non-successful terminal state, current service state: {}\n"
                "Operation ID: {}\nMore information can be found using '.get_logs()'\nError:\n{}".format(
                    self.state, self.run_id, json.dumps(self.error, indent=2, ensure_ascii=False)))
        self._say_deployed()

    def _say_deployed(self) -> None:
        """Print that the service answers."""
        messages.to_stdout('{} service creation operation finished, operation "Succeeded"\n'.format(
            self._webservice_type))

    def update_deployment_state(self) -> None:
        """Ask the daemon for the state."""
        self._read(api.find(self.workspace, self.name))

    def get_logs(self, num_lines: int = 5000, init: bool = False) -> str:
        """The last lines of the log of the run that answers, or is starting."""
        text = logs.text(self.run_id, wait.LOG) or logs.text(self.run_id, wait.ENVIRONMENT_LOG)
        return "".join(text.splitlines(True)[-num_lines:])

    def run(self, input_data: Any) -> Any:
        """The answer to a request, from JSON. input_data: the body, a text or bytes; other values are sent as JSON.

        WebserviceException: the service does not answer with 200.
        """
        if not self.scoring_uri:
            raise WebserviceException("Error attempting to call webservice, scoring_uri unavailable. This could be "
                                      "due to a failed deployment, or the service is not ready yet.\nCurrent State: "
                                      "{}\nErrors: {}".format(self.state, self.error))
        status, fields, body = self._ask(view.body(input_data))
        if status != 200:
            raise WebserviceException(
                "Received bad response from service. More information can be found by calling `.get_logs()` on the "
                "webservice object.\nResponse Code: {}\nHeaders: {}\nContent: {!r}".format(status, dict(fields), body))
        return api.json_of(body)

    def _ask(self, body: bytes) -> "Tuple[int, List[Tuple[str, str]], bytes]":
        """Status, fields and body of the answer to a request. The key is asked for when it is refused without it."""
        timeout = self._facts["timeout"] + _PATIENCE
        answer = api.score(self.scoring_uri, body, self._key, timeout)
        if answer[0] == 401:
            self._key = self.get_keys()[0]
            answer = api.score(self.scoring_uri, body, self._key, timeout)
        return answer

    def get_keys(self) -> Tuple[str, str]:
        """The primary and the secondary key."""
        return api.keys(self.workspace, self.name)

    def regen_key(self, key: str, set_key: Optional[str] = None) -> None:
        """Replace the key "Primary" or "Secondary". WebserviceException: it has another name."""
        if not key:
            raise WebserviceException("Error, must specify which key with be regenerated: Primary, Secondary")
        if str(key).capitalize() not in ("Primary", "Secondary"):
            raise WebserviceException("Error, invalid value provided for key: {}.\nValid options are: Primary, "
                                      "Secondary".format(key))
        api.renew_key(self.workspace, self.name, key.capitalize(), set_key)

    def get_token(self) -> Any:
        """None: this kind of service has no tokens."""

    def update(self, *args: Any, **kwargs: Any) -> None:
        """See the class of the service."""
        raise NotImplementedError("a service of the kind {} cannot be updated".format(self.compute_type))

    def _change(self, change: Dict[str, Any]) -> None:
        """Change the service through the daemon."""
        self._read(api.change(self.workspace, self.name, change))

    def add_tags(self, tags: Dict[str, Any]) -> None:
        """Set tags; the others stay."""
        self._change({"tags": dict(self.tags, **deployment.texts(tags))})
        messages.to_stdout("Webservice tag add operation complete.\n")

    def remove_tags(self, tags: Any) -> None:
        """Remove tags, by their names."""
        names = [tags] if isinstance(tags, str) else [*tags]
        self._change({"tags": {name: value for name, value in self.tags.items() if name not in names}})
        messages.to_stdout("Webservice tag remove operation complete.\n")

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Set properties; each keeps its first value."""
        self._change({"properties": dict(deployment.texts(properties), **self._facts["properties"])})
        messages.to_stdout("Webservice add properties operation complete.\n")

    def delete(self) -> None:
        """Remove the service. Requests that are being answered end first."""
        api.remove(self.workspace, self.name)
        self._read_state("Deleting")

    def serialize(self) -> Dict[str, Any]:
        """The service for JSON."""
        return {"name": self.name, "description": self.description, "tags": self.tags, "properties": self.properties,
                "state": self.state, "createdTime": self.created_time.isoformat(),
                "updatedTime": self.updated_time.isoformat(), "error": self.error, "computeType": self.compute_type,
                "workspaceName": self.workspace.name, "imageId": None, "imageDigest": None, "imageDetails": None,
                "scoringUri": self.scoring_uri, "createdBy": None}

    @classmethod
    def deserialize(cls, workspace: "Workspace", webservice_payload: Dict[str, Any]) -> "Webservice":
        """The service that serialize() describes. WebserviceException: there is none any more, or no name."""
        if "name" not in webservice_payload:
            raise WebserviceException('Invalid {} Webservice payload, missing "name":\n{}'.format(
                cls._webservice_type, webservice_payload))
        return cls._from_facts(workspace, api.find(workspace, webservice_payload["name"]))

    def __repr__(self) -> str:
        """As v1 prints it."""
        return ("{}(workspace={!r}, name={}, image_id=None, image_digest=None, compute_type={}, state={}, "
                "scoring_uri={}, tags={}, properties={}, created_by=None)").format(
                    type(self).__name__, self.workspace, self.name, self.compute_type, self.state, self.scoring_uri,
                    self.tags, self.properties)


class UnknownWebservice(Webservice):
    """A service of a kind that this SDK does not know."""

    _webservice_type = "Unknown"
