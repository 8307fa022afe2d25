# SPDX-License-Identifier: Apache-2.0
"""Estimators: scripts with parameters and packages."""

from . import Owner, Row

_PACKAGES = ("It is a ScriptRunConfig too. Without packages: the interpreter of the submitter. Machines, images and "
             "registries are taken and not used; of a distributed job one process is started.")
_MEMBERS = [
    Row("source_directory", "The folder.", "It may be set, as of a ScriptRunConfig."),
    Row("run_config", "The run configuration."), Row("conda_dependencies", "The packages of the environment."),
]
_FRAMEWORK = _MEMBERS + [
    Row("framework_version", "The version that was asked for.", "None without one: v1's default is too old to be had."),
    Row("get_supported_versions()", "Versions.", "The default of v1; any that the package index has can be asked for."),
    Row("FRAMEWORK_NAME", "The name."), Row("DEFAULT_VERSION", "The version that v1 took without one."),
]

ESTIMATOR = Owner("azureml.train.estimator.Estimator", "Runs a script with parameters, in an environment of packages.", [
    Row(
        "Estimator(source_directory, compute_target=None, vm_size=None, vm_priority=None, entry_script=None, "
        "script_params=None, node_count=1, process_count_per_node=1, distributed_backend=None, "
        "distributed_training=None, use_gpu=False, use_docker=True, custom_docker_base_image=None, "
        "custom_docker_image=None, image_registry_details=None, user_managed=False, conda_packages=None, "
        "pip_packages=None, conda_dependencies_file_path=None, pip_requirements_file_path=None, "
        "conda_dependencies_file=None, pip_requirements_file=None, environment_variables=None, "
        "environment_definition=None, inputs=None, source_directory_data_store=None, shm_size=None, "
        "resume_from=None, max_run_duration_seconds=None, _disable_validation=True, _show_lint_warnings=False, "
        "_show_package_warnings=False)",
        "What Experiment.submit takes.", _PACKAGES),
] + _MEMBERS)

SKLEARN = Owner("azureml.train.sklearn.SKLearn", "The same with scikit-learn.", [
    Row(
        "SKLearn(source_directory, compute_target=None, vm_size=None, vm_priority=None, entry_script=None, "
        "script_params=None, use_docker=True, custom_docker_image=None, image_registry_details=None, "
        "user_managed=False, conda_packages=None, pip_packages=None, conda_dependencies_file_path=None, "
        "pip_requirements_file_path=None, conda_dependencies_file=None, pip_requirements_file=None, "
        "environment_variables=None, environment_definition=None, inputs=None, shm_size=None, resume_from=None, "
        "max_run_duration_seconds=None, framework_version=None, _enable_optimized_mode=False, "
        "_disable_validation=True, _show_lint_warnings=False, _show_package_warnings=False)",
        "What Experiment.submit takes.", _PACKAGES),
] + _FRAMEWORK)

PYTORCH = Owner("azureml.train.dnn.PyTorch", "The same with PyTorch.", [
    Row(
        "PyTorch(source_directory, compute_target=None, vm_size=None, vm_priority=None, entry_script=None, "
        "script_params=None, node_count=1, process_count_per_node=1, distributed_backend=None, "
        "distributed_training=None, use_gpu=False, use_docker=True, custom_docker_base_image=None, "
        "custom_docker_image=None, image_registry_details=None, user_managed=False, conda_packages=None, "
        "pip_packages=None, conda_dependencies_file_path=None, pip_requirements_file_path=None, "
        "conda_dependencies_file=None, pip_requirements_file=None, environment_variables=None, "
        "environment_definition=None, inputs=None, source_directory_data_store=None, shm_size=None, "
        "resume_from=None, max_run_duration_seconds=None, framework_version=None, _enable_optimized_mode=False, "
        "_disable_validation=True, _show_lint_warnings=False, _show_package_warnings=False)",
        "What Experiment.submit takes.", _PACKAGES),
] + _FRAMEWORK)

CHAINER = Owner("azureml.train.dnn.Chainer", "The same with Chainer.", [
    Row(
        "Chainer(source_directory, compute_target=None, vm_size=None, vm_priority=None, entry_script=None, "
        "script_params=None, node_count=1, process_count_per_node=1, distributed_backend=None, "
        "distributed_training=None, use_gpu=False, use_docker=True, custom_docker_base_image=None, "
        "custom_docker_image=None, image_registry_details=None, user_managed=False, conda_packages=None, "
        "pip_packages=None, conda_dependencies_file_path=None, pip_requirements_file_path=None, "
        "conda_dependencies_file=None, pip_requirements_file=None, environment_variables=None, "
        "environment_definition=None, inputs=None, source_directory_data_store=None, shm_size=None, "
        "resume_from=None, max_run_duration_seconds=None, framework_version=None, _enable_optimized_mode=False, "
        "_disable_validation=True, _show_lint_warnings=False, _show_package_warnings=False)",
        "What Experiment.submit takes.", _PACKAGES),
] + _FRAMEWORK)

TENSORFLOW = Owner("azureml.train.dnn.TensorFlow", "The same with TensorFlow.", [
    Row(
        "TensorFlow(source_directory, compute_target=None, vm_size=None, vm_priority=None, entry_script=None, "
        "script_params=None, node_count=1, process_count_per_node=1, worker_count=1, parameter_server_count=1, "
        "distributed_backend=None, distributed_training=None, use_gpu=False, use_docker=True, "
        "custom_docker_base_image=None, custom_docker_image=None, image_registry_details=None, "
        "user_managed=False, conda_packages=None, pip_packages=None, conda_dependencies_file_path=None, "
        "pip_requirements_file_path=None, conda_dependencies_file=None, pip_requirements_file=None, "
        "environment_variables=None, environment_definition=None, inputs=None, source_directory_data_store=None, "
        "shm_size=None, resume_from=None, max_run_duration_seconds=None, framework_version=None, "
        "_enable_optimized_mode=False, _disable_validation=True, _show_lint_warnings=False, "
        "_show_package_warnings=False)",
        "What Experiment.submit takes.", _PACKAGES),
] + _FRAMEWORK)

MPI = Owner("azureml.train.estimator.Mpi", "A distributed job by MPI.", [
    Row("Mpi(process_count_per_node=1)", "Processes for each machine.", "Kept and shown; one process is started."),
], {"only the SDK calls it": "validate"})

OWNERS = [ESTIMATOR, SKLEARN, PYTORCH, TENSORFLOW, CHAINER, MPI]
