# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

ws = Workspace.from_config()
env = Environment("user-managed-env")
env.python.user_managed_dependencies = True
src = ScriptRunConfig("src", "train.py", ["--label", "$GREETING/${AZUREML_RUN_ID}/$NOT_THERE"], environment=env)
for greeting in ("hello", "again"):
    src.run_config.environment_variables["GREETING"] = greeting
    run = Experiment(ws, "variables").submit(src)
    run.wait_for_completion()
    print(run.get_metrics()["label"].replace(run.id, "RUN_ID"))
