# SPDX-License-Identifier: Apache-2.0
"""LocalWebservice: what SDK v1 ran in a container beside the notebook is a service as any other."""

from typing import TYPE_CHECKING, Any, Dict, List, Optional
from urllib.parse import urlsplit

from . import _objects
from ._base import messages
from ._service import deployment, deployment_settings, submission
from .deployment_configuration import LocalWebserviceDeploymentConfiguration
from .exceptions import WebserviceException
from .webservice import Webservice

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["LocalWebservice", "LocalWebserviceDeploymentConfiguration"]


class LocalWebservice(Webservice):
    """A service. Its states have names of their own, as in v1."""

    STATE_DELETED, STATE_DEPLOYING, STATE_FAILED = "deleted", "deploying", "failed"
    STATE_RUNNING, STATE_UNKNOWN = "running", "unknown"
    NETWORK_NAME = "azureml-local"
    _webservice_type = "Local"

    def __init__(self, workspace: "Workspace", name: str, must_exist: bool = True) -> None:
        """WebserviceException: there is none (always: a service that does not exist has no object here)."""

    @staticmethod
    def deploy_configuration(port: Optional[int] = None) -> LocalWebserviceDeploymentConfiguration:
        """How to deploy. The port has no effect: the address is the daemon's. WebserviceException: it is none."""
        return LocalWebserviceDeploymentConfiguration(port=port)

    port = property(lambda self: urlsplit(self.scoring_uri).port, doc="The port of the daemon.")

    def _read_state(self, state: str) -> None:
        """Set the state by its name here."""
        self.state = {"Healthy": self.STATE_RUNNING, "Failed": self.STATE_FAILED, "Deleting": self.STATE_DELETED}.get(
            state, self.STATE_DEPLOYING)

    @staticmethod
    def list(workspace: "Workspace", model_name: Optional[str] = None,  # type: ignore[override]
             model_id: Optional[str] = None, all: Optional[bool] = None) -> "List[Webservice]":
        """The local services of a workspace."""
        return Webservice.list(workspace, "Local", model_name=model_name, model_id=model_id)

    def wait_for_deployment(self, show_output: bool = False,
                            timeout_sec: Optional[float] = None) -> None:
        """Wait until the service answers, and print its address. WebserviceException: it failed."""
        super().wait_for_deployment(show_output, timeout_sec)

    def _say_deployed(self) -> None:
        """Print that the service answers."""
        messages.to_stdout("Local webservice is {} at {}\n".format(self.state, self.scoring_uri.rpartition("/")[0]))

    def update_deployment_state(self, must_exist: bool = False) -> None:
        """Ask the daemon for the state."""
        super().update_deployment_state()

    def get_logs(self, num_lines: int = 5000, raw: bool = False) -> str:
        """The last lines of the log."""
        return super().get_logs(num_lines)

    def reload(self, wait: bool = False) -> None:
        """Deploy again what the service was deployed with, as the files are now. WebserviceException: this process has
        not deployed it."""
        if self._deployed_with is None:
            raise WebserviceException("cannot reload '{}': this process has not deployed it. Call update(models, "
                                      "inference_config=...)".format(self.name))
        self.update(inference_config=self._deployed_with, wait=wait)

    def update(self, models: Any = None, image_config: Any = None,
               deployment_config: Optional[LocalWebserviceDeploymentConfiguration] = None, wait: bool = False,
               inference_config: Any = None) -> None:
        """Make the next version, of other models, another script, or both. wait: until it answers.

        WebserviceException: two scripts are given, or none, and this process has not deployed the service.
        """
        if image_config is not None and inference_config is not None:
            raise WebserviceException("Error, an image configuration and an inference configuration cannot be provided "
                                      "at the same time.")
        if deployment_config is not None:
            if not isinstance(deployment_config, LocalWebserviceDeploymentConfiguration):
                raise WebserviceException("Error, provided deployment configuration must be of type "
                                          "LocalWebserviceDeploymentConfiguration in order to update a local service.")
            deployment_config._say_what_is_ignored()
        config = image_config or inference_config or self._deployed_with
        if config is None:
            raise WebserviceException("cannot update '{}': pass inference_config too, because this process has not "
                                      "deployed it".format(self.name))
        found = self.models if models is None else submission.resolved(self.workspace, models)
        self._read(deployment.replaced(self.workspace, self.name, found, config._source(),
                                       deployment_settings.workers({}), {"timeout": self._facts["timeout"]}))
        self._deployed_with = config
        if wait:
            self.wait_for_deployment()

    def deploy_to_cloud(self, name: Optional[str] = None, deployment_config: Any = None,
                        deployment_target: Any = None) -> Webservice:
        """Deploy the same as another kind, or by another name. WebserviceException: this process did not deploy it."""
        if self._deployed_with is None:
            raise WebserviceException("cannot deploy '{}' again: this process has not deployed it. Call "
                                      "Model.deploy(...)".format(self.name))
        made: Webservice = _objects.Model.deploy(self.workspace, name or self.name, self.models, self._deployed_with,
                                                 deployment_config, deployment_target, overwrite=name is None)
        return made

    def delete(self, delete_cache: bool = True, delete_image: bool = False, delete_volume: bool = True) -> None:
        """Remove the service; there is no cache, image or volume."""
        super().delete()

    def serialize(self) -> Dict[str, Any]:
        """The service for JSON."""
        return dict(super().serialize(), swaggerUri=self.swagger_uri, port=self.port)
