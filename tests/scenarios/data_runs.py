# SPDX-License-Identifier: Apache-2.0
"""Two runs of the SDK with datasets: the first reads "people" and writes "prepared", which the second reads."""

import json

from daemon import Daemon

SUBMIT = """
import json
from azureml.core import Dataset, Datastore, Environment, Experiment, ScriptRunConfig, Workspace
from azureml.data import OutputFileDatasetConfig
from azureml.data.output_dataset_config import LinkFileOutputDatasetConfig
ws = Workspace.from_config()
Datastore.register_azure_blob_container(ws, "blobs", "container", "account", account_key="secret")
people = Dataset.Tabular.from_delimited_files("people.csv").register(ws, "people", "who they are", {"area": "demo"})
prepared = OutputFileDatasetConfig("prepared").register_on_complete("prepared")
linked = LinkFileOutputDatasetConfig("linked").register_on_complete("linked")
own = Environment("own")
own.python.user_managed_dependencies = True
def run(*arguments):
    run = Experiment(ws, "data").submit(ScriptRunConfig("src", "main.py", arguments=list(arguments), environment=own))
    run.wait_for_completion()
    return run.id
made = run(people.as_named_input("people"), prepared, linked)
found = {name: Dataset.get_by_name(ws, name).id for name in ("people", "prepared", "linked")}
used = run(Dataset.get_by_id(ws, found["prepared"]).as_named_input("again").as_mount(), prepared.as_input("unnamed"))
print(json.dumps(dict(found, made=made, used=used)))
"""
MAIN = """
import os
from azureml.core import Dataset, Run
if "prepared" in os.environ:
    with open(os.path.join(os.environ["prepared"], "rows.csv"), "w") as file:
        file.write("a,b\\n1,2\\n")
    Run.get_context().output_datasets["linked"].link(Dataset.File.from_files("main.py"))
"""


def data_runs(daemon: Daemon) -> dict:
    """The ids of the two runs, "made" and "used", and of the datasets by their names."""
    folder = daemon.folder({"people.csv": "name,age\nAda,36\nAlan,41\n", "src/main.py": MAIN})
    return json.loads(daemon.python(SUBMIT, cwd=folder).out.splitlines()[-1])
