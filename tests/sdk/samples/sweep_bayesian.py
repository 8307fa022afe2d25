# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (BayesianParameterSampling, HyperDriveConfig, PrimaryMetricGoal, choice, quniform,
                                      uniform)

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="sweep-bayesian")
env = Environment("mine")
env.python.user_managed_dependencies = True

ps = BayesianParameterSampling({"--C": uniform(0, 1), "--max_iter": quniform(50, 150, 10), "--epochs": choice(1, 2)},
                               properties={"seed": 5})
src = ScriptRunConfig(source_directory="src", script="tune.py", compute_target="local", environment=env)
run = exp.submit(HyperDriveConfig(run_config=src, hyperparameter_sampling=ps, primary_metric_name="Accuracy",
                                  primary_metric_goal=PrimaryMetricGoal.MAXIMIZE, max_total_runs=14,
                                  max_concurrent_runs=2))
run.wait_for_completion(show_output=False)
print(run.get_status(), len(list(run.get_children())))
print(run.get_best_run_by_primary_metric().get_metrics()["Accuracy"] is not None)
