# SPDX-License-Identifier: Apache-2.0
"""The sections of an environment. Only the Python section has an effect; the others are stored and shown."""

from typing import Any, List, Optional

from ..conda_dependencies import CondaDependencies
from ..exceptions import RunConfigurationException, UserErrorException
from .section import Section

DEFAULT_CPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"
DEFAULT_GPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.1-cudnn8-ubuntu20.04"


class PythonSection(Section):
    """The Python of an environment, and its packages."""

    _may_be_null = ("conda_dependencies",)

    def __init__(self, **kwargs: Any) -> None:
        self.interpreter_path = "python"
        self.user_managed_dependencies = False
        self.conda_dependencies: Optional[CondaDependencies] = CondaDependencies()
        self.conda_dependencies_file: Optional[str] = None
        self.base_conda_environment: Optional[str] = None

    def _set(self, name: str, value: Any, where: str) -> None:
        """As for every section; packages become an object."""
        if name == "conda_dependencies":
            try:
                value = CondaDependencies(_underlying_structure=value)
            except UserErrorException as error:
                raise RunConfigurationException("{}: {}".format(where, error.message)) from None
            self.conda_dependencies = value
        else:
            super()._set(name, value, where)


class ContainerRegistry(Section):
    """The registry of a container; stored, not used."""

    def __init__(self) -> None:
        self.address: Optional[str] = None
        self.username: Optional[str] = None
        self.password: Optional[str] = None
        self.registry_identity: Any = None


class DockerSection(Section):
    """The container; stored, not used."""

    _may_be_null = ("base_image", "shm_size")

    def __init__(self, **kwargs: Any) -> None:
        self.enabled = False
        self.base_image: Optional[str] = DEFAULT_CPU_IMAGE
        self.base_dockerfile: Optional[str] = None
        self.base_image_registry = ContainerRegistry()
        self.platform = DockerImagePlatform()
        self.shm_size: Optional[str] = "2g"
        self.shared_volumes = True
        self.arguments: List[str] = []
        self.gpu_support = False


class DockerImagePlatform(Section):
    """The platform of an image; stored, not used."""

    def __init__(self) -> None:
        self.os = "Linux"
        self.architecture = "amd64"


class SparkPackage(Section):
    """A package of Spark; stored, not used."""

    def __init__(self, group: Optional[str] = None, artifact: Optional[str] = None,
                 version: Optional[str] = None) -> None:
        self.group = group
        self.artifact = artifact
        self.version = version


class SparkSection(Section):
    """Settings of Spark; stored, not used."""

    def __init__(self, **kwargs: Any) -> None:
        self.repositories: List[str] = []
        self.packages: List[Any] = []
        self.precache_packages = True


class RCranPackage(Section):
    """A package of R; stored, not used."""

    def __init__(self) -> None:
        self.name: Optional[str] = None
        self.version: Optional[str] = None
        self.repository: Optional[str] = None


class RGitHubPackage(Section):
    """A package of R from GitHub; stored, not used."""

    def __init__(self) -> None:
        self.repository: Optional[str] = None
        self.auth_token: Optional[str] = None


class RSection(Section):
    """The packages of R; stored, not used."""

    def __init__(self) -> None:
        self.r_version: Optional[str] = None
        self.user_managed = False
        self.rscript_path: Optional[str] = None
        self.snapshot_date: Optional[str] = None
        self.cran_packages: List[Any] = []
        self.github_packages: List[Any] = []
        self.custom_url_packages: List[Any] = []
        self.bioconductor_packages: List[Any] = []
