# SPDX-License-Identifier: Apache-2.0
"""azureml.core.webservice and its neighbors without a daemon: names, and what is refused with the words of SDK v1."""

import contextlib
import io
import os
import sys
import unittest
import warnings

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
sys.path[:0] = [PYTHON, os.path.join(PYTHON, "runyard", "_names")]

from azureml.contrib.services.aml_request import AMLRequest, rawhttp  # noqa: E402
from azureml.contrib.services.aml_response import AMLResponse  # noqa: E402
from azureml.core import Environment, Image, Webservice  # noqa: E402
from azureml.core.image import ContainerImage  # noqa: E402
from azureml.core.model import InferenceConfig, Model, ModelPackage  # noqa: E402
from azureml.core.profile import ModelProfile  # noqa: E402
from azureml.core.webservice import AciWebservice, AksEndpoint, AksWebservice, LocalWebservice  # noqa: E402
from azureml.core.webservice.webservice import ContainerResourceRequirements, WebServiceAccessToken  # noqa: E402
from azureml.exceptions import UserErrorException, WebserviceException  # noqa: E402
from folder_case import FolderCase  # noqa: E402
from runyard import deployment_configuration  # noqa: E402
from runyard._service import api, deployment, deployment_settings, view  # noqa: E402
from runyard._service.messages import Head  # noqa: E402

SCORE = "def init(): pass\ndef run(data): return data\n"


class Case(FolderCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.top)
        warnings.simplefilter("ignore")
        self.addCleanup(warnings.resetwarnings)
        self.script = self.put("score.py", SCORE)

    def refused(self, pattern, call, *arguments, kind=WebserviceException, **named):
        with self.assertRaisesRegex(kind, pattern):
            call(*arguments, **named)


class Configurations(Case):
    def test_an_inference_config_checks_its_files(self):
        self.refused("need to specify entry_script", InferenceConfig, "")
        self.refused("entry_script none.py doesn't exist. entry_script should be path relative", InferenceConfig, "none.py")
        self.refused("source directory .*/nowhere doesn't exist", InferenceConfig, "score.py", source_directory="nowhere")
        self.refused("Conda file none.yml doesn't exist", InferenceConfig, "score.py", conda_file="none.yml")
        self.put("my-score.py", SCORE)
        self.refused('invalid name "my-score" for provided entry script', InferenceConfig, "my-score.py")
        self.put("score.txt", SCORE)
        self.refused("Invalid driver type", InferenceConfig, "score.txt")
        self.refused("Provided runtime not supported. Possible runtimes are: spark-py|python", InferenceConfig, "score.py", "r")
        self.put("broken.py", "def init(:")
        self.refused("Please check it and try local deployment", InferenceConfig, "broken.py", kind=UserErrorException)

    def test_an_environment_stands_alone(self):
        self.refused("unable to provide runtime, conda_file, .* along with an environment object",
                     InferenceConfig, "score.py", runtime="python", environment=Environment("e"))
        self.refused("environment must be an Environment, not 'sklearn'", InferenceConfig, "score.py", environment="sklearn")

    def test_the_older_arguments_make_an_environment(self):
        self.put("env.yml", "name: e\ndependencies:\n- python=3.6.2\n- pip:\n  - scikit-learn==0.20.3\n")
        with self.assertWarnsRegex(DeprecationWarning, "runtime parameter has been deprecated"):
            config = InferenceConfig(entry_script="score.py", runtime="python", conda_file="env.yml")
        environment = config._source().environment
        self.assertEqual(list(environment.python.conda_dependencies.pip_packages), ["scikit-learn==0.20.3"])
        self.assertIsNone(InferenceConfig("score.py")._source().environment)

    def test_a_source_directory_and_a_script_in_it(self):
        self.put("service/code/score.py", SCORE)
        source = InferenceConfig("code/score.py", source_directory="service")._source()
        self.assertEqual((source.folder, source.entry_script), (os.path.join(self.top, "service"), "code/score.py"))
        source = InferenceConfig("service/code/score.py")._source()
        self.assertEqual((source.folder, source.entry_script, list(source.files)), (None, "score.py", ["score.py"]))

    def test_of_containers(self):
        for call, given, said in (
                (AciWebservice.deploy_configuration, {"cpu_cores": 0}, "cpu_cores must be positive"),
                (AciWebservice.deploy_configuration, {"ssl_enabled": True}, "you must provide a SSL certificate, key, and cname"),
                (AciWebservice.deploy_configuration, {"vnet_name": "v"}, "vnet_name and subnet_name"),
                (LocalWebservice.deploy_configuration, {"port": 70000}, r"port must be an integer in range \[1, 65535\]"),
                (AksWebservice.deploy_configuration, {"num_replicas": 0}, "num_replicas must be greater than zero"),
                (AksWebservice.deploy_configuration, {"autoscale_enabled": False}, "autoscale disabled but num_replicas not"),
                (AksWebservice.deploy_configuration, {"autoscale_max_replicas": 2}, "provided without enabling autoscaling"),
                (AksWebservice.deploy_configuration, {"autoscale_enabled": True, "autoscale_min_replicas": 3,
                                                      "autoscale_max_replicas": 2}, "cannot be greater than"),
                (AksWebservice.deploy_configuration, {"auth_enabled": True, "token_auth_enabled": True}, "cannot both be true"),
                (AksEndpoint.deploy_configuration, {"traffic_percentile": 101}, "between 0 and 100")):
            self.refused(said, call, **given)

    def test_what_has_no_meaning_here_is_named_once(self):
        deployment_settings._said.clear()
        self.addCleanup(deployment_settings._said.clear)
        config = AciWebservice.deploy_configuration(cpu_cores=1, memory_gb=2, tags={"a": "b"}, auth_enabled=True)
        for expected in ("runyard: deploy_configuration: cpu_cores, memory_gb have no effect on this machine\n", ""):
            with contextlib.redirect_stderr(io.StringIO()) as said:
                config._say_what_is_ignored()
            self.assertEqual(said.getvalue(), expected)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            config.print_deploy_configuration()
        self.assertEqual(out.getvalue(), "CPU requirement: 1, Memory requirement: 2GB\n")

    def test_keys_workers_and_time_limits(self):
        found = AksWebservice.deploy_configuration(num_replicas=3, scoring_timeout_ms=1500)
        self.assertEqual((found._needs_key(), found._workers(), found._timeout()), (True, 3, 1.5))
        self.assertFalse(AksWebservice.deploy_configuration(auth_enabled=False)._needs_key())
        found = AciWebservice.deploy_configuration()
        self.assertEqual((found._needs_key(), found._workers(), found._timeout()), (False, 2, 60.0))
        self.assertEqual(AksEndpoint.deploy_configuration()._own_properties, {deployment_configuration.ENDPOINT: "true"})

    def test_of_2018(self):
        with self.assertWarns(DeprecationWarning):
            config = ContainerImage.image_configuration(execution_script="score.py", runtime="python", dependencies=["helper.py"]
                                                        if self.put("helper.py", "") else [])
        self.assertEqual(sorted(config._source().files), ["helper.py", "score.py"])
        self.put("below/score.py", SCORE)
        self.refused("not in current directory", ContainerImage.image_configuration, "below/score.py", "python")
        self.refused("Unable to use absolute path", ContainerImage.image_configuration, self.script, "python")
        self.refused("Conda file none.yml doesn't exist", ContainerImage.image_configuration, "score.py", "python", "none.yml")
        self.refused("images are not kept here: cannot find old", Image, None, name="old")


class Deploying(Case):
    def deploy(self, name="ridge", models=(), inference_config=None, deployment_config=None, target=None):
        return deployment.deploy(None, name, list(models), inference_config, deployment_config, target, False)

    def test_names(self):
        for name in ("ab", "Ridge", "1st", "ridge-", "a_b", "x" * 33, "", None, 5):
            self.refused("provided service name is invalid. It must only consist of lowercase letters", self.deploy, name)

    def test_without_a_script_or_with_something_else(self):
        self.refused("cannot deploy 'ridge' without a script: pass inference_config", self.deploy)
        self.refused("inference_config must be an InferenceConfig, not 'score.py'", self.deploy, inference_config="score.py")
        self.refused("deployment_config must come from deploy_configuration", self.deploy,
                     inference_config=InferenceConfig("score.py"), deployment_config={"cpu_cores": 1})

    def test_a_cluster_is_needed_where_it_was(self):
        config = AksWebservice.deploy_configuration()
        self.refused("Must have a deployment target for an AKS web service", self.deploy,
                     inference_config=InferenceConfig("score.py"), deployment_config=config)
        self.assertIs(deployment._configuration(config, "cluster"), config)
        self.assertEqual(deployment._configuration(None, "cluster")._compute_type, "AKS")
        self.assertEqual(deployment._configuration(None, None)._compute_type, "ACI")

    def test_models_that_are_none(self):
        self.refused("models is a list of models", Model.deploy, None, "ridge", "ridge", InferenceConfig("score.py"))
        self.refused("cannot deploy 7: it is no model", Model.deploy, None, "ridge", [7], InferenceConfig("score.py"))

    def test_packages_and_profiles_are_made_by_model(self):
        self.refused("a package is made by Model.package", ModelPackage, None, 1, None)
        self.refused("requires an InferenceConfig", Model.package, None, [])
        self.refused("profiles are not kept here", ModelProfile, None, "p", kind=UserErrorException)
        self.refused("profile_name cannot be None", Model.profile, None, "", [], None, None, kind=UserErrorException)
        self.refused("Expected cpu value is between 0.1 and 3.5", Model.profile, None, "p", [], None, None, 9,
                     kind=UserErrorException)
        self.refused("Dataset not provided", Model.profile, None, "p", [], None, None, kind=UserErrorException)

    def test_an_older_daemon_is_named_as_the_reason(self):
        error = api.ApiError(404, "not_found", "cannot find /api/v1/services: there is nothing at this address")
        self.assertRegex(api._exception(error).message, "this daemon has no web services, because it is older")


class Parts(Case):
    def test_requirements_and_tokens_for_json(self):
        found = ContainerResourceRequirements(1, 2).serialize()
        self.assertEqual(found, {"cpu": 1, "cpuLimit": None, "memoryInGB": 2, "memoryInGBLimit": None, "gpu": None})
        self.assertEqual(ContainerResourceRequirements.deserialize(found).memory_in_gb, 2)
        self.assertIsNone(ContainerResourceRequirements.deserialize(None))
        self.refused("missing cpu for ContainerResourceRequirements", ContainerResourceRequirements.deserialize, {})
        self.assertEqual(WebServiceAccessToken("k", "Bearer", 0, 0).serialize()["accessToken"], "k")

    def test_bodies_labels_and_models(self):
        self.assertEqual([view.body(given) for given in ("\u00e4", b"x", bytearray(b"y"), {"a": 1}, io.BytesIO(b"z"))],
                         ["\u00e4".encode(), b"x", b"y", b'{"a": 1}', b"z"])
        labels = {"a": "1", "b": "2"}
        self.assertTrue(view.has(labels, ["a", ["b", "2"]]) and view.has(labels, "a") and view.has(labels, None))
        self.assertFalse(view.has(labels, [["a", "2"]]) or view.has(labels, "c"))
        models = [{"name": "ridge", "version": 3}]
        self.assertTrue(view.has_model(models, "ridge", "ridge:3"))
        self.assertFalse(view.has_model(models, None, "ridge:2"))
        self.refused("Invalid compute type", Webservice.list, None, "GPU")


class Raw(unittest.TestCase):
    def test_a_request(self):
        head = Head(b"POST /score?a=1&a=2&b=x%20y HTTP/1.1\r\nHost: h:1\r\nContent-Type: application/json; charset=utf-8\r\n"
                    b"Cookie: k=v; l=w")
        request = AMLRequest(head, b'{"c": 3}')
        self.assertEqual((request.method, request.path, request.full_path), ("POST", "/score", "/score?a=1&a=2&b=x%20y"))
        self.assertEqual((request.url, request.host), ("http://h:1/score?a=1&a=2&b=x%20y", "h:1"))
        self.assertEqual((request.args["a"], request.args.getlist("a", type=int), request.args.get("z", 7)), ("1", [1, 2], 7))
        self.assertEqual((request.json, request.get_json(), request.is_json), ({"c": 3}, {"c": 3}, True))
        self.assertEqual((request.data, request.get_data(as_text=True), request.stream.read()), (b'{"c": 3}', '{"c": 3}', b'{"c": 3}'))
        self.assertEqual((request.headers["CONTENT-TYPE"], request.mimetype), ("application/json; charset=utf-8", "application/json"))
        self.assertEqual(request.cookies, {"k": "v", "l": "w"})

    def test_a_form(self):
        head = Head(b"POST /score HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded")
        request = AMLRequest(head, b"name=Ann&name=Bob")
        self.assertEqual((request.form.getlist("name"), request.data, request.get_data()), (["Ann", "Bob"], b"", b"name=Ann&name=Bob"))
        self.assertIsNone(request.get_json(silent=True))
        with self.assertRaises(ValueError):
            request.get_json()

    def test_a_response(self):
        response = AMLResponse("text", 201, {"X-Two": "a, b"})
        self.assertEqual((response.status_code, response.get_data(), response.mimetype), (201, b"text", "text/html"))
        self.assertEqual(response.headers.getlist("x-two"), ["a", "b"])
        self.assertEqual(response.headers["x-ms-run-function-failed"], "False")
        self.assertEqual(AMLResponse({"a": 1}, 200, json_str=True).json, {"a": 1})
        self.assertEqual((AMLResponse(None, 500).data, AMLResponse(None, 500).content_type), (b"{}", "application/json"))
        self.assertEqual(AMLResponse(b"\x89PNG", 200, {"Content-Type": "image/png"}).headers.items()[0][0], "x-ms-run-function-failed")
        with self.assertRaisesRegex(ValueError, "line break"):
            AMLResponse("", 200, {"X": "a\r\nSet-Cookie: b"})

    def test_rawhttp_keeps_the_function(self):
        self.assertEqual(rawhttp(lambda request: request)(5), 5)


if __name__ == "__main__":
    unittest.main()
