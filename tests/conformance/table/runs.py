# SPDX-License-Identifier: Apache-2.0
"""Runs, and how a notebook shows them."""

from . import Owner, Row

_STEP = "Also `step`."
_PAGES = "about the cloud's pages and services"
_NOT_PROVIDED = {_PAGES: "get_docs_url portal_url identity get_detailed_status add_type_provider",
                 "parts of addresses": "DELIM EXPERIMENT_ID_PATH EXPERIMENT_NAME_PATH RUN_PATH TID_FMT WORKSPACE_FMT"}

RUN = Owner("azureml.core.run.Run", "A run: what it reported, its files, its log, its children.", [
    Row("Run(experiment, run_id, outputs=None, **kwargs)", "Attaches to a run that exists."),
    Row("get_context(allow_offline=True, used_for_context_manager=False, **kwargs)",
        "The run of this process, else an offline run."),
    Row("get_submitted_run(**kwargs)", "The run of this process, else RunEnvironmentException."),
    Row("get(workspace, run_id)", "A run of any experiment, by its id."),
    Row("list(experiment, type=None, tags=None, properties=None, status=None, include_children=False, "
        "_rehydrate_runs=True)", "The runs of an experiment, newest first."),
    Row("list_by_compute(compute, type=None, tags=None, properties=None, status=None)", "The runs of a target.",
        "Always raises: AmlCompute.get_active_runs() and `runyard runs` show them.",
        ours="list_by_compute(*args, **kwargs)"),
    Row("log(name, value, description='', step=None)", "One more value of a metric, on disk when this returns.",
        "No limit on the number of names, values or rows. NaN and integers of 64 bits survive. Any object: its repr(). "
        "A name is cut at 255 characters; a text of 1 MiB or more is not kept, which is said and counted."),
    Row("log_list(name, value, description='')", "Each element is one more value.", _STEP + " Arrays and series too."),
    Row("log_row(name, description=None, **kwargs)", "One more row of a table.", "A column may be called `step`."),
    Row("log_table(name, value, description='')", "More rows of a table.", _STEP + " Data frames too; the cells of a "
        "column may be an array."),
    Row("log_image(name, path=None, plot=None, description='')", "An image from a file or a figure.",
        _STEP + " A figure may also stand in the place of `path`; every image of a name is kept."),
    Row("log_confusion_matrix(name, value, description='')", "A confusion matrix.", _STEP),
    Row("log_accuracy_table(name, value, description='')", "An accuracy table.", _STEP),
    Row("log_residuals(name, value, description='')", "Residuals.", _STEP),
    Row("log_predictions(name, value, description='')", "Predictions.", _STEP),
    Row("flush(timeout_seconds=300)", "Returns when all that was logged can be read.", "It always can: nothing waits."),
    Row("get_metrics(name=None, recursive=False, run_type=None, populate=False)",
        "Metric name to value, or values in order; tables by column.", "All images of a name, not the first only. A table or images named "
        "as a scalar too are given as `NAME (table)`, `NAME (image)`."),
    Row("tag(key, value=None)", "Sets a tag."), Row("set_tags(tags)", "Sets several."),
    Row("remove_tags(tags)", "Removes some."), Row("get_tags()", "The tags now."),
    Row("add_properties(properties)", "Sets properties; each keeps its first value."),
    Row("get_properties()", "The properties now."),
    Row("upload_file(name, path_or_stream, datastore_name=None)", "Keeps a file.", "`datastore_name` is ignored."),
    Row("upload_files(names, paths, return_artifacts=False, timeout_seconds=None, datastore_name=None)",
        "Keeps several files."),
    Row("upload_folder(name, path, datastore_name=None)", "Keeps every file of a folder."),
    Row("download_file(name, output_file_path=None, _validate_checksum=False)", "Writes a file of the run to a path."),
    Row("download_files(prefix=None, output_directory=None, output_paths=None, batch_size=100, append_prefix=True, "
        "timeout_seconds=None)", "Writes every file below a prefix."),
    Row("get_file_names()", "The names of the run's files, logs included."),
    Row("register_model(model_name, model_path=None, tags=None, properties=None, model_framework=None, "
        "model_framework_version=None, description=None, datasets=None, sample_input_dataset=None, "
        "sample_output_dataset=None, resource_configuration=None, **kwargs)",
        "A model from files of the run, as its next version."),
    Row("start()", "Starts a run that was created.", "Nothing: a run that can be seen has been started."),
    Row("complete(_set_status=True)", "Ends an interactive run, or says that a script's run has completed."),
    Row("fail(error_details=None, error_code=None, _set_status=True)", "Ends the run as Failed, with the reason."),
    Row("cancel()", "Asks the run to end.", "Its whole process tree does, after a grace time."),
    Row("clean()", "Removes what a local run left.", "Always raises: the run keeps its folder until `runyard rm`."),
    Row("wait_for_completion(show_output=False, wait_post_processing=False, raise_on_error=True)",
        "Waits for the end; prints the log as it comes.",
        "By bytes, not by polling. A run that waits yields its slot."),
    Row("get_status()", "The state now."),
    Row("get_details()", "The run as a dictionary, with runDefinition and logFiles."),
    Row("get_details_with_logs()", "The same, with the text of the logs."),
    Row("get_all_logs(destination=None)", "Writes the logs into a folder."),
    Row("get_environment()", "The environment that the run has.", "The interpreter and variables it really had."),
    Row("get_snapshot_id()", "The id of the snapshot.", "The digest of its content."),
    Row("take_snapshot(file_or_folder_path)", "Takes a snapshot.",
        "Always raises: a run gets its snapshot when it starts."),
    Row("restore_snapshot(snapshot_id=None, path=None)", "Writes the snapshot as a zip file; its path."),
    Row("child_run(name=None, run_id=None, outputs=None)", "A run below this one, that this process is."),
    Row("create_children(count=None, tag_key=None, tag_values=None)", "Several of them."),
    Row("submit_child(config, tags=None, **kwargs)", "Queues a run below this one.",
        "A run that waits for its children yields its slot to them."),
    Row("get_children(recursive=False, tags=None, properties=None, type=None, status=None, _rehydrate_runs=True)",
        "The runs below this one, newest first."),
    Row("get_portal_url()", "The address of the run's page."),
    Row("get_secret(name)", "A secret of the workspace's vault.", "None where there is none."),
    Row("get_secrets(secrets)", "Several.", "As get_secret()."),
    Row("id", "The id."), Row("name", "The name."), Row("number", "The number in its experiment, from 1."),
    Row("type", "azureml.scriptrun, or None."), Row("status", "The state as last seen."),
    Row("tags", "The tags as last seen."), Row("properties", "The properties as last seen."),
    Row("display_name", "What pages call it; can be set."), Row("description", "A text; can be set."),
    Row("experiment", "The experiment."), Row("parent", "The run above, or None."),
], _NOT_PROVIDED)

SCRIPT_RUN = Owner("azureml.core.script_run.ScriptRun", "What Experiment.submit returns: a Run, seen from outside.", [
    Row("ScriptRun(experiment, run_id, directory=None, _run_config=None, **kwargs)", "Attaches to a run that exists.",
        "As Run: the third argument is `outputs`.", ours="ScriptRun(experiment, run_id, outputs=None, **kwargs)"),
], {"a word of the service": "RUN_TYPE"}, extends=RUN.path)

OFFLINE = Owner("azureml.core.run._OfflineRun", "The run of a script outside of any: prints what is logged.", [
    Row("log(name, value, description='')", "Prints the value.", "Kept too: get_metrics() gives it back."),
    Row("log_list(name, value, description='')", "Prints the values."),
    Row("log_row(name, description=None, **kwargs)", "Prints the row."),
    Row("log_table(name, value, description='')", "Prints the table."),
    Row("log_image(name, path=None, plot=None, description='')", "Prints the image's name."),
    Row("tag(name, value=None)", "Sets a tag of the object.", "The first parameter is `key`, as a Run's.",
        ours="tag(key, value=None)"),
    Row("set_tags(tags)", "Sets several."), Row("add_properties(properties)", "Sets properties of the object."),
    Row("upload_file(name, path_or_stream, datastore_name=None)", "Prints the file's name."),
    Row("upload_files(name, paths, return_artifacts=False, timeout_seconds=None, datastore_name=None)",
        "Prints the names.", "The first parameter is `names`, as a Run's.",
        ours="upload_files(names, paths, return_artifacts=False, timeout_seconds=None, datastore_name=None)"),
    Row("upload_folder(name, path, datastore_name=None)", "Prints the name."),
    Row("child_run(name=None, run_id=None, outputs=None)", "Another offline run."),
    Row("flush()", "Nothing."), Row("complete()", "Nothing."), Row("cancel()", "Nothing."),
    Row("fail(error_details=None, error_code=None)", "Nothing."),
    Row("id", "OfflineRun_ and a random id."),
], {"of the original's base class": "identity DELIM", "documents, which print alike":
    "log_accuracy_table log_confusion_matrix log_predictions log_residuals",
    "made by Run.get_context()": "_OfflineRun"})

DETAILS = Owner("azureml.widgets.RunDetails", "A run as a notebook shows it.", [
    Row("RunDetails(run_instance)", "A view of one run."),
    Row("show(render_lib=None, widget_settings=None)", "Shows it, and follows the run until its end.",
        "Plain HTML: no extension of the notebook is needed. In a terminal it is printed once."),
    Row("get_widget_data(widget_settings=None)", "What is shown, as a dictionary."),
])

OWNERS = [RUN, SCRIPT_RUN, OFFLINE, DETAILS]
