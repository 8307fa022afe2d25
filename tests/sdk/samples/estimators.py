# SPDX-License-Identifier: Apache-2.0
from azureml.core import Dataset, Environment, Experiment, Workspace
from azureml.train.dnn import Mpi, PyTorch
from azureml.train.estimator import Estimator
from azureml.train.sklearn import SKLearn

ws = Workspace.from_config()
with open("one.csv", "w") as file:
    file.write("a\n1\n")
ds = ws.get_default_datastore()
ds.upload_files(["one.csv"], target_path="one", overwrite=True, show_progress=False)
files = Dataset.File.from_files(path=(ds, "one/*.csv"))
exp = Experiment(ws, "estimators")

est = Estimator(source_directory="src", entry_script="train.py", compute_target="local",
                script_params={"--alpha": 0.25, "--label": "plain"}, environment_variables={"GREETING": "hello"},
                inputs=[files.as_named_input("one").as_mount()])
for _ in (1, 2):
    run = exp.submit(est)
    run.wait_for_completion()
    print(run.get_status(), run.get_metrics(), [dataset["consumptionDetails"]["inputName"]
                                                for dataset in run.get_details()["inputDatasets"]])

env = Environment("mine")
env.python.user_managed_dependencies = True
for made in (SKLearn("src", entry_script="train.py", script_params={"--label": "sk"}, environment_definition=env),
             PyTorch("src", entry_script="train.py", script_params={"--label": "torch"}, environment_definition=env,
                     use_gpu=True, distributed_training=Mpi(process_count_per_node=1), node_count=1)):
    run = exp.submit(config=made)
    run.wait_for_completion(show_output=False)
    print(type(made).__name__, run.get_metrics()["label"], made.run_config.target)
