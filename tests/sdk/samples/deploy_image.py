# SPDX-License-Identifier: Apache-2.0
# A service that takes and returns images (rawhttp), on "AKS": its callers need a key.
import urllib.error
import urllib.request

from azureml.core import Environment, Workspace
from azureml.core.compute import AksCompute, ComputeTarget
from azureml.core.model import InferenceConfig, Model
from azureml.core.webservice import AksWebservice

ws = Workspace.from_config()
env = Environment("image")
env.python.user_managed_dependencies = True
aks_target = ComputeTarget.create(ws, "my-aks", AksCompute.provisioning_configuration())

inference_config = InferenceConfig(entry_script="score_image.py", source_directory="service", environment=env)
deployment_config = AksWebservice.deploy_configuration(num_replicas=1, scoring_timeout_ms=5000)
service = Model.deploy(ws, "image-svc", [], inference_config, deployment_config, aks_target, overwrite=True)
service.wait_for_deployment()
print(service.state, service.auth_enabled, service.scoring_timeout_ms)


def ask(body, kind, key):
    headers = {"Content-Type": kind}
    if key:
        headers["Authorization"] = "Bearer " + key
    try:
        with urllib.request.urlopen(urllib.request.Request(service.scoring_uri, body, headers)) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, None, None


primary, secondary = service.get_keys()
image = bytes(range(256))
print(ask(image, "image/png", primary) == (200, "image/png", image[::-1]), ask(image, "image/png", secondary)[0])
print(ask(image, "image/png", None)[0], ask(image, "image/png", "wrong")[0], ask(b"text", "text/plain", primary)[0])
service.regen_key("Primary")
print(ask(image, "image/png", primary)[0], ask(image, "image/png", service.get_keys()[0])[0])
print(service.get_token()[0] == service.get_keys()[0])
service.delete()
