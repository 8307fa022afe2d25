# SPDX-License-Identifier: Apache-2.0
"""Environments and the packages that they ask for."""

from . import Owner, Row

_KEPT = "Kept and shown, not used: the interpreter is."
_IMAGE = "Kept and shown; runs have no containers."

ENVIRONMENT = Owner("azureml.core.environment.Environment", "Which interpreter a script runs in, and what it has to "
                                                            "hold.", [
    Row("Environment(name, **kwargs)", "An environment of that name.",
        "Its Python is the one that submits, unless `python.interpreter_path` names another."),
    Row("get(workspace, name, version=None, label=None)", "A registered environment, the newest version by default.",
        "A name that begins with AzureML- is the interpreter of the caller."),
    Row("list(workspace)", "Name to registered environment."),
    Row("register(workspace)", "Keeps it in the workspace, with a version.", "Unchanged content keeps its version."),
    Row("clone(new_name)", "A copy under another name."),
    Row("from_conda_specification(name, file_path)", "With the packages of a conda specification.",
        "Built when the first run asks for them, and kept; without a conda from the Python index."),
    Row("from_pip_requirements(name, file_path, pip_version=None)", "With the packages of a requirements file.",
        "As from_conda_specification()."),
    Row("from_existing_conda_environment(name, conda_environment_name)", "That conda environment of this machine."),
    Row("from_docker_image(name, image, container_registry=None, conda_specification=None, pip_requirements=None)",
        "With an image.", _KEPT),
    Row("from_dockerfile(name, dockerfile, conda_specification=None, pip_requirements=None)", "With a Dockerfile.",
        _KEPT),
    Row("from_docker_build_context(name, docker_build_context)", "With the folder of a Dockerfile.",
        "Images are not built."),
    Row("save_to_directory(path, overwrite=False)", "Writes it into a folder."),
    Row("load_from_directory(path)", "Reads it again."),
    Row("build(workspace, image_build_compute=None)", "Makes it ready.",
        "Builds what a run would get; where there is nothing to build, looks whether the packages are there."),
    Row("build_local(workspace, platform=None, **kwargs)", "Makes it ready here.", "As build()."),
    Row("label(workspace, name, version, labels)", "Labels a version.", "Raises: versions have no labels."),
    Row("get_image_details(workspace)", "The image.", "Raises: there are no images."),
    Row("add_private_pip_wheel(workspace, file_path, exist_ok=False)", "Uploads a wheel for images.",
        "Raises: install it with pip."),
    Row("name", "The name."), Row("version", "The version; None before register()."),
    Row("python", "A PythonSection."), Row("docker", "A DockerSection."), Row("spark", "Settings of Spark.", "Kept."),
    Row("environment_variables", "Variables of the run."), Row("inferencing_stack_version", "A word.", "Kept."),
], {"about clusters of the cloud": "asset_id databricks", "R of the cloud's images": "r"}, example="Environment('a')")

PYTHON = Owner("azureml.core.environment.PythonSection", "Which Python, `environment.python`.", [
    Row("PythonSection(**kwargs)", "The defaults."),
    Row("interpreter_path", "The interpreter.",
        "A path, a venv, a conda prefix, a project of uv or poetry, or a name on PATH; `python` is the one that "
        "submits."),
    Row("user_managed_dependencies", "Whether the packages are the user's affair.",
        "False: they are built into an environment, unless nothing is asked for."),
    Row("conda_dependencies", "The packages."), Row("conda_dependencies_file", "A file that lists them."),
], example="PythonSection()")

DOCKER = Owner("azureml.core.environment.DockerSection", "Which container, `environment.docker`.", [
    Row("DockerSection(**kwargs)", "The defaults.", _IMAGE),
    Row("enabled", "As set."), Row("base_image", "As set."), Row("base_dockerfile", "As set."),
    Row("base_image_registry", "As set."), Row("shm_size", "As set."), Row("shared_volumes", "As set."),
    Row("arguments", "As set."), Row("gpu_support", "As set."), Row("platform", "As set."),
], {"images are not built": "build_context"}, example="DockerSection()")

CONDA = Owner("azureml.core.conda_dependencies.CondaDependencies", "Channels, conda packages and pip packages.", [
    Row("CondaDependencies(conda_dependencies_file_path=None, _underlying_structure=None)",
        "The packages of a file, else Python alone."),
    Row("create(pip_indexurl=None, pip_packages=None, conda_packages=None, python_version='3.10.18', "
        "pin_sdk_version=True)", "The packages as an object."),
    Row("add_channel(channel)", "Adds a channel."), Row("remove_channel(channel)", "Removes it."),
    Row("add_conda_package(conda_package)", "Adds a package, in place of its older line."),
    Row("remove_conda_package(conda_package)", "Removes it, whatever its version."),
    Row("add_pip_package(pip_package)", "Adds a package, in place of its older line."),
    Row("remove_pip_package(pip_package)", "Removes it, whatever its version."),
    Row("add_tensorflow_conda_package(core_type='cpu', version=None)", "Adds TensorFlow."),
    Row("add_tensorflow_pip_package(core_type='cpu', version=None)", "Adds TensorFlow."),
    Row("set_pip_requirements(pip_requirements)", "The pip packages, instead of those that were there."),
    Row("set_pip_index_url(index_url)", "Where pip finds packages."),
    Row("set_pip_option(pip_option)", "Adds an option for pip."),
    Row("remove_pip_option(pip_option)", "Removes it."),
    Row("set_python_version(version)", "Asks for a version of Python."),
    Row("get_python_version()", "The version that is asked for."),
    Row("get_default_number_of_packages()", "How many are there without being asked for."),
    Row("merge_requirements(requirements)", "Requirements of the same package as one."),
    Row("as_dict()", "The specification as a dictionary."), Row("serialize_to_string()", "As YAML."),
    Row("save_to_file(base_directory, conda_file_path=None)", "Writes it into a folder; the file's name."),
    Row("save(path=None)", "Writes it; the path."),
    Row("conda_channels", "The channels."), Row("conda_packages", "The conda packages, python among them."),
    Row("pip_packages", "The pip packages."), Row("pip_options", "The options for pip."),
], {"of another time": "add_cntk_package sdk_origin_url DEFAULT_NUMBER_OF_CONDA_PACKAGES "
                       "DEFAULT_NUMBER_OF_PIP_PACKAGES"})

OWNERS = [ENVIRONMENT, PYTHON, DOCKER, CONDA]
