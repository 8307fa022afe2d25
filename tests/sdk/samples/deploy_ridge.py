# SPDX-License-Identifier: Apache-2.0
# Train, register, deploy to "ACI", call, update, delete: the last notebook of every tutorial.
import json
import urllib.request

from azureml.core import Environment, Experiment, Model, ScriptRunConfig, Webservice, Workspace
from azureml.core.model import InferenceConfig
from azureml.core.webservice import AciWebservice
from azureml.exceptions import WebserviceException

ws = Workspace.from_config()
env = Environment("ridge")
env.python.user_managed_dependencies = True

run = Experiment(ws, "ridge").submit(ScriptRunConfig(source_directory="service", script="train.py", environment=env))
run.wait_for_completion(raise_on_error=True)
model = run.register_model(model_name="ridge", model_path="outputs/ridge.json", tags={"alpha": "0.5"})

inference_config = InferenceConfig(entry_script="score.py", source_directory="service", environment=env)
aciconfig = AciWebservice.deploy_configuration(cpu_cores=1, memory_gb=1, tags={"data": "diabetes"},
                                               description="Predicts with ridge regression")
try:
    service = Webservice(ws, "ridge-svc")
    print("found")
except WebserviceException as e:
    print(e.message)
service = Model.deploy(ws, "ridge-svc", [model], inference_config, aciconfig, overwrite=True)
service.wait_for_deployment(show_output=True)
print(service.state, service.compute_type, service.tags, [m.id == model.id for m in service.models])

test_sample = json.dumps({"data": [[1.0, 2.0], [3.0, 4.0]]})
print(service.run(input_data=test_sample))
request = urllib.request.Request(service.scoring_uri, test_sample.encode(), {"Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(request)))
print(sorted(json.load(urllib.request.urlopen(service.swagger_uri))["paths"]))
print("init of version" in service.get_logs())

with open("second.json", "w") as file:
    file.write('{"weights": [2, 0]}')
second = Model.register(ws, "second.json", "ridge")
service.update(models=[second], inference_config=inference_config, tags={"data": "other"})
service.wait_for_deployment(show_output=False)
print(service.version, service.tags, service.run(test_sample))
try:
    service.run("no JSON")
except WebserviceException as e:
    print(e.message.split("\n")[1])

print([s.name for s in Webservice.list(ws, compute_type="ACI", model_name="ridge")], sorted(ws.webservices))
service.delete()
print(Webservice.list(ws))
