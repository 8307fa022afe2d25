# SPDX-License-Identifier: Apache-2.0
import sys

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import ActivityFailedException

ws = Workspace.from_config()
if sys.argv[1] == "conda":
    env = Environment.from_conda_specification(name="demo", file_path="src/environment.yml")
elif sys.argv[1] == "pip":
    env = Environment.from_pip_requirements(name="demo", file_path="src/requirements.txt")
else:
    env = Environment(name="demo")
    env.python.conda_dependencies = CondaDependencies.create(pip_packages=["demo-package==1.*"])

run = Experiment(ws, "packages").submit(ScriptRunConfig("src", script="train.py", environment=env))
try:
    run.wait_for_completion()
except ActivityFailedException as error:
    print(error.message)
print(run.get_status(), run.get_metrics())
