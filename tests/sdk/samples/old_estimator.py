# SPDX-License-Identifier: Apache-2.0
import sys

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

ws = Workspace.from_config()
env = Environment("old-sklearn")
env.python.user_managed_dependencies = True
env.python.interpreter_path = sys.argv[1]
for data in ("diabetes", "boston"):
    src = ScriptRunConfig("src", script="fit_old.py", arguments=["--data", data, "--alpha", 0.5], environment=env)
    run = Experiment(ws, "old-estimator").submit(src)
    details = run.wait_for_completion(raise_on_error=False)
    print(details["status"], run.get_metrics())
    if details["status"] == "Failed":
        print(details["error"]["error"]["message"])
