# SPDX-License-Identifier: Apache-2.0
"""Datastores and datasets: folders and files of this machine."""

from . import Owner, Row

_REGISTER = "register_azure_blob_container register_azure_data_lake register_azure_data_lake_gen2 " \
            "register_azure_file_share register_azure_my_sql register_azure_postgre_sql register_azure_sql_database " \
            "register_dbfs register_hdfs"
_CLOUD = "storage of the cloud; copy what you need into the default datastore"
_SPARK = "needs Spark, dask or a data store of the cloud"
_DATES = "a view by time or partition; filter the data frame"
_REGISTRY = "of the registry: Dataset has it"
_OF_REGISTRY = "File Tabular data_changed_time get_all get_by_id get_by_name"
_SHARED = [
    Row("as_named_input(name)", "The dataset as an argument or input of that name."),
    Row("register(workspace, name, description=None, tags=None, create_new_version=False)",
        "Keeps it in the workspace, with a version."),
    Row("take(count)", "The first files or rows."), Row("skip(count)", "All after the first."),
    Row("take_sample(probability, seed=None)", "Some of them by chance."),
    Row("random_split(percentage, seed=None)", "Two datasets by chance."),
    Row("add_tags(tags=None)", "Sets tags."), Row("remove_tags(tags=None)", "Removes tags."),
    Row("update(description=None, tags=None)", "Sets both."), Row("unregister_all_versions()", "Forgets the name."),
    Row("name", "The name, once registered."), Row("version", "The version, once registered."),
    Row("id", "The id."), Row("description", "A text about it."), Row("tags", "The tags."),
]

DATASTORE = Owner("azureml.core.datastore.Datastore", "A folder of the workspace.", [
    Row("Datastore(workspace, name=None)", "The datastore of that name, the default one without."),
    Row("get(workspace, datastore_name)", "A datastore by name."), Row("get_default(workspace)", "The default one."),
], {_CLOUD: _REGISTER, "there is one kind": "set_as_default unregister"})

FOLDER = Owner("azureml.data.azure_storage_datastore.AzureBlobDatastore", "What get_default_datastore() gives.", [
    Row("upload(src_dir, target_path=None, overwrite=False, show_progress=True)", "Copies a folder into it."),
    Row("upload_files(files, relative_root=None, target_path=None, overwrite=False, show_progress=True)",
        "Copies files into it."),
    Row("download(target_path, prefix=None, overwrite=False, show_progress=True)", "Copies files out of it."),
    Row("path(path=None, data_reference_name=None)", "A place in it."),
    Row("as_mount()", "Its path, for a run."),
    Row("as_download(path_on_compute=None)", "Its path, for a run.", "The datastore itself, nothing is copied."),
    Row("name", "The name."), Row("workspace", "The workspace."), Row("datastore_type", "A word."),
    Row("as_upload(path_on_compute=None)", "Its path, for a run.", "The datastore itself, nothing is uploaded."),
    Row("set_as_default()", "The default from now on."),
], {_CLOUD: "AzureBlobDatastore is_sas", "there are always the same": "unregister"})

DATASET = Owner("azureml.core.dataset.Dataset", "Where datasets come from.", [
    Row("get_by_name(workspace, name, version='latest', **kwargs)", "A registered dataset."),
    Row("get_by_id(workspace, id, **kwargs)", "A registered dataset, by its id."),
    Row("get_all(workspace)", "Name to registered dataset."),
    Row("File", "Makes file datasets."), Row("Tabular", "Makes tabular datasets."),
], {"the first form of datasets, which the original took back": "Dataset Scenario archive auto_read_files "
    "compare_profiles create_snapshot definition definition_version delete_snapshot deprecate description diff "
    "from_binary_files from_delimited_files from_excel_files from_json_files from_pandas_dataframe from_parquet_files "
    "from_sql_query generate_profile get get_all_snapshots get_definition get_definitions get_profile get_snapshot "
    "head id is_visible list name reactivate register sample state tags to_pandas_dataframe to_spark_dataframe update "
    "update_definition workspace"})

FILE_FACTORY = Owner("azureml.data.dataset_factory.FileDatasetFactory", "Dataset.File.", [
    Row("from_files(path, validate=True, partition_format=None, is_file=False)",
        "A dataset of local paths or places in a datastore.",
        "`is_file` is ignored; `partition_format` is checked, nothing is chosen by it."),
    Row("upload_directory(src_dir, target, pattern=None, overwrite=False, show_progress=True)",
        "Copies a folder into a datastore; its dataset.", "A `pattern` is refused."),
], {"never made": "FileDatasetFactory"})

TABULAR_FACTORY = Owner("azureml.data.dataset_factory.TabularDatasetFactory", "Dataset.Tabular.", [
    Row("from_delimited_files(path, validate=True, include_path=False, infer_column_types=True, set_column_types=None, "
        "separator=',', header=True, partition_format=None, support_multi_line=False, empty_as_string=False, "
        "encoding='utf8')", "A table from text files.", "Read by pandas, when it is asked for: types, and the warning of "
        "ambiguous dates, come then. Columns stay text unless all cells are dates of one form, not the first 200 only. "
        "Quoted cells of several lines are always understood."),
    Row("from_json_lines_files(path, validate=True, include_path=False, set_column_types=None, partition_format=None, "
        "invalid_lines='error', encoding='utf8')", "A table from lines of JSON.", "Read when it is asked for."),
    Row("from_parquet_files(path, validate=True, include_path=False, set_column_types=None, partition_format=None)",
        "A table from Parquet files.", "Needs what pandas needs for it."),
    Row("register_pandas_dataframe(dataframe, target, name, description=None, tags=None, show_progress=True, "
        "row_group_size=None, make_target_path_unique=True)", "A data frame as a Parquet file in a datastore, registered.",
        "Needs what pandas needs for it."),
], {_SPARK: "register_dask_dataframe register_spark_dataframe from_sql_query",
    _CLOUD: "TabularDatasetFactory"})

FILES = Owner("azureml.data.FileDataset", "Files.", [
    Row("as_mount(path_on_compute=None)", "A local path, for a run: of the files themselves.",
        "Read-only where the kernel allows it, else the run has a warning. A place that is absolute must be absent or empty."),
    Row("as_download(path_on_compute=None)", "A local path, for a run: of a copy of its own, made when it starts.",
        "Gone when the run has ended, unless it is in the working directory."),
    Row("download(target_path=None, overwrite=False, ignore_not_found=False)", "Copies the files; their paths."),
    Row("to_path()", "The names of the files."),
    Row("mount(mount_point=None, **kwargs)", "A context with the files below mount_point.", "Links, nothing is mounted."),
    Row("as_hdfs()", "As as_mount()."),
    Row("as_cache(datacache_store)", "As as_mount().", "Any arguments are taken.", ours="as_cache(*args, **kwargs)"),
] + _SHARED, {_SPARK: "hydrate", _DATES: "filter file_metadata get_partition_key_values partition_keys",
              "made by from_files": "FileDataset", _REGISTRY: _OF_REGISTRY})

TABLES = Owner("azureml.data.TabularDataset", "A table.", [
    Row("to_pandas_dataframe(on_error='null', out_of_range_datetime='null')", "The table as a data frame.",
        "Needs pandas."),
    Row("keep_columns(columns, validate=False)", "Only these columns."), Row("drop_columns(columns)", "The other columns."),
    Row("with_timestamp_columns(timestamp=None, partition_timestamp=None, validate=False, **kwargs)",
        "The same table.", "Nothing is done by time."),
] + _SHARED, {_SPARK: "to_dask_dataframe to_spark_dataframe get_profile get_profile_runs submit_profile_run "
                      "partition_by",
              _DATES: "filter get_partition_key_values partition_keys time_after time_before time_between time_recent "
                      "timestamp_columns to_csv_files to_parquet_files",
              "use the data frame": "download mount TabularDataset",
              _REGISTRY: _OF_REGISTRY})

OWNERS = [DATASTORE, FOLDER, DATASET, FILE_FACTORY, TABULAR_FACTORY, FILES, TABLES]
