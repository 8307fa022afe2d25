# SPDX-License-Identifier: Apache-2.0
"""AciWebservice: what SDK v1 deployed to a container of the cloud is a service of this machine."""

from typing import Any, Dict, Optional

from ._service import changes
from .deployment_configuration import AciServiceDeploymentConfiguration
from .webservice import Webservice
from .webservice_parts import ContainerResourceRequirements, EncryptionProperties, VnetConfiguration

__all__ = ["AciServiceDeploymentConfiguration", "AciWebservice", "ContainerResourceRequirements",
           "EncryptionProperties", "VnetConfiguration"]


class AciWebservice(Webservice):
    """A service whose configuration has no cluster.

    >>> config = AciWebservice.deploy_configuration(cpu_cores=1, memory_gb=1, tags={"data": "diabetes"})
    >>> Model.deploy(ws, "ridge", [model], inference_config, config).wait_for_deployment(show_output=True)
    """

    _webservice_type = "ACI"
    location = public_ip = public_fqdn = cname = ssl_certificate = ssl_key = environment = None
    container_resource_requirements = encryption_properties = vnet_configuration = None
    ssl_enabled = enable_app_insights = False

    @staticmethod
    def deploy_configuration(cpu_cores: Optional[float] = None, memory_gb: Optional[float] = None,
                             tags: Optional[Dict[str, Any]] = None, properties: Optional[Dict[str, Any]] = None,
                             description: Optional[str] = None, location: Optional[str] = None,
                             auth_enabled: Optional[bool] = None, ssl_enabled: Optional[bool] = None,
                             enable_app_insights: Optional[bool] = None, ssl_cert_pem_file: Optional[str] = None,
                             ssl_key_pem_file: Optional[str] = None, ssl_cname: Optional[str] = None,
                             dns_name_label: Optional[str] = None, primary_key: Optional[str] = None,
                             secondary_key: Optional[str] = None, collect_model_data: Optional[bool] = None,
                             cmk_vault_base_url: Optional[str] = None, cmk_key_name: Optional[str] = None,
                             cmk_key_version: Optional[str] = None, vnet_name: Optional[str] = None,
                             subnet_name: Optional[str] = None) -> AciServiceDeploymentConfiguration:
        """How to deploy. tags, properties, description, auth_enabled and the keys have a meaning here; the others are
        kept, and named once. WebserviceException: arguments do not fit together."""
        return AciServiceDeploymentConfiguration(**locals())

    def update(self, image: Any = None, tags: Optional[Dict[str, Any]] = None,
               properties: Optional[Dict[str, Any]] = None, description: Optional[str] = None,
               auth_enabled: Optional[bool] = None, ssl_enabled: Optional[bool] = None,
               ssl_cert_pem_file: Optional[str] = None, ssl_key_pem_file: Optional[str] = None,
               ssl_cname: Optional[str] = None, enable_app_insights: Optional[bool] = None, models: Any = None,
               inference_config: Any = None) -> None:
        """Change the service. With an inference_config, models or an image it gets a new version, which answers before
        the old one ends. WebserviceException: nothing is given, or it cannot be used."""
        changes.update(self, {name: value for name, value in locals().items() if name != "self"})

    def get_token(self) -> Any:
        """Always raises NotImplementedError, as in v1."""
        raise NotImplementedError("ACI webservices do not support Token Authentication.")

    def serialize(self) -> Dict[str, Any]:
        """The service for JSON."""
        models = [model.serialize() for model in self.models]
        return dict(super().serialize(), containerResourceRequirements=None, location=None, sslEnabled=False,
                    authEnabled=self.auth_enabled, appInsightsEnabled=False, sslCertificate=None, sslKey=None,
                    cname=None, publicIp=None, publicFqdn=None, environmentDetails=None, encryptionProperties=None,
                    vnetConfiguration=None, modelDetails=models or None)
