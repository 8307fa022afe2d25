# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, Workspace
from azureml.train.hyperdrive import GridParameterSampling, HyperDriveConfig, choice
from azureml.train.hyperdrive.run import PrimaryMetricGoal
from azureml.train.sklearn import SKLearn
from azureml.widgets import RunDetails

ws = Workspace.from_config()
exp = Experiment(workspace=ws, name="sweep-grid")
env = Environment("mine")
env.python.user_managed_dependencies = True

ps = GridParameterSampling({"--C": choice(0.1, 0.5, 0.9), "--max_iter": choice(50, 100)})
est = SKLearn(source_directory="src", compute_target="local", entry_script="tune.py", environment_definition=env,
              script_params={"--epochs": 2})
hyperdrive_config = HyperDriveConfig(estimator=est, hyperparameter_sampling=ps, primary_metric_name="Accuracy",
                                     primary_metric_goal=PrimaryMetricGoal.MAXIMIZE, max_total_runs=20,
                                     max_concurrent_runs=3)
hyperdrive_run = exp.submit(hyperdrive_config)
RunDetails(hyperdrive_run).get_widget_data()
hyperdrive_run.wait_for_completion(show_output=True)

best_run = hyperdrive_run.get_best_run_by_primary_metric()
print("Best Run Id:", best_run.id == hyperdrive_run.id + "_3")
print("Accuracy:", best_run.get_metrics()["Accuracy"])
print(best_run.get_details()["runDefinition"]["arguments"])
print(len(list(hyperdrive_run.get_children())), hyperdrive_run.get_status(), hyperdrive_run.type)
for child in hyperdrive_run.get_children_sorted_by_primary_metric(top=2):
    print(child["hyperparameters"], child["best_primary_metric"], child["status"])
model = best_run.register_model(model_name="sweep-grid", model_path="outputs/checkpoint.txt")
print(model.name)
