# SPDX-License-Identifier: Apache-2.0
"""The results of get_status() of compute targets, and the configurations of targets."""

from typing import Any, Dict

from .._config.section import Section

_SECRET = ("password", "passphrase", "token", "key", "ssl", "cert")


class ComputeTargetProvisioningConfiguration(Section):
    """The configuration of a target; stored and shown, without passwords and keys."""

    def __init__(self, kind: str, **settings: Any) -> None:
        self._kind = kind
        for name, value in settings.items():
            if not any(word in name for word in _SECRET):
                setattr(self, name, value)

    def properties(self) -> Dict[str, Any]:
        """The properties for the daemon."""
        return {"type": self._kind, "settings": {name: value for name, value in vars(self).items()
                                                 if not name.startswith("_") and value is not None}}


class AmlComputeProvisioningConfiguration(ComputeTargetProvisioningConfiguration):
    """The result of AmlCompute.provisioning_configuration."""


class ComputeInstanceProvisioningConfiguration(ComputeTargetProvisioningConfiguration):
    """The result of ComputeInstance.provisioning_configuration."""


class ComputeTargetAttachConfiguration(ComputeTargetProvisioningConfiguration):
    """The result of attach_configuration."""


class _Status(Section):
    """Status values by name."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def serialize(self) -> Dict[str, Any]:
        """The values for JSON."""
        return self.as_dict()


class ScaleSettings(_Status):
    """minimum_node_count, maximum_node_count, idle_seconds_before_scaledown, as configured."""


class AmlComputeNodeStateCounts(_Status):
    """Numbers of nodes, which are slots, by state."""


class AmlComputeStatus(_Status):
    """allocation_state, current_node_count, node_state_counts, provisioning_state, scale_settings, vm_size, ..."""


class ComputeInstanceStatus(_Status):
    """state, creation_time, vm_size, ..."""


def of_cluster(facts: Dict[str, Any], settings: Dict[str, Any]) -> AmlComputeStatus:
    """The status of a target as a cluster: its nodes are the slots of the machine."""
    running, slots = len(facts["running"]), int(facts["slots"])
    counts = AmlComputeNodeStateCounts(idle_node_count=max(0, slots - running), leaving_node_count=0,
                                       preempted_node_count=0, preparing_node_count=0, running_node_count=running,
                                       unusable_node_count=0)
    scale = ScaleSettings(minimum_node_count=settings.get("min_nodes", 0), maximum_node_count=settings.get("max_nodes"),
                          idle_seconds_before_scaledown=settings.get("idle_seconds_before_scaledown"))
    created = facts.get("created")
    return AmlComputeStatus(
        allocation_state="Steady", allocation_state_transition_time=created, creation_time=created,
        current_node_count=slots, errors=None, modified_time=created, node_state_counts=counts,
        provisioning_state="Succeeded", provisioning_state_transition_time=None, scale_settings=scale,
        target_node_count=slots, vm_priority=settings.get("vm_priority"), vm_size=settings.get("vm_size"))


def of_instance(facts: Dict[str, Any], settings: Dict[str, Any]) -> ComputeInstanceStatus:
    """The status of a target as a single machine."""
    return ComputeInstanceStatus(state="Running", creation_time=facts.get("created"), errors=None,
                                 vm_size=settings.get("vm_size"), last_operation=None, created_by_user_name=None)
