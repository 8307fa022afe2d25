# SPDX-License-Identifier: Apache-2.0
from azureml.core import Datastore, Environment, Experiment, Model, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from azureml.core.runconfig import RunConfiguration
from azureml.pipeline.core import Pipeline, PipelineData, PipelineParameter, PipelineRun
from azureml.pipeline.steps import PythonScriptStep

ws = Workspace.from_config()
cluster_name = "aml-cluster"
try:
    pipeline_cluster = ComputeTarget(workspace=ws, name=cluster_name)
except ComputeTargetException:
    compute_config = AmlCompute.provisioning_configuration(vm_size="STANDARD_DS11_V2", max_nodes=2)
    pipeline_cluster = ComputeTarget.create(ws, cluster_name, compute_config)
pipeline_cluster.wait_for_completion(show_output=False)

pipeline_run_config = RunConfiguration()
pipeline_run_config.target = pipeline_cluster
pipeline_run_config.environment = Environment("pipeline-env")
pipeline_run_config.environment.python.user_managed_dependencies = True

datastore = Datastore.get_default(ws)
prepped_data = PipelineData("prepped_data", datastore=datastore)
model_folder = PipelineData("trained_model", datastore=datastore, pipeline_output_name="the_model")
rows = PipelineParameter(name="rows", default_value=3)

prep_step = PythonScriptStep(name="Prepare Data", source_directory="pipeline/prepare", script_name="prep.py",
                             arguments=["--prepped_data", prepped_data, "--rows", rows], outputs=[prepped_data],
                             compute_target=pipeline_cluster, runconfig=pipeline_run_config, allow_reuse=True)
train_step = PythonScriptStep(name="Train Model", source_directory="pipeline/train", script_name="train.py",
                              arguments=["--training-data", prepped_data, "--model-folder", model_folder],
                              inputs=[prepped_data], outputs=[model_folder], compute_target=pipeline_cluster,
                              runconfig=pipeline_run_config, allow_reuse=True)
register_step = PythonScriptStep(name="Register Model", source_directory="pipeline/register",
                                 script_name="register.py", arguments=["--model-folder", model_folder],
                                 inputs=[model_folder], compute_target=pipeline_cluster,
                                 runconfig=pipeline_run_config, allow_reuse=False)

pipeline = Pipeline(workspace=ws, steps=[prep_step, train_step, register_step])
print(pipeline.validate())
experiment = Experiment(workspace=ws, name="mslearn-pipeline")
pipeline_run = experiment.submit(pipeline, regenerate_outputs=True, pipeline_parameters={"rows": 4})
print(pipeline_run.wait_for_completion(show_output=True))

for step in pipeline_run.get_steps():
    print(step.name, step.get_status(), step.get_metrics())
for run in pipeline_run.get_children():
    print(run.name, run.type, run.parent.id == pipeline_run.id)
print(pipeline_run.get_metrics()["slope"], pipeline_run.type)
train_run = pipeline_run.find_step_run("Train Model")[0]
data = train_run.get_output_data("trained_model")
data.download(local_path="here", show_progress=False)
with open("here/azureml/%s/trained_model/model.txt" % train_run.id) as file:
    print(file.read(), data.path_on_datastore == "azureml/%s/trained_model" % train_run.id)
output = PipelineRun(experiment, pipeline_run.id).get_pipeline_output("the_model")
print(output.name, output.datastore_name)
model = Model.list(ws)[0]
print(model.name, model.tags)

again = experiment.submit(pipeline, pipeline_parameters={"rows": 4})
print(again.wait_for_completion(show_output=False))
print([(step.name, "azureml.reusedrunid" in step.properties) for step in again.get_steps()])
