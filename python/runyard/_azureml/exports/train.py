# SPDX-License-Identifier: Apache-2.0
"""Written by scripts/azureml_exports: the public modules below these parts of azureml, and what each exports:
train.

Module without "azureml." -> the names that it makes, then "module:names" for those that it has from others.
"""

from typing import Dict

EXPORTS: Dict[str, str] = {
    "train": "",
    "train.automl":
        "__version__ automl.core.package_utilities:get_sdk_dependencies train.automl.automlconfig:AutoMLConfig "
        "train.automl.automlimageconfig:AutoMLImageConfig",
    "train.automl.automl_adb_run":
        "AutoMLADBRun automl.core.shared.logging_utilities:log_traceback train.automl.exceptions:ClientException,"
        "ConfigException train.automl.run:AutoMLRun",
    "train.automl.automl_model_explain": "",
    "train.automl.automlconfig":
        "AutoMLConfig automl.core.constants:FeaturizationConfigMode,TextDNNLanguages "
        "automl.core.featurization.featurizationconfig:FeaturizationConfig "
        "automl.core.forecasting_parameters:ForecastingParameters "
        "automl.core.shared.constants:SupportedInputDatatypes,SupportedModelNames,SupportedModels,TimeSeries "
        "automl.core.shared.exceptions:DataException automl.core.shared.reference_codes:ReferenceCodes "
        "core.compute_target:LocalTarget core.environment:Environment core.experiment:Experiment core.run:Run "
        "core.runconfig:RunConfiguration core.workspace:Workspace data.constants:DIRECT_MODE "
        "data.dataset_consumption_config:DatasetConsumptionConfig "
        "data.output_dataset_config:OutputTabularDatasetConfig "
        "pipeline.core.pipeline_output_dataset:PipelineOutputTabularDataset train.automl.constants:Framework "
        "train.automl.exceptions:ConfigException",
    "train.automl.automlimageconfig":
        "AutoMLImageConfig automl.core.shared.constants:ImageTask data.tabular_dataset:TabularDataset "
        "train.automl.automlconfig:AutoMLConfig train.automl.exceptions:ValidationException "
        "train.hyperdrive.policy:EarlyTerminationPolicy train.hyperdrive.sampling:HyperParameterSampling",
    "train.automl.client": "",
    "train.automl.constants":
        "AUTOML_FIT_PARAMS_PATH AUTOML_IMAGE_RUN_SOURCE AUTOML_SETTINGS_PATH AutoMLPipelineScenario "
        "BEST_RUN_ID_SUFFIX CommonTasks ComputeTargets DATA_SCRIPT_FILE_NAME DNN_NLP_ITERATIONS_DEFAULT "
        "EARLY_STOPPING_NUM_LANDMARKS Environments ExperimentObserver Framework HTSConstants HTSSupportedInputType "
        "INFERENCE_OUTPUT InferenceTypes LOCAL_PREDICT_NAME LOCAL_SCRIPT_NAME MANAGED_RUN_ID_PARAM MAX_ITERATIONS "
        "MAX_SAMPLES_AUTOBLOCK MAX_SAMPLES_AUTOBLOCKED_ALGOS MODEL_EXPLANATION_TAG MODEL_FILE "
        "PIPELINE_FETCH_BATCH_SIZE_LIMIT PREDICTED_METRIC_NAME PREDICT_OUTPUT_FILE PYPI_INDEX SCRIPT_RUN_ID_PROPERTY "
        "SINGLE_THREADED_ALGORITHMS Sample_Weights_Unsupported Scenarios SupportedInputDatatypes SupportedModels "
        "Tasks TimeSeries automl.core.constants:FeatureType,FeaturizationConfigMode,SupportedTransformers "
        "automl.core.shared.constants:API,AcquisitionFunction,CHILD_RUNS_SUMMARY_PATH,ClientErrors,Defaults,"
        "EnsembleConstants,LOCAL_CHILD_RUNS_SUMMARY_PATH,LOCAL_MODEL_PATH,LOCAL_MODEL_PATH_ONNX,"
        "LOCAL_MODEL_PATH_TRAIN,LOCAL_MODEL_RESOURCE_PATH_ONNX,LOCAL_VERIFIER_RESULTS_PATH,MODEL_PATH,"
        "MODEL_PATH_ONNX,MODEL_PATH_TRAIN,MODEL_RESOURCE_PATH_ONNX,Metric,MetricObjective,ModelClassNames,"
        "NumericalDtype,Optimizer,OptimizerObjectives,PROPERTY_KEY_OF_MODEL_PATH,PipelineCost,"
        "PipelineParameterConstraintCheckStatus,RunState,ServerStatus,Status,TextOrCategoricalDtype,"
        "TimeConstraintEnforcement,TrainingResultsType,TrainingType,VERIFIER_RESULTS_PATH,get_metric_from_type,"
        "get_status_from_type",
    "train.automl.exceptions":
        "ApiInvocationException AuthorizationException AutoMLExperimentException BadArgumentException CacheException "
        "ClientException ConfigException DataException DataPrepValidationException DataScriptException "
        "DataValidationException DataprepException DatasetServiceException EarlyTerminationException "
        "FeatureUnavailableException FeaturizationException FetchNextIterationException FileNotFoundException "
        "ForecastingDataException InvalidRunState MalformedValueException MetricCalculationException "
        "MissingValueException ModelExplanationException ModelFitException NotFoundException OnnxConvertException "
        "OnnxException PostTrainingException PreTrainingException ProblemInfoException ServiceException "
        "SystemException TrainingException UnhashableEntryException ValidationException "
        "automl.core.shared.exceptions:ScenarioNotSupportedException exceptions:AzureMLException,UserErrorException",
    "train.automl.model_proxy":
        "AzureMLServiceException FORECAST_QUANTILES ModelProxy RESULTS_PROPERTY "
        "automl.core.shared.constants:SupportedInputDatatypes,TelemetryConstants "
        "automl.core.shared.exceptions:ConfigException core.compute.compute:ComputeTarget "
        "core.compute_target:LocalTarget core.dataset:Dataset core.datastore:Datastore core.run:Run "
        "core.runconfig:RunConfiguration core.script_run_config:ScriptRunConfig data.abstract_dataset:AbstractDataset "
        "data.constants:WORKSPACE_BLOB_DATASTORE data.tabular_dataset:TabularDataset "
        "train.automl.constants:InferenceTypes,LOCAL_PREDICT_NAME,SCRIPT_RUN_ID_PROPERTY",
    "train.automl.run":
        "AutoMLRun AzureMLServiceException CONTINUE_EXPERIMENT_KEY CONTINUE_EXPERIMENT_SET "
        "CONTINUE_EXPERIMENT_STATUS_KEY ITERATIONS_STR POST_PROCESSING_STATES PRIMARY_METRIC_STR RUNNING_STATES "
        "STATUS automl.core.console_interface:ConsoleInterface automl.core.console_writer:ConsoleWriter "
        "automl.core.dataset_utilities:convert_inputs,convert_inputs_dataset "
        "automl.core.onnx_convert.onnx_convert_constants:OnnxConvertConstants,SplitOnnxModelName "
        "automl.core.package_utilities:get_sdk_dependencies automl.core.shared.exceptions:AutoMLException,"
        "UserException automl.core.shared.utilities:minimize_or_maximize core.run:Run "
        "exceptions:ExperimentExecutionException,UserErrorException train.automl.exceptions:ClientException,"
        "ConfigException,NotFoundException,OnnxConvertException",
    "train.automl.utilities": "get_primary_metrics train.automl.constants:ComputeTargets",
    "train.dnn": "Chainer Gloo Mpi Nccl ParameterServer PyTorch TensorFlow",
    "train.estimator":
        "Estimator MMLBaseEstimator MMLBaseEstimatorRunConfig train.dnn:Gloo,Mpi,Nccl,ParameterServer",
    "train.hyperdrive":
        "ExperimentSubmitRegistrar search train.hyperdrive.parameter_expressions:choice,lognormal,loguniform,"
        "normal,qlognormal,qloguniform,qnormal,quniform,randint,uniform train.hyperdrive.policy:BanditPolicy,"
        "EarlyTerminationPolicy,MedianStoppingPolicy,NoTerminationPolicy,TruncationSelectionPolicy "
        "train.hyperdrive.run:HyperDriveRun train.hyperdrive.runconfig:HyperDriveConfig,HyperDriveRunConfig,"
        "PrimaryMetricGoal train.hyperdrive.sampling:BayesianParameterSampling,GridParameterSampling,"
        "HyperParameterSampling,RandomParameterSampling",
    "train.hyperdrive.error_definition":
        "DictValidationInvalidArgument DistributionValidationFailure HyperDriveNotImplemented "
        "HyperDriveRunCancellationError HyperDriveTrainingError InvalidComputeTarget InvalidConfigSetting "
        "InvalidKeyInDict InvalidRunHost InvalidType MissingChoiceValues RehydratePolicyNotFound "
        "RehydrateUnknownSampling ResumeChildRunsContainsDuplicate ResumeChildRunsFromTooManyParentRuns "
        "ResumeChildRunsNotInTerminalState ResumeChildRunsWithoutParentRun WarmStartRunsDontMatch "
        "train.hyperdrive.error_strings:HyperDriveErrorStrings",
    "train.hyperdrive.error_strings": "HyperDriveErrorStrings",
    "train.hyperdrive.exceptions":
        "HyperDriveConfigException HyperDriveException HyperDriveNotImplementedException HyperDriveRehydrateException "
        "HyperDriveScenarioNotSupportedException HyperDriveServiceException exceptions:AzureMLException",
    "train.hyperdrive.parameter_expressions":
        "choice lognormal loguniform normal qlognormal qloguniform qnormal quniform randint uniform "
        "train.hyperdrive.error_definition:InvalidConfigSetting,MissingChoiceValues "
        "train.hyperdrive.exceptions:HyperDriveConfigException",
    "train.hyperdrive.policy":
        "BanditPolicy EarlyTerminationPolicy MedianStoppingPolicy NoTerminationPolicy TruncationSelectionPolicy "
        "train.hyperdrive.error_definition:DictValidationInvalidArgument,InvalidConfigSetting,InvalidKeyInDict,"
        "InvalidType,RehydratePolicyNotFound train.hyperdrive.exceptions:HyperDriveConfigException,"
        "HyperDriveRehydrateException",
    "train.hyperdrive.run":
        "HyperDriveRun TERMINAL_STATES core.experiment:Experiment core.run:Run core.workspace:Workspace "
        "exceptions:TrainingException train.hyperdrive.error_definition:HyperDriveNotImplemented,"
        "HyperDriveRunCancellationError,InvalidType train.hyperdrive.exceptions:HyperDriveConfigException,"
        "HyperDriveNotImplementedException train.hyperdrive.runconfig:HyperDriveConfig,PrimaryMetricGoal "
        "train.restclients.hyperdrive.models.error_response:ErrorResponseException",
    "train.hyperdrive.runconfig":
        "HYPERDRIVE_URL_SUFFIX HyperDriveConfig HyperDriveRunConfig MAX_DURATION_MINUTES MAX_PARENT_RUNS "
        "PrimaryMetricGoal RECOMMENDED_MAX_CONCURRENT_RUNS_BAYESIAN RECOMMENDED_MIN_RUNS_PER_PARAMETER_BAYESIAN "
        "RESUME_FROM_TOTAL_RUNS TERMINAL_STATES core.run:Run core.script_run_config:ScriptRunConfig,"
        "get_run_config_from_script_run exceptions:TrainingException "
        "train.hyperdrive.error_definition:InvalidConfigSetting,InvalidType,ResumeChildRunsContainsDuplicate,"
        "ResumeChildRunsFromTooManyParentRuns,ResumeChildRunsNotInTerminalState,ResumeChildRunsWithoutParentRun,"
        "WarmStartRunsDontMatch train.hyperdrive.exceptions:HyperDriveConfigException "
        "train.hyperdrive.policy:NoTerminationPolicy train.hyperdrive.sampling:BayesianParameterSampling",
    "train.hyperdrive.sampling":
        "BayesianParameterSampling GridParameterSampling HyperParameterSampling RandomParameterSampling "
        "train.hyperdrive.error_definition:DictValidationInvalidArgument,DistributionValidationFailure,"
        "InvalidConfigSetting,InvalidKeyInDict,InvalidType,RehydrateUnknownSampling "
        "train.hyperdrive.exceptions:HyperDriveConfigException,HyperDriveRehydrateException",
    "train.restclients": "",
    "train.restclients.hyperdrive":
        "__version__ train.restclients.hyperdrive.rest_client:RestClient train.restclients.hyperdrive.version:VERSION",
    "train.restclients.hyperdrive.models":
        "train.restclients.hyperdrive.models.cancel_experiment_respose_dto:CancelExperimentResposeDto "
        "train.restclients.hyperdrive.models.create_experiment_dto:CreateExperimentDto "
        "train.restclients.hyperdrive.models.create_experiment_dto_generator_config:CreateExperimentDtoGeneratorConfig "
        "train.restclients.hyperdrive.models.create_experiment_dto_policy_config:CreateExperimentDtoPolicyConfig "
        "train.restclients.hyperdrive.models.create_experiment_dto_primary_metric_config:CreateExperimentDtoPrimaryMetricConfig "
        "train.restclients.hyperdrive.models.error_response:ErrorResponse,ErrorResponseException "
        "train.restclients.hyperdrive.models.experiment_dto:ExperimentDto "
        "train.restclients.hyperdrive.models.experiment_dto_generator_config:ExperimentDtoGeneratorConfig "
        "train.restclients.hyperdrive.models.experiment_dto_policy_config:ExperimentDtoPolicyConfig "
        "train.restclients.hyperdrive.models.experiment_dto_primary_metric_config:ExperimentDtoPrimaryMetricConfig "
        "train.restclients.hyperdrive.models.experiment_response_dto:ExperimentResponseDto "
        "train.restclients.hyperdrive.models.run_key:RunKey train.restclients.hyperdrive.models.run_scope:RunScope",
    "train.restclients.hyperdrive.models.cancel_experiment_respose_dto": "CancelExperimentResposeDto",
    "train.restclients.hyperdrive.models.create_experiment_dto": "CreateExperimentDto",
    "train.restclients.hyperdrive.models.create_experiment_dto_generator_config": "CreateExperimentDtoGeneratorConfig",
    "train.restclients.hyperdrive.models.create_experiment_dto_policy_config": "CreateExperimentDtoPolicyConfig",
    "train.restclients.hyperdrive.models.create_experiment_dto_primary_metric_config":
        "CreateExperimentDtoPrimaryMetricConfig",
    "train.restclients.hyperdrive.models.error_response": "ErrorResponse ErrorResponseException",
    "train.restclients.hyperdrive.models.experiment_dto": "ExperimentDto",
    "train.restclients.hyperdrive.models.experiment_dto_generator_config": "ExperimentDtoGeneratorConfig",
    "train.restclients.hyperdrive.models.experiment_dto_policy_config": "ExperimentDtoPolicyConfig",
    "train.restclients.hyperdrive.models.experiment_dto_primary_metric_config": "ExperimentDtoPrimaryMetricConfig",
    "train.restclients.hyperdrive.models.experiment_response_dto": "ExperimentResponseDto",
    "train.restclients.hyperdrive.models.run_key": "RunKey",
    "train.restclients.hyperdrive.models.run_scope": "RunScope",
    "train.restclients.hyperdrive.rest_client":
        "RestClient RestClientConfiguration train.restclients.hyperdrive.version:VERSION",
    "train.restclients.hyperdrive.version": "VERSION core_version",
    "train.sklearn": "SKLearn",
}
