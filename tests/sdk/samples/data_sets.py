# SPDX-License-Identifier: Apache-2.0
import os

from azureml.core import Dataset, Datastore, Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.dataset import Dataset as TheSameDataset

ws = Workspace.from_config()
default_ds = ws.get_default_datastore()
for name in ws.datastores:
    print(name, "- default =", name == default_ds.name)
os.makedirs("./data", exist_ok=True)
for number in (1, 2):
    with open("./data/diabetes{}.csv".format(number), "w") as file:
        file.write("PatientID,Diabetic\n{},{}\n".format(number, number % 2))
default_ds.upload_files(files=["./data/diabetes1.csv", "./data/diabetes2.csv"], target_path="diabetes-data/",
                        overwrite=True, show_progress=True)

tab_data_set = Dataset.Tabular.from_delimited_files(path=(default_ds, "diabetes-data/*.csv"))
tab_data_set = tab_data_set.register(workspace=ws, name="diabetes dataset", description="diabetes data",
                                     tags={"format": "CSV"}, create_new_version=True)
file_data_set = Dataset.File.from_files(path=(Datastore.get(ws, "workspaceblobstore"), "diabetes-data/*.csv"))
file_data_set = file_data_set.register(workspace=ws, name="diabetes file dataset", create_new_version=True)
for dataset_name in sorted(ws.datasets):
    dataset = TheSameDataset.get_by_name(ws, dataset_name)
    print("\t", dataset.name, "version", dataset.version)
for file_path in file_data_set.to_path():
    print(file_path)

env = Environment("mine")
env.python.user_managed_dependencies = True
files = ws.datasets.get("diabetes file dataset")
script_config = ScriptRunConfig(
    source_directory="src", script="read_data.py", environment=env,
    arguments=["--ds", files.as_named_input("diabetes").as_mount(), "--copy", files.as_download(),
               "--table", ws.datasets.get("diabetes dataset").as_named_input("table")])
run = Experiment(workspace=ws, name="diabetes").submit(config=script_config)
run.wait_for_completion()
print(run.get_metrics())
print(run.get_details()["inputDatasets"][0]["dataset"].to_path())
