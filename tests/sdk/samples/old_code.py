# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import azureml.core

ws = azureml.core.Workspace.from_config()
env = azureml.core.Environment.from_pip_requirements("old", Path(sys.argv[1]))
env.environment_variables = dict(argument.split("=") for argument in sys.argv[2:])
src = azureml.core.ScriptRunConfig(Path("src"), script="old_names.py", environment=env)
run = azureml.core.Experiment(ws, "old").submit(src)
try:
    run.wait_for_completion()
except azureml.exceptions.ActivityFailedException as error:
    print(error)
print(run)
print(run.get_metrics())
