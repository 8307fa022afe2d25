# SPDX-License-Identifier: Apache-2.0
"""The parts that services of SDK v1 have: requirements, scaling, probes, data collection, tokens. They are kept and
shown; nothing is reserved or scaled on one machine."""

from datetime import datetime
from typing import Any, Dict, Tuple

from .exceptions import WebserviceException

__all__ = ["AksServiceAccessToken", "AutoScaler", "ContainerResourceRequirements", "DataCollection",
           "EncryptionProperties", "LivenessProbeRequirements", "VnetConfiguration", "WebServiceAccessToken"]


class _Part:
    """Attributes that have other names in JSON."""

    _NAMES: Tuple[Tuple[str, str], ...] = ()  # attribute, its name in JSON

    def serialize(self) -> Dict[str, Any]:
        """The part for JSON."""
        return {theirs: getattr(self, ours) for ours, theirs in self._NAMES}

    @classmethod
    def deserialize(cls, payload_obj: Any) -> Any:
        """The part in JSON; None stays None. WebserviceException: a name is missing."""
        if payload_obj is None:
            return None
        made = cls.__new__(cls)
        for ours, theirs in cls._NAMES:
            if theirs not in payload_obj:
                raise WebserviceException("Invalid webservice payload, missing {} for {}:\n{}".format(
                    theirs, cls.__name__, payload_obj))
            setattr(made, ours, payload_obj[theirs])
        return made


class ContainerResourceRequirements(_Part):
    """Cores and memory that were asked for."""

    _NAMES = (("cpu", "cpu"), ("cpu_limit", "cpuLimit"), ("memory_in_gb", "memoryInGB"),
              ("memory_in_gb_limit", "memoryInGBLimit"), ("gpu", "gpu"))

    def __init__(self, cpu: Any, memory_in_gb: Any, gpu: Any = None, cpu_limit: Any = None,
                 memory_in_gb_limit: Any = None) -> None:
        self.cpu, self.memory_in_gb, self.gpu = cpu, memory_in_gb, gpu
        self.cpu_limit, self.memory_in_gb_limit = cpu_limit, memory_in_gb_limit


class LivenessProbeRequirements(_Part):
    """How often a cluster would probe the service."""

    _NAMES = (("period_seconds", "periodSeconds"), ("initial_delay_seconds", "initialDelaySeconds"),
              ("timeout_seconds", "timeoutSeconds"), ("failure_threshold", "failureThreshold"),
              ("success_threshold", "successThreshold"))

    def __init__(self, period_seconds: Any, initial_delay_seconds: Any, timeout_seconds: Any, success_threshold: Any,
                 failure_threshold: Any) -> None:
        self.period_seconds, self.initial_delay_seconds = period_seconds, initial_delay_seconds
        self.timeout_seconds, self.success_threshold = timeout_seconds, success_threshold
        self.failure_threshold = failure_threshold


class AutoScaler(_Part):
    """How a cluster would add replicas."""

    _NAMES = (("autoscale_enabled", "autoscaleEnabled"), ("max_replicas", "maxReplicas"),
              ("min_replicas", "minReplicas"), ("refresh_period_seconds", "refreshPeriodInSeconds"),
              ("target_utilization", "targetUtilization"))

    def __init__(self, autoscale_enabled: Any, max_replicas: Any, min_replicas: Any, refresh_period_seconds: Any,
                 target_utilization: Any) -> None:
        self.autoscale_enabled, self.max_replicas, self.min_replicas = autoscale_enabled, max_replicas, min_replicas
        self.refresh_period_seconds, self.target_utilization = refresh_period_seconds, target_utilization


class DataCollection(_Part):
    """Whether the cloud would keep the data of requests."""

    _NAMES = (("event_hub_enabled", "eventHubEnabled"), ("storage_enabled", "storageEnabled"))

    def __init__(self, event_hub_enabled: Any, storage_enabled: Any) -> None:
        self.event_hub_enabled, self.storage_enabled = event_hub_enabled, storage_enabled


class EncryptionProperties(_Part):
    """A key of the cloud's vault."""

    _NAMES = (("cmk_vault_base_url", "vaultBaseUrl"), ("cmk_key_name", "keyName"), ("cmk_key_version", "keyVersion"))

    def __init__(self, cmk_vault_base_url: Any, cmk_key_name: Any, cmk_key_version: Any) -> None:
        self.cmk_vault_base_url, self.cmk_key_name = cmk_vault_base_url, cmk_key_name
        self.cmk_key_version = cmk_key_version


class VnetConfiguration(_Part):
    """A network of the cloud."""

    _NAMES = (("vnet_name", "vnetName"), ("subnet_name", "subnetName"))

    def __init__(self, vnet_name: Any, subnet_name: Any) -> None:
        self.vnet_name, self.subnet_name = vnet_name, subnet_name


class WebServiceAccessToken(_Part):
    """A token for a service. Here it is the service's primary key, which does not expire."""

    _NAMES = (("access_token", "accessToken"), ("token_type", "tokenType"), ("refresh_after", "refreshAfter"),
              ("expiry_on", "expiryOn"))

    def __init__(self, access_token: str, token_type: str, refresh_after: float, expiry_on: float) -> None:
        """`refresh_after`, `expiry_on`: seconds since 1970."""
        self.access_token, self.token_type = access_token, token_type
        self.refresh_after, self.expiry_on = datetime.fromtimestamp(refresh_after), datetime.fromtimestamp(expiry_on)


class AksServiceAccessToken(WebServiceAccessToken):
    """A token for a service of a cluster."""
