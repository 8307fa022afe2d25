# SPDX-License-Identifier: Apache-2.0
"""How a script runs: ScriptRunConfig, RunConfiguration and the smaller objects around them."""

from . import Owner, Row

_KEPT = "Kept and shown; runs have no containers."
_JOB = "Kept and shown; one process is started."
_BASE = {"of the original's base class": "identity DELIM"}

SCRIPT_RUN_CONFIG = Owner("azureml.core.script_run_config.ScriptRunConfig", "A script, its folder, its arguments.", [
    Row("ScriptRunConfig(source_directory, script=None, arguments=None, run_config=None, _telemetry_values=None, "
        "compute_target=None, environment=None, distributed_job_config=None, resume_from=None, "
        "max_run_duration_seconds=2592000, command=None, docker_runtime_config=None)",
        "What Experiment.submit takes. What is given here wins over `run_config`.",
        "Also links=, in_place=, large=, grace_seconds=, clean_env=."),
    Row("source_directory", "The folder that is snapshotted."), Row("script", "The script, relative to it."),
    Row("arguments", "Its arguments; numbers become text."), Row("command", "A command instead of a script."),
    Row("run_config", "The RunConfiguration; may be edited until the submit."),
    Row("MAX_DURATION_SECONDS_DEFAULT", "Thirty days."),
], _BASE, example="ScriptRunConfig('.', 'a.py')")

RUN_CONFIGURATION = Owner("azureml.core.runconfig.RunConfiguration", "How and where a script runs.", [
    Row("RunConfiguration(script=None, arguments=None, framework=None, communicator=None, conda_dependencies=None, "
        "_history_enabled=None, _path=None, _name=None, command=None)", "A configuration with the defaults."),
    Row("load(path, name=None)", "The configuration of a .runconfig file."),
    Row("save(path=None, name=None, separate_environment_yaml=False)", "Writes one."),
    Row("delete(path, name)", "Removes one."),
    Row("target", "The target's name.", "An unknown name means this machine, with one warning."),
    Row("environment", "The Environment."),
    Row("environment_variables", "Variables of the run.", "They win over those of the environment."),
    Row("auto_prepare_environment", "Nothing; setting it warns."),
    Row("max_run_duration_seconds", "After how many seconds the run is ended."),
    Row("history", "Whether a snapshot is taken."),
    Row("node_count", "How many machines.", "Kept; there is one."), Row("docker", "A DockerConfiguration.", _KEPT),
    Row("framework", "A word.", "Kept and shown."), Row("communicator", "A word.", "Kept and shown."),
    Row("priority", "A number.", "Kept; the queue is first come, first served."),
    Row("credential_passthrough", "Whether the run gets the user's identity.", "It always runs as its user."),
    Row("data_references", "Places in datastores.", "Kept."), Row("data", "Datasets.", "Kept."),
    Row("output_data", "Outputs to datastores.", "Kept."), Row("mpi", "An MpiConfiguration.", _JOB),
    Row("pytorch", "A PyTorchConfiguration.", _JOB), Row("tensorflow", "A TensorflowConfiguration.", _JOB),
    Row("spark", "Settings of Spark.", "Kept."), Row("hdi", "Settings of HDInsight.", "Kept."),
    Row("amlcompute", "A cluster made for the run.", "Kept."), Row("services", "Services beside a run.", "Kept."),
    Row("datacaches", "Caches of data.", "Kept."),
    Row("script", "The script."), Row("arguments", "Its arguments."), Row("command", "A command instead."),
], {"about clusters of the cloud": "auto_cluster_compute_specification kubernetescompute paralleltask "
                                   "source_directory_data_store"}, example="RunConfiguration()")

DOCKER = Owner("azureml.core.runconfig.DockerConfiguration", "Whether a container is asked for.", [
    Row("DockerConfiguration(use_docker=False, shared_volumes=True, arguments=[], shm_size='2g')",
        "The settings of a container.", _KEPT),
    Row("use_docker", "As given."), Row("shared_volumes", "As given."), Row("arguments", "As given."),
    Row("shm_size", "As given."),
], example="DockerConfiguration()")

MPI = Owner("azureml.core.runconfig.MpiConfiguration", "An MPI job.", [
    Row("MpiConfiguration(process_count_per_node=1, node_count=1)", "Processes and machines.", _JOB),
    Row("process_count_per_node", "As given."), Row("node_count", "As given."),
], example="MpiConfiguration()")

PYTORCH = Owner("azureml.core.runconfig.PyTorchConfiguration", "A PyTorch job.", [
    Row("PyTorchConfiguration(communication_backend='Nccl', process_count=None, node_count=1)",
        "Backend, processes and machines.", _JOB),
    Row("communication_backend", "As given."), Row("process_count", "As given."), Row("node_count", "As given."),
], example="PyTorchConfiguration()")

TENSORFLOW = Owner("azureml.core.runconfig.TensorflowConfiguration", "A TensorFlow job.", [
    Row("TensorflowConfiguration(worker_count=1, parameter_server_count=1)", "Workers and parameter servers.", _JOB),
    Row("worker_count", "As given."), Row("parameter_server_count", "As given."),
], example="TensorflowConfiguration()")

OWNERS = [SCRIPT_RUN_CONFIG, RUN_CONFIGURATION, DOCKER, MPI, PYTORCH, TENSORFLOW]
