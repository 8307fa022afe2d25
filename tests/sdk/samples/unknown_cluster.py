# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

ws = Workspace.from_config()
env = Environment(name="user-managed-env")
env.python.user_managed_dependencies = True

src = ScriptRunConfig(source_directory="src", script="train.py", arguments=["--alpha", 0.5],
                      compute_target="cpu-cluster", environment=env)
for _ in range(2):
    run = Experiment(workspace=ws, name="unknown-cluster").submit(config=src)
    run.wait_for_completion(show_output=False)
    print(run.get_status(), run.get_metrics()["alpha"], run.get_details()["target"])
