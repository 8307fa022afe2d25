# SPDX-License-Identifier: Apache-2.0
from azureml.core import Dataset, Datastore, Environment, Experiment, ScriptRunConfig, Workspace
from azureml.data import OutputFileDatasetConfig
from azureml.data.output_dataset_config import LinkFileOutputDatasetConfig

ws = Workspace.from_config()
datastore = Datastore.get(ws, "chain_data")
env = Environment("user-managed-env")
env.python.user_managed_dependencies = True
experiment = Experiment(ws, "output-chain")

prepared = OutputFileDatasetConfig(name="prepared", destination=(datastore, "prepared/{run-id}"))
prepared = prepared.register_on_complete(name="prepared-data", tags={"stage": "prepared"})
beside = OutputFileDatasetConfig(name="beside", source="made/beside").as_upload(source_globs=["*.txt"])
linked = LinkFileOutputDatasetConfig("linked").register_on_complete("linked-data")
src = ScriptRunConfig("src", "prepare.py", arguments=["--out", prepared, "--beside", beside, "--linked", linked],
                      environment=env)
run = experiment.submit(src)
run.wait_for_completion()
print(run.get_status(), sorted(run.output_datasets), prepared.name)
print([(output["outputDetails"]["outputName"], output["dataset"].to_path())
       for output in run.get_details()["outputDatasets"]])

registered = Dataset.get_by_name(ws, "prepared-data")
print(registered.name, registered.tags, registered.to_path(), Dataset.get_by_name(ws, "linked-data").to_path())
train = experiment.submit(ScriptRunConfig("src", "train_on.py", environment=env, arguments=[
    "--mounted", registered.as_named_input("mounted").as_mount(), "--again", prepared.as_input("again")]))
train.wait_for_completion()
print(train.get_status(), train.get_metrics())
