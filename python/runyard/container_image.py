# SPDX-License-Identifier: Apache-2.0
"""ContainerImage and its configuration: how services were described in 2018. No image is built: it stands for the
models and the script that a service is then made of."""

import os
import warnings
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn, Optional

from ._service import submission
from ._service.source import Source
from .exceptions import WebserviceException
from .inference_config import check_script, environment_of

if TYPE_CHECKING:
    from .workspace import Workspace

__all__ = ["Asset", "ContainerImage", "ContainerImageConfig", "Image", "ImageConfig", "TargetRuntime", "UnknownImage"]

_DEPRECATED = "{} class has been deprecated and will be removed in a future release. Please migrate to using " \
              "Environments."
_NOT_KEPT = "images are not kept here: cannot find {}. Image.create(...) makes one for Webservice.deploy_from_image " \
            "in the same process; Model.deploy(...) needs none"


class ImageConfig:
    """The base of configurations of images."""


class ContainerImageConfig(ImageConfig):
    """The script of a service, its files and its packages."""

    def __init__(self, execution_script: str, runtime: str, conda_file: Optional[str] = None,
                 docker_file: Optional[str] = None, schema_file: Optional[str] = None,
                 dependencies: Optional[List[str]] = None, enable_gpu: Optional[bool] = None,
                 tags: Optional[Dict[str, Any]] = None, properties: Optional[Dict[str, Any]] = None,
                 description: Optional[str] = None, base_image: Optional[str] = None, base_image_registry: Any = None,
                 allow_absolute_path: bool = False, cuda_version: Optional[str] = None) -> None:
        """WebserviceException: a file is not there, or the script is outside of this folder."""
        warnings.warn(_DEPRECATED.format("ContainerImageConfig"), DeprecationWarning, stacklevel=3)
        self.execution_script, self.runtime, self.conda_file = execution_script, runtime, conda_file
        self.docker_file, self.schema_file, self.dependencies = docker_file, schema_file, dependencies
        self.enable_gpu, self.tags, self.properties, self.description = enable_gpu, tags, properties, description
        self.base_image, self.base_image_registry, self.cuda_version = base_image, base_image_registry, cuda_version
        self.allow_absolute_path = allow_absolute_path
        self.execution_script_path = os.path.abspath(os.path.dirname(execution_script))
        self.validate_configuration()

    def validate_configuration(self) -> None:
        """WebserviceException: as for the constructor."""
        if not self.allow_absolute_path:
            if os.path.isabs(self.execution_script):
                raise WebserviceException("Unable to use absolute path for execution script. Use a relative path for "
                                          "execution script and try again.")
            if os.getcwd() != self.execution_script_path:
                raise WebserviceException("Unable to use an execution script not in current directory. Please navigate "
                                          "to the location of the execution script and try again.")
        named = [("Execution script", self.execution_script), ("Conda file", self.conda_file),
                 ("Docker file", self.docker_file), ("Schema file", self.schema_file)]
        for name, path in named + [("Dependency", path) for path in self.dependencies or ()]:
            if path and not os.path.exists(path):
                raise WebserviceException("{} {} doesn't exist. ".format(name, path))
        check_script(self.execution_script, self.runtime)

    def _source(self) -> Source:
        """What is deployed: the script and its dependencies, under their relative paths."""
        script = os.path.basename(self.execution_script)
        files = {script: os.path.abspath(self.execution_script)}
        for path in [*(self.dependencies or ()), *([self.schema_file] if self.schema_file else ())]:
            inside = os.path.relpath(path)
            files[os.path.basename(path) if inside.startswith(os.pardir) else inside] = os.path.abspath(path)
        return Source(None, script, files, environment_of(self.conda_file, self.base_image), self.description)


class Image:
    """Models and a script under a name. It lives as long as this process."""

    _count = 0

    def __init__(self, workspace: "Workspace", name: Optional[str] = None, id: Optional[str] = None, tags: Any = None,
                 properties: Any = None, version: Optional[str] = None) -> None:
        """Always raises WebserviceException: images are not kept."""
        raise WebserviceException(_NOT_KEPT.format(name or id))

    @classmethod
    def _of(cls, workspace: "Workspace", name: str, models: Any, config: ContainerImageConfig) -> "Image":
        """The image of models and a configuration."""
        made = object.__new__(ContainerImage)
        Image._count += 1
        made.workspace, made.name, made.version, made._config = workspace, name, str(Image._count), config
        made.models = submission.resolved(workspace, models)
        made.id, made.model_ids = "{}:{}".format(name, made.version), [model.id for model in made.models]
        made.creation_state, made.created_time = "Succeeded", datetime.utcnow()
        made.description = config.description
        made.tags, made.properties = dict(config.tags or {}), dict(config.properties or {})
        return made

    @staticmethod
    def create(workspace: "Workspace", name: str, models: List[Any], image_config: ContainerImageConfig) -> "Image":
        """An image of models and a configuration, at once. WebserviceException: a model cannot be found."""
        warnings.warn(_DEPRECATED.format("Image"), DeprecationWarning, stacklevel=2)
        if not isinstance(image_config, ContainerImageConfig):
            raise WebserviceException("image_config must come from ContainerImage.image_configuration(), not "
                                      "{!r}".format(image_config))
        print("Creating image")
        return Image._of(workspace, name, models, image_config)

    @staticmethod
    def list(workspace: "Workspace", image_name: Optional[str] = None, model_name: Optional[str] = None,
             model_id: Optional[str] = None, tags: Any = None, properties: Any = None) -> "List[Image]":
        """No images: they are not kept."""
        return []

    def wait_for_creation(self, show_output: bool = False) -> None:
        """Print that the image is there."""
        print('{}Image creation operation finished for image {}, operation "Succeeded"'.format(
            "Succeeded\n" if show_output else "", self.id))

    def update_creation_state(self) -> None:
        """Nothing changes."""

    def update(self, tags: Dict[str, Any]) -> None:
        """Set the tags."""
        self.tags = dict(tags)

    def add_tags(self, tags: Dict[str, Any]) -> None:
        """Set tags; the others stay."""
        self.tags.update(tags)

    def remove_tags(self, tags: Any) -> None:
        """Remove tags, by their names."""
        for name in [tags] if isinstance(tags, str) else tags:
            self.tags.pop(name, None)

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Set properties; each keeps its first value."""
        self.properties = dict(properties, **self.properties)

    def delete(self) -> None:
        """Nothing is kept."""

    def serialize(self) -> Dict[str, Any]:
        """The image for JSON."""
        return {"createdTime": self.created_time.isoformat(), "creationState": self.creation_state, "id": self.id,
                "description": self.description, "imageType": "Docker", "imageFlavor": "WebApiContainer",
                "imageLocation": None, "modelIds": self.model_ids, "name": self.name, "tags": self.tags,
                "modelDetails": [model.serialize() for model in self.models], "properties": self.properties,
                "version": self.version, "workspaceName": self.workspace.name}

    workspace: "Workspace"
    name: str
    id: str
    version: str
    models: List[Any]
    model_ids: List[str]
    tags: Dict[str, Any]
    properties: Dict[str, Any]
    description: Optional[str]
    creation_state: str
    created_time: datetime
    _config: ContainerImageConfig
    image_type, image_flavor = "Docker", "WebApiContainer"
    image_build_log_uri = image_location = generated_dockerfile_uri = None


class ContainerImage(Image):
    """An image of a service."""

    @staticmethod
    def image_configuration(execution_script: str, runtime: str, conda_file: Optional[str] = None,
                            docker_file: Optional[str] = None, schema_file: Optional[str] = None,
                            dependencies: Optional[List[str]] = None, enable_gpu: Optional[bool] = None,
                            tags: Optional[Dict[str, Any]] = None, properties: Optional[Dict[str, Any]] = None,
                            description: Optional[str] = None, base_image: Optional[str] = None,
                            base_image_registry: Any = None,
                            cuda_version: Optional[str] = None) -> ContainerImageConfig:
        """The configuration. WebserviceException: a file is not there, or the script is outside of this folder."""
        return ContainerImageConfig(execution_script, runtime, conda_file, docker_file, schema_file, dependencies,
                                    enable_gpu, tags, properties, description, base_image, base_image_registry,
                                    cuda_version=cuda_version)

    def run(self, input_data: Any) -> NoReturn:
        """Always raises WebserviceException: deploy the image, then ask the service."""
        raise WebserviceException("an image answers no requests: Webservice.deploy_from_image(...) makes a service of "
                                  "it")


class UnknownImage(Image):
    """An image of a kind that this SDK does not know."""


class Asset:
    """A file of an image."""

    def __init__(self, id: Any, mime_type: Any, unpack: Any, url: Any) -> None:
        self.id, self.mime_type, self.unpack, self.url = id, mime_type, unpack, url

    def serialize(self) -> Dict[str, Any]:
        """The file for JSON."""
        return {"id": self.id, "mimeType": self.mime_type, "unpack": self.unpack, "url": self.url}


class TargetRuntime:
    """The kind of an image's script."""

    def __init__(self, properties: Any, runtime_type: Any, targetArchitecture: Any) -> None:  # noqa: N803
        self.properties, self.runtime_type, self.target_architecture = properties, runtime_type, targetArchitecture

    def serialize(self) -> Dict[str, Any]:
        """The kind for JSON."""
        return {"properties": self.properties, "runtimeType": self.runtime_type,
                "targetArchitecture": self.target_architecture}
