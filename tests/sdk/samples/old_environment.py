# SPDX-License-Identifier: Apache-2.0
import urllib
from pathlib import Path

import azureml.core

ws = azureml.core.Workspace.from_config()
urllib.request.urlretrieve(Path("src", "old_environment.yml").resolve().as_uri(), filename="environment.yml")
env = azureml.core.Environment.from_dockerfile("old-image", Path("src", "Dockerfile"),
                                               conda_specification=Path("environment.yml"))
src = azureml.core.ScriptRunConfig("src", script="old_tracking.py", environment=env)
run = azureml.core.Experiment(ws, "old-environment").submit(src)
details = run.wait_for_completion()
print(run.get_metrics())
for warning in details["warnings"]:
    print(warning["message"])
