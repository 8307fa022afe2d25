# SPDX-License-Identifier: Apache-2.0
"""Model: files that are registered under a name, in numbered versions."""

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Union

from . import _objects
from ._base.messages import to_stdout
from ._client.api import client, path_of
from ._runs import models
from ._service import deployment, description
from .exceptions import ModelNotFoundException, UserErrorException

if TYPE_CHECKING:
    from ._runs.filters import Filter
    from .container_image import ContainerImageConfig
    from .deployment_configuration import WebserviceDeploymentConfiguration
    from .inference_config import InferenceConfig
    from .model_package import ModelPackage
    from .model_profile import ModelProfile
    from .run import Run
    from .webservice import Webservice
    from .workspace import Workspace

    _Models = Iterable[Union["Model", str]]
    _Script = Union[InferenceConfig, ContainerImageConfig]

MODELS_DIR = "azureml-models"


class _Framework:
    """Names of frameworks that notebooks pass to register()."""

    CUSTOM = "Custom"
    ONNX = "Onnx"
    PYTORCH = "PyTorch"
    SCIKITLEARN = "ScikitLearn"
    TENSORFLOW = "TensorFlow"
    TFKERAS = "TfKeras"
    MULTI = "Multi"


class Model:
    """A version of a registered model; without `version`, the newest.

    >>> Model(ws, "ridge").download("here")
    'here/model.pkl'
    """

    Framework = _Framework

    def __init__(self, workspace: "Workspace", name: Optional[str] = None, id: Optional[str] = None,
                 tags: "Filter" = None, properties: "Filter" = None, version: Optional[int] = None,
                 run_id: Optional[str] = None, model_framework: Optional[str] = None, expand: bool = True,
                 **kwargs: Any) -> None:
        """Find a model. ModelNotFoundException: there is none. UserErrorException: neither a name nor an id is
        given."""
        if id is not None:
            name, version = models.parts_of(id)
        if name is None:
            raise UserErrorException("Model takes a name or an id ('name:version'); neither was given")
        self._workspace = workspace
        self._facts = models.find(workspace, name, version, tags, properties, run_id, model_framework)

    @classmethod
    def _from_facts(cls, workspace: "Workspace", facts: Dict[str, Any]) -> "Model":
        """The model that the daemon has described."""
        made = cls.__new__(cls)
        made._workspace, made._facts = workspace, facts
        return made

    workspace = property(lambda self: self._workspace, doc="The workspace.")
    name = property(lambda self: str(self._facts["name"]), doc="The name.")
    version = property(lambda self: int(self._facts["version"]), doc="The version, from 1.")
    id = property(lambda self: str(self._facts["id"]), doc="name:version.")
    url = property(lambda self: str(self._facts["url"]), doc="The address of the model's page.")
    tags = property(lambda self: dict(self._facts["tags"]), doc="The tags.")
    properties = property(lambda self: dict(self._facts["properties"]), doc="The properties.")
    description = property(lambda self: self._facts["description"], doc="A text about the model, or None.")
    run_id = property(lambda self: self._facts["run"], doc="The run that it comes from, or None.")
    created_by = property(lambda self: {"userName": self._facts.get("submitter")}, doc="Who registered it.")
    model_framework = property(lambda self: self._facts["framework"], doc="The framework's name, or None.")
    model_framework_version = property(lambda self: self._facts["framework_version"], doc="Its version, or None.")
    mime_type = property(lambda self: "application/x-python", doc="The MIME type that v1 has for every model.")
    resource_configuration = property(lambda self: None, doc="Nothing is reserved.")
    datasets = property(lambda self: {}, doc="No data sets.")

    @property
    def created_time(self) -> datetime:
        """When it was registered, in UTC."""
        return datetime.strptime(self._facts["created"], "%Y-%m-%dT%H:%M:%S.%fZ")

    @property
    def run(self) -> "Optional[Run]":
        """The run that it comes from."""
        return self._workspace.get_run(self.run_id) if self.run_id else None

    @property
    def experiment_name(self) -> Optional[str]:
        """The name of that run's experiment."""
        run = self.run
        return run.experiment.name if run else None

    @staticmethod
    def register(workspace: "Workspace", model_path: str, model_name: str, tags: Optional[Dict[str, Any]] = None,
                 properties: Optional[Dict[str, Any]] = None, description: Optional[str] = None, datasets: Any = None,
                 model_framework: Optional[str] = None, model_framework_version: Optional[str] = None,
                 child_paths: Optional[List[str]] = None, sample_input_dataset: Any = None,
                 sample_output_dataset: Any = None, resource_configuration: Any = None) -> "Model":
        """Register a file or folder of this machine as the next version of a model.

        child_paths: only these entries of the folder. UserErrorException: the path is not there, or a name cannot be.

        >>> Model.register(ws, "outputs/model.pkl", "ridge", tags={"alpha": "0.5"})
        """
        about = models.about(tags, properties, description, model_framework, model_framework_version)
        return Model._from_facts(workspace, models.register_path(workspace, model_path, model_name, about, child_paths))

    @staticmethod
    def list(workspace: "Workspace", name: Optional[str] = None, tags: "Filter" = None, properties: "Filter" = None,
             run_id: Optional[str] = None, latest: bool = False, dataset_id: Optional[str] = None, expand: bool = True,
             page_count: int = 255, model_framework: Optional[str] = None) -> "List[Model]":
        """Models, newest first; latest=True: only the newest version of each name."""
        found = [Model._from_facts(workspace, facts)
                 for facts in models.listed(workspace, name, tags, properties, run_id)
                 if model_framework in (None, facts["framework"])]
        if not latest:
            return found
        newest: Dict[str, Model] = {}
        for model in found:
            newest.setdefault(model.name, model)
        return [*newest.values()]

    @staticmethod
    def get_model_path(model_name: str, version: Optional[int] = None, _workspace: "Optional[Workspace]" = None) -> str:
        """The path of a model's file or folder here: in $AZUREML_MODEL_DIR or ./azureml-models, where it is downloaded
        to when it is not there. ModelNotFoundException: there is no such model.

        >>> joblib.load(Model.get_model_path("ridge"))
        """
        found = models.deployed_path(model_name) if version is None else models.local_path(
            os.path.join(MODELS_DIR, model_name, str(version)))
        if found is not None:
            return found
        model = Model(_workspace or _objects.Workspace._of_context(), model_name, version=version)
        folder = os.path.join(os.environ.get("AZUREML_MODEL_DIR") or MODELS_DIR, model_name, str(model.version))
        return models.local_path(folder) or model.download(folder, exist_ok=True)

    def download(self, target_dir: str = ".", exist_ok: bool = False, exists_ok: Optional[bool] = None) -> str:
        """Write the model's files into a folder. Returns the path of its file, or of its folder.

        UserErrorException: one of them is there, and exist_ok is not set.
        """
        return models.download(self._facts, target_dir, exist_ok if exists_ok is None else exists_ok)

    def add_tags(self, tags: Dict[str, Any]) -> None:
        """Set tags; the others stay."""
        self.update(tags)

    def remove_tags(self, tags: Any) -> None:
        """Remove tags, by their names."""
        self._change({"untag": _names(tags)})

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Set properties. UserErrorException: one of them has another value already."""
        self._change({"properties": models.texts(properties)})

    def update(self, tags: Optional[Dict[str, Any]] = None, description: Optional[str] = None,
               sample_input_dataset: Any = None, sample_output_dataset: Any = None,
               resource_configuration: Any = None) -> None:
        """Set tags, a description, or both."""
        change: Dict[str, Any] = {"tags": models.texts(tags, True)}
        if description is not None:
            change["description"] = str(description)
        self._change(change)

    def update_tags_properties(self, add_tags: Optional[Dict[str, Any]] = None, remove_tags: Any = None,
                               add_properties: Optional[Dict[str, Any]] = None) -> None:
        """Change several at once. UserErrorException: a property has another value already."""
        self._change({"tags": models.texts(add_tags, True), "properties": models.texts(add_properties),
                      "untag": _names(remove_tags or ())})

    def _change(self, change: Dict[str, Any]) -> None:
        """Change the model through the daemon."""
        self._facts = client.call("POST", path_of("models", str(self._facts["number"])), change)

    def delete(self) -> None:
        """Remove the model. Its version number is not used again."""
        client.call("DELETE", path_of("models", str(self._facts["number"])))

    def serialize(self) -> Dict[str, Any]:
        """The model for JSON."""
        return {"createdTime": self._facts["created"], "description": self.description, "id": self.id,
                "name": self.name, "version": self.version, "tags": self.tags, "properties": self.properties,
                "url": self.url, "runId": self.run_id, "experimentName": self.experiment_name,
                "framework": self.model_framework, "frameworkVersion": self.model_framework_version}

    @staticmethod
    def deploy(workspace: "Workspace", name: str, models: "_Models", inference_config: "Optional[_Script]" = None,
               deployment_config: "Optional[WebserviceDeploymentConfiguration]" = None, deployment_target: Any = None,
               overwrite: bool = False, show_output: bool = False) -> "Webservice":
        """Make a service of models and a script. overwrite: if the name has a service, make its next version, which
        answers before the old one ends.

        WebserviceException: the name is taken, or something cannot be used. docs/services.md has more.

        >>> Model.deploy(ws, "ridge", [model], InferenceConfig("score.py"), AciWebservice.deploy_configuration())
        """
        if show_output:
            Model.print_configuration(models, inference_config, deployment_config, deployment_target)
        facts = deployment.deploy(workspace, name, models, inference_config, deployment_config, deployment_target,
                                  overwrite)
        made: "Webservice" = _objects.Webservice._from_facts(workspace, facts)
        made._deployed_with = inference_config
        return made

    @staticmethod
    def print_configuration(models: "_Models", inference_config: "Optional[_Script]",
                            deployment_config: "Optional[WebserviceDeploymentConfiguration]",
                            deployment_target: Any) -> None:
        """Print what deploy() is called with."""
        for line in description.lines(models, inference_config, deployment_target):
            to_stdout(line + "\n")
        if deployment_config:
            deployment_config.print_deploy_configuration()

    @staticmethod
    def package(workspace: "Workspace", models: "_Models", inference_config: "Optional[_Script]" = None,
                generate_dockerfile: bool = False, image_name: Optional[str] = None,
                image_label: Optional[str] = None) -> "ModelPackage":
        """A folder with a Dockerfile, the models and the script, which save() writes.

        WebserviceException: there is no inference_config, or a model cannot be found.
        """
        return _objects.ModelPackage._of(workspace, models, inference_config, generate_dockerfile)

    @staticmethod
    def profile(workspace: "Workspace", profile_name: str, models: "_Models", inference_config: "_Script",
                input_dataset: Any, cpu: Optional[float] = None, memory_in_gb: Optional[float] = None,
                description: Optional[str] = None) -> "ModelProfile":
        """Measure how a script answers the requests in the one column of a data set. wait_for_completion() measures."""
        return _objects.ModelProfile._of(workspace, profile_name, models, inference_config, input_dataset, cpu,
                                         memory_in_gb, description)

    def __repr__(self) -> str:
        """As v1 prints it."""
        return "Model(workspace={!r}, name={}, id={}, version={}, tags={}, properties={})".format(
            self._workspace, self.name, self.id, self.version, self.tags, self.properties)


def _names(tags: Any) -> List[str]:
    """A list of tag names; the argument may be a single name."""
    return [tags] if isinstance(tags, str) else [str(tag) for tag in tags]


__all__ = ["MODELS_DIR", "Model", "ModelNotFoundException"]
