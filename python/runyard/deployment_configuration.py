# SPDX-License-Identifier: Apache-2.0
"""Deployment configurations: what AciWebservice.deploy_configuration() and its siblings return."""

from typing import Any, Dict, Optional

from ._service import deployment_settings
from .exceptions import WebserviceException

ENDPOINT = "azureml.endpoint"  # the property that tells an AksEndpoint from an AksWebservice
_POSITIVE = ("cpu_cores", "memory_gb", "period_seconds", "initial_delay_seconds", "timeout_seconds",
             "success_threshold", "failure_threshold", "scoring_timeout_ms", "replica_max_concurrent_requests",
             "max_request_wait_time", "num_replicas")
_SCALING = ("autoscale_min_replicas", "autoscale_max_replicas", "autoscale_refresh_seconds",
            "autoscale_target_utilization")
_ABOVE = "must be greater than zero."


class WebserviceDeploymentConfiguration:
    """The base of all; its attributes are the arguments of deploy_configuration()."""

    _compute_type = ""
    _own_properties: Dict[str, str] = {}
    description: Optional[str] = None
    tags: Optional[Dict[str, Any]] = None
    properties: Optional[Dict[str, Any]] = None
    primary_key: Optional[str] = None
    secondary_key: Optional[str] = None

    def __init__(self, **given: Any) -> None:
        """WebserviceException: the arguments do not fit together."""
        self.__dict__.update(given)
        self.validate_configuration()

    def validate_configuration(self) -> None:
        """Check the arguments. WebserviceException: they do not fit together."""

    def print_deploy_configuration(self) -> None:
        """Print the cores and the memory that were asked for."""
        given = self.__dict__
        shown = [sentence.format(given[name]) for name, sentence in (
            ("cpu_cores", "CPU requirement: {}"), ("gpu_cores", "GPU requirement: {}"),
            ("memory_gb", "Memory requirement: {}GB"), ("num_replicas", "Number of replica: {}")) if given.get(name)]
        if shown:
            print(", ".join(shown))

    def _needs_key(self) -> bool:
        """Whether a caller must have a key."""
        return bool(self.__dict__.get("auth_enabled"))

    def _workers(self) -> int:
        """The number of worker processes."""
        return deployment_settings.workers(self.__dict__)

    def _timeout(self) -> float:
        """The seconds that a request may take."""
        return deployment_settings.timeout(self.__dict__)

    def _say_what_is_ignored(self) -> None:
        """Name the arguments that have no effect."""
        deployment_settings.say_what_is_ignored("deploy_configuration", self.__dict__)


class AciServiceDeploymentConfiguration(WebserviceDeploymentConfiguration):
    """The settings of an AciWebservice."""

    _compute_type = "ACI"

    def validate_configuration(self) -> None:
        """WebserviceException: the arguments do not fit together."""
        given = self.__dict__
        for name in ("cpu_cores", "memory_gb"):
            if given.get(name) is not None and given[name] <= 0:
                raise WebserviceException("Invalid configuration, {} must be positive.".format(name))
        if given.get("ssl_enabled") and not all(given.get("ssl_" + name) for name in (
                "cert_pem_file", "key_pem_file", "cname")):
            raise WebserviceException("SSL is enabled, you must provide a SSL certificate, key, and cname.")
        if bool(given.get("vnet_name")) != bool(given.get("subnet_name")):
            raise WebserviceException("vnet_name and subnet_name must all have values or both are empty/null")


class AksServiceDeploymentConfiguration(WebserviceDeploymentConfiguration):
    """The settings of an AksWebservice."""

    _compute_type = "AKS"

    def validate_configuration(self) -> None:
        """WebserviceException: the arguments do not fit together."""
        given = self.__dict__
        found = deployment_settings.positive(given, [*_POSITIVE], _ABOVE)
        for name in ("cpu_cores", "memory_gb"):
            limit = given.get(name + "_limit")
            if given.get(name) is not None and limit is not None and limit < given[name]:
                found += "Invalid configuration, {0}_limit must be greater than or equal to {0}.\n".format(name)
        found += self._scaling_errors()
        if given.get("token_auth_enabled") and given.get("auth_enabled"):
            found += "Invalid configuration, auth_enabled and token_auth_enabled cannot both be true.\n"
        if found:
            raise WebserviceException(found)

    def _scaling_errors(self) -> str:
        """A line for each argument about replicas that does not fit the others."""
        given = self.__dict__
        if not given.get("autoscale_enabled"):
            found = "".join("Invalid configuration, {} provided without enabling autoscaling.\n".format(name)
                            for name in _SCALING if given.get(name))
            if given.get("autoscale_enabled") is False and not given.get("num_replicas"):
                found = "Invalid configuration, autoscale disabled but num_replicas not provided.\n" + found
            return found
        found = deployment_settings.positive(given, [*_SCALING], _ABOVE)
        if given.get("num_replicas"):
            found = "Invalid configuration, autoscale enabled and num_replicas provided.\n" + found
        least, most = given.get("autoscale_min_replicas"), given.get("autoscale_max_replicas")
        if least and most and least > most:
            found += "Invalid configuration, autoscale_min_replicas cannot be greater than autoscale_max_replicas.\n"
        return found

    def _needs_key(self) -> bool:
        """On a cluster, keys are asked for unless that is switched off; a token is a key here."""
        return self.__dict__.get("auth_enabled") is not False or bool(self.__dict__.get("token_auth_enabled"))


class AksEndpointDeploymentConfiguration(AksServiceDeploymentConfiguration):
    """The settings of an AksEndpoint."""

    _own_properties = {ENDPOINT: "true"}

    def validate_endpoint_configuration(self) -> None:
        """As validate_configuration()."""
        self.validate_configuration()

    def validate_configuration(self) -> None:
        """WebserviceException: the arguments do not fit together."""
        super().validate_configuration()
        percentile = self.__dict__.get("traffic_percentile")
        if percentile is not None and not 0 <= percentile <= 100:
            raise WebserviceException("Invalid configuration, traffic_percentile must be between 0 and 100.")


class LocalWebserviceDeploymentConfiguration(WebserviceDeploymentConfiguration):
    """The settings of a LocalWebservice."""

    _compute_type = "Local"

    def validate_configuration(self) -> None:
        """WebserviceException: the port is none."""
        port = self.__dict__.get("port")
        if port and not (isinstance(port, int) and 1 <= port <= 65535):
            raise WebserviceException("Invalid configuration, port must be an integer in range [1, 65535]")
