# SPDX-License-Identifier: Apache-2.0
"""Written by scripts/azureml_exports: the public modules below these parts of azureml, and what each exports:
pipeline.

Module without "azureml." -> the names that it makes, then "module:names" for those that it has from others.
"""

from typing import Dict

EXPORTS: Dict[str, str] = {
    "pipeline": "",
    "pipeline.core":
        "pipeline.core.builder:PipelineData,PipelineStep,StepSequence pipeline.core.graph:InputPortBinding,"
        "OutputPortBinding,PipelineDataset,PipelineParameter,PortDataReference,PublishedPipeline,TrainingOutput "
        "pipeline.core.module:Module,ModuleVersion,ModuleVersionDescriptor pipeline.core.pipeline:Pipeline "
        "pipeline.core.pipeline_draft:PipelineDraft pipeline.core.pipeline_endpoint:PipelineEndpoint "
        "pipeline.core.run:PipelineRun,StepRun,StepRunOutput pipeline.core.schedule:Schedule,ScheduleRecurrence,"
        "TimeZone",
    "pipeline.core.builder":
        "PipelineData PipelineStep StepSequence data.abstract_dataset:AbstractDataset "
        "data.data_reference:DataReference data.dataset_consumption_config:DatasetConsumptionConfig "
        "data.output_dataset_config:OutputDatasetConfig pipeline.core.graph:DataSource,DataSourceDef,Edge,Graph,"
        "InputPortBinding,Node,OutputPortBinding,ParamDef,PipelineDataset,PipelineParameter,PortDataReference "
        "pipeline.core.pipeline_output_dataset:DatasetRegistration,PipelineOutputAbstractDataset,"
        "PipelineOutputFileDataset",
    "pipeline.core.graph":
        "DataSource DataSourceDef DataSourceNode DataType Edge Graph InputPort InputPortBinding InputPortDef Module "
        "ModuleDef ModuleNode Node OutputPort OutputPortBinding OutputPortDef Param ParamDef PipelineDataset "
        "PipelineParameter PortDataReference PublishedPipeline StoredProcedureParameter StoredProcedureParameterType "
        "TrainingOutput core.dataset:Dataset data.abstract_dataset:AbstractDataset data.data_reference:DataReference "
        "data.datapath:DataPath,DataPathComputeBinding data.dataset_consumption_config:DatasetConsumptionConfig "
        "data.file_dataset:FileDataset data.sql_data_reference:SqlDataReference data.tabular_dataset:TabularDataset "
        "pipeline.core.pipeline_output_dataset:PipelineOutputAbstractDataset pipeline.core.run:PipelineRun",
    "pipeline.core.module":
        "Module ModuleVersion ModuleVersionDescriptor core.compute.adla:AdlaCompute core.compute.batch:BatchCompute "
        "pipeline.core.builder:PipelineStep pipeline.core.graph:InputPortDef,ModuleDef,OutputPortDef,ParamDef,"
        "PipelineParameter",
    "pipeline.core.module_step_base":
        "GraphModule ModuleStepBase data.data_reference:DataReference pipeline.core.builder:PipelineData,"
        "PipelineStep pipeline.core.graph:InputPortBinding,PipelineDataset,PortDataReference",
    "pipeline.core.pipeline": "Pipeline",
    "pipeline.core.pipeline_draft": "PipelineDraft pipeline.core.run:PipelineRun",
    "pipeline.core.pipeline_endpoint":
        "PipelineEndpoint PipelineIdVersion PipelineVersion pipeline.core.graph:PublishedPipeline "
        "pipeline.core.run:PipelineRun",
    "pipeline.core.pipeline_output_dataset":
        "DatasetRegistration PipelineOutputAbstractDataset PipelineOutputFileDataset PipelineOutputTabularDataset "
        "Registration core.datastore:Datastore data.constants:LINK_MODE,UPLOAD_MODE "
        "data.dataset_type_definitions:PromoteHeadersBehavior data.output_dataset_config:HDFSOutputDatasetConfig,"
        "LinkFileOutputDatasetConfig,LinkTabularOutputDatasetConfig,OutputFileDatasetConfig,"
        "OutputTabularDatasetConfig",
    "pipeline.core.run":
        "PipelineRun RUNNING_STATES StepRun StepRunOutput core.experiment:Experiment core.run:Run "
        "core.script_run:ScriptRun exceptions:ActivityFailedException,AzureMLException,ExperimentExecutionException",
    "pipeline.core.schedule":
        "Schedule ScheduleRecurrence TimeZone core.datastore:Datastore core.experiment:Experiment "
        "pipeline.core.graph:PublishedPipeline pipeline.core.run:PipelineRun",
    "pipeline.steps":
        "pipeline.steps.adla_step:AdlaStep pipeline.steps.automl_step:AutoMLStep,AutoMLStepRun "
        "pipeline.steps.azurebatch_step:AzureBatchStep pipeline.steps.command_step:CommandStep "
        "pipeline.steps.data_transfer_step:DataTransferStep pipeline.steps.databricks_step:DatabricksStep "
        "pipeline.steps.estimator_step:EstimatorStep pipeline.steps.hyper_drive_step:HyperDriveStep,"
        "HyperDriveStepRun pipeline.steps.kusto_step:KustoStep pipeline.steps.module_step:ModuleStep "
        "pipeline.steps.mpi_step:MpiStep pipeline.steps.parallel_run_config:ParallelRunConfig "
        "pipeline.steps.parallel_run_step:ParallelRunStep pipeline.steps.python_script_step:PythonScriptStep "
        "pipeline.steps.r_script_step:RScriptStep pipeline.steps.synapse_spark_step:SynapseSparkStep",
    "pipeline.steps.adla_step": "AdlaStep",
    "pipeline.steps.automl_step":
        "AutoMLStep AutoMLStepRun core.conda_dependencies:CondaDependencies core.experiment:Experiment "
        "core.runconfig:RunConfiguration data.constants:DIRECT_MODE "
        "data.dataset_consumption_config:DatasetConsumptionConfig "
        "data.output_dataset_config:OutputTabularDatasetConfig data.tabular_dataset:TabularDataset "
        "pipeline.core.builder:PipelineData,PipelineStep pipeline.core.graph:ParamDef,TrainingOutput "
        "pipeline.core.pipeline_output_dataset:PipelineOutputTabularDataset train.automl.automlconfig:AutoMLConfig "
        "train.automl.exceptions:ConfigException train.automl.run:AutoMLRun",
    "pipeline.steps.azurebatch_step": "AzureBatchStep",
    "pipeline.steps.command_step": "CommandStep core.script_run_config:ScriptRunConfig",
    "pipeline.steps.data_transfer_step": "DataTransferStep",
    "pipeline.steps.databricks_step": "DatabricksStep",
    "pipeline.steps.estimator_step": "EstimatorStep pipeline.steps.python_script_step:PythonScriptStep",
    "pipeline.steps.hyper_drive_step":
        "HyperDriveStep HyperDriveStepRun data.data_reference:DataReference pipeline.core.builder:PipelineData,"
        "PipelineStep pipeline.core.graph:OutputPortBinding,ParamDef,TrainingOutput "
        "train.hyperdrive.run:HyperDriveRun",
    "pipeline.steps.kusto_step": "KustoStep",
    "pipeline.steps.module_step": "ModuleStep pipeline.core.module_step_base:ModuleStepBase",
    "pipeline.steps.mpi_step":
        "MpiStep core.compute.amlcompute:AmlCompute core.compute.kubernetescompute:KubernetesCompute "
        "pipeline.core.builder:PipelineStep pipeline.core.graph:PipelineParameter "
        "pipeline.steps.python_script_step:PythonScriptStep",
    "pipeline.steps.parallel_run_config": "ParallelRunConfig",
    "pipeline.steps.parallel_run_step": "ParallelRunStep",
    "pipeline.steps.python_script_step": "PythonScriptStep",
    "pipeline.steps.r_script_step":
        "RScriptStep R_DEFAULT_IMAGE_FOR_CPU R_DEFAULT_IMAGE_FOR_GPU core.environment:DEFAULT_CPU_IMAGE",
    "pipeline.steps.synapse_spark_step": "SynapseSparkStep",
}
