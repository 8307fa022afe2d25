# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.train.hyperdrive import (GridParameterSampling, HyperDriveConfig, MedianStoppingPolicy, PrimaryMetricGoal,
                                      choice)

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="sweep-resume")
env = Environment("mine")
env.python.user_managed_dependencies = True


def configured(options, epochs, **more):
    src = ScriptRunConfig("src", "tune.py", ["--epochs", epochs], compute_target="local", environment=env)
    return HyperDriveConfig(run_config=src, hyperparameter_sampling=GridParameterSampling({"--C": choice(*options)}),
                            policy=MedianStoppingPolicy(delay_evaluation=5), primary_metric_name="Accuracy",
                            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE, max_total_runs=4, max_concurrent_runs=2,
                            **more)


first = exp.submit(configured([0.5, 0.6], 2))
first.wait_for_completion()
children = sorted(first.get_children(), key=lambda run: run.id)
second = exp.submit(configured([0.8], 5, resume_from=first, resume_child_runs=[children[1]]))
second.wait_for_completion()

print(first.get_best_run_by_primary_metric() == children[0])
print(second.get_best_run_by_primary_metric() == children[0])
print(second.get_best_run_by_primary_metric(include_resume_from_runs=False).id == second.id + "_0")
for child in sorted(second.get_children(), key=lambda run: run.id):
    print(child.get_details()["runDefinition"]["arguments"][:4], len(child.get_metrics()["Accuracy"]))
