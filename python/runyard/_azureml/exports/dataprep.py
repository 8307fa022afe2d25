# SPDX-License-Identifier: Apache-2.0
"""Written by scripts/azureml_exports: the public modules below these parts of azureml, and what each exports:
dataprep.

Module without "azureml." -> the names that it makes, then "module:names" for those that it has from others.
"""

from typing import Dict

EXPORTS: Dict[str, str] = {
    "dataprep":
        "ArchiveOptions Dataflow UserErrorException __version__ have_pyarrow login set_diagnostics_collection "
        "use_rust_execution dataprep.api.builders:FileFormatArguments,ImputeColumnArguments,InferenceArguments,"
        "SourceData dataprep.api.dataflow:DataflowReference,FilePath,HistogramArgumentsValue,JoinType,"
        "KernelDensityArgumentsValue,PromoteHeadersMode,SType,SkipMode,SummaryColumnsValue,SummaryFunction "
        "dataprep.api.dataprofile:ColumnProfile,DataProfile,HistogramBucket,STypeCountEntry,TypeCountEntry,"
        "ValueCountEntry dataprep.api.datasources:BlobDataSource,BlobFileOutput,HttpDataSource,LocalDataSource,"
        "LocalFileOutput,MSSQLDataSource,Path,PostgreSQLDataSource "
        "dataprep.api.engineapi.typedefinitions:ArchiveType,AssertPolicy,ColumnDefinition,ColumnProfileDifference,"
        "ColumnRelationship,DataField,DataProfileDifference,DatabaseAuthType,DatabaseSslMode,DecimalMark,"
        "ExecuteInspectorCommonResponse,FieldType,FileEncoding,HistogramCompareMethod,InspectorArguments,"
        "InvalidLineHandling,MismatchAsOption,ReplaceValueFunction,RowsData,StringMissingReplacementOption,"
        "TrimType dataprep.api.engineless_dataflow:EnginelessDataflow dataprep.api.errorhandlers:DataPrepException,"
        "ExecutionError,PyArrowImportError,UnexpectedError,ValidationError dataprep.api.expressions:Expression,"
        "ExpressionLike,col,cond,f_and,f_not,f_or dataprep.api.functions:RegEx,create_datetime,"
        "create_http_stream_info,get_stream_info,get_stream_name,get_stream_properties,round,trim_string "
        "dataprep.api.inspector:BaseInspector,TableInspector,get_column_type,get_data_quality_aggregate,"
        "get_histogram,get_inspector_response_from_batches,get_quantile,get_simple_aggregate,"
        "get_statistical_moment_aggregate,get_total_count,get_type_count,get_value_count_aggregate,"
        "get_whiskers_value,to_data_field dataprep.api.parseproperties:ParseDatasourceProperties,"
        "ParseDelimitedProperties,ParseFixedWidthProperties,ParseLinesProperties,ParseParquetProperties,"
        "ReadExcelProperties,ReadJsonProperties dataprep.api.readers:auto_read_file,detect_file_format,read_csv,"
        "read_excel,read_fwf,read_json,read_json_lines,read_lines,read_npz_file,read_pandas_dataframe,"
        "read_parquet_dataset,read_parquet_file,read_postgresql,read_preppy,read_sql,smart_read_file "
        "dataprep.api.references:ExternalReference dataprep.api.secretmanager:Secret,create_secret,register_secret,"
        "register_secrets dataprep.api.step:ColumnSelector,MultiColumnSelection,Step "
        "dataprep.api.typeconversions:CandidateConverter,CandidateDateTimeConverter,DateTimeConverter,"
        "FloatConverter,InferenceInfo,StreamInfoConverter,TypeConverter dataprep.api.types:Delimiters,"
        "SplitExample dataprep.api.value:to_dprep_value_and_type",
    "dataprep.api": "",
    "dataprep.api.builders":
        "Builders ColumnTypesBuilder DeriveColumnByExampleBuilder FileFormatArguments FileFormatBuilder "
        "ImputeColumnArguments ImputeMissingValuesBuilder InferenceArguments JsonTableBuilder PivotBuilder SourceData "
        "SplitColumnByExampleBuilder get_logger dataprep.api.engineapi.typedefinitions:FileEncoding,SummaryFunction",
    "dataprep.api.dataflow":
        "DatabaseDestination DatabaseSource Dataflow DataflowReference DataflowValidationError DatastoreValue "
        "DecimalMark FilePath HistogramArgumentsValue JoinType KernelDensityArgumentsValue MismatchAsOption "
        "PromoteHeadersMode SType SkipMode SummaryColumnsValue SummaryFunction TrimType get_logger "
        "dataprep.api.builders:Builders dataprep.api.datasources:FileDataSource,FileOutput,MSSQLDataSource,"
        "PostgreSQLDataSource dataprep.api.errorhandlers:DataPrepException",
    "dataprep.api.dataprofile":
        "ColumnProfile DTypes DataProfile HistogramBucket STypeCountEntry TypeCountEntry ValueCountEntry get_logger "
        "dataprep.api.engineapi.typedefinitions:DataField,FieldType,HistogramBin,HistogramCompareMethod,Moments,"
        "ProfileResult,Quantiles,SType,STypeCount,StringLengthCount,TypeCount,ValueCount "
        "dataprep.api.value:value_from_field",
    "dataprep.api.datasources":
        "ADLSGen2 ADLSGen2FileOutput BlobDataSource BlobFileOutput DataDestination DataLakeDataSource "
        "DataLakeFileOutput DataSource FileDataSource FileOutput HttpDataSource LocalDataSource LocalFileOutput "
        "MSSQLDataSource Path PostgreSQLDataSource Secret SecretId convert_http_adls_gen2_uri_to_abfs "
        "convert_http_blob_uri_to_wasb get_logger process_uris "
        "dataprep.api.engineapi.typedefinitions:ADLSGen2ResourceDetails,AzureBlobResourceDetails,"
        "AzureDataLakeResourceDetails,DataSourcePropertyValue,DataSourceTarget,DatabaseAuthType,DatabaseSslMode,"
        "DatabaseType,HttpResourceDetails,LocalResourceDetails,OutputFileDestination,OutputFilePropertyValue,"
        "ResourceDetails",
    "dataprep.api.engineapi": "",
    "dataprep.api.engineapi.api": "EngineAPI get_engine_api get_logger kill_engine_api",
    "dataprep.api.engineapi.engine": "launch_engine use_multi_thread_channel use_single_thread_channel",
    "dataprep.api.engineapi.typedefinitions":
        "ADLSGen2ResourceDetails ActivityReference ActivityReferenceType ActivitySourceValidationResult "
        "ActivityTraceFlags AddBlockToListMessageArguments Aggregate AggregationType AnonymousActivityData "
        "AnonymousBlockData AnonymousDataSourceProseSuggestionsMessageArguments "
        "AnonymousSendMessageToBlockMessageArguments AnonymousSendMessageToBlockMessageResponseData ArchiveType "
        "AssertPolicy AuthType AzureBlobResourceDetails AzureDataLakeResourceDetails BinaryValue BlockArguments "
        "BlockGroup Clause CodeBlockType ColumnDefinition ColumnProfileDifference ColumnRelationship ColumnsSelector "
        "ColumnsSelectorDetails ColumnsSelectorDomain ColumnsSelectorDomainDetails ColumnsSelectorType ComparePolicy "
        "Condition ConvertRsflowToDataflowJsonMessageArguments CreateAnonymousReferenceMessageArguments "
        "CreateFolderMessageArguments CustomEncoder DPrepSpanContext DataEffect DataEffectDetails DataField "
        "DataPrepErrorCode DataProfileDifference DataRow DataSourceProperties DataSourcePropertyValue "
        "DataSourceTarget DatabaseAuthType DatabaseSslMode DatabaseType DecimalMark Decision DeleteMessageArguments "
        "Delimiter DomainType DownloadStreamInfoMessageArguments DynamicColumnsSelectorDetails Error "
        "ExecuteAnonymousActivityMessageArguments ExecuteDataDiffMessageArguments ExecuteDataDiffMessageResponse "
        "ExecuteInspectorCommonArguments ExecuteInspectorCommonResponse ExecuteInspectorsMessageArguments "
        "ExecutorType ExportScriptFormat ExportScriptMessageArguments FieldInference FieldType FileEncoding "
        "FileExistsMessageArguments FileSourcesDomain FileSourcesDomainDetails FilterBoolOperators FilterBoolValues "
        "FilterClauseRelationship FilterDateOperators FilterNumberOperators FilterResult FilterStringOperators "
        "GetDataMessageArguments GetDataMessageResponse GetScriptMessageArguments GetSecretsMessageArguments "
        "GetSourceDataHashMessageArguments GetSourceDataHashMessageResponse HandlingInconsistentValuesAction "
        "HistogramBin HistogramCompareMethod HttpResourceDetails IBlockDescription IFunction IRecordSchema ITensor "
        "IfDestinationExists InferTypesWithSpanContextMessageArguments InspectorArguments InspectorDescription "
        "InvalidLineHandling JoinType LocalResourceDetails MessageDescription MessageOrigin MismatchAsOption Moments "
        "MomentsDifference MoveFileMessageArguments MultiValuedPropertyDetails Number NumberKind Op "
        "OutputFileDestination OutputFilePropertyValue OutputFileTypeDomain OutputFileTypeDomainDetails ProfileResult "
        "ProgramStep ProgramStepDescription PromoteHeadersMode PropertyDescription PropertyDomain PropertyOrigin "
        "PropertyOverride PropertyReference PropertyType PropertyValues ProseOutputTypeConstraint Quantiles "
        "QuantilesDifference ReadStreamInfoMessageArguments Record ReferenceStepFallback "
        "RegisterSecretMessageArguments ReplaceBoolValues ReplaceValueFunction ResourceDetails RowsData SType "
        "STypeCount SampleType SaveActivityFromDataMessageArguments Secret SecretData SelectorDomainType "
        "SetAmlAuthMessageArgument SingleColumnSelectorDetails SkipMode SourceType SplitFillStrategyConstraint "
        "StaticColumnsSelectorDetails StepReference StorageSources StrReplaceMode StreamInfo StringLengthCount "
        "StringMissingReplacementOption SummaryFunction Target TelemetryStrategy TrimType TypeCount "
        "UploadDirectoryMessageArguments UploadFileMessageArguments ValidateActivitySourceMessageArguments "
        "ValidationResult Value ValueCount ValueCountDifference ValueKind ValueOption ValuesFromSetDomain "
        "ValuesFromSetDomainDetails get_logger to_dprep_pod",
    "dataprep.api.engineless_builders":
        "ColumnTypesBuilder get_logger dataprep.api.builders:InferenceArguments "
        "dataprep.api.engineapi.typedefinitions:FieldType dataprep.api.typeconversions:CandidateConverter,"
        "CandidateDateTimeConverter,InferenceInfo,get_converters_from_candidates",
    "dataprep.api.engineless_dataflow":
        "EnginelessBuilders EnginelessDataflow EnginelessDataflowMetadata get_logger dataprep.api.dataflow:Dataflow,"
        "DataflowValidationError,DecimalMark,FilePath,MismatchAsOption,PromoteHeadersMode,SummaryColumnsValue "
        "dataprep.api.dataprofile:DataProfile dataprep.api.datasources:DataDestination,DataSource,FileDataSource,"
        "FileOutput,MSSQLDataSource,PostgreSQLDataSource,process_uris "
        "dataprep.api.engineapi.typedefinitions:FieldType,FileEncoding,IfDestinationExists,InvalidLineHandling "
        "dataprep.api.engineless_builders:ColumnTypesBuilder dataprep.api.expressions:Expression,FunctionExpression,"
        "col dataprep.api.step:ColumnSelector,MultiColumnSelection dataprep.api.typeconversions:DateTimeConverter,"
        "FloatConverter,StreamInfoConverter,TypeConverter",
    "dataprep.api.errorhandlers":
        "DataPrepException EmptyStepsError ExecutionError ImportError LocalDiskFull NumpyImportError "
        "OperationCanceled PandasImportError PyArrowImportError StorageAccountLimit UnexpectedError ValidationError "
        "raise_engine_error",
    "dataprep.api.expressions":
        "AndExpression BoolExpressionLike Expression ExpressionLike FunctionExpression FunctionSupportingExpression "
        "IdentifierExpression IfExpression IntExpressionLike InvokeExpression NotExpression OrExpression "
        "RecordFieldExpression StrExpressionLike ValueExpression col cols cond f_and f_not f_or "
        "dataprep.api.engineapi.typedefinitions:FieldType dataprep.api.value:field_type_to_string,to_dprep_value,"
        "to_dprep_value_and_type",
    "dataprep.api.functions":
        "RegEx create_datetime create_http_stream_info create_stream_info get_portable_path get_stream_info "
        "get_stream_name get_stream_properties get_streams_properties round trim_string "
        "dataprep.api.engineapi.typedefinitions:FieldType,TrimType dataprep.api.expressions:BoolExpressionLike,"
        "Expression,IdentifierExpression,IntExpressionLike,InvokeExpression,StrExpressionLike,ValueExpression",
    "dataprep.api.inspector":
        "BaseInspector TableInspector get_column_type get_data_quality_aggregate get_histogram "
        "get_inspector_response_from_batches get_quantile get_simple_aggregate get_statistical_moment_aggregate "
        "get_total_count get_type_count get_value_count_aggregate get_whiskers_value to_data_field "
        "dataprep:have_pyarrow dataprep.api.engineapi.typedefinitions:ColumnDefinition,DataField,"
        "ExecuteInspectorCommonResponse,FieldType,InspectorArguments,RowsData "
        "dataprep.api.errorhandlers:PyArrowImportError dataprep.api.value:to_dprep_value_and_type",
    "dataprep.api.mltable": "",
    "dataprep.api.parseproperties":
        "ParseDatasourceProperties ParseDelimitedProperties ParseFixedWidthProperties ParseLinesProperties "
        "ParseParquetProperties ReadExcelProperties ReadJsonProperties parse_properties_from_datasource_properties "
        "dataprep.api.engineapi.typedefinitions:DataSourceProperties,FileEncoding,PromoteHeadersMode,SkipMode",
    "dataprep.api.readers":
        "auto_read_file detect_file_format from_file_path get_logger read_csv read_excel read_fwf read_json "
        "read_json_lines read_lines read_npz_file read_pandas_dataframe read_parquet_dataset read_parquet_file "
        "read_postgresql read_preppy read_sql smart_read_file dataprep.api.dataflow:DatabaseSource,Dataflow,"
        "FilePath,PromoteHeadersMode,SkipMode dataprep.api.engineapi.typedefinitions:DatabaseAuthType,"
        "DatabaseSslMode,FileEncoding,InvalidLineHandling dataprep.api.engineless_dataflow:EnginelessDataflow",
    "dataprep.api.references":
        "ExternalReference make_activity_reference dataprep.api.dataflow:get_logger "
        "dataprep.api.engineapi.typedefinitions:ActivityReference,ActivityReferenceType,"
        "CreateAnonymousReferenceMessageArguments dataprep.api.step:steps_to_block_datas",
    "dataprep.api.secretmanager": "Secret create_secret get_logger register_secret register_secrets",
    "dataprep.api.step":
        "ColumnSelector MultiColumnSelection Step column_selection_to_selector_value single_column_to_selector_value "
        "step_to_block_data steps_to_block_datas dataprep.api.engineapi.typedefinitions:AnonymousBlockData,"
        "ColumnsSelector,ColumnsSelectorDetails,ColumnsSelectorType,DynamicColumnsSelectorDetails,PropertyValues,"
        "SingleColumnSelectorDetails,StaticColumnsSelectorDetails",
    "dataprep.api.tracing": "",
    "dataprep.api.typeconversions":
        "CandidateConverter CandidateDateTimeConverter DateTimeConverter FloatConverter InferenceInfo NoopConverter "
        "StreamInfoConverter TypeConverter converter_from_candidate get_converters_from_candidates "
        "dataprep.api.engineapi.typedefinitions:DecimalMark,FieldType",
    "dataprep.api.types": "Delimiters SplitExample",
    "dataprep.api.value":
        "field_type_to_string to_dprep_value to_dprep_value_and_type value_from_field "
        "dataprep.api.engineapi.typedefinitions:DataField,FieldType",
    "dataprep.cli": "",
    "dataprep.cli.azmldprep": "main",
    "dataprep.fuse": "",
    "dataprep.fuse.dprepfuse":
        "MountOptions VolumeMountFailed VolumeMountNotSupported clex_mount mount rslex_direct_volume_mount "
        "rslex_uri_volume_mount dataprep:Dataflow",
}
