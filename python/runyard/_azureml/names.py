# SPDX-License-Identifier: Apache-2.0
"""The modules of azureml, and what their names are here. Names that are not here may be out of scope (out_of_scope.py).

A script that only logs loads this, so it loads nothing else.
"""

from __future__ import annotations

from .. import _azureml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Iterator, List, Optional

_TYPES = "FileEncoding PromoteHeadersBehavior"
_DOCKER = "ContainerRegistry DockerImagePlatform DockerSection"
_PACKAGES = "RCranPackage RGitHubPackage RSection SparkPackage SparkSection"
_OTHER = ("AdlaCompute AksCompute BatchCompute DataFactoryCompute DatabricksCompute DsvmCompute HDInsightCompute "
          "KubernetesCompute RemoteCompute")
_ATTACH = "ComputeTargetAttachConfiguration"
_MADE = "ComputeTargetProvisioningConfiguration"

# Module of azureml -> module of runyard -> names; "theirs=ours" where they differ. A module of runyard that is not
# there has no names. A table instead of files: some 400 of them would say the same ten lines.
MODULES: Dict[str, Dict[str, str]] = {
    "azureml.core": {
        "runyard": "Environment Experiment Run RunConfiguration ScriptRun ScriptRunConfig Workspace get_run",
        "runyard.compute": "ComputeTarget",
        "runyard.dataset": "Dataset",
        "runyard.datastore": "Datastore",
        "runyard.environment": "ContainerRegistry",
        "runyard.keyvault": "Keyvault",
        "runyard.model": "Model",
    },
    "azureml.core.authentication": {
        "runyard.authentication": "AbstractAuthentication ArmTokenAuthentication AzureCliAuthentication "
                                  "AzureMLTokenAuthentication InteractiveLoginAuthentication MsiAuthentication "
                                  "ServicePrincipalAuthentication TokenAuthentication",
        "runyard.exceptions": "AuthenticationException",
    },
    "azureml.core.compute": {"runyard.compute": "AmlCompute ComputeInstance ComputeTarget " + _OTHER},
    "azureml.core.compute.adla": {
        "runyard.compute": "AdlaCompute DataLakeAnalyticsAttachConfiguration=" + _ATTACH},
    "azureml.core.compute.aks": {
        "runyard.compute": "AksCompute AksAttachConfiguration={} AksProvisioningConfiguration={}".format(
            _ATTACH, _MADE)},
    "azureml.core.compute.amlcompute": {
        "runyard.compute": "AmlCompute AmlComputeNodeStateCounts AmlComputeProvisioningConfiguration AmlComputeStatus "
                           "ScaleSettings"},
    "azureml.core.compute.batch": {"runyard.compute": "BatchCompute BatchAttachConfiguration=" + _ATTACH},
    "azureml.core.compute.compute": {
        "runyard.compute": "ComputeTarget ComputeTargetAttachConfiguration ComputeTargetException "
                           "ComputeTargetProvisioningConfiguration"},
    "azureml.core.compute.computeinstance": {
        "runyard.compute": "ComputeInstance ComputeInstanceProvisioningConfiguration ComputeInstanceStatus"},
    "azureml.core.compute.databricks": {
        "runyard.compute": "DatabricksCompute DatabricksAttachConfiguration=" + _ATTACH},
    "azureml.core.compute.datafactory": {
        "runyard.compute": "DataFactoryCompute DataFactoryAttachConfiguration={} "
                           "DataFactoryProvisioningConfiguration={}".format(_ATTACH, _MADE)},
    "azureml.core.compute.dsvm": {"runyard.compute": "DsvmCompute DsvmProvisioningConfiguration=" + _MADE},
    "azureml.core.compute.hdinsight": {
        "runyard.compute": "HDInsightCompute HDInsightAttachConfiguration=" + _ATTACH},
    "azureml.core.compute.kubernetescompute": {
        "runyard.compute": "KubernetesCompute KubernetesComputeAttachConfiguration=" + _ATTACH},
    "azureml.core.compute.remote": {
        "runyard.compute": "RemoteCompute RemoteComputeAttachConfiguration=" + _ATTACH},
    "azureml.core.compute_target": {
        "runyard.compute": "ComputeTargetException LocalTarget AbstractComputeTarget=LocalTarget"},
    "azureml.core.conda_dependencies": {"runyard.conda_dependencies": "CondaDependencies PYTHON_DEFAULT_VERSION"},
    "azureml.core.container_registry": {"runyard.environment": "ContainerRegistry"},
    "azureml.core.dataset": {"runyard.dataset": "Dataset", "runyard.tabular_dataset": _TYPES},
    "azureml.core.datastore": {"runyard.datastore": "Datastore"},
    "azureml.core.environment": {
        "runyard.environment": "CondaDependencies DEFAULT_CPU_IMAGE DEFAULT_GPU_IMAGE Environment PythonSection "
                               "{} {} DockerEnvironment=DockerSection PythonEnvironment=PythonSection "
                               "SparkEnvironment=SparkSection".format(_DOCKER, _PACKAGES),
        "runyard._environment_build": "ImageBuildDetails"},
    "azureml.core.experiment": {"runyard.experiment": "Experiment ViewType"},
    "azureml.core.keyvault": {"runyard.keyvault": "Keyvault"},
    "azureml.core.model": {"runyard.model": "Model"},
    "azureml.core.resource_configuration": {"runyard.resource_configuration": "ResourceConfiguration"},
    "azureml.core.run": {"runyard.run": "RUNNING_STATES Run get_run", "runyard._own_runs.offline": "_OfflineRun",
                         "runyard._own_runs.journal_run": "_SubmittedRun", "runyard._runs.run_status": "RunStatus"},
    "azureml.core.runconfig": {
        "runyard.runconfig":
            "AmlComputeConfiguration CondaDependencies DEFAULT_CPU_IMAGE DEFAULT_GPU_IMAGE DataReferenceConfiguration "
            "DockerConfiguration DockerEnvironment Environment EnvironmentDefinition HdiConfiguration "
            "HistoryConfiguration MpiConfiguration ParallelTaskConfiguration PyTorchConfiguration PythonEnvironment "
            "PythonSection RunConfiguration SparkConfiguration SparkEnvironment SparkPackage SparkSection "
            "TensorflowConfiguration ContainerRegistry DockerSection",
        "runyard.data_reference": "DataPath", "runyard.dataset": "Dataset",
        "runyard.exceptions": "RunConfigurationException"},
    "azureml.core.script_run": {"runyard.script_run": "RUNNING_STATES ScriptRun"},
    "azureml.core.script_run_config": {
        "runyard.script_run_config": "MAX_RUN_DURATION_SECONDS_DEFAULT ScriptRunConfig get_run_config_from_script_run"},
    "azureml.core.util": {},
    "azureml.core.workspace": {"runyard.workspace": "Workspace"},
    "azureml.data": {"runyard.file_dataset": "FileDataset", "runyard.tabular_dataset": "DataType TabularDataset"},
    "azureml.data.abstract_dataset": {"runyard.abstract_dataset": "AbstractDataset"},
    "azureml.data.abstract_datastore": {"runyard.datastore": "AbstractDatastore"},
    "azureml.data.azure_storage_datastore": {"runyard.datastore": "AbstractAzureStorageDatastore AzureBlobDatastore "
                                                                  "AzureFileDatastore"},
    "azureml.data.context_managers": {"runyard._data.mount": "MountContext"},
    "azureml.data.data_reference": {"runyard.data_reference": "DataReference"},
    "azureml.data.datapath": {"runyard.data_reference": "DataPath"},
    "azureml.data.dataset_consumption_config": {
        "runyard.dataset_consumption_config": "DatasetConsumptionConfig"},
    "azureml.data.dataset_error_handling": {
        "runyard.exceptions": "DatasetExecutionError DatasetValidationError"},
    "azureml.data.dataset_factory": {"runyard.file_dataset": "FileDatasetFactory",
                                     "runyard.tabular_dataset": "DataType TabularDatasetFactory"},
    "azureml.data.dataset_type_definitions": {"runyard.tabular_dataset": _TYPES},
    "azureml.data.file_dataset": {"runyard.file_dataset": "FileDataset"},
    "azureml.data.tabular_dataset": {"runyard.tabular_dataset": "TabularDataset"},
    "azureml.exceptions": {
        "runyard.exceptions":
            "ActivityCanceledException ActivityFailedException AuthenticationException AzureMLAggregatedException "
            "AzureMLException ComputeTargetException DatasetTimestampMissingError DiscoveryUrlNotFoundException "
            "ExperimentExecutionException ImageException ModelNotFoundException ModelPathNotFoundException "
            "ParallelRunException ProjectSystemException RunConfigurationException RunEnvironmentException "
            "ServiceException SnapshotException TrainingException UserErrorException WebserviceException "
            "WorkspaceException WorkspacePrivateEndpointException"},
    "azureml.history": {},
    "azureml.mlflow": {},
    "azureml.telemetry": {
        "runyard.telemetry": "INSTRUMENTATION_KEY add_diagnostics_properties get_diagnostics_collection_info "
                             "get_telemetry_log_handler is_diagnostics_collection_info_available "
                             "set_diagnostics_collection set_diagnostics_properties",
        "runyard.exceptions": "UserErrorException"},
    "azureml.train.dnn": {"runyard.estimators": "Chainer PyTorch TensorFlow",
                          "runyard.estimator": "Gloo Mpi Nccl ParameterServer"},
    "azureml.train.estimator": {"runyard.estimators": "Estimator",
                                "runyard.estimator": "Gloo MMLBaseEstimator Mpi Nccl ParameterServer"},
    "azureml.train.sklearn": {"runyard.estimators": "SKLearn"},
    "azureml.train.widgets": {"runyard.widgets": "RunDetails"},
    "azureml.widgets": {"runyard.widgets": "RunDetails"},
    "azureml.widgets.run_details": {"runyard.widgets": "RunDetails"},
    "azureml._base_sdk_common": {},
    "azureml._common": {},
    "azureml._common.exceptions": {"runyard.exceptions": "AzureMLException"},
    "azureml._history": {},
    "azureml._history.utils": {},
    "azureml._history.utils.constants": {},
    "azureml._restclient": {},
    "azureml._restclient.constants": {"runyard._runs.run_status": "RunStatus"},
    "azureml._restclient.snapshots_client": {},
}

MODULES["azureml.exceptions._azureml_exception"] = MODULES["azureml.exceptions"]  # where editors import them from

# Values that a module holds itself; scripts set some of them.
_CONSTANTS: Dict[str, Dict[str, Any]] = {
    "azureml.core": {"VERSION": "1.61.0", "__version__": "1.61.0"},
    "azureml._base_sdk_common": {"__version__": "1.61.0"},
    "azureml._history.utils.constants": {"LOGS_DIR": "azureml-logs", "LOGS_AZUREML_DIR": "logs/azureml",
                                         "OUTPUTS_DIR": "outputs", "DRIVER_LOG_NAME": "70_driver_log.txt"},
    "azureml._restclient.constants": {"RUN_ORIGIN": "ExperimentRun", "SNAPSHOT_MAX_FILES": 2000,
                                      "SNAPSHOT_MAX_SIZE_BYTES": 300 * 1024 * 1024},
    "azureml._restclient.snapshots_client": {"SNAPSHOT_MAX_FILES": 2000, "SNAPSHOT_MAX_SIZE_BYTES": 300 * 1024 * 1024},
}


def is_module(name: str) -> bool:
    """Whether azureml has a module of that name."""
    if name in MODULES:
        return True
    return _azureml.stand_ins.is_module(name)


def fill(module: ModuleType) -> None:
    """Turn an empty module into the azureml module with its name. Its names are looked up at their first use."""
    name = module.__name__
    module.__dict__.update(_CONSTANTS.get(name, {}), __doc__="The names of {}.".format(name),
                           __getattr__=lambda attribute: _value(module, attribute), __dir__=lambda: _all(module))


def _value(module: ModuleType, attribute: str) -> Any:
    """The value of a name: ours, a module below, or another one of SDK v1. AttributeError: none of them."""
    name = module.__name__
    if attribute == "__all__":
        return [found for found in _all(module) if not found.startswith("_")]
    found = _ours(name, attribute)
    private = attribute.startswith("__") and attribute != "__version__"
    if found is None and not private:
        found = _below(name, attribute) or _elsewhere(name, attribute)
    if found is None:
        raise AttributeError("module {!r} has no attribute {!r}{}".format(
            name, attribute, "" if private else ": " + unknown(name + "." + attribute)))
    setattr(module, attribute, found)
    return found


def _ours(name: str, attribute: str) -> Any:
    """Runyard's value of a name; None: there is none."""
    for where, names in MODULES.get(name, {}).items():
        for entry in names.split():
            theirs, _, ours = entry.partition("=")
            if theirs == attribute:
                real = _module(where)
                return getattr(real, ours or theirs, None) if real is not None else None
    return None


def _module(where: str) -> Optional[ModuleType]:
    """A module of runyard; None: there is none with that name."""
    try:
        return __import__(where, fromlist=["__name__"])
    except ModuleNotFoundError as error:
        if error.name != where:
            raise
        return None


def _below(name: str, attribute: str) -> Optional[ModuleType]:
    """The module of azureml below another; None: there is none."""
    below = "{}.{}".format(name, attribute)
    return __import__(below, fromlist=["__name__"]) if is_module(below) else None


def _elsewhere(name: str, attribute: str) -> Any:
    """Another module's value of a name, or the stand-in for a name that Runyard does not have. None: SDK v1 does not
    have it either."""
    return _azureml.stand_ins.value(name, attribute)


def unknown(path: str) -> str:
    """The sentence about a module or name that SDK v1 does not have either."""
    return _azureml.stand_ins.unknown(path)


def _all(module: ModuleType) -> List[str]:
    """All names of a module."""
    name = module.__name__
    found = set(_CONSTANTS.get(name, ())) | set(_azureml.stand_ins.names(name))
    found.update(theirs for theirs in _listed(name) if _ours(name, theirs) is not None)
    return sorted(found)


def _listed(name: str) -> Iterator[str]:
    """The names of a module in the table."""
    for names in MODULES.get(name, {}).values():
        for entry in names.split():
            yield entry.partition("=")[0]
