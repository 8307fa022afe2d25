# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.runconfig import DockerConfiguration

ws = Workspace.from_config()
env = Environment("user-managed-env")
env.python.user_managed_dependencies = True
env.environment_variables = {"GREETING": "good day"}
command = ["echo", "starting", "&&", "python", "train.py", "--alpha", 0.25, "--label", '"$GREETING"']

src = ScriptRunConfig(source_directory="src", command=command, compute_target="local", environment=env,
                      docker_runtime_config=DockerConfiguration(use_docker=False))
run = Experiment(ws, "commands").submit(src)
run.wait_for_completion(show_output=True)
print(run.get_metrics())
