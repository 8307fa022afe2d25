# SPDX-License-Identifier: Apache-2.0
"""AksWebservice and AksEndpoint: what SDK v1 deployed to a cluster is a service of this machine."""

import time
import warnings
from datetime import datetime
from typing import Any, Dict, Optional, Tuple

from ._service import changes
from .deployment_configuration import AksEndpointDeploymentConfiguration, AksServiceDeploymentConfiguration
from .exceptions import WebserviceException
from .webservice import Webservice
from .webservice_parts import (AksServiceAccessToken, AutoScaler, ContainerResourceRequirements, DataCollection,
                               LivenessProbeRequirements)

__all__ = ["AksEndpoint", "AksEndpointDeploymentConfiguration", "AksServiceAccessToken",
           "AksServiceDeploymentConfiguration", "AksWebservice", "AutoScaler", "ContainerResourceRequirements",
           "DataCollection", "LivenessProbeRequirements"]

_LIFE = 12 * 3600.0  # seconds after which v1 told clients to ask for a token again


class AksWebservice(Webservice):
    """A service whose configuration is that of a cluster. Callers need a key, unless auth_enabled is False."""

    _webservice_type = "AKS"
    autoscaler = compute_name = container_resource_requirements = liveness_probe_requirements = data_collection = None
    max_concurrent_requests_per_container = max_request_wait_time = num_replicas = environment = None
    deployment_status = namespace = is_default = traffic_percentile = version_type = None
    enable_app_insights = False
    scoring_timeout_ms = property(lambda self: int(self._facts["timeout"] * 1000), doc="The time limit of a request.")

    @staticmethod
    def deploy_configuration(autoscale_enabled: Optional[bool] = None, autoscale_min_replicas: Optional[int] = None,
                             autoscale_max_replicas: Optional[int] = None,
                             autoscale_refresh_seconds: Optional[int] = None,
                             autoscale_target_utilization: Optional[int] = None,
                             collect_model_data: Optional[bool] = None, auth_enabled: Optional[bool] = None,
                             cpu_cores: Optional[float] = None, memory_gb: Optional[float] = None,
                             enable_app_insights: Optional[bool] = None, scoring_timeout_ms: Optional[int] = None,
                             replica_max_concurrent_requests: Optional[int] = None,
                             max_request_wait_time: Optional[int] = None, num_replicas: Optional[int] = None,
                             primary_key: Optional[str] = None, secondary_key: Optional[str] = None,
                             tags: Optional[Dict[str, Any]] = None, properties: Optional[Dict[str, Any]] = None,
                             description: Optional[str] = None, gpu_cores: Optional[int] = None,
                             period_seconds: Optional[int] = None, initial_delay_seconds: Optional[int] = None,
                             timeout_seconds: Optional[int] = None, success_threshold: Optional[int] = None,
                             failure_threshold: Optional[int] = None, namespace: Optional[str] = None,
                             token_auth_enabled: Optional[bool] = None, compute_target_name: Optional[str] = None,
                             cpu_cores_limit: Optional[float] = None, memory_gb_limit: Optional[float] = None,
                             blobfuse_enabled: Optional[bool] = None) -> AksServiceDeploymentConfiguration:
        """How to deploy. A replica is a worker process here; scoring_timeout_ms, authentication, keys, tags, properties
        and description have their meaning; the others are kept, and named once. WebserviceException: arguments do not
        fit together."""
        return AksServiceDeploymentConfiguration(**locals())

    def update(self, image: Any = None, autoscale_enabled: Optional[bool] = None,
               autoscale_min_replicas: Optional[int] = None, autoscale_max_replicas: Optional[int] = None,
               autoscale_refresh_seconds: Optional[int] = None, autoscale_target_utilization: Optional[int] = None,
               collect_model_data: Optional[bool] = None, auth_enabled: Optional[bool] = None,
               cpu_cores: Optional[float] = None, memory_gb: Optional[float] = None,
               enable_app_insights: Optional[bool] = None, scoring_timeout_ms: Optional[int] = None,
               replica_max_concurrent_requests: Optional[int] = None, max_request_wait_time: Optional[int] = None,
               num_replicas: Optional[int] = None, tags: Optional[Dict[str, Any]] = None,
               properties: Optional[Dict[str, Any]] = None, description: Optional[str] = None, models: Any = None,
               inference_config: Any = None, gpu_cores: Optional[int] = None, period_seconds: Optional[int] = None,
               initial_delay_seconds: Optional[int] = None, timeout_seconds: Optional[int] = None,
               success_threshold: Optional[int] = None, failure_threshold: Optional[int] = None,
               namespace: Optional[str] = None, token_auth_enabled: Optional[bool] = None,
               cpu_cores_limit: Optional[float] = None, memory_gb_limit: Optional[float] = None,
               **kwargs: Any) -> None:
        """Change the service. With an inference_config, models or an image it gets a new version, which answers before
        the old one ends. WebserviceException: nothing is given, or it cannot be used."""
        given = {name: value for name, value in locals().items() if name not in ("self", "kwargs")}
        changes.update(self, dict(given, **kwargs))

    def get_token(self) -> Tuple[str, datetime]:
        """The primary key, and when v1 would make another token."""
        warnings.warn("get_token() method has been deprecated and will be removed in a future release. Please migrate "
                      "to get_access_token() method.", DeprecationWarning, stacklevel=2)
        token = self.get_access_token()
        return token.access_token, token.refresh_after

    def get_access_token(self) -> AksServiceAccessToken:
        """The primary key as a token."""
        later = time.time() + _LIFE
        return AksServiceAccessToken(self.get_keys()[0], "Bearer", later, later)

    def serialize(self) -> Dict[str, Any]:
        """The service for JSON."""
        return dict(super().serialize(), appInsightsEnabled=False, authEnabled=self.auth_enabled, autoScaler=None,
                    computeName=None, containerResourceRequirements=None, dataCollection=None, numReplicas=None,
                    livenessProbeRequirements=None, maxConcurrentRequestsPerContainer=None, maxQueueWaitMs=None,
                    scoringTimeoutMs=self.scoring_timeout_ms, aadAuthEnabled=False, environmentDetails=None,
                    modelDetails=[model.serialize() for model in self.models] or None, namespace=None)


class AksEndpoint(AksWebservice):
    """A service with named versions. All requests go to the version that was made last; docs/services.md says why."""

    _webservice_type = "AKSENDPOINT"

    @staticmethod
    def deploy_configuration(autoscale_enabled: Optional[bool] = None,  # type: ignore[override]
                             autoscale_min_replicas: Optional[int] = None,
                             autoscale_max_replicas: Optional[int] = None,
                             autoscale_refresh_seconds: Optional[int] = None,
                             autoscale_target_utilization: Optional[int] = None,
                             collect_model_data: Optional[bool] = None, auth_enabled: Optional[bool] = None,
                             cpu_cores: Optional[float] = None, memory_gb: Optional[float] = None,
                             enable_app_insights: Optional[bool] = None, scoring_timeout_ms: Optional[int] = None,
                             replica_max_concurrent_requests: Optional[int] = None,
                             max_request_wait_time: Optional[int] = None, num_replicas: Optional[int] = None,
                             primary_key: Optional[str] = None, secondary_key: Optional[str] = None,
                             tags: Optional[Dict[str, Any]] = None, properties: Optional[Dict[str, Any]] = None,
                             description: Optional[str] = None, gpu_cores: Optional[int] = None,
                             period_seconds: Optional[int] = None, initial_delay_seconds: Optional[int] = None,
                             timeout_seconds: Optional[int] = None, success_threshold: Optional[int] = None,
                             failure_threshold: Optional[int] = None, namespace: Optional[str] = None,
                             token_auth_enabled: Optional[bool] = None, version_name: Optional[str] = None,
                             traffic_percentile: Optional[float] = None, compute_target_name: Optional[str] = None,
                             cpu_cores_limit: Optional[float] = None,
                             memory_gb_limit: Optional[float] = None) -> AksEndpointDeploymentConfiguration:
        """How to deploy; as for AksWebservice. WebserviceException: arguments do not fit together."""
        return AksEndpointDeploymentConfiguration(**locals())

    def update(self, auth_enabled: Optional[bool] = None,  # type: ignore[override]
               token_auth_enabled: Optional[bool] = None, enable_app_insights: Optional[bool] = None,
               description: Optional[str] = None, tags: Optional[Dict[str, Any]] = None,
               properties: Optional[Dict[str, Any]] = None) -> None:
        """Change the service, not its versions."""
        changes.update(self, {name: value for name, value in locals().items() if name != "self"})

    def create_version(self, version_name: str, models: Any = None, inference_config: Any = None,
                       **given: Any) -> None:
        """Make a version, which gets all requests as soon as it answers. WebserviceException: no name, or no
        inference_config."""
        if not version_name:
            raise WebserviceException("No name is provided to create a version in an Endpoint {}".format(self.name))
        if inference_config is None:
            raise WebserviceException("No Environment information is provided: pass inference_config")
        changes.update(self, dict(given, models=models, inference_config=inference_config))

    def update_version(self, version_name: str, models: Any = None, inference_config: Any = None,
                       **given: Any) -> None:
        """As create_version(), for a version that is there; without an inference_config, its settings."""
        if not version_name:
            raise WebserviceException("No name is provided to update a version.")
        changes.update(self, dict(given, models=models, inference_config=inference_config))

    def delete_version(self, version_name: str) -> None:
        """Always raises WebserviceException: only the newest version runs, and delete() ends it."""
        if not version_name:
            raise WebserviceException("No name is provided to delete a version in an Endpoint {}".format(self.name))
        raise WebserviceException("cannot delete version '{}' of '{}': only the newest version runs; delete() ends the "
                                  "service".format(version_name, self.name))
