# SPDX-License-Identifier: Apache-2.0
"""Submits train.py, waits for it with its output, and reads back what it logged."""

import os

from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace

# The run uses the Python that runs this file; nothing is installed.
environment = Environment("user-managed")
environment.python.user_managed_dependencies = True

workspace = Workspace.from_config()
experiment = Experiment(workspace=workspace, name="ridge")
config = ScriptRunConfig(source_directory=os.path.dirname(os.path.abspath(__file__)), script="train.py",
                         environment=environment)

run = experiment.submit(config)
run.wait_for_completion(show_output=True)

metrics = run.get_metrics()
best = min(range(len(metrics["mse"])), key=metrics["mse"].__getitem__)
print("best alpha: {:.2f}, with a mean squared error of {:.3f}".format(metrics["alpha"][best], metrics["mse"][best]))
print("files: {}".format(", ".join(run.get_file_names())))
print("status: {}".format(run.get_status()))
print("page: {}".format(run.get_portal_url()))
