# SPDX-License-Identifier: Apache-2.0
import json

from azureml.core import Environment, Experiment, Run, ScriptRunConfig, Workspace
from azureml.train.hyperdrive.parameter_expressions import choice, uniform
from azureml.train.hyperdrive.policy import BanditPolicy
from azureml.train.hyperdrive.run import HyperDriveRun, PrimaryMetricGoal
from azureml.train.hyperdrive.runconfig import HyperDriveConfig
from azureml.train.hyperdrive.sampling import RandomParameterSampling

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="sweep-random")
env = Environment("mine")
env.python.user_managed_dependencies = True

ps = RandomParameterSampling({"C": uniform(0.0, 1.0), "--max_iter": choice(50, 100, 150)}, properties={"seed": 11})
policy = BanditPolicy(evaluation_interval=2, slack_factor=0.1)
src = ScriptRunConfig(source_directory="src", script="tune.py", arguments=["--epochs", 4, "--wait-for", "policy"],
                      compute_target="local", environment=env)
hyperdrive_config = HyperDriveConfig(run_config=src, hyperparameter_sampling=ps, policy=policy,
                                     primary_metric_name="Accuracy", primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
                                     max_total_runs=6, max_concurrent_runs=6)
run = exp.submit(config=hyperdrive_config)
run.wait_for_completion(show_output=False)
assert run.get_status() == "Completed"

found = Run.get(ws, run.id)
assert type(found) is HyperDriveRun and found == run and next(exp.get_runs()) == run
again = HyperDriveRun(exp, run.id)
print(again.hyperdrive_config._policy_config)
for child in again.get_children_sorted_by_primary_metric(discard_no_metric=True):
    stopped = json.loads(child["hyperparameters"])["C"] < 0.3
    print(child["status"], "stopped" if stopped else "went on")
print(sorted(again.get_hyperparameters()) == sorted(again.get_metrics()))
print(again.get_best_run_by_primary_metric(include_canceled=False).get_status())
