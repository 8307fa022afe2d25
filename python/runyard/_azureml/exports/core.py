# SPDX-License-Identifier: Apache-2.0
"""Written by scripts/azureml_exports: the public modules below these parts of azureml, and what each exports:
core, data, exceptions, history, telemetry, tensorboard, widgets.

Module without "azureml." -> the names that it makes, then "module:names" for those that it has from others.
"""

from typing import Dict

EXPORTS: Dict[str, str] = {
    "core":
        "RUN_TYPE_PROVIDERS_ENTRYPOINT_KEY VERSION __version__ diagnostic_log core.compute.compute:ComputeTarget "
        "core.compute_target:attach_legacy_compute_target,is_compute_target_prepared,prepare_compute_target,"
        "remove_legacy_compute_target core.container_registry:ContainerRegistry core.dataset:Dataset "
        "core.datastore:Datastore core.environment:Environment core.experiment:Experiment core.image.image:Image "
        "core.keyvault:Keyvault core.linked_service:LinkedService,SynapseWorkspaceLinkedServiceConfiguration "
        "core.model:Model core.private_endpoint:PrivateEndPoint,PrivateEndPointConfig core.run:Run,get_run "
        "core.runconfig:RunConfiguration core.script_run:ScriptRun core.script_run_config:ScriptRunConfig "
        "core.webservice.webservice:Webservice core.workspace:Workspace",
    "core.authentication":
        "AbstractAuthentication AccessToken ArmTokenAuthentication Audience AzureCliAuthentication "
        "AzureMLTokenAuthentication InteractiveLoginAuthentication MsiAuthentication ServicePrincipalAuthentication "
        "TokenAuthentication core.util:NewLoggingLevel exceptions:AuthenticationException,AzureMLException,"
        "RunEnvironmentException,UserErrorException",
    "core.compute":
        "VERSION __version__ core.compute.adla:AdlaCompute core.compute.aks:AksCompute "
        "core.compute.amlcompute:AmlCompute core.compute.batch:BatchCompute core.compute.compute:ComputeTarget "
        "core.compute.computeinstance:ComputeInstance core.compute.databricks:DatabricksCompute "
        "core.compute.datafactory:DataFactoryCompute core.compute.dsvm:DsvmCompute "
        "core.compute.hdinsight:HDInsightCompute core.compute.kubernetescompute:KubernetesCompute "
        "core.compute.kusto:KustoCompute core.compute.remote:RemoteCompute core.compute.synapse:SynapseCompute",
    "core.compute.adla":
        "AdlaCompute DataLakeAnalyticsAttachConfiguration core.compute.compute:ComputeTarget,"
        "ComputeTargetAttachConfiguration exceptions:ComputeTargetException",
    "core.compute.aks":
        "AksAttachConfiguration AksCompute AksProvisioningConfiguration AksUpdateConfiguration SslConfiguration "
        "SystemService core.compute.compute:ComputeTarget,ComputeTargetAttachConfiguration,"
        "ComputeTargetProvisioningConfiguration,ComputeTargetUpdateConfiguration exceptions:ComputeTargetException",
    "core.compute.amlcompute":
        "AmlCompute AmlComputeNodeStateCounts AmlComputeProvisioningConfiguration AmlComputeStatus ScaleSettings "
        "core.compute.compute:ComputeTarget,ComputeTargetProvisioningConfiguration exceptions:ComputeTargetException",
    "core.compute.batch":
        "BatchAttachConfiguration BatchCompute core.compute.compute:ComputeTarget,ComputeTargetAttachConfiguration "
        "exceptions:ComputeTargetException",
    "core.compute.compute":
        "ComputeTarget ComputeTargetAttachConfiguration ComputeTargetProvisioningConfiguration "
        "ComputeTargetUpdateConfiguration exceptions:ComputeTargetException,UserErrorException",
    "core.compute.computeinstance":
        "ComputeInstance ComputeInstanceProvisioningConfiguration ComputeInstanceStatus "
        "core.compute.compute:ComputeTarget,ComputeTargetProvisioningConfiguration "
        "exceptions:AuthenticationException,ComputeTargetException",
    "core.compute.databricks":
        "DatabricksAttachConfiguration DatabricksCompute core.compute.compute:ComputeTarget,"
        "ComputeTargetAttachConfiguration exceptions:ComputeTargetException",
    "core.compute.datafactory":
        "DataFactoryAttachConfiguration DataFactoryCompute DataFactoryProvisioningConfiguration "
        "core.compute.compute:ComputeTarget,ComputeTargetAttachConfiguration,ComputeTargetProvisioningConfiguration "
        "exceptions:ComputeTargetException",
    "core.compute.dsvm":
        "DsvmCompute DsvmProvisioningConfiguration core.compute.compute:ComputeTarget,"
        "ComputeTargetProvisioningConfiguration exceptions:ComputeTargetException",
    "core.compute.hdinsight":
        "HDInsightAttachConfiguration HDInsightCompute core.compute.compute:ComputeTarget,"
        "ComputeTargetAttachConfiguration exceptions:ComputeTargetException",
    "core.compute.kubernetescompute":
        "KubernetesCompute KubernetesComputeAttachConfiguration KubernetesComputeStatus "
        "core.compute.compute:ComputeTarget,ComputeTargetAttachConfiguration exceptions:ComputeTargetException",
    "core.compute.kusto":
        "KustoAttachConfiguration KustoCompute core.compute.compute:ComputeTarget,ComputeTargetAttachConfiguration "
        "exceptions:ComputeTargetException",
    "core.compute.remote":
        "RemoteCompute RemoteComputeAttachConfiguration core.compute.compute:ComputeTarget,"
        "ComputeTargetAttachConfiguration exceptions:ComputeTargetException",
    "core.compute.synapse":
        "SynapseAttachConfiguration SynapseCompute core.compute.compute:ComputeTarget,"
        "ComputeTargetAttachConfiguration core.linked_service:LinkedService exceptions:ComputeTargetException",
    "core.compute_target":
        "AbstractComputeTarget LocalTarget attach_legacy_compute_target is_compute_target_prepared "
        "prepare_compute_target remove_legacy_compute_target exceptions:ComputeTargetException,UserErrorException",
    "core.conda_dependencies":
        "BASE_PROJECT_FILE_RELATIVE_PATH BASE_PROJECT_MODULE CHAINER_PACKAGE_PREFIX CHANNELS CNTK_DEFAULT_VERSION "
        "CNTK_PACKAGE_PREFIX CONDA_FILE_NAME CPU CUPY_DEFAULT_VERSION CondaDependencies DEFAULT_CHAINER_VERSION "
        "DEFAULT_SDK_ORIGIN GPU HOROVOD_DEFAULT_VERSION INVALID_PATHON_MESSAGE LINUX_PLATFORM PACKAGES PIP "
        "PYTHON_DEFAULT_VERSION PYTHON_PREFIX PYTORCH_DEFAULT_VERSION PYTORCH_PACKAGE_PREFIX "
        "TENSORFLOW_DEFAULT_VERSION TENSORFLOW_PACKAGE_PREFIX TORCHVISION_DEFAULT_VERSION TORCHVISION_PACKAGE_PREFIX "
        "VERSION VERSION_REGEX WINDOWS_PLATFORM exceptions:UserErrorException",
    "core.container_registry": "ContainerRegistry RegistryIdentity",
    "core.databricks":
        "DatabricksCluster DatabricksEnvironment DatabricksSection EggLibrary JarLibrary MavenLibrary PyPiLibrary "
        "RCranLibrary exceptions:UserErrorException",
    "core.dataset":
        "Dataset data.dataset_type_definitions:FileEncoding,HistogramCompareMethod,PromoteHeadersBehavior,"
        "SkipLinesBehavior",
    "core.datastore": "Datastore exceptions:UserErrorException",
    "core.environment":
        "DEFAULT_CPU_IMAGE DEFAULT_GPU_IMAGE DockerBuildContext DockerEnvironment DockerImageDetails "
        "DockerImagePlatform DockerSection Environment EnvironmentReference ImageBuildDetails PythonEnvironment "
        "PythonSection RCranPackage RGitHubPackage RSection SparkEnvironment SparkPackage SparkSection "
        "core.conda_dependencies:CondaDependencies,PYTHON_DEFAULT_VERSION core.container_registry:ContainerRegistry "
        "core.databricks:DatabricksSection exceptions:AzureMLException,UserErrorException",
    "core.experiment":
        "Experiment ViewType core.compute.computeinstance:ComputeInstance core.environment:DEFAULT_GPU_IMAGE "
        "exceptions:UserErrorException",
    "core.image":
        "VERSION __version__ core.image.container:ContainerImage core.image.image:Image "
        "core.image.unknown_image:UnknownImage",
    "core.image.container":
        "ContainerImage ContainerImageConfig core.container_registry:ContainerRegistry core.image.image:Asset,Image,"
        "ImageConfig,TargetRuntime exceptions:WebserviceException",
    "core.image.image": "Asset Image ImageConfig TargetRuntime core.model:Model exceptions:WebserviceException",
    "core.image.unknown_image": "UnknownImage core.image.image:Image",
    "core.keyvault": "Keyvault",
    "core.linked_service":
        "LinkedService LinkedServiceConfiguration SynapseWorkspaceLinkedServiceConfiguration "
        "exceptions:UserErrorException",
    "core.model":
        "InferenceConfig MODELS_DIR Model ModelPackage core.compute.aks:AksCompute "
        "core.container_registry:ContainerRegistry core.dataset:Dataset core.environment:Environment "
        "core.experiment:Experiment core.profile:MAX_PROFILE_CPU,MAX_PROFILE_MEMORY,MIN_PROFILE_CPU,"
        "MIN_PROFILE_MEMORY,ModelProfile core.resource_configuration:ResourceConfiguration core.run:get_run "
        "data.dataset_snapshot:DatasetSnapshot data.file_dataset:FileDataset data.tabular_dataset:TabularDataset "
        "exceptions:ModelNotFoundException,RunEnvironmentException,UserErrorException,WebserviceException",
    "core.private_endpoint":
        "PrivateEndPoint PrivateEndPointConfig core.authentication:InteractiveLoginAuthentication",
    "core.profile":
        "MAX_PROFILE_CPU MAX_PROFILE_MEMORY MIN_PROFILE_CPU MIN_PROFILE_MEMORY ModelProfile "
        "exceptions:UserErrorException,WebserviceException",
    "core.resource_configuration": "ResourceConfiguration exceptions:WebserviceException",
    "core.run":
        "InputDatasets LinkOutput OutputDatasets POST_PROCESSING_STATES RUNNING_STATES Run get_run "
        "core.datastore:Datastore core.environment:Environment core.keyvault:Keyvault "
        "data.abstract_dataset:AbstractDataset data.datapath:DataPath exceptions:ActivityFailedException,"
        "ExperimentExecutionException,RunEnvironmentException,SnapshotException,UserErrorException",
    "core.runconfig":
        "AmlComputeConfiguration ApplicationEndpointConfiguration AzureContainerRegistry ContainerRegistry Cr Data "
        "DataLocation DataPath DataReferenceConfiguration DatacacheConfiguration Dataset DatasetRegistrationOptions "
        "DockerConfiguration EnvironmentDefinition GlobsOptions HdiConfiguration HistoryConfiguration "
        "KubernetesComputeConfiguration LOCAL_RUNCONFIG_NAME MPI_CPU_IMAGE MPI_GPU_IMAGE MountOptions "
        "MpiConfiguration OutputData OutputOptions ParallelTaskConfiguration PyTorchConfiguration RegistrationOptions "
        "RunConfiguration SUPPORTED_DATAREF_MODES SUPPORTED_DELIVERY_MECHANISM SUPPORTED_PYTORCH_BACKENDS "
        "SparkConfiguration TensorflowConfiguration UploadOptions Uri core.compute.compute:ComputeTarget "
        "core.compute_target:AbstractComputeTarget core.conda_dependencies:CondaDependencies "
        "core.databricks:DatabricksCluster,DatabricksEnvironment,DatabricksSection,EggLibrary,JarLibrary,"
        "MavenLibrary,PyPiLibrary,RCranLibrary core.environment:DEFAULT_CPU_IMAGE,DEFAULT_GPU_IMAGE,"
        "DockerEnvironment,DockerSection,Environment,PythonEnvironment,PythonSection,SparkEnvironment,"
        "SparkSection core.run:Run data.datacache_consumption_config:DatacacheConsumptionConfig "
        "data.dataset_consumption_config:DatasetConsumptionConfig exceptions:RunConfigurationException,"
        "UserErrorException",
    "core.script_run":
        "ScriptRun core.run:Run core.runconfig:RunConfiguration exceptions:AzureMLException,UserErrorException",
    "core.script_run_config":
        "ScriptRunConfig get_run_config_from_script_run submit core.runconfig:Data,DatacacheConfiguration,"
        "DockerConfiguration,EnvironmentDefinition,MpiConfiguration,PyTorchConfiguration,RunConfiguration,"
        "TensorflowConfiguration data.datacache_consumption_config:DatacacheConsumptionConfig data.datapath:DataPath,"
        "DataPathComputeBinding exceptions:RunConfigurationException,UserErrorException",
    "core.util": "NewLoggingLevel",
    "core.webservice":
        "VERSION __version__ core.webservice.aci:AciWebservice core.webservice.aks:AksEndpoint,AksWebservice "
        "core.webservice.local:LocalWebservice core.webservice.unknown_webservice:UnknownWebservice "
        "core.webservice.webservice:Webservice",
    "core.webservice.aci":
        "AciServiceDeploymentConfiguration AciWebservice ContainerResourceRequirements EncryptionProperties "
        "VnetConfiguration core.environment:Environment core.image.image:Image core.model:Model "
        "core.webservice.webservice:Webservice,WebserviceDeploymentConfiguration exceptions:WebserviceException",
    "core.webservice.aks":
        "AksEndpoint AksEndpointDeploymentConfiguration AksServiceAccessToken AksServiceDeploymentConfiguration "
        "AksWebservice AutoScaler ContainerResourceRequirements DataCollection LivenessProbeRequirements "
        "core.compute.compute:ComputeTarget core.environment:Environment core.image.image:Image core.model:Model "
        "core.webservice.webservice:WebServiceAccessToken,Webservice,WebserviceDeploymentConfiguration "
        "exceptions:WebserviceException",
    "core.webservice.container_resource_requirements": "ContainerResourceRequirements exceptions:WebserviceException",
    "core.webservice.local":
        "LocalWebservice LocalWebserviceDeploymentConfiguration core.image.container:ContainerImageConfig "
        "core.model:InferenceConfig,Model core.webservice.webservice:Webservice,WebserviceDeploymentConfiguration "
        "exceptions:WebserviceException",
    "core.webservice.unknown_webservice": "UnknownWebservice core.webservice.webservice:Webservice",
    "core.webservice.webservice":
        "AutoScaler ContainerResourceRequirements DataCollection LivenessProbeRequirements WebServiceAccessToken "
        "Webservice WebserviceDeploymentConfiguration core.image.image:Image core.model:Model "
        "exceptions:WebserviceException",
    "core.workspace":
        "VERSION WORKSPACE_DEFAULT_BLOB_STORE_NAME Workspace core.authentication:InteractiveLoginAuthentication "
        "core.compute.amlcompute:AmlCompute core.compute.compute:ComputeTarget core.dataset:Dataset "
        "core.image.image:Image core.keyvault:Keyvault core.linked_service:LinkedService core.model:Model "
        "core.webservice.webservice:Webservice exceptions:ProjectSystemException,UserErrorException,"
        "WorkspaceException",
    "data":
        "VERSION __version__ data.datacache:DatacacheStore data.dataset_factory:DataType "
        "data.file_dataset:FileDataset data.output_dataset_config:HDFSOutputDatasetConfig,"
        "LinkFileOutputDatasetConfig,LinkTabularOutputDatasetConfig,OutputFileDatasetConfig "
        "data.tabular_dataset:TabularDataset",
    "data.abstract_dataset":
        "AbstractDataset data.dataset_consumption_config:DatasetConsumptionConfig "
        "data.dataset_factory:FileDatasetFactory,TabularDatasetFactory exceptions:RunEnvironmentException,"
        "UserErrorException",
    "data.abstract_datastore": "AbstractDatastore",
    "data.azure_data_lake_datastore":
        "AbstractADLSDatastore AzureDataLakeDatastore AzureDataLakeGen2Datastore "
        "data.abstract_datastore:AbstractDatastore",
    "data.azure_my_sql_datastore": "AzureMySqlDatastore data.abstract_datastore:AbstractDatastore",
    "data.azure_postgre_sql_datastore": "AzurePostgreSqlDatastore data.abstract_datastore:AbstractDatastore",
    "data.azure_sql_database_datastore": "AzureSqlDatabaseDatastore data.abstract_datastore:AbstractDatastore",
    "data.azure_storage_datastore":
        "AbstractAzureStorageDatastore AzureBlobDatastore AzureFileDatastore EMPTY_FILE FILE FOLDER "
        "data.abstract_datastore:AbstractDatastore data.data_reference:DataReference exceptions:UserErrorException",
    "data.constants":
        "ACCOUNT_KEY ADLS_RESOURCE_URI AZURE_BLOB AZURE_DATA_LAKE AZURE_DATA_LAKE_GEN2 AZURE_FILE AZURE_MYSQL "
        "AZURE_POSTGRESQL AZURE_SQL_DATABASE CLIENT_CREDENTIALS CONFLICT_MESSAGE CUSTOM DBFS DIRECT_MODE "
        "DOWNLOAD_MODE GIT HDFS HDFS_MODE LINK_MODE MANAGED_DATASET MOUNT_MODE NONE ONE_LAKE ROLE_ID_OF_READER "
        "ROLE_ID_OF_STORAGE_BLOB_DATA_READER SAS SERVICE_PRINCIPAL SQL_AUTHENTICATION STORAGE_RESOURCE_URI "
        "UPLOAD_MODE WORKSPACE_BLOB_DATASTORE WORKSPACE_FILE_DATASTORE",
    "data.context_managers":
        "DatasetContextManager DatastoreContextManager exceptions:AzureMLException,UserErrorException",
    "data.data_reference": "DataReference",
    "data.datacache":
        "DatacacheHydrationTracker DatacacheStore core.datastore:Datastore core.run:Run exceptions:AzureMLException,"
        "UserErrorException",
    "data.datacache_client":
        "core.authentication:ServicePrincipalAuthentication core.compute.compute:ComputeTarget "
        "data.azure_storage_datastore:AzureBlobDatastore data.file_dataset:FileDataset exceptions:UserErrorException",
    "data.datacache_consumption_config":
        "DatacacheConsumptionConfig data.constants:MOUNT_MODE exceptions:UserErrorException",
    "data.datacache_singularity_settings": "DatacacheSingularitySettings SingularityPriority SingularitySlaTier",
    "data.datapath": "DataPath DataPathComputeBinding data.data_reference:DataReference",
    "data.dataset_action_run": "DatasetActionRun",
    "data.dataset_consumption_config":
        "DatasetConsumptionConfig data.constants:DIRECT_MODE,DOWNLOAD_MODE,HDFS_MODE,MOUNT_MODE",
    "data.dataset_definition": "DatasetDefinition dataprep:Dataflow",
    "data.dataset_error_handling":
        "DatasetExecutionError DatasetValidationError exceptions:AzureMLException,UserErrorException",
    "data.dataset_factory":
        "DataType FileDatasetFactory TabularDatasetFactory data.abstract_datastore:AbstractDatastore "
        "data.azure_postgre_sql_datastore:AzurePostgreSqlDatastore data.data_reference:DataReference "
        "data.datapath:DataPath data.dataset_type_definitions:PromoteHeadersBehavior exceptions:UserErrorException",
    "data.dataset_profile": "DatasetProfile exceptions:AzureMLException",
    "data.dataset_profile_run": "DatasetProfileRun core.run:Run",
    "data.dataset_profile_run_config":
        "DatasetProfileRunConfig core.compute.compute:ComputeTarget core.experiment:Experiment core.run:get_run "
        "core.runconfig:RunConfiguration core.script_run_config:ScriptRunConfig "
        "data.dataset_profile_run:DatasetProfileRun data.tabular_dataset:TabularDataset exceptions:UserErrorException",
    "data.dataset_snapshot": "DatasetSnapshot data.dataset_type_definitions:HistogramCompareMethod",
    "data.dataset_type_definitions":
        "FileEncoding FileType HistogramCompareMethod PromoteHeadersBehavior SkipLinesBehavior",
    "data.datastore_client":
        "data.abstract_datastore:AbstractDatastore data.azure_data_lake_datastore:AzureDataLakeDatastore,"
        "AzureDataLakeGen2Datastore data.azure_my_sql_datastore:AzureMySqlDatastore "
        "data.azure_postgre_sql_datastore:AzurePostgreSqlDatastore "
        "data.azure_sql_database_datastore:AzureSqlDatabaseDatastore data.azure_storage_datastore:AzureBlobDatastore,"
        "AzureFileDatastore data.constants:CONFLICT_MESSAGE,ROLE_ID_OF_READER,ROLE_ID_OF_STORAGE_BLOB_DATA_READER "
        "data.dbfs_datastore:DBFSDatastore data.hdfs_datastore:HDFSDatastore exceptions:UserErrorException",
    "data.dbfs_datastore": "DBFSDatastore data.abstract_datastore:AbstractDatastore",
    "data.file_dataset":
        "FILENAME_LENGTH_ERROR_MESSAGE FileDataset data.abstract_dataset:AbstractDataset exceptions:AzureMLException,"
        "UserErrorException",
    "data.hdfs_datastore": "HDFSDatastore data.abstract_datastore:AbstractDatastore",
    "data.output_dataset_config":
        "HDFSOutputDatasetConfig LinkFileOutputDatasetConfig LinkTabularOutputDatasetConfig MountOptions "
        "OutputDatasetConfig OutputFileDatasetConfig OutputTabularDatasetConfig RegistrationConfiguration "
        "TransformationMixin UploadOptions data.abstract_dataset:AbstractDataset data.constants:DIRECT_MODE,"
        "HDFS_MODE,LINK_MODE,MOUNT_MODE,UPLOAD_MODE data.dataset_type_definitions:PromoteHeadersBehavior",
    "data.sql_data_reference": "SqlDataReference data.data_reference:DataReference",
    "data.stored_procedure_parameter": "StoredProcedureParameter StoredProcedureParameterType",
    "data.tabular_dataset":
        "TabularDataset data.abstract_dataset:AbstractDataset data.file_dataset:FileDataset "
        "exceptions:AzureMLException,DatasetTimestampMissingError,UserErrorException",
    "exceptions":
        "ActivityFailedException AuthenticationException AzureMLAggregatedException AzureMLException "
        "ComputeTargetException DatasetTimestampMissingError DiscoveryUrlNotFoundException "
        "ExperimentExecutionException ModelNotFoundException ModelPathNotFoundException ParallelRunException "
        "ProjectSystemException RunConfigurationException RunEnvironmentException ServiceException SnapshotException "
        "TrainingException UserErrorException VERSION WebserviceException WorkspaceException "
        "WorkspacePrivateEndpointException __version__",
    "history": "",
    "telemetry":
        "AML_INTERNAL_LOGGER_NAMESPACE DIAGNOSTICS_VERBOSITY_KEY HBI_MODE INSTRUMENTATION_KEY LOGGER_NAME "
        "SEND_DIAGNOSTICS_KEY UserErrorException add_diagnostics_properties get_diagnostics_collection_info "
        "get_event_logger get_telemetry_log_handler is_diagnostics_collection_info_available "
        "set_diagnostics_collection set_diagnostics_properties",
    "telemetry.activity":
        "ActivityCompletionStatus ActivityLoggerAdapter ActivityType log_activity monitor_with_activity",
    "telemetry.contracts":
        "Event ExtensionFieldKeys ExtensionFields Metric RequiredFieldKeys RequiredFields StandardFieldKeys "
        "StandardFields TelemetryObjectBase",
    "telemetry.log_scope": "LogScope context_scope ctx_scope",
    "telemetry.logger": "AbstractEventLogger ApplicationInsightsEventLogger InMemoryEventLogger telemetry:HBI_MODE",
    "telemetry.loggers": "Loggers",
    "telemetry.logging_handler":
        "AppInsightsLoggingHandler FAILURE SUCCESS TRACEBACK_LOOKUP_STR get_appinsights_log_handler",
    "tensorboard": "tensorboard.tensorboard:Tensorboard",
    "tensorboard.export": "export_to_tensorboard",
    "tensorboard.tensorboard": "Tensorboard",
    "widgets": "widgets.parallel_run_step_details:ParallelRunStepDetails widgets.run_details:RunDetails",
    "widgets.parallel_run_step_details": "ParallelRunStepDetails core.run:Run core.workspace:Workspace",
    "widgets.run_details": "PLATFORM RunDetails",
}
