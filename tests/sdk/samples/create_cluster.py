# SPDX-License-Identifier: Apache-2.0
from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.core.compute_target import ComputeTargetException

ws = Workspace.from_config()
cluster_name = "gpu-cluster"

try:
    compute_target = ComputeTarget(workspace=ws, name=cluster_name)
    print("Found existing compute target.")
except ComputeTargetException:
    print("Creating a new compute target...")
    compute_config = AmlCompute.provisioning_configuration(vm_size="STANDARD_NC6", max_nodes=4)
    compute_target = ComputeTarget.create(ws, cluster_name, compute_config)
    compute_target.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)

status = compute_target.get_status().serialize()
print(status["vmSize"], status["allocationState"], status["currentNodeCount"] >= 1)
print(cluster_name in ws.compute_targets, ws.compute_targets[cluster_name].type)

env = Environment("user-managed-env")
env.python.user_managed_dependencies = True
src = ScriptRunConfig(source_directory="src", script="train.py")
src.run_config.environment = env
src.run_config.target = compute_target
run = Experiment(ws, "create-cluster").submit(src)
run.wait_for_completion()
print(run.get_status(), run.get_details()["target"])
