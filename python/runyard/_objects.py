# SPDX-License-Identifier: Apache-2.0
"""The composition root: the one module that knows all classes of the SDK together.

Every other module imports only what lies below it (tests/python/test_rooms.py holds the order). A class or module
from above, such as the class of a run that a method returns, is a name of this module, loaded at its first use.
"""

from __future__ import annotations

from ._base import loader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import _environment_build as _environment_build, hyperdrive_description as hyperdrive_description
    from ._own_runs import child as child, interactive as interactive
    from ._own_runs.journal_run import submitted_run as submitted_run
    from ._own_runs.offline import _OfflineRun as _OfflineRun
    from ._own_runs.offline_experiment import OfflineExperiment as OfflineExperiment
    from .aci_webservice import AciWebservice as AciWebservice
    from .aks_webservice import AksEndpoint as AksEndpoint, AksWebservice as AksWebservice
    from .compute import AmlCompute as AmlCompute, ComputeTarget as ComputeTarget
    from .conda_dependencies import CondaDependencies as CondaDependencies
    from .dataset import Dataset as Dataset
    from .dataset_consumption_config import DatasetConsumptionConfig as DatasetConsumptionConfig
    from .datastore import AbstractDatastore as AbstractDatastore, Datastore as Datastore
    from .environment import Environment as Environment
    from .experiment import Experiment as Experiment
    from .hyperdrive_run import HyperDriveRun as HyperDriveRun
    from .file_dataset import FileDataset as FileDataset
    from .inference_config import InferenceConfig as InferenceConfig
    from .keyvault import Keyvault as Keyvault
    from .local_webservice import LocalWebservice as LocalWebservice
    from .model import Model as Model
    from .model_package import ModelPackage as ModelPackage
    from .model_profile import ModelProfile as ModelProfile
    from .pipeline_output_dataset import PipelineOutputFileDataset as PipelineOutputFileDataset
    from .pipeline_run import PipelineRun as PipelineRun, StepRun as StepRun
    from .run import Run as Run, get_run as get_run
    from .runconfig import DataReferenceConfiguration as DataReferenceConfiguration
    from .runconfig import RunConfiguration as RunConfiguration
    from .script_run import ScriptRun as ScriptRun, run_from_facts as run_from_facts
    from .script_run_config import ScriptRunConfig as ScriptRunConfig
    from .tabular_dataset import TabularDataset as TabularDataset
    from .webservice import Webservice as Webservice
    from .workspace import Workspace as Workspace

__getattr__ = loader(__name__, {
    "AbstractDatastore": "runyard.datastore",
    "AciWebservice": "runyard.aci_webservice",
    "AksEndpoint": "runyard.aks_webservice",
    "AksWebservice": "runyard.aks_webservice",
    "AmlCompute": "runyard.compute",
    "ComputeTarget": "runyard.compute",
    "CondaDependencies": "runyard.conda_dependencies",
    "DataReferenceConfiguration": "runyard.runconfig",
    "Dataset": "runyard.dataset",
    "DatasetConsumptionConfig": "runyard.dataset_consumption_config",
    "Datastore": "runyard.datastore",
    "Environment": "runyard.environment",
    "Experiment": "runyard.experiment",
    "FileDataset": "runyard.file_dataset",
    "HyperDriveRun": "runyard.hyperdrive_run",
    "InferenceConfig": "runyard.inference_config",
    "Keyvault": "runyard.keyvault",
    "LocalWebservice": "runyard.local_webservice",
    "Model": "runyard.model",
    "ModelPackage": "runyard.model_package",
    "ModelProfile": "runyard.model_profile",
    "OfflineExperiment": "runyard._own_runs.offline_experiment",
    "PipelineOutputFileDataset": "runyard.pipeline_output_dataset",
    "PipelineRun": "runyard.pipeline_run",
    "Run": "runyard.run",
    "RunConfiguration": "runyard.runconfig",
    "ScriptRun": "runyard.script_run",
    "ScriptRunConfig": "runyard.script_run_config",
    "StepRun": "runyard.pipeline_run",
    "TabularDataset": "runyard.tabular_dataset",
    "Webservice": "runyard.webservice",
    "Workspace": "runyard.workspace",
    "_OfflineRun": "runyard._own_runs.offline",
    "_environment_build": "runyard._environment_build",
    "child": "runyard._own_runs.child",
    "get_run": "runyard.run",
    "hyperdrive_description": "runyard.hyperdrive_description",
    "interactive": "runyard._own_runs.interactive",
    "run_from_facts": "runyard.script_run",
    "submitted_run": "runyard._own_runs.journal_run",
})
