# SPDX-License-Identifier: Apache-2.0
"""Targets: every name stands for this machine."""

from . import Owner, Row

TARGET = Owner("azureml.core.compute.ComputeTarget", "A target by name.", [
    Row("ComputeTarget(workspace, name)", "A target that exists, else ComputeTargetException."),
    Row("wait_for_completion(show_output=False, is_delete_operation=False)", "Waits until it is ready.", "It is."),
    Row("create(workspace, name, provisioning_configuration)", "Makes the target.",
        "At once: the name stands for this machine and shares its slots."),
    Row("attach(workspace, name, attach_configuration)", "Makes the target of a machine.", "As create()."),
    Row("list(workspace)", "The targets.", "Without this machine itself, which is `local`."),
    Row("delete()", "Forgets the name."), Row("detach()", "Forgets the name."), Row("get_status()", "The state."),
    Row("refresh_state()", "Asks the daemon again."), Row("serialize()", "The target as a dictionary."),
    Row("deserialize(workspace, object_dict)", "The target that a dictionary names."),
])

CLUSTER = Owner("azureml.core.compute.AmlCompute", "A cluster, which is this machine: its nodes are slots.", [
    Row("AmlCompute(workspace, name)", "A cluster that exists, else ComputeTargetException."),
    Row("provisioning_configuration(vm_size='', vm_priority='dedicated', min_nodes=0, max_nodes=None, "
        "idle_seconds_before_scaledown=1800, admin_username=None, admin_user_password=None, admin_user_ssh_key=None, "
        "vnet_resourcegroup_name=None, vnet_name=None, subnet_name=None, tags=None, description=None, "
        "remote_login_port_public_access='NotSpecified', identity_type=None, identity_id=None, location=None, "
        "enable_node_public_ip=True)", "What the cluster is to be.", "Kept and shown."),
    Row("wait_for_completion(show_output=False, min_node_count=None, timeout_in_minutes=25, is_delete_operation=False)",
        "Waits until it is ready.", "It is."),
    Row("get()", "The target as it is now."),
    Row("get_active_runs(type=None, tags=None, properties=None, status=None)", "The runs on it, and those that wait."),
    Row("list_nodes()", "A node for each run that runs."),
    Row("supported_vmsizes(workspace, location=None)", "The sizes there are.", "One: this machine's."),
    Row("update(min_nodes=None, max_nodes=None, idle_seconds_before_scaledown=None)", "Changes the numbers.",
        "They change only what is shown; `runyard target` sets slots."),
], {"rights and quotas of the cloud": "add_identity remove_identity list_quotas list_usages update_quotas"},
    extends=TARGET.path)

OWNERS = [TARGET, CLUSTER]
