# SPDX-License-Identifier: Apache-2.0
"""ResourceConfiguration: the resources for serving a model; stored, not used."""

from typing import Any, Dict, Optional

from .exceptions import WebserviceException


class ResourceConfiguration:
    """Processor cores, memory and GPUs.

    >>> ResourceConfiguration(cpu=1, memory_in_gb=0.5)
    """

    def __init__(self, cpu: Optional[float] = None, memory_in_gb: Optional[float] = None,
                 gpu: Optional[int] = None) -> None:
        """WebserviceException: a value is no number above 0."""
        for name, value in (("cpu", cpu), ("memory_in_gb", memory_in_gb), ("gpu", gpu)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0):
                raise WebserviceException("{} must be a number above 0, not {!r}".format(name, value))
        self.cpu, self.memory_in_gb, self.gpu = cpu, memory_in_gb, gpu

    def serialize(self) -> Dict[str, Any]:
        """The values for JSON."""
        return {"cpu": self.cpu, "memoryInGB": self.memory_in_gb, "gpu": self.gpu}

    @staticmethod
    def deserialize(payload_obj: Optional[Dict[str, Any]]) -> "Optional[ResourceConfiguration]":
        """The object that serialize() described; None for None."""
        if payload_obj is None:
            return None
        return ResourceConfiguration(payload_obj.get("cpu"), payload_obj.get("memoryInGB"), payload_obj.get("gpu"))
