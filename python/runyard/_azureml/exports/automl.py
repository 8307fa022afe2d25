# SPDX-License-Identifier: Apache-2.0
"""Written by scripts/azureml_exports: the public modules below these parts of azureml, and what each exports:
automl.

Module without "azureml." -> the names that it makes, then "module:names" for those that it has from others.
"""

from typing import Dict

EXPORTS: Dict[str, str] = {
    "automl": "",
    "automl.core": "__version__ handle_legacy_shared_package_imports",
    "automl.core.automl_base_settings":
        "AutoMLBaseSettings automl.core.constants:FeatureType,FeaturizationConfigMode,SupportedTransformers,"
        "TransformerParams automl.core.featurization.featurizationconfig:FeaturizationConfig "
        "automl.core.forecasting_parameters:ForecastingParameters "
        "automl.core.onnx_convert.onnx_convert_constants:OnnxConvertConstants "
        "automl.core.shared.constants:SupportedModelNames,TimeSeries automl.core.shared.exceptions:ConfigException "
        "automl.core.shared.reference_codes:ReferenceCodes automl.core.shared.types:ColumnTransformerParamType "
        "automl.core.shared.utilities:get_primary_metrics,minimize_or_maximize",
    "automl.core.automl_utils":
        "get_automl_resource_url retry_with_backoff automl.core.constants:SDKResourceURLSEnvironmentVariables",
    "automl.core.config_utilities":
        "automl.core.shared.constants:TimeSeries automl.core.shared.exceptions:ConfigException "
        "data.tabular_dataset:TabularDataset",
    "automl.core.configuration":
        "automl.core.configuration.feature_config:FeatureConfig automl.core.configuration.keys:ConfigKeys "
        "automl.core.configuration.sweeper_config:SweeperConfig",
    "automl.core.configuration.feature_config":
        "FeatureConfig automl.core.shared.exceptions:ConfigException "
        "automl.core.shared.reference_codes:ReferenceCodes",
    "automl.core.configuration.keys": "ConfigKeys",
    "automl.core.configuration.sampler_config":
        "SamplerConfig automl.core.shared.exceptions:ConfigException "
        "automl.core.shared.reference_codes:ReferenceCodes",
    "automl.core.configuration.sweeper_config":
        "SweeperConfig automl.core.automl_utils:get_automl_resource_url automl.core.shared.exceptions:ConfigException "
        "automl.core.shared.reference_codes:ReferenceCodes",
    "automl.core.console_interface":
        "Column ConsoleInterface DEFAULT_GUARDRAIL_SCHEMA_VERSION Guardrails PACKAGE_NAME WIDTH_BEST WIDTH_DURATION "
        "WIDTH_ITERATION WIDTH_METRIC WIDTH_PIPELINE WIDTH_SAMPLING automl.core.console_writer:ConsoleWriter",
    "automl.core.console_writer": "ConsoleWriter core.run:Run",
    "automl.core.constants":
        "FEATURIZERS_NOT_TO_BE_SHOWN_IN_ENGG_FEAT_NAMES FeatureType FeaturizationConfigMode FeaturizationRunConstants "
        "HTSConstants LanguageUnicodeRanges PredictionTransformTypes PreparationRunTypeConstants "
        "RunHistoryEnvironmentVariableNames SDKResourceURLSEnvironmentVariables SupportedTransformerNames "
        "SupportedTransformers SupportedTransformersFactoryNames SupportedTransformersInternal SweepingMode "
        "TextDNNLanguages TextNeuralNetworks TransformerName TransformerNameMappings TransformerParams",
    "automl.core.dataprep_utilities":
        "DATAPREP_ERROR_MAP DATAPREP_INSTALLED DprepException dataprep_error_handler get_dataprep_json "
        "get_dataprep_json_dataset is_dataflow load_dataflows_from_json_dict save_dataflows_to_json "
        "automl.core.shared.exceptions:ClientException,ConfigException,DataprepException,ResourceException",
    "automl.core.dataset_utilities":
        "collect_usage_telemetry convert_inputs convert_inputs_dataset ensure_saved "
        "get_dataset_from_mltable_data_json get_datasets_from_data_json get_datasets_from_dataprep_json "
        "get_datasets_from_mltable_data_json get_datasets_json is_dataset "
        "automl.core.shared.constants:MLTableDataLabel,MLTableLiterals "
        "automl.core.shared.exceptions:ClientException,ConfigException,DataprepException core.dataset:Dataset "
        "core.workspace:Workspace data.abstract_dataset:AbstractDataset data.dataset_definition:DatasetDefinition "
        "data.file_dataset:FileDataset data.tabular_dataset:TabularDataset dataprep:Dataflow "
        "exceptions:AzureMLException,UserErrorException",
    "automl.core.featurization": "automl.core.featurization.featurizationconfig:FeaturizationConfig",
    "automl.core.featurization.featurizationconfig":
        "FeaturizationConfig automl.core.constants:SupportedTransformersInternal,TextDNNLanguages "
        "automl.core.shared.constants:TimeSeriesInternal automl.core.shared.exceptions:ConfigException "
        "automl.core.shared.reference_codes:ReferenceCodes automl.core.shared.types:ColumnTransformerParamType",
    "automl.core.forecasting_parameters":
        "ForecastingParameters automl.core.shared.constants:AggregationFunctions,ShortSeriesHandlingValues,"
        "TimeSeries,TimeSeriesInternal,TimeSeriesWebLinks automl.core.shared.exceptions:ConfigException "
        "automl.core.shared.reference_codes:ReferenceCodes",
    "automl.core.inference":
        "automl.core.inference.inference:AMLArtifactIDHeader,AutoMLCondaPackagesList,AutoMLDNNCondaPackagesList,"
        "AutoMLDNNPipPackagesList,AutoMLInferenceArtifactIDs,AutoMLNLPCondaPackagesList,AutoMLNLPPipPackagesList,"
        "AutoMLPipPackagesList,AutoMLVisionCondaPackagesList,AutoMLVisionPipPackagesList,MaxLengthModelID,"
        "NumpyParameterType,PandasParameterType",
    "automl.core.inference.inference":
        "AMLArtifactIDHeader AutoMLCondaPackagesList AutoMLDNNCondaPackagesList AutoMLDNNPipPackagesList "
        "AutoMLInferenceArtifactIDs AutoMLNLPCondaPackagesList AutoMLNLPPipPackagesList AutoMLPipPackagesList "
        "AutoMLVisionCondaPackagesList AutoMLVisionPipPackagesList MaxLengthModelID NumpyParameterType PACKAGE_NAME "
        "PandasParameterType get_conda_deps_as_dict get_local_conda_versions",
    "automl.core.model_explanation": "ModelExpGithubNBLink ModelExpSupportStr",
    "automl.core.onnx_convert":
        "automl.core.onnx_convert.onnx_convert_constants:OnnxConvertConstants,SplitOnnxModelName",
    "automl.core.onnx_convert.onnx_convert_constants": "OnnxConvertConstants SplitOnnxModelName",
    "automl.core.package_utilities":
        "AUTOML_PACKAGES DISABLE_ENV_MISMATCH PACKAGES_IGNORED_IN_VALIDATION PACKAGE_NAME VALIDATED_REQ_FILE_NAME "
        "get_sdk_dependencies automl.core.shared.exceptions:ValidationException "
        "automl.core.shared.reference_codes:ReferenceCodes core.environment:Environment",
    "automl.core.serialization_utilities": "serialize_json_safe",
    "automl.core.shared": "",
    "automl.core.shared.activity_logger": "ActivityLogger",
    "automl.core.shared.constants":
        "API ARTIFACT_TAG AcquisitionFunction AggregationFunctions AutoMLDefaultTimeouts AutoMLJson AutoMLValidation "
        "CHILD_RUNS_SUMMARY_PATH CONDA_ENV_FILE_PATH CheckImbalance ClientErrors DEFAULT_LOGGING_APP_NAME "
        "DEPENDENCIES_PATH DatetimeDtype Defaults Dependencies EARLY_STOPPING_NUM_LANDMARKS EnsembleConstants "
        "EnsembleMethod ErrorLinks ExceptionFragments FEATURIZATION_ENGG_FEAT_NAMES_PATH FEATURIZATION_SUMMARY_PATH "
        "FeatureSweeping FitPipelineComponentName HyperparameterSweepingConstants INFERENCE_DEPENDENCIES ImageTask "
        "IterationTimeout LOCAL_CHILD_RUNS_SUMMARY_PATH LOCAL_CONDA_ENV_FILE_PATH LOCAL_DEPENDENCIES_PATH "
        "LOCAL_MODEL_PATH LOCAL_MODEL_PATH_ONNX LOCAL_MODEL_PATH_TRAIN LOCAL_MODEL_RESOURCE_PATH_ONNX "
        "LOCAL_OUTPUT_PATH LOCAL_PIPELINE_GRAPH_PATH LOCAL_SCORING_FILE_PATH LOCAL_SCORING_FILE_V2_PATH "
        "LOCAL_VERIFIER_RESULTS_PATH LOW_MEMORY_THRESHOLD LearnerColumns LegacyModelNames MAX_ITERATIONS "
        "MAX_SAMPLES_AUTOBLOCK MAX_SAMPLES_AUTOBLOCKED_ALGOS MLFLOW_FEATURIZATION_OUTPUT MLFLOW_OUTPUT_PATH "
        "MLFLOW_TRANSFORMER_PATH MLFlowLiterals MLFlowMetaLiterals MLTableDataLabel MLTableLiterals "
        "MODEL_EXPLANATION_TAG MODEL_FILENAME MODEL_PATH MODEL_PATH_ONNX MODEL_PATH_TRAIN MODEL_RESOURCE_PATH_ONNX "
        "MULTINOMIAL_ALGO_TAG Metric MetricExtrasConstants MetricObjective ModelCategories ModelClassNames ModelName "
        "ModelNameMappings ModelParameters NumericalDtype OUTPUT_PATH Optimizer OptimizerObjectives "
        "PIPELINE_GRAPH_PATH PIPELINE_GRAPH_VERSION PROPERTY_KEY_OF_MODEL_PATH PT_MODEL_FILENAME PT_MODEL_PATH "
        "PipelineCost PipelineMaskProfiles PipelineParameterConstraintCheckStatus PreprocessorCategories "
        "RUN_ID_OUTPUT_PATH RuleBasedValidation RunState SCIKIT_LEARN_LOWEST_SUPPORTED_VERSION SCORING_FILE_PATH "
        "SCORING_FILE_PBI_V1_PATH SCORING_FILE_V2_PATH SINGLE_THREADED_ALGORITHMS Sample_Weights_Unsupported "
        "ServerStatus ShortSeriesHandlingValues Status SubsamplingSchedule SubsamplingTreatment Subtasks "
        "SupportedCategoricals SupportedInputDatatypes SupportedModelNames SupportedModels TIMEOUT_TAG Tasks "
        "TelemetryConstants TextOrCategoricalDtype TimeConstraintEnforcement TimeSeries TimeSeriesInternal "
        "TimeSeriesWebLinks TrainingResultsType TrainingType Transformers VERIFIER_RESULTS_PATH ValidationLimitRule "
        "XGBOOST_SUPPORTED_GPU_VERSION XGBOOST_SUPPORTED_VERSION get_metric_from_type get_status_from_type",
    "automl.core.shared.dataflow_utilities": "PicklableDataflow",
    "automl.core.shared.exceptions":
        "AllLabelsMissingException ArgumentException AutoMLEnsembleException AutoMLException BadArgumentException "
        "CacheException CacheStoreCorruptedException ClientException ConfigException ConflictingTimeoutException "
        "DataErrorException DataException DataFormatException DataSamplesSizeException DataprepException "
        "DeleteFileException DiskSpaceUnavailableException EmptyDataException ErrorTypes ExceptionT "
        "FeaturizationOffException FitException InsufficientDataException InvalidArgumentException "
        "InvalidDataTypeException InvalidOperationException InvalidTypeException InvalidValueException "
        "JasmineServiceException LabelMissingException MalformedValueException ManagedEnvironmentCorruptedException "
        "MemorylimitException MissingArgumentException MissingValueException NON_PII_MESSAGE OnnxConvertException "
        "OptionalDependencyMissingException OutOfBoundDataException OutOfRangeException PipelineRunException "
        "PredictionException RawDataSnapshotException ResourceException RunStateChangeException "
        "ScenarioNotSupportedException ServiceException TransformException UnhashableEntryException "
        "UntrainedModelException UserException ValidationException automl.core.shared.constants:ClientErrors "
        "exceptions:AzureMLException",
    "automl.core.shared.fake_traceback": "FakeCode FakeFrame FakeTraceback",
    "automl.core.shared.forecasting_exception":
        "ColumnTypeNotSupportedException DataFrameFrequencyChanged DataFrameFrequencyException "
        "DataFrameIncorrectFormatException DataFrameMissingColumnException DataFrameTimeNotContinuous "
        "DataFrameTypeException DataFrameValueException DropSpecialColumn DuplicatedIndexException "
        "ForecastingConfigException ForecastingDataException ForecastingExceptionConstants "
        "ForecastingTransformException GrainAbsent GrainAndTimeOverlapException InvalidTsdfArgument "
        "NotTimeSeriesDataFrameException PipelineException TransformValueException WrongShapeDataError "
        "automl.core.shared.exceptions:ClientException,ConfigException,DataException",
    "automl.core.shared.import_utilities": "import_fbprophet",
    "automl.core.shared.limit_function_call_exceptions":
        "CpuTimeoutException SubprocessException TimeoutException automl.core.shared.constants:ClientErrors "
        "automl.core.shared.exceptions:ClientException,ResourceException",
    "automl.core.shared.log_server":
        "AutoMLSocketHandler HOST_ENV_NAME LogRecordStreamHandler LogServer PORT_ENV_NAME install_sockethandler",
    "automl.core.shared.logging_fields":
        "AutoMLExtensionFieldKeys TELEMETRY_AUTOML_COMPONENT_KEY WHITELISTED_PROPERTIES camel_to_snake_case "
        "snake_to_camel_case update_schematized_fields telemetry.contracts:Event,ExtensionFieldKeys,"
        "ExtensionFields,RequiredFieldKeys,RequiredFields,StandardFieldKeys,StandardFields",
    "automl.core.shared.logging_utilities":
        "BLOCKLISTED_LOGGING_KEYS NULL_LOGGER function_debug_log_wrapped get_logger is_exception_stacktrace_loggable "
        "is_non_automl_exception_allowed is_path_allowed is_stdlib_module log_activity log_system_info log_traceback "
        "mark_package_exceptions_as_loggable mark_path_as_loggable mark_path_as_not_loggable "
        "remove_blacklisted_logging_keys_from_dict remove_blacklisted_logging_keys_from_json_str "
        "automl.core.shared.exceptions:AutoMLException,ErrorTypes,NON_PII_MESSAGE "
        "automl.core.shared.fake_traceback:FakeTraceback "
        "automl.core.shared.telemetry_activity_logger:TelemetryActivityLogger exceptions:AzureMLException",
    "automl.core.shared.pickler":
        "DEFAULT_NO_OF_RETRIES DEFAULT_PICKLE_PROTOCOL_VERSION DefaultPickler NoOpPickler Pickler "
        "automl.core.shared.exceptions:ResourceException",
    "automl.core.shared.reference_codes": "ReferenceCodes",
    "automl.core.shared.telemetry_activity_logger":
        "TelemetryActivityLogger automl.core.shared.activity_logger:ActivityLogger "
        "automl.core.shared.exceptions:ResourceException automl.core.shared.reference_codes:ReferenceCodes",
    "automl.core.shared.telemetry_formatter":
        "AppInsightsPIIStrippingFormatter automl.core.shared.exceptions:ErrorTypes,NON_PII_MESSAGE",
    "automl.core.shared.transformer_runtime_exceptions":
        "BadTransformArgumentException BinTransformerRuntimeNotCalledException BlankOrEmptyTransformArgumentException "
        "CatImputerRuntimeNotCalledException CrossValidationTargetImputerRuntimeNotCalledException "
        "DataTransformerInconsistentRowCountException DataTransformerUnknownTaskException "
        "EngineeredFeatureNamesEmptyJsonException EngineeredFeatureNamesNoRawFeatureTypeException "
        "EngineeredFeatureNamesNoTransformationsInJsonException "
        "EngineeredFeatureNamesNotSupportedFeatureTypeException "
        "EngineeredFeatureNamesTransformerNamesNotFoundException EngineeredFeatureNamesUnsupportedIndexException "
        "InvalidTransformArgumentException InvalidTransformArgumentTypeException InvalidTransformDataException "
        "MalformedTransformArgumentException ModelingBertNoApexInvalidHiddenSizeException "
        "ModelingBertNoApexNotIntOrStrException NimbusMlTextTargetEncoderFeaturizerInvalidTypeException "
        "NimbusMlTextTargetEncoderLearnerInvalidTypeException NotSupportedTransformArgumentException "
        "PretrainedTextDnnTransformerConvertUnsupportedTaskException "
        "PretrainedTextDnnTransformerFitUnsupportedTaskException TransformDataShapeErrorException "
        "TransformRuntimeException TransformerRuntimeNotCalledException UnrecognizedRawFeatureAliasNameException "
        "UnrecognizedTransformedFeatureNameException automl.core.shared.exceptions:ClientException",
    "automl.core.shared.types":
        "ColumnTransformerParamType DataFrameApplyFunction FeaturizationSummaryType GrainType T",
    "automl.core.shared.utilities":
        "AzureMLServiceException MAPPED_WRAPPER_MODULE SOURCE_WRAPPER_MODULE convert_dict_values_to_str "
        "get_default_metric_with_objective get_error_code get_min_points get_primary_metrics get_value_float "
        "get_value_from_dict get_value_int interpret_exception is_known_date_time_format minimize_or_maximize "
        "subsampling_recommended suppress_stdout_stderr to_ordinal_string automl.core.constants:LanguageUnicodeRanges "
        "automl.core.shared.constants:DatetimeDtype,NumericalDtype automl.core.shared.exceptions:AutoMLException,"
        "ClientException,ErrorTypes,ResourceException,UserException "
        "automl.core.shared.reference_codes:ReferenceCodes exceptions:AzureMLException,UserErrorException",
    "automl.core.systemusage_telemetry":
        "SystemResourceUsageTelemetry SystemResourceUsageTelemetryFactory automl.core.timer_utilities:TimerCallback",
    "automl.core.timer_utilities": "TimerCallback",
    "automl.core.utilities": "get_transformer_factory_method_and_type",
}
