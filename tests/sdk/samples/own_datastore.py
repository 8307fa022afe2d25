# SPDX-License-Identifier: Apache-2.0
from azureml.core import Dataset, Datastore, Experiment, ScriptRunConfig, Workspace
from azureml.core.runconfig import RunConfiguration
from azureml.data.data_reference import DataReference

ws = Workspace.from_config()
blob_datastore_name = "MyBlobDatastore"

try:
    blob_datastore = Datastore.get(ws, blob_datastore_name)
    print("Found Blob Datastore with name:", blob_datastore_name)
except Exception:
    blob_datastore = Datastore.register_azure_blob_container(
        workspace=ws, datastore_name=blob_datastore_name, account_name="myaccount", container_name="mycontainer",
        account_key="not-a-real-key")
    print("Registered blob datastore with name:", blob_datastore_name)

print(blob_datastore.name, blob_datastore.datastore_type, blob_datastore.account_name, blob_datastore.container_name)
blob_datastore.upload_files(["./src/train.py"], target_path="scripts", overwrite=True, show_progress=False)
data_ref = DataReference(datastore=blob_datastore, data_reference_name="scripts", path_on_datastore="scripts")
dataset = Dataset.File.from_files((blob_datastore, "scripts")).register(ws, "scripts", create_new_version=True)
print(dataset.to_path(), sorted(store for store in ws.datastores if not store.startswith("workspace")))

run_config = RunConfiguration()
run_config.target = ws.compute_targets["cpu-cluster"]
run_config.environment.python.user_managed_dependencies = True
run_config.data_references = {data_ref.data_reference_name: data_ref.to_config()}
src = ScriptRunConfig("src", "list_folder.py", run_config=run_config,
                      arguments=["--folder", str(data_ref), "--store", blob_datastore.path("scripts").as_mount()])
run = Experiment(ws, "own-datastore").submit(src)
run.wait_for_completion()
print(run.get_status(), run.get_metrics(), run.get_details()["target"])
