# SPDX-License-Identifier: Apache-2.0
import sys

from azureml.core import Dataset, Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import ComputeTarget

ws = Workspace.from_config()
web_path = sys.argv[1]
dataset = Dataset.Tabular.from_delimited_files(path=web_path)
print(dataset.take(2).to_pandas_dataframe().columns.tolist())
dataset = dataset.register(workspace=ws, name="web diabetes", create_new_version=True)
train_ds, test_ds = dataset.filter(dataset["age"] > 20).random_split(percentage=0.8, seed=223)

compute_target = ComputeTarget(workspace=ws, name="cpu-cluster")
env = Environment("user-managed-env")
env.python.user_managed_dependencies = True
src = ScriptRunConfig("src", "train_web.py", compute_target=compute_target, environment=env, arguments=[
    "--train", train_ds.as_named_input("train"), "--test", test_ds.as_named_input("test")])
run = Experiment(ws, "web-table").submit(src)
run.wait_for_completion()
print(run.get_status(), run.get_metrics()["rows"], run.get_metrics()["accuracy"] > 0.8)
