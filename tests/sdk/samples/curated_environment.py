# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

ws = Workspace.from_config()
for name in Environment.list(ws):
    if name.startswith("AzureML"):
        print(name)
for name in ("AzureML-Minimal", "AzureML-sklearn-0.24-ubuntu18.04-py37-cpu"):
    env = Environment.get(workspace=ws, name=name)
    run = Experiment(ws, "curated").submit(ScriptRunConfig("src", script="train.py", environment=env))
    run.wait_for_completion()
    print(run.get_status(), run.get_metrics("alpha"))
