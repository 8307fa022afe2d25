# SPDX-License-Identifier: Apache-2.0
"""Workspaces and experiments."""

from . import Owner, Row

_CLOUD = "a resource of the cloud; there is none here"

WORKSPACE = Owner("azureml.core.workspace.Workspace", "A name on this machine under which experiments live.", [
    Row("Workspace(subscription_id, resource_group, workspace_name, auth=None, _location=None, "
        "_disable_service_check=False, _workspace_id=None, sku='basic', tags=None, _cloud='AzureCloud')",
        "The workspace of these names.", "Made when it is new. Everything after `auth` is accepted and ignored.",
        ours="Workspace(subscription_id, resource_group, workspace_name, auth=None, **kwargs)"),
    Row("from_config(path=None, auth=None, _logger=None, _file_name=None)",
        "The workspace that the nearest config.json names.", "No file is no error: the workspace is then `default`."),
    Row("get(name, auth=None, subscription_id=None, resource_group=None, location=None, cloud='AzureCloud', id=None)",
        "A workspace that exists.", "`cloud` and `id` are accepted and ignored.",
        ours="get(name, auth=None, subscription_id=None, resource_group=None, location=None, **kwargs)"),
    Row("create(name, auth=None, subscription_id=None, resource_group=None, location=None, create_resource_group=True, "
        "sku='basic', tags=None, friendly_name=None, storage_account=None, key_vault=None, app_insights=None, "
        "container_registry=None, adb_workspace=None, primary_user_assigned_identity=None, cmk_keyvault=None, "
        "resource_cmk_uri=None, hbi_workspace=False, default_cpu_compute_target=None, default_gpu_compute_target=None, "
        "private_endpoint_config=None, private_endpoint_auto_approval=True, exist_ok=False, show_output=True, "
        "user_assigned_identity_for_cmk_encryption=None, system_datastores_auth_mode='accessKey', v1_legacy_mode=None)",
        "A new workspace; one that exists only with exist_ok.",
        "At once, and without the cloud's resources: `exist_ok` and `show_output` by name, all resources ignored.",
        ours="create(name, auth=None, subscription_id=None, resource_group=None, location=None, "
             "create_resource_group=True, sku='basic', tags=None, friendly_name=None, exist_ok=False, "
             "show_output=True, **kwargs)"),
    Row("list(subscription_id, auth=None, resource_group=None)", "Name to the workspaces of that name.",
        "Without a subscription: all of them."),
    Row("setup()", "The workspace that from_config() gives."),
    Row("write_config(path=None, file_name=None)", "Writes .azureml/config.json, which from_config() finds."),
    Row("get_details()", "What is known of the workspace, as a dictionary.", "No resources of a cloud among it."),
    Row("get_run(run_id)", "A run of any experiment of the workspace."),
    Row("get_mlflow_tracking_uri(_with_auth=False)", "The address of the daemon."),
    Row("get_default_datastore()", "A folder of the workspace."),
    Row("set_default_datastore(name)", "Chooses which datastore that is."),
    Row("get_default_compute_target(type)", "A target for CPU or GPU.", "Always raises: there is one machine; name a target.",
        ours="get_default_compute_target(*args, **kwargs)"),
    Row("delete(delete_dependent_resources=False, no_wait=False)", "Removes the workspace.",
        "Always raises: what was run is not removed by one call; `runyard rm` removes runs.",
        ours="delete(*args, **kwargs)"),
    Row("update(friendly_name=None, description=None, tags=None, image_build_compute=None, "
        "service_managed_resources_settings=None, primary_user_assigned_identity=None, "
        "allow_public_access_when_behind_vnet=None, v1_legacy_mode=None)", "Changes what is shown of the workspace.",
        "Always raises: there is nothing but names.", ours="update(*args, **kwargs)"),
    Row("name", "The name."), Row("subscription_id", "The name of the subscription."),
    Row("resource_group", "The name of the resource group."),
    Row("location", "Where it is.", "Always `local`."), Row("sku", "A word that notebooks print.", "Always `Basic`."),
    Row("tags", "Tags.", "Always empty."), Row("discovery_url", "The address of the daemon."),
    Row("service_context", "Something that has the workspace.", "The workspace itself."),
    Row("experiments", "Name to experiment."), Row("compute_targets", "Name to target."),
    Row("datastores", "Name to datastore."), Row("datasets", "Name to registered dataset."),
    Row("environments", "Name to registered environment."),
    Row("models", "Name to the newest registered model."),
    Row("webservices", "Name to web service.", "Always empty."), Row("images", "Name to image.", "Always empty."),
    Row("get_default_keyvault()", "The secrets of the workspace.", "A file that only its user reads."),
], {_CLOUD: "add_private_endpoint delete_connection delete_private_endpoint_connection diagnose_workspace "
            "get_connection linked_services list_connections list_keys private_endpoints "
            "set_connection sync_keys update_dependencies DEFAULT_CPU_CLUSTER_CONFIGURATION DEFAULT_CPU_CLUSTER_NAME "
            "DEFAULT_GPU_CLUSTER_CONFIGURATION DEFAULT_GPU_CLUSTER_NAME"})

EXPERIMENT = Owner("azureml.core.experiment.Experiment", "A name under which runs are kept.", [
    Row("Experiment(workspace, name, _skip_name_validation=False, _id=None, _archived_time=None, "
        "_create_in_cloud=True, _experiment_dto=None, **kwargs)", "The experiment of that name, made when it is new.",
        "The name may be any text of 1 to 255 characters without a slash."),
    Row("submit(config, tags=None, **kwargs)", "Queues a run and returns at once.",
        "The folder is snapshotted first. Also show_output=True, display_name=, link=."),
    Row("start_logging(*args, **kwargs)", "A run that this process is.",
        "The snapshot is taken in the background and never fails the run."),
    Row("get_runs(type=None, tags=None, properties=None, include_children=False)", "The runs, newest first."),
    Row("list(workspace, experiment_name=None, view_type='ActiveOnly', tags=None)", "The experiments of a workspace."),
    Row("refresh()", "Asks the daemon again."), Row("get_portal_url()", "The address of the experiment's page."),
    Row("tag(key, value=None)", "Tags the experiment."),
    Row("set_tags(tags)", "Sets several tags."),
    Row("remove_tags(tags)", "Removes tags."),
    Row("archive()", "Hides the experiment."),
    Row("reactivate(new_name=None)", "Shows it again."),
    Row("delete(workspace, experiment_id)", "Removes an experiment.", "Always raises: `runyard rm` removes runs.",
        ours="delete(*args, **kwargs)"),
    Row("workspace", "The workspace."), Row("name", "The name."), Row("id", "What the daemon calls it."),
    Row("tags", "The tags as last seen."), Row("archived_time", "When it was archived."),
], {"about the cloud's pages and services": "from_directory get_docs_url portal_url workspace_object identity",
    "parts of addresses": "DELIM EXPERIMENT_ID_PATH EXPERIMENT_NAME_PATH TID_FMT WORKSPACE_FMT"})

OWNERS = [WORKSPACE, EXPERIMENT]
