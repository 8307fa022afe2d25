# SPDX-License-Identifier: Apache-2.0
from azureml.core import Workspace
from azureml.core.compute import AmlCompute, ComputeTarget

dev, test = [Workspace.create(name=name, subscription_id="00000000-0000-0000-0000-000000000000",
                              resource_group="old-group", location="westeurope", exist_ok=True)
             for name in ("dev", "test")]
config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
ComputeTarget.create(dev, "cpu-cluster", config).wait_for_completion(show_output=False)
for ws in (dev, test):
    print(ws.name, list(ws.compute_targets))
