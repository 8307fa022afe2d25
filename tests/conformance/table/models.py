# SPDX-License-Identifier: Apache-2.0
"""Registered models."""

from . import Owner, Row

MODEL = Owner("azureml.core.model.Model", "Files under a name, with versions.", [
    Row("Model(workspace, name=None, id=None, tags=None, properties=None, version=None, run_id=None, "
        "model_framework=None, expand=True, **kwargs)", "A registered model, the newest that fits."),
    Row("register(workspace, model_path, model_name, tags=None, properties=None, description=None, datasets=None, "
        "model_framework=None, model_framework_version=None, child_paths=None, sample_input_dataset=None, "
        "sample_output_dataset=None, resource_configuration=None)", "Keeps a file or folder as the next version."),
    Row("list(workspace, name=None, tags=None, properties=None, run_id=None, latest=False, dataset_id=None, "
        "expand=True, page_count=255, model_framework=None)", "The models that fit, newest first."),
    Row("get_model_path(model_name, version=None, _workspace=None)", "Where the files of a model lie."),
    Row("download(target_dir='.', exist_ok=False, exists_ok=None)", "Copies the files into a folder; their path."),
    Row("delete()", "Removes the version."),
    Row("add_tags(tags)", "Sets tags."), Row("remove_tags(tags)", "Removes tags."),
    Row("add_properties(properties)", "Sets properties; each keeps its first value."),
    Row("update(tags=None, description=None, sample_input_dataset=None, sample_output_dataset=None, "
        "resource_configuration=None)", "Changes tags and description."),
    Row("update_tags_properties(add_tags=None, remove_tags=None, add_properties=None)", "Changes several at once."),
    Row("serialize()", "The model as a dictionary."),
], {"web services are out of scope; load the files with joblib and the like":
    "deploy package profile print_configuration", "about the cloud's storage": "get_sas_urls deserialize Framework",
    "models know the run that made them": "add_dataset_references"})

OWNERS = [MODEL]
