# SPDX-License-Identifier: Apache-2.0
"""Written by scripts/azureml_exports: the public modules below these parts of azureml, and what each exports:
contrib, datadrift, interpret, opendatasets.

Module without "azureml." -> the names that it makes, then "module:names" for those that it has from others.
"""

from typing import Dict

EXPORTS: Dict[str, str] = {
    "contrib": "",
    "contrib.fairness":
        "DEFAULT_UPLOAD_BYTES_LIMIT DashboardValidationException download_dashboard_by_upload_id "
        "list_available_upload_ids upload_dashboard_dictionary",
    "contrib.services": "contrib.services.aml_request:rawhttp",
    "contrib.services.aml_request": "AMLRequest rawhttp",
    "contrib.services.aml_response": "AMLResponse",
    "datadrift":
        "Metric MetricType ModelServingDataset VERSION __version__ datadrift.alert_configuration:AlertConfiguration "
        "datadrift.datadriftdetector:DataDriftDetector",
    "datadrift.alert_configuration": "AlertConfiguration",
    "datadrift.datadriftdetector":
        "DEFAULT_COMPUTE_TARGET_NAME DEFAULT_DRIFT_THRESHOLD DEFAULT_VM_MAX_NODES DEFAULT_VM_SIZE DataDriftDetector "
        "get_logger core.compute.amlcompute:AmlCompute core.compute.compute:ComputeTarget core.dataset:Dataset "
        "core.run:Run core.workspace:Workspace exceptions:ComputeTargetException",
    "interpret": "ExplanationClient interpret.mimic_wrapper:MimicWrapper",
    "interpret.common": "interpret.common.model_summary:ModelSummary",
    "interpret.common.constants":
        "BackCompat History IO LoggingNamespace RunPropertiesAndTags Scoring Serialization VizData",
    "interpret.common.exceptions":
        "ConflictingRawTransformationsException DimensionMismatchException DirectoryExistsException "
        "ExplanationNotFoundException InitDatasetMissingException InvalidExplanationException "
        "MissingEvalDataException MissingExplainException MissingExplanationTypesException MissingPackageException "
        "MissingRawTransformationsException NoExperimentNameOrIdException OptionalDependencyMissingException "
        "SamplesExceededException ScenarioNotSupportedException SerializationException UnsupportedModelException "
        "exceptions:AzureMLException,UserErrorException",
    "interpret.common.explanation_utils": "ArtifactUploader interpret.common.constants:History,IO",
    "interpret.common.model_summary": "ModelSummary",
    "interpret.common.storage_policy": "storage_policy",
    "interpret.mimic_wrapper":
        "MimicWrapper core.dataset:Dataset core.experiment:Experiment core.model:Model interpret:ExplanationClient "
        "interpret.common.constants:History interpret.common.exceptions:ConflictingRawTransformationsException,"
        "InitDatasetMissingException,MissingEvalDataException,MissingExplainException,"
        "MissingExplanationTypesException,MissingRawTransformationsException,SamplesExceededException",
    "interpret.model": "interpret.model.serialize:KerasSerializer",
    "interpret.model.serialize":
        "KERAS_MODEL_FILE KerasSerializer interpret.common.constants:LoggingNamespace,Serialization "
        "interpret.common.exceptions:OptionalDependencyMissingException,SerializationException,"
        "UnsupportedModelException",
    "interpret.scoring": "",
    "interpret.scoring.scoring_explainer":
        "DeepScoringExplainer KernelScoringExplainer LinearScoringExplainer ScoringExplainer TreeScoringExplainer "
        "load save",
    "opendatasets":
        "BingCOVID19Data BostonSafety COVID19OpenResearch COVIDTrackingProject ChicagoSafety CitySafety Diabetes "
        "EcdcCOVIDCases MNIST NoParameterOpenDatasetBase NoaaGfsWeather NoaaIsdWeather NycSafety NycTaxiBase "
        "NycTlcFhv NycTlcGreen NycTlcYellow OjSalesSimulated PublicHolidays PublicHolidaysOffline SampleDatasetBase "
        "SanFranciscoSafety SeattleSafety UsLaborCPI UsLaborEHENational UsLaborEHEState UsLaborLAUS UsLaborLFS "
        "UsLaborPPICommodity UsLaborPPIIndustry UsPopulationCounty UsPopulationZip",
    "opendatasets.accessories": "",
    "opendatasets.accessories.country_or_region_time_customer_data":
        "CountryOrRegionTimeCustomerData opendatasets.accessories.country_region_data:CountryOrRegionColumn,"
        "CountryOrRegionData opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.time_data:TimeCustomerData",
    "opendatasets.accessories.country_or_region_time_public_data":
        "CountryOrRegionTimePublicData opendatasets.accessories.country_region_data:CountryOrRegionData "
        "opendatasets.accessories.public_data:PublicData opendatasets.accessories.time_data:TimePublicData",
    "opendatasets.accessories.country_region_data": "CORAvailableType CountryOrRegionColumn CountryOrRegionData",
    "opendatasets.accessories.customer_data": "CustomerData opendatasets.environ:RuntimeEnv,SparkEnv,get_environ",
    "opendatasets.accessories.location_data":
        "LatLongColumn LocationCustomerData LocationData ZipCodeColumn "
        "opendatasets.accessories.customer_data:CustomerData opendatasets.environ:RuntimeEnv,SparkEnv",
    "opendatasets.accessories.location_time_customer_data":
        "LocationTimeCustomerData opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.location_data:LatLongColumn,LocationCustomerData,ZipCodeColumn "
        "opendatasets.accessories.time_data:TimeCustomerData",
    "opendatasets.accessories.location_time_public_data":
        "LocationTimePublicData opendatasets.accessories.location_data:LocationData "
        "opendatasets.accessories.public_data:PublicData opendatasets.accessories.time_data:TimePublicData",
    "opendatasets.accessories.open_dataset_base":
        "ClassMethodOpenDatasetBase OpenDatasetBase get_logger data.file_dataset:FileDataset "
        "data.tabular_dataset:TabularDataset exceptions:UserErrorException "
        "opendatasets.accessories.public_data:PublicData opendatasets.environ:RuntimeEnv,SparkEnv "
        "telemetry.activity:ActivityType",
    "opendatasets.accessories.public_data":
        "PublicData opendatasets.environ:RuntimeEnv telemetry.activity:ActivityType",
    "opendatasets.accessories.time_data":
        "TimeCustomerData TimeData TimePublicData add_datetime_col extend_time_column find_min_max_date pd_parse_time "
        "spark_parse_time opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.public_data:PublicData opendatasets.environ:PandasEnv,SparkEnv",
    "opendatasets.aggregators": "",
    "opendatasets.aggregators.aggregator":
        "Aggregator opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.public_data:PublicData opendatasets.environ:PandasEnv,RuntimeEnv,SparkEnv",
    "opendatasets.aggregators.aggregator_all": "AggregatorAll opendatasets.aggregators.aggregator:Aggregator",
    "opendatasets.aggregators.aggregator_avg":
        "AggregatorAvg opendatasets.aggregators.aggregator:Aggregator opendatasets.environ:PandasEnv,SparkEnv",
    "opendatasets.aggregators.aggregator_max":
        "AggregatorMax opendatasets.aggregators.aggregator:Aggregator opendatasets.environ:PandasEnv,SparkEnv",
    "opendatasets.aggregators.aggregator_min":
        "AggregatorMin opendatasets.aggregators.aggregator:Aggregator opendatasets.environ:PandasEnv,SparkEnv",
    "opendatasets.aggregators.aggregator_top":
        "AggregatorTop opendatasets.aggregators.aggregator:Aggregator opendatasets.environ:PandasEnv,SparkEnv",
    "opendatasets.data": "",
    "opendatasets.dataaccess": "",
    "opendatasets.dataaccess.base_blob_info": "BaseBlobInfo",
    "opendatasets.dataaccess.blob_parquet_descriptor":
        "BlobParquetDescriptor opendatasets.dataaccess.base_blob_info:BaseBlobInfo opendatasets.environ:PandasEnv,"
        "SparkEnv",
    "opendatasets.dataaccess.dataset_partition_prep": "prep_partition_datetime prep_partition_puYear_puMonth",
    "opendatasets.dataaccess.pandas_data_load_limit":
        "PandasDataLoadLimitNone PandasDataLoadLimitToDay PandasDataLoadLimitToMonth",
    "opendatasets.enrichers": "",
    "opendatasets.enrichers.common_weather_enricher":
        "CommonWeatherEnricher opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.public_data:PublicData opendatasets.enrichers.enricher:Enricher "
        "opendatasets.granularities.granularity:LocationClosestGranularity,LocationGranularity "
        "opendatasets.selectors.location_closest_selector:LocationClosestSelector "
        "opendatasets.selectors.time_nearest_selector:TimeNearestSelector telemetry.activity:ActivityType",
    "opendatasets.enrichers.enricher":
        "Enricher get_max_date_by_granularity opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.public_data:PublicData opendatasets.aggregators.aggregator:Aggregator "
        "opendatasets.aggregators.aggregator_all:AggregatorAll opendatasets.aggregators.aggregator_avg:AggregatorAvg "
        "opendatasets.aggregators.aggregator_max:AggregatorMax opendatasets.aggregators.aggregator_min:AggregatorMin "
        "opendatasets.aggregators.aggregator_top:AggregatorTop opendatasets.granularities.granularity:DayGranularity,"
        "HourGranularity,MonthGranularity,TimeGranularity "
        "opendatasets.selectors.enricher_selector:EnricherLocationSelector,EnricherTimeSelector "
        "telemetry.activity:ActivityType",
    "opendatasets.enrichers.holiday_enricher":
        "HolidayEnricher opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.public_data:PublicData opendatasets.aggregators.aggregator:Aggregator "
        "opendatasets.aggregators.aggregator_all:AggregatorAll opendatasets.enrichers.enricher:Enricher "
        "opendatasets.environ:PandasEnv opendatasets.selectors.country_region_selector:EnricherCountryRegionSelector "
        "opendatasets.selectors.enricher_selector:EnricherLocationSelector,EnricherTimeSelector "
        "opendatasets.selectors.time_nearest_selector:TimeNearestSelector telemetry.activity:ActivityType",
    "opendatasets.environ": "PandasEnv RuntimeEnv SparkEnv get_environ",
    "opendatasets.granularities": "",
    "opendatasets.granularities.granularity":
        "DayGranularity Granularity HourGranularity LocationClosestGranularity LocationGranularity MonthGranularity "
        "TimeGranularity",
    "opendatasets.selectors": "",
    "opendatasets.selectors.country_region_selector":
        "EnricherCountryRegionSelector opendatasets.accessories.country_region_data:CORAvailableType,"
        "CountryOrRegionData opendatasets.aggregators.aggregator:Aggregator opendatasets.environ:RuntimeEnv "
        "opendatasets.granularities.granularity:Granularity "
        "opendatasets.selectors.enricher_selector:EnricherLocationSelector",
    "opendatasets.selectors.enricher_selector":
        "EnricherLocationSelector EnricherSelector EnricherTimeSelector opendatasets.accessories.time_data:TimeData "
        "opendatasets.aggregators.aggregator:Aggregator opendatasets.granularities.granularity:DayGranularity,"
        "Granularity,HourGranularity,MonthGranularity",
    "opendatasets.selectors.location_closest_selector":
        "LocationClosestSelector opendatasets.accessories.customer_data:CustomerData "
        "opendatasets.accessories.location_data:LocationData opendatasets.aggregators.aggregator:Aggregator "
        "opendatasets.environ:PandasEnv,SparkEnv opendatasets.granularities.granularity:LocationClosestGranularity "
        "opendatasets.selectors.enricher_selector:EnricherLocationSelector telemetry.activity:ActivityType",
    "opendatasets.selectors.time_nearest_selector":
        "TimeNearestSelector opendatasets.accessories.time_data:TimeData "
        "opendatasets.aggregators.aggregator:Aggregator opendatasets.environ:PandasEnv,RuntimeEnv,SparkEnv "
        "opendatasets.granularities.granularity:TimeGranularity "
        "opendatasets.selectors.enricher_selector:EnricherTimeSelector",
}
