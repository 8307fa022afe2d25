# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies

ws = Workspace.from_config()
env = Environment(name="myenv")
env.python.user_managed_dependencies = True
env.environment_variables = {"GREETING": "first"}
print("version", env.register(workspace=ws).version)
print("version", env.register(workspace=ws).version)

env.environment_variables["GREETING"] = "second"
env.python.conda_dependencies = CondaDependencies.create(pip_packages=["numpy"])
print("version", env.register(workspace=ws).version)

for version in ("1", None):
    restored = Environment.get(workspace=ws, name="myenv", version=version)
    run = Experiment(ws, "reuse").submit(ScriptRunConfig("src", script="train.py", environment=restored))
    run.wait_for_completion()
    print(run.get_metrics("greeting"), run.get_environment().name, run.get_environment().version)
print(sorted(name for name in Environment.list(workspace=ws) if not name.startswith("AzureML")))
