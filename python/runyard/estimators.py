# SPDX-License-Identifier: Apache-2.0
"""The estimators, with their parameters of SDK v1."""

from typing import Any, Dict

from .estimator import MMLBaseEstimator, _FrameworkEstimator


def _given(found: Dict[str, Any]) -> Dict[str, Any]:
    """The parameters among the local variables of a constructor."""
    return {name: value for name, value in found.items() if name not in ("self", "__class__")}


class Estimator(MMLBaseEstimator):
    """A script with parameters and packages."""

    def __init__(self, source_directory: Any, *,
                 compute_target: Any = None, vm_size: Any = None, vm_priority: Any = None, entry_script: Any = None,
                 script_params: Any = None, node_count: Any = 1, process_count_per_node: Any = 1,
                 distributed_backend: Any = None, distributed_training: Any = None, use_gpu: Any = False,
                 use_docker: Any = True, custom_docker_base_image: Any = None, custom_docker_image: Any = None,
                 image_registry_details: Any = None, user_managed: Any = False, conda_packages: Any = None,
                 pip_packages: Any = None, conda_dependencies_file_path: Any = None,
                 pip_requirements_file_path: Any = None, conda_dependencies_file: Any = None,
                 pip_requirements_file: Any = None, environment_variables: Any = None,
                 environment_definition: Any = None, inputs: Any = None, source_directory_data_store: Any = None,
                 shm_size: Any = None, resume_from: Any = None, max_run_duration_seconds: Any = None,
                 _disable_validation: Any = True, _show_lint_warnings: Any = False,
                 _show_package_warnings: Any = False) -> None:
        super().__init__(**_given(locals()))


class SKLearn(_FrameworkEstimator):
    """An estimator with scikit-learn."""

    FRAMEWORK_NAME = "SKLearn"
    DEFAULT_VERSION = "0.20.3"
    _package = "scikit-learn"

    def __init__(self, source_directory: Any, *,
                 compute_target: Any = None, vm_size: Any = None, vm_priority: Any = None, entry_script: Any = None,
                 script_params: Any = None, use_docker: Any = True, custom_docker_image: Any = None,
                 image_registry_details: Any = None, user_managed: Any = False, conda_packages: Any = None,
                 pip_packages: Any = None, conda_dependencies_file_path: Any = None,
                 pip_requirements_file_path: Any = None, conda_dependencies_file: Any = None,
                 pip_requirements_file: Any = None, environment_variables: Any = None,
                 environment_definition: Any = None, inputs: Any = None, shm_size: Any = None, resume_from: Any = None,
                 max_run_duration_seconds: Any = None, framework_version: Any = None,
                 _enable_optimized_mode: Any = False, _disable_validation: Any = True,
                 _show_lint_warnings: Any = False, _show_package_warnings: Any = False) -> None:
        super().__init__(**_given(locals()))


class _NodesEstimator(_FrameworkEstimator):
    """An estimator whose job may have several nodes."""

    def __init__(self, source_directory: Any, *,
                 compute_target: Any = None, vm_size: Any = None, vm_priority: Any = None, entry_script: Any = None,
                 script_params: Any = None, node_count: Any = 1, process_count_per_node: Any = 1,
                 distributed_backend: Any = None, distributed_training: Any = None, use_gpu: Any = False,
                 use_docker: Any = True, custom_docker_base_image: Any = None, custom_docker_image: Any = None,
                 image_registry_details: Any = None, user_managed: Any = False, conda_packages: Any = None,
                 pip_packages: Any = None, conda_dependencies_file_path: Any = None,
                 pip_requirements_file_path: Any = None, conda_dependencies_file: Any = None,
                 pip_requirements_file: Any = None, environment_variables: Any = None,
                 environment_definition: Any = None, inputs: Any = None, source_directory_data_store: Any = None,
                 shm_size: Any = None, resume_from: Any = None, max_run_duration_seconds: Any = None,
                 framework_version: Any = None, _enable_optimized_mode: Any = False, _disable_validation: Any = True,
                 _show_lint_warnings: Any = False, _show_package_warnings: Any = False) -> None:
        super().__init__(**_given(locals()))


class PyTorch(_NodesEstimator):
    """An estimator with PyTorch."""

    FRAMEWORK_NAME = "PyTorch"
    DEFAULT_VERSION = "1.4"
    _package = "torch"


class TensorFlow(_FrameworkEstimator):
    """An estimator with TensorFlow."""

    FRAMEWORK_NAME = "TensorFlow"
    DEFAULT_VERSION = "1.13"
    _package = "tensorflow"

    def __init__(self, source_directory: Any, *,
                 compute_target: Any = None, vm_size: Any = None, vm_priority: Any = None, entry_script: Any = None,
                 script_params: Any = None, node_count: Any = 1, process_count_per_node: Any = 1,
                 worker_count: Any = 1, parameter_server_count: Any = 1, distributed_backend: Any = None,
                 distributed_training: Any = None, use_gpu: Any = False, use_docker: Any = True,
                 custom_docker_base_image: Any = None, custom_docker_image: Any = None,
                 image_registry_details: Any = None, user_managed: Any = False, conda_packages: Any = None,
                 pip_packages: Any = None, conda_dependencies_file_path: Any = None,
                 pip_requirements_file_path: Any = None, conda_dependencies_file: Any = None,
                 pip_requirements_file: Any = None, environment_variables: Any = None,
                 environment_definition: Any = None, inputs: Any = None, source_directory_data_store: Any = None,
                 shm_size: Any = None, resume_from: Any = None, max_run_duration_seconds: Any = None,
                 framework_version: Any = None, _enable_optimized_mode: Any = False, _disable_validation: Any = True,
                 _show_lint_warnings: Any = False, _show_package_warnings: Any = False) -> None:
        super().__init__(**_given(locals()))


class Chainer(_NodesEstimator):
    """An estimator with Chainer."""

    FRAMEWORK_NAME = "Chainer"
    DEFAULT_VERSION = "5.1.0"
    _package = "chainer"
