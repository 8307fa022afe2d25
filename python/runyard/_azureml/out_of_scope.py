# SPDX-License-Identifier: Apache-2.0
"""The table of what SDK v1 has and Runyard does not."""

from typing import Dict, Tuple

# Topic -> what to use instead, and the modules that it is about, with all below them that have no topic of their own.
TOPICS: Dict[str, Tuple[str, str]] = {
    "AutoML": (
        "search in a script of your own with the library that you use, and log each try with run.log",
        "azureml.automl azureml.contrib.automl azureml.train.automl"),
    "HyperDrive": (
        "sweeps come later; submit a ScriptRunConfig for each set of arguments in a loop",
        "azureml.train.hyperdrive azureml.train.restclients"),
    "Estimators": (
        "use azureml.train.estimator.Estimator, or ScriptRunConfig(source_directory, script, arguments, environment=...)",
        "azureml.train"),
    "Pipelines": (
        "submit one ScriptRunConfig after the other and wait for each; run.submit_child puts them below one run",
        "azureml.contrib.pipeline azureml.pipeline"),
    "Web services and images": (
        "load the model in a server of your own: Model.get_model_path(name) gives its file",
        "azureml.accel azureml.contrib.brainwave azureml.contrib.datadrift azureml.contrib.functions "
        "azureml.contrib.server azureml.contrib.services azureml.core.image azureml.core.profile "
        "azureml.core.webservice azureml.datadrift azureml.monitoring"),
    "Model explanations": (
        "explain the model in the script with a library of your own, and keep pictures with run.log_image and files "
        "in ./outputs",
        "azureml.contrib.explain azureml.contrib.fairness azureml.contrib.interpret azureml.explain azureml.fairness "
        "azureml.interpret azureml.responsibleai"),
    "Open datasets": (
        "get the data from where it is published, and put it into the workspace's datastore",
        "azureml.opendatasets"),
    "Data in the cloud": (
        "put the data into a folder and use Dataset.File.from_files, Dataset.Tabular.from_delimited_files or "
        "ws.get_default_datastore()",
        "azureml.contrib.dataset azureml.data azureml.dataprep"),
    "Spark and Databricks": (
        "run PySpark in a script on this machine: its interpreter needs pyspark",
        "azureml.contrib.synapse azureml.core.compute.kusto azureml.core.compute.synapse azureml.core.databricks "
        "azureml.core.linked_service"),
    "Services around a cloud workspace": (
        "nothing leaves this machine; give secrets to a run as environment variables "
        "(run_config.environment_variables)",
        "azureml.core.private_endpoint"),
    "Preparing of images and machines": (
        "runs use an interpreter of this machine: environment.python.interpreter_path",
        "azureml.core.compute azureml.core.compute_target azureml.core.container_registry azureml.core.environment"),
    "TensorBoard beside a run": (
        "write its files below ./logs and start tensorboard --logdir there; the run's page shows its folder",
        "azureml._run_impl azureml.contrib.tensorboard azureml.tensorboard"),
    "Contributed packages": (
        "submit a script with ScriptRunConfig, which may start whatever is installed (papermill, ray, ...)",
        "azureml.contrib"),
    "Modules of the designer": (
        "submit a script with ScriptRunConfig, and read and write its tables with pandas",
        "azureml.designer azureml.studio"),
    "The names that are part of it": (
        "docs/azureml-map.md",
        "azureml"),
}

# Names of releases and packages that exports does not have, and names of another topic than their module: topic ->
# module -> names.
NAMES: Dict[str, Dict[str, str]] = {
    "AutoML": {
        "azureml.automl.core.shared.log_server": "enable_telemetry set_verbosity",
        "azureml.automl.runtime.onnx_convert": "OnnxConverter OnnxInferenceHelper",
        "azureml.contrib.automl.pipeline.steps": "AutoMLPipelineBuilder",
        "azureml.train.automl.runtime": "AutoMLStep",
        "azureml.train.automl.runtime.automl_explain_utilities":
            "AutoMLExplainerSetupClass automl_check_model_if_explainable automl_setup_model_explanations",
    },
    "Pipelines": {
        "azureml.contrib.pipeline.steps": "ParallelRunConfig ParallelRunStep PipelineBatchInferencing",
        "azureml.widgets.parallel_run_step_details": "ParallelRunStepDetails",
    },
    "Web services and images": {
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
        "azureml.core.model": "InferenceConfig ModelPackage",
        "azureml.monitoring": "ModelDataCollector",
    },
    "Model explanations": {
        "azureml.contrib.explain.model.explanation.explanation_client": "ExplanationClient",
        "azureml.contrib.explain.model.tabular_explainer": "TabularExplainer",
        "azureml.contrib.explain.model.visualize": "ExplanationDashboard",
        "azureml.contrib.fairness": "list_dashboards",
        "azureml.contrib.interpret": "ExplanationDashboard",
        "azureml.contrib.interpret.explanation.explanation_client": "ExplanationClient",
        "azureml.contrib.interpret.visualize": "ExplanationDashboard",
        "azureml.explain.model": "TabularExplainer",
        "azureml.explain.model.common": "ModelSummary",
        "azureml.explain.model.dataset": "",
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
        "azureml.explain.model.permutation.metric_constants": "MetricConstants",
        "azureml.explain.model.permutation.permutation_importance": "PFIExplainer",
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
        "azureml.interpret.explanation.explanation_client": "ExplanationClient",
        "azureml.responsibleai": "",
    },
    "Data in the cloud": {
        "azureml.contrib.dataset": "FileHandlingOption LabeledDatasetTask",
        "azureml.core.run": "InputDatasets LinkOutput OutputDatasets",
        "azureml.core.runconfig":
            "ApplicationEndpointConfiguration AzureContainerRegistry Data DataLocation DatacacheConfiguration "
            "DatasetRegistrationOptions GlobsOptions KubernetesComputeConfiguration MountOptions OutputData "
            "OutputOptions RegistrationOptions UploadOptions Uri",
    },
    "Spark and Databricks": {
        "azureml.contrib.synapse": "",
    },
    "Preparing of images and machines": {
        "azureml.core": "diagnostic_log",
    },
    "TensorBoard beside a run": {
        "azureml._run_impl.run_watcher": "RunWatcher",
        "azureml.contrib.tensorboard": "Tensorboard",
        "azureml.contrib.tensorboard.export": "export_to_tensorboard",
    },
    "Contributed packages": {
        "azureml.contrib.core.compute.k8scompute": "AksCompute",
        "azureml.contrib.core.k8srunconfig": "K8sComputeConfiguration",
        "azureml.contrib.notebook":
            "AzureMLApplicationInsightsNotebookHandler AzureMLNotebookHandler Extension NotebookExecutionHandler "
            "NotebookRunConfig NotebookRunnerStep PapermillExecutionHandler load_ipython_extension",
        "azureml.contrib.notebook.extension": "Extension",
        "azureml.contrib.train.rl": "Ray ReinforcementLearningEstimator SimulatorConfiguration WorkerConfiguration",
    },
    "Modules of the designer": {
        "azureml.designer": "",
        "azureml.studio.core.data_frame_schema": "DataFrameSchema",
        "azureml.studio.core.io.data_frame_directory":
            "DataFrameDirectory load_data_frame_from_directory save_data_frame_to_directory",
        "azureml.studio.core.io.image_directory": "ImageDirectory",
        "azureml.studio.core.logger": "TimeProfile module_logger time_profile",
    },
}
