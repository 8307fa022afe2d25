# SPDX-License-Identifier: Apache-2.0
"""What SDK v1 has and Runyard does not: topic -> (what to use instead, module -> names). No other place says so."""

from typing import Dict, Tuple

TABLE: Dict[str, Tuple[str, Dict[str, str]]] = {
    "AutoML": (
        "search in a script of your own with the library that you use, and log each try with run.log", {
            "azureml.automl": "",
            "azureml.automl.core": "handle_legacy_shared_package_imports",
            "azureml.automl.core.automl_base_settings": "AutoMLBaseSettings",
            "azureml.automl.core.constants":
                "FeatureType FeaturizationConfigMode FeaturizationRunConstants HTSConstants LanguageUnicodeRanges "
                "PredictionTransformTypes PreparationRunTypeConstants RunHistoryEnvironmentVariableNames "
                "SDKResourceURLSEnvironmentVariables SupportedTransformerNames SupportedTransformers "
                "SupportedTransformersFactoryNames SupportedTransformersInternal SweepingMode TextDNNLanguages "
                "TextNeuralNetworks TransformerName TransformerNameMappings TransformerParams",
            "azureml.automl.core.dataset_utilities": "",
            "azureml.automl.core.featurization": "FeaturizationConfig",
            "azureml.automl.core.featurization.featurizationconfig": "FeaturizationConfig",
            "azureml.automl.core.forecasting_parameters": "ForecastingParameters",
            "azureml.automl.core.inference": "AutoMLInferenceArtifactIDs",
            "azureml.automl.core.inference.inference": "AutoMLInferenceArtifactIDs",
            "azureml.automl.core.model_explanation": "",
            "azureml.automl.core.onnx_convert": "OnnxConvertConstants SplitOnnxModelName",
            "azureml.automl.core.onnx_convert.onnx_convert_constants": "OnnxConvertConstants SplitOnnxModelName",
            "azureml.automl.core.shared": "",
            "azureml.automl.core.shared.constants":
                "API AcquisitionFunction AggregationFunctions AutoMLDefaultTimeouts AutoMLJson AutoMLValidation "
                "CheckImbalance ClientErrors DatetimeDtype Defaults Dependencies EnsembleConstants EnsembleMethod "
                "ErrorLinks ExceptionFragments FeatureSweeping FitPipelineComponentName "
                "HyperparameterSweepingConstants ImageTask IterationTimeout LearnerColumns LegacyModelNames "
                "MLFlowLiterals MLFlowMetaLiterals MLTableDataLabel MLTableLiterals Metric MetricExtrasConstants "
                "MetricObjective ModelCategories ModelClassNames ModelName ModelNameMappings ModelParameters "
                "NumericalDtype Optimizer OptimizerObjectives PipelineCost PipelineMaskProfiles "
                "PipelineParameterConstraintCheckStatus PreprocessorCategories RuleBasedValidation RunState "
                "ServerStatus ShortSeriesHandlingValues Status SubsamplingSchedule SubsamplingTreatment Subtasks "
                "SupportedCategoricals SupportedInputDatatypes SupportedModelNames SupportedModels Tasks "
                "TelemetryConstants TextOrCategoricalDtype TimeConstraintEnforcement TimeSeries TimeSeriesInternal "
                "TimeSeriesWebLinks TrainingResultsType TrainingType Transformers ValidationLimitRule",
            "azureml.automl.core.shared.exceptions":
                "AutoMLException ClientException ConfigException DataException UserException ValidationException",
            "azureml.automl.core.shared.forecasting_exception": "ForecastingDataException",
            "azureml.automl.runtime": "",
            "azureml.automl.runtime.onnx_convert": "OnnxConverter OnnxInferenceHelper",
            "azureml.contrib.automl": "",
            "azureml.contrib.automl.pipeline": "",
            "azureml.contrib.automl.pipeline.steps": "AutoMLPipelineBuilder",
            "azureml.train.automl": "AutoMLConfig AutoMLImageConfig get_sdk_dependencies",
            "azureml.train.automl.automl_adb_run": "AutoMLADBRun",
            "azureml.train.automl.automl_model_explain": "",
            "azureml.train.automl.automlconfig": "AutoMLConfig",
            "azureml.train.automl.automlimageconfig": "AutoMLImageConfig",
            "azureml.train.automl.client": "",
            "azureml.train.automl.constants":
                "AutoMLPipelineScenario ComputeTargets Environments ExperimentObserver Framework HTSConstants "
                "HTSSupportedInputType InferenceTypes Scenarios SupportedInputDatatypes SupportedModels Tasks "
                "TimeSeries",
            "azureml.train.automl.exceptions":
                "ApiInvocationException AuthorizationException AutoMLExperimentException BadArgumentException "
                "CacheException ClientException ConfigException DataException DataPrepValidationException "
                "DataScriptException DataValidationException DataprepException DatasetServiceException "
                "EarlyTerminationException FeatureUnavailableException FeaturizationException "
                "FetchNextIterationException ForecastingDataException InvalidRunState MalformedValueException "
                "MetricCalculationException MissingValueException ModelExplanationException ModelFitException "
                "NotFoundException OnnxConvertException OnnxException PostTrainingException PreTrainingException "
                "ProblemInfoException ServiceException SystemException TrainingException UnhashableEntryException "
                "ValidationException",
            "azureml.train.automl.model_proxy": "ModelProxy",
            "azureml.train.automl.run": "AutoMLRun",
            "azureml.train.automl.runtime": "AutoMLStep",
            "azureml.train.automl.runtime.automl_explain_utilities":
                "AutoMLExplainerSetupClass automl_check_model_if_explainable automl_setup_model_explanations",
            "azureml.train.automl.utilities": "",
        }),
    "HyperDrive": (
        "sweeps come later; submit a ScriptRunConfig for each set of arguments in a loop", {
            "azureml.train.hyperdrive":
                "BanditPolicy BayesianParameterSampling EarlyTerminationPolicy GridParameterSampling HyperDriveConfig "
                "HyperDriveRun HyperDriveRunConfig HyperParameterSampling MedianStoppingPolicy NoTerminationPolicy "
                "PrimaryMetricGoal RandomParameterSampling TruncationSelectionPolicy choice lognormal loguniform "
                "normal qlognormal qloguniform qnormal quniform randint uniform",
            "azureml.train.hyperdrive.exceptions":
                "HyperDriveConfigException HyperDriveException HyperDriveNotImplementedException "
                "HyperDriveRehydrateException HyperDriveScenarioNotSupportedException HyperDriveServiceException",
            "azureml.train.hyperdrive.parameter_expressions":
                "choice lognormal loguniform normal qlognormal qloguniform qnormal quniform randint uniform",
            "azureml.train.hyperdrive.policy":
                "BanditPolicy EarlyTerminationPolicy MedianStoppingPolicy NoTerminationPolicy "
                "TruncationSelectionPolicy",
            "azureml.train.hyperdrive.run": "HyperDriveRun",
            "azureml.train.hyperdrive.runconfig": "HyperDriveConfig HyperDriveRunConfig PrimaryMetricGoal",
            "azureml.train.hyperdrive.sampling":
                "BayesianParameterSampling GridParameterSampling HyperParameterSampling RandomParameterSampling",
        }),
    "Estimators": (
        "use ScriptRunConfig(source_directory, script, arguments, environment=...)", {
            "azureml.train": "",
            "azureml.train.dnn": "Chainer Gloo Mpi Nccl ParameterServer PyTorch TensorFlow",
            "azureml.train.estimator":
                "Estimator Gloo MMLBaseEstimator MMLBaseEstimatorRunConfig Mpi Nccl ParameterServer",
            "azureml.train.sklearn": "SKLearn",
        }),
    "Pipelines": (
        "submit one ScriptRunConfig after the other and wait for each; run.submit_child puts them below one "
        "run", {
            "azureml.contrib.pipeline": "",
            "azureml.contrib.pipeline.steps": "ParallelRunConfig ParallelRunStep PipelineBatchInferencing",
            "azureml.pipeline": "",
            "azureml.pipeline.core":
                "InputPortBinding Module ModuleVersion ModuleVersionDescriptor OutputPortBinding Pipeline "
                "PipelineData PipelineDataset PipelineDraft PipelineEndpoint PipelineParameter PipelineRun "
                "PipelineStep PortDataReference PublishedPipeline Schedule ScheduleRecurrence StepRun StepRunOutput "
                "StepSequence TimeZone TrainingOutput",
            "azureml.pipeline.core.builder": "PipelineData PipelineStep StepSequence",
            "azureml.pipeline.core.graph":
                "DataSource DataSourceDef DataSourceNode DataType Edge Graph InputPort InputPortBinding InputPortDef "
                "Module ModuleDef ModuleNode Node OutputPort OutputPortBinding OutputPortDef Param ParamDef "
                "PipelineDataset PipelineParameter PortDataReference PublishedPipeline StoredProcedureParameter "
                "StoredProcedureParameterType TrainingOutput",
            "azureml.pipeline.core.module": "Module ModuleVersion ModuleVersionDescriptor",
            "azureml.pipeline.core.module_step_base": "ModuleStepBase",
            "azureml.pipeline.core.pipeline": "Pipeline",
            "azureml.pipeline.core.pipeline_draft": "PipelineDraft",
            "azureml.pipeline.core.pipeline_endpoint": "PipelineEndpoint PipelineIdVersion PipelineVersion",
            "azureml.pipeline.core.pipeline_output_dataset":
                "DatasetRegistration PipelineOutputAbstractDataset PipelineOutputFileDataset "
                "PipelineOutputTabularDataset",
            "azureml.pipeline.core.run": "PipelineRun StepRun StepRunOutput",
            "azureml.pipeline.core.schedule": "Schedule ScheduleRecurrence TimeZone",
            "azureml.pipeline.steps":
                "AdlaStep AutoMLStep AutoMLStepRun AzureBatchStep CommandStep DataTransferStep DatabricksStep "
                "EstimatorStep HyperDriveStep HyperDriveStepRun KustoStep ModuleStep MpiStep ParallelRunConfig "
                "ParallelRunStep PythonScriptStep RScriptStep SynapseSparkStep",
            "azureml.pipeline.steps.adla_step": "AdlaStep",
            "azureml.pipeline.steps.automl_step": "AutoMLStep AutoMLStepRun",
            "azureml.pipeline.steps.azurebatch_step": "AzureBatchStep",
            "azureml.pipeline.steps.command_step": "CommandStep",
            "azureml.pipeline.steps.data_transfer_step": "DataTransferStep",
            "azureml.pipeline.steps.databricks_step": "DatabricksStep",
            "azureml.pipeline.steps.estimator_step": "EstimatorStep",
            "azureml.pipeline.steps.hyper_drive_step": "HyperDriveStep HyperDriveStepRun",
            "azureml.pipeline.steps.kusto_step": "KustoStep",
            "azureml.pipeline.steps.module_step": "ModuleStep",
            "azureml.pipeline.steps.mpi_step": "MpiStep",
            "azureml.pipeline.steps.parallel_run_config": "ParallelRunConfig",
            "azureml.pipeline.steps.parallel_run_step": "ParallelRunStep",
            "azureml.pipeline.steps.python_script_step": "PythonScriptStep",
            "azureml.pipeline.steps.r_script_step": "RScriptStep",
            "azureml.pipeline.steps.synapse_spark_step": "SynapseSparkStep",
            "azureml.widgets": "ParallelRunStepDetails",
        }),
    "Web services and images": (
        "load the model in a server of your own: Model.get_model_path(name) gives its file", {
            "azureml.accel": "AccelContainerImage AccelOnnxConverter PredictionClient",
            "azureml.accel.models": "",
            "azureml.contrib.brainwave": "BrainwaveImage BrainwaveWebservice",
            "azureml.contrib.brainwave.client": "PredictionClient",
            "azureml.contrib.brainwave.models": "QuantizedResnet50 QuantizedVgg16 Resnet50",
            "azureml.contrib.datadrift": "AlertConfiguration DataDriftDetector",
            "azureml.contrib.functions":
                "BLOB_TRIGGER HTTP_TRIGGER SERVICE_BUS_QUEUE_TRIGGER package package_blob package_http "
                "package_service_bus_queue",
            "azureml.contrib.server": "LocalInferenceServer",
            "azureml.contrib.services": "",
            "azureml.contrib.services.aml_request": "AMLRequest rawhttp",
            "azureml.contrib.services.aml_response": "AMLResponse",
            "azureml.core": "Image Webservice",
            "azureml.core.image": "ContainerImage Image UnknownImage",
            "azureml.core.image.container": "ContainerImage ContainerImageConfig",
            "azureml.core.image.image": "Asset Image ImageConfig TargetRuntime",
            "azureml.core.image.unknown_image": "UnknownImage",
            "azureml.core.model": "InferenceConfig ModelPackage",
            "azureml.core.profile": "ModelProfile",
            "azureml.core.webservice":
                "AciWebservice AksEndpoint AksWebservice LocalWebservice UnknownWebservice Webservice",
            "azureml.core.webservice.aci":
                "AciServiceDeploymentConfiguration AciWebservice ContainerResourceRequirements EncryptionProperties "
                "VnetConfiguration",
            "azureml.core.webservice.aks":
                "AksEndpoint AksEndpointDeploymentConfiguration AksServiceAccessToken "
                "AksServiceDeploymentConfiguration AksWebservice AutoScaler ContainerResourceRequirements "
                "DataCollection LivenessProbeRequirements",
            "azureml.core.webservice.container_resource_requirements": "ContainerResourceRequirements",
            "azureml.core.webservice.local": "LocalWebservice LocalWebserviceDeploymentConfiguration",
            "azureml.core.webservice.unknown_webservice": "UnknownWebservice",
            "azureml.core.webservice.webservice":
                "AutoScaler ContainerResourceRequirements DataCollection LivenessProbeRequirements "
                "WebServiceAccessToken Webservice WebserviceDeploymentConfiguration",
            "azureml.datadrift": "AlertConfiguration DataDriftDetector",
            "azureml.monitoring": "ModelDataCollector",
        }),
    "Model explanations": (
        "explain the model in the script with a library of your own, and keep pictures with run.log_image and "
        "files in ./outputs", {
            "azureml.contrib.explain": "",
            "azureml.contrib.explain.model": "",
            "azureml.contrib.explain.model.explanation": "",
            "azureml.contrib.explain.model.explanation.explanation_client": "ExplanationClient",
            "azureml.contrib.explain.model.tabular_explainer": "TabularExplainer",
            "azureml.contrib.explain.model.visualize": "ExplanationDashboard",
            "azureml.contrib.fairness": "download_dashboard_by_upload_id list_dashboards upload_dashboard_dictionary",
            "azureml.contrib.interpret": "ExplanationDashboard",
            "azureml.contrib.interpret.explanation.explanation_client": "ExplanationClient",
            "azureml.contrib.interpret.visualize": "ExplanationDashboard",
            "azureml.explain": "",
            "azureml.explain.model": "TabularExplainer",
            "azureml.explain.model.common": "ModelSummary",
            "azureml.explain.model.dataset": "",
            "azureml.explain.model.explanation": "",
            "azureml.explain.model.explanation.explanation":
                "BaseExplanation ClassesMixin ExpectedValuesMixin FeatureImportanceExplanation GlobalExplanation "
                "LocalExplanation PerClassMixin load_explanation save_explanation",
            "azureml.explain.model.mimic": "MimicExplainer",
            "azureml.explain.model.mimic.mimic_explainer": "MimicExplainer",
            "azureml.explain.model.mimic.models":
                "BaseExplainableModel DecisionTreeExplainableModel LGBMExplainableModel LinearExplainableModel "
                "SGDExplainableModel",
            "azureml.explain.model.mimic.models.explainable_model": "BaseExplainableModel",
            "azureml.explain.model.mimic.models.lightgbm_model": "LGBMExplainableModel",
            "azureml.explain.model.mimic.models.linear_model": "LinearExplainableModel SGDExplainableModel",
            "azureml.explain.model.mimic.models.tree_model": "DecisionTreeExplainableModel",
            "azureml.explain.model.mimic_wrapper": "MimicWrapper",
            "azureml.explain.model.permutation": "",
            "azureml.explain.model.permutation.metric_constants": "MetricConstants",
            "azureml.explain.model.permutation.permutation_importance": "PFIExplainer",
            "azureml.explain.model.scoring": "",
            "azureml.explain.model.scoring.scoring_explainer":
                "DeepScoringExplainer KernelScoringExplainer LinearScoringExplainer ScoringExplainer "
                "TreeScoringExplainer load save",
            "azureml.explain.model.shap": "DeepExplainer KernelExplainer LinearExplainer TreeExplainer",
            "azureml.explain.model.shap.deep_explainer": "DeepExplainer",
            "azureml.explain.model.shap.kernel_explainer": "KernelExplainer",
            "azureml.explain.model.shap.linear_explainer": "LinearExplainer",
            "azureml.explain.model.shap.tree_explainer": "TreeExplainer",
            "azureml.explain.model.tabular_explainer": "TabularExplainer",
            "azureml.fairness": "download_dashboard_by_upload_id list_dashboards upload_dashboard_dictionary",
            "azureml.interpret": "ExplanationClient MimicWrapper",
            "azureml.interpret.common": "ModelSummary",
            "azureml.interpret.common.exceptions":
                "ConflictingRawTransformationsException DimensionMismatchException DirectoryExistsException "
                "ExplanationNotFoundException InitDatasetMissingException InvalidExplanationException "
                "MissingEvalDataException MissingExplainException MissingExplanationTypesException "
                "MissingPackageException MissingRawTransformationsException NoExperimentNameOrIdException "
                "OptionalDependencyMissingException SamplesExceededException ScenarioNotSupportedException "
                "SerializationException UnsupportedModelException",
            "azureml.interpret.common.model_summary": "ModelSummary",
            "azureml.interpret.explanation": "",
            "azureml.interpret.explanation.explanation_client": "ExplanationClient",
            "azureml.interpret.mimic_wrapper": "MimicWrapper",
            "azureml.interpret.model": "KerasSerializer",
            "azureml.interpret.model.serialize": "KerasSerializer",
            "azureml.interpret.scoring": "",
            "azureml.interpret.scoring.scoring_explainer":
                "DeepScoringExplainer KernelScoringExplainer LinearScoringExplainer ScoringExplainer "
                "TreeScoringExplainer load save",
            "azureml.responsibleai": "",
        }),
    "Open datasets": (
        "get the data from where it is published, and put it into the workspace's datastore", {
            "azureml.opendatasets":
                "BingCOVID19Data BostonSafety COVID19OpenResearch COVIDTrackingProject ChicagoSafety CitySafety "
                "Diabetes EcdcCOVIDCases MNIST NoParameterOpenDatasetBase NoaaGfsWeather NoaaIsdWeather NycSafety "
                "NycTaxiBase NycTlcFhv NycTlcGreen NycTlcYellow OjSalesSimulated PublicHolidays PublicHolidaysOffline "
                "SampleDatasetBase SanFranciscoSafety SeattleSafety UsLaborCPI UsLaborEHENational UsLaborEHEState "
                "UsLaborLAUS UsLaborLFS UsLaborPPICommodity UsLaborPPIIndustry UsPopulationCounty UsPopulationZip",
            "azureml.opendatasets.accessories": "",
            "azureml.opendatasets.accessories.country_or_region_time_customer_data":
                "CountryOrRegionTimeCustomerData",
            "azureml.opendatasets.accessories.country_or_region_time_public_data": "CountryOrRegionTimePublicData",
            "azureml.opendatasets.accessories.country_region_data":
                "CORAvailableType CountryOrRegionColumn CountryOrRegionData",
            "azureml.opendatasets.accessories.customer_data": "CustomerData",
            "azureml.opendatasets.accessories.location_data":
                "LatLongColumn LocationCustomerData LocationData ZipCodeColumn",
            "azureml.opendatasets.accessories.location_time_customer_data": "LocationTimeCustomerData",
            "azureml.opendatasets.accessories.location_time_public_data": "LocationTimePublicData",
            "azureml.opendatasets.accessories.open_dataset_base": "ClassMethodOpenDatasetBase OpenDatasetBase",
            "azureml.opendatasets.accessories.public_data": "PublicData",
            "azureml.opendatasets.accessories.time_data": "TimeCustomerData TimeData TimePublicData",
            "azureml.opendatasets.aggregators": "",
            "azureml.opendatasets.aggregators.aggregator": "Aggregator",
            "azureml.opendatasets.aggregators.aggregator_all": "AggregatorAll",
            "azureml.opendatasets.aggregators.aggregator_avg": "AggregatorAvg",
            "azureml.opendatasets.aggregators.aggregator_max": "AggregatorMax",
            "azureml.opendatasets.aggregators.aggregator_min": "AggregatorMin",
            "azureml.opendatasets.aggregators.aggregator_top": "AggregatorTop",
            "azureml.opendatasets.enrichers": "",
            "azureml.opendatasets.enrichers.common_weather_enricher": "CommonWeatherEnricher",
            "azureml.opendatasets.enrichers.enricher": "Enricher",
            "azureml.opendatasets.enrichers.holiday_enricher": "HolidayEnricher",
            "azureml.opendatasets.granularities": "",
            "azureml.opendatasets.granularities.granularity":
                "DayGranularity Granularity HourGranularity LocationClosestGranularity LocationGranularity "
                "MonthGranularity TimeGranularity",
            "azureml.opendatasets.selectors": "",
            "azureml.opendatasets.selectors.country_region_selector": "EnricherCountryRegionSelector",
            "azureml.opendatasets.selectors.enricher_selector":
                "EnricherLocationSelector EnricherSelector EnricherTimeSelector",
            "azureml.opendatasets.selectors.location_closest_selector": "LocationClosestSelector",
            "azureml.opendatasets.selectors.time_nearest_selector": "TimeNearestSelector",
        }),
    "Data in the cloud": (
        "put the data into a folder and use Dataset.File.from_files, Dataset.Tabular.from_delimited_files or "
        "ws.get_default_datastore()", {
            "azureml.contrib.dataset": "FileHandlingOption LabeledDatasetTask",
            "azureml.core.run": "InputDatasets LinkOutput OutputDatasets",
            "azureml.core.runconfig":
                "ApplicationEndpointConfiguration AzureContainerRegistry Data DataLocation DatacacheConfiguration "
                "DatasetRegistrationOptions GlobsOptions KubernetesComputeConfiguration MountOptions OutputData "
                "OutputOptions RegistrationOptions UploadOptions Uri",
            "azureml.data":
                "DataType DatacacheStore FileDataset HDFSOutputDatasetConfig LinkFileOutputDatasetConfig "
                "LinkTabularOutputDatasetConfig OutputFileDatasetConfig TabularDataset",
            "azureml.data.abstract_dataset": "AbstractDataset",
            "azureml.data.abstract_datastore": "AbstractDatastore",
            "azureml.data.azure_data_lake_datastore":
                "AbstractADLSDatastore AzureDataLakeDatastore AzureDataLakeGen2Datastore",
            "azureml.data.azure_my_sql_datastore": "AzureMySqlDatastore",
            "azureml.data.azure_postgre_sql_datastore": "AzurePostgreSqlDatastore",
            "azureml.data.azure_sql_database_datastore": "AzureSqlDatabaseDatastore",
            "azureml.data.azure_storage_datastore":
                "AbstractAzureStorageDatastore AzureBlobDatastore AzureFileDatastore",
            "azureml.data.context_managers": "DatasetContextManager DatastoreContextManager",
            "azureml.data.data_reference": "DataReference",
            "azureml.data.datacache": "DatacacheHydrationTracker DatacacheStore",
            "azureml.data.datacache_consumption_config": "DatacacheConsumptionConfig",
            "azureml.data.datacache_singularity_settings":
                "DatacacheSingularitySettings SingularityPriority SingularitySlaTier",
            "azureml.data.datapath": "DataPath DataPathComputeBinding",
            "azureml.data.dataset_action_run": "DatasetActionRun",
            "azureml.data.dataset_consumption_config": "DatasetConsumptionConfig",
            "azureml.data.dataset_definition": "DatasetDefinition",
            "azureml.data.dataset_error_handling": "DatasetExecutionError DatasetValidationError",
            "azureml.data.dataset_factory": "DataType FileDatasetFactory TabularDatasetFactory",
            "azureml.data.dataset_profile": "DatasetProfile",
            "azureml.data.dataset_profile_run": "DatasetProfileRun",
            "azureml.data.dataset_profile_run_config": "DatasetProfileRunConfig",
            "azureml.data.dataset_snapshot": "DatasetSnapshot",
            "azureml.data.dataset_type_definitions":
                "FileEncoding FileType HistogramCompareMethod PromoteHeadersBehavior SkipLinesBehavior",
            "azureml.data.dbfs_datastore": "DBFSDatastore",
            "azureml.data.file_dataset": "FileDataset",
            "azureml.data.hdfs_datastore": "HDFSDatastore",
            "azureml.data.output_dataset_config":
                "HDFSOutputDatasetConfig LinkFileOutputDatasetConfig LinkTabularOutputDatasetConfig MountOptions "
                "OutputDatasetConfig OutputFileDatasetConfig OutputTabularDatasetConfig RegistrationConfiguration "
                "TransformationMixin UploadOptions",
            "azureml.data.sql_data_reference": "SqlDataReference",
            "azureml.data.stored_procedure_parameter": "StoredProcedureParameter StoredProcedureParameterType",
            "azureml.data.tabular_dataset": "TabularDataset",
            "azureml.dataprep": "Dataflow auto_read_file col read_csv read_excel read_parquet_file read_sql",
        }),
    "Spark and Databricks": (
        "run PySpark in a script on this machine: its interpreter needs pyspark", {
            "azureml.contrib.synapse": "",
            "azureml.core": "LinkedService SynapseWorkspaceLinkedServiceConfiguration",
            "azureml.core.compute": "KustoCompute SynapseCompute",
            "azureml.core.compute.kusto": "KustoAttachConfiguration KustoCompute",
            "azureml.core.compute.synapse": "SynapseAttachConfiguration SynapseCompute",
            "azureml.core.databricks":
                "DatabricksCluster DatabricksEnvironment DatabricksSection EggLibrary JarLibrary MavenLibrary "
                "PyPiLibrary RCranLibrary",
            "azureml.core.linked_service":
                "LinkedService LinkedServiceConfiguration SynapseWorkspaceLinkedServiceConfiguration",
        }),
    "Services around a cloud workspace": (
        "nothing leaves this machine; give secrets to a run as environment variables "
        "(run_config.environment_variables)", {
            "azureml.core": "Keyvault PrivateEndPoint PrivateEndPointConfig",
            "azureml.core.keyvault": "Keyvault",
            "azureml.core.private_endpoint": "PrivateEndPoint PrivateEndPointConfig",
        }),
    "Preparing of images and machines": (
        "runs use an interpreter of this machine: environment.python.interpreter_path", {
            "azureml.core":
                "attach_legacy_compute_target diagnostic_log is_compute_target_prepared prepare_compute_target "
                "remove_legacy_compute_target",
            "azureml.core.compute.aks": "AksUpdateConfiguration SslConfiguration SystemService",
            "azureml.core.compute.compute": "ComputeTargetUpdateConfiguration",
            "azureml.core.compute.kubernetescompute": "KubernetesComputeStatus",
            "azureml.core.compute_target":
                "attach_legacy_compute_target is_compute_target_prepared prepare_compute_target "
                "remove_legacy_compute_target",
            "azureml.core.container_registry": "RegistryIdentity",
            "azureml.core.environment": "DockerBuildContext DockerImageDetails EnvironmentReference",
        }),
    "TensorBoard beside a run": (
        "write its files below ./logs and start tensorboard --logdir there; the run's page shows its folder", {
            "azureml._run_impl": "",
            "azureml._run_impl.run_watcher": "RunWatcher",
            "azureml.contrib.tensorboard": "Tensorboard",
            "azureml.contrib.tensorboard.export": "export_to_tensorboard",
            "azureml.tensorboard": "Tensorboard",
            "azureml.tensorboard.export": "export_to_tensorboard",
        }),
    "Contributed packages": (
        "submit a script with ScriptRunConfig, which may start whatever is installed (papermill, ray, ...)", {
            "azureml.contrib": "",
            "azureml.contrib.core": "",
            "azureml.contrib.core.compute": "",
            "azureml.contrib.core.compute.k8scompute": "AksCompute",
            "azureml.contrib.core.k8srunconfig": "K8sComputeConfiguration",
            "azureml.contrib.notebook":
                "AzureMLApplicationInsightsNotebookHandler AzureMLNotebookHandler Extension NotebookExecutionHandler "
                "NotebookRunConfig NotebookRunnerStep PapermillExecutionHandler load_ipython_extension",
            "azureml.contrib.notebook.extension": "Extension",
            "azureml.contrib.train": "",
            "azureml.contrib.train.rl":
                "Ray ReinforcementLearningEstimator SimulatorConfiguration WorkerConfiguration",
        }),
    "Modules of the designer": (
        "submit a script with ScriptRunConfig, and read and write its tables with pandas", {
            "azureml.designer": "",
            "azureml.studio.core.data_frame_schema": "DataFrameSchema",
            "azureml.studio.core.io.data_frame_directory":
                "DataFrameDirectory load_data_frame_from_directory save_data_frame_to_directory",
            "azureml.studio.core.io.image_directory": "ImageDirectory",
            "azureml.studio.core.logger": "TimeProfile module_logger time_profile",
        }),
}
