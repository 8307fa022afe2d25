# SPDX-License-Identifier: Apache-2.0
"""Services of SDK v1 against a real daemon: samples in the style of public ones, run twice, and what goes wrong."""

import os
import re
import shutil
import signal
import threading
import unittest

from notebook_case import Interactive, needs_daemon
from sample_case import SampleCase
from processes import wait_for
from runyard._client.api import ApiError, client, path_of
from runyard._runs.wait import until_final
from runyard._service import api
from runyard.exceptions import WebserviceException
from runyard.inference_config import InferenceConfig
from runyard.local_webservice import LocalWebservice
from runyard.model import Model
from runyard.webservice import Webservice


COUNT = """
import json, os
def init():
    print("process", os.getpid())
def run(data):
    return [json.loads(data), VERSION, os.getpid()]
"""


class WithServices(unittest.TestCase):
    """Skips the tests of a daemon without services, and removes what a test has deployed."""

    def setUp(self):
        super().setUp()
        try:
            client.call("GET", path_of("services"))
        except ApiError as error:
            self.assertIn("nothing at this address", error.message)
            self.skipTest("the daemon of this build has no services")
        self.addCleanup(self.delete_all)

    def delete_all(self):
        """Remove all services, and wait for the end of their runs."""
        for service in Webservice.list(self.workspace):
            service.delete()
            for version in service._facts["versions"]:
                until_final(version["run"], client, False)


@needs_daemon
class Samples(WithServices, SampleCase):
    def each_twice(self, name, expected):
        for _ in range(2):
            out, said = self.run_sample(name)
            self.assertRegex(out, expected, said)
            shutil.rmtree(os.path.join(self.folder, "samples"))

    def test_train_register_deploy_call_update_and_delete(self):
        self.each_twice("deploy_ridge", re.compile(
            r"^WebserviceNotFound: Webservice with name ridge-svc not found in provided workspace\n"
            r"Tips: .*\nRunning\.*\nSucceeded\nACI service creation operation finished, operation \"Succeeded\"\n"
            r"Healthy ACI \{'data': 'diabetes'\} \[True\]\n\[2.5, 5.5\]\n\[2.5, 5.5\]\n\['/', '/score', '/swagger.json'\]\nTrue\n"
            r"ACI service creation operation finished, operation \"Succeeded\"\n2 \{'data': 'other'\} \[2.0, 6.0\]\n"
            r"Response Code: 500\n\['ridge-svc'\] \['ridge-svc'\]\n\[\]\n$"))

    def test_an_image_service_with_keys(self):
        self.each_twice("deploy_image", re.compile(
            r"(?s)^.*AKS service creation operation finished, operation \"Succeeded\"\nHealthy True 5000\n"
            r"True 200\n401 401 400\n401 200\nTrue\n$"))


@needs_daemon
class Services(WithServices, Interactive):
    def config(self, text):
        with open(os.path.join(self.folder, "score.py"), "w") as file:
            file.write(text)
        return InferenceConfig("score.py", source_directory=self.folder)

    def deploy(self, text, name="counter", **more):
        return Model.deploy(self.workspace, name, [], self.config(text), LocalWebservice.deploy_configuration(), **more)

    def test_a_script_that_fails_says_why_and_its_name_is_taken(self):
        service = Model.deploy(self.workspace, "broken", [], self.config("def init(): raise ValueError('no')\ndef run(d): pass"))
        with self.assertRaisesRegex(WebserviceException, "(?s)current service state: Failed.*get_logs.*Error"):
            service.wait_for_deployment()
        self.assertEqual(service.state, "Failed")
        self.assertIn("init() of score.py raised ValueError: no", service.get_logs())
        with self.assertRaisesRegex(WebserviceException, "Service broken with the same name already exists"):
            Model.deploy(self.workspace, "broken", [], self.config("def init(): pass\ndef run(d): pass"))

    def test_a_service_goes_on_without_the_model_that_is_deleted(self):
        with open(os.path.join(self.folder, "m.txt"), "w") as file:
            file.write("weights")
        model = Model.register(self.workspace, os.path.join(self.folder, "m.txt"), "deleted")
        text = "import os\ndef init(): pass\ndef run(d): return open(os.environ['AZUREML_MODEL_DIR'] + '/m.txt').read()"
        service = Model.deploy(self.workspace, "keeps", [model], self.config(text))
        model.delete()
        service.wait_for_deployment()
        self.assertEqual((service.run(""), service.models), ("weights", []))

    def test_every_request_is_answered_while_a_service_is_updated_and_its_workers_are_killed(self):
        service = self.deploy("VERSION = 1\n" + COUNT)
        service.wait_for_deployment()
        self.assertEqual((service.state, service.run("5")[:2]), ("running", [5, 1]))
        found, wrong, done = [], [], threading.Event()

        def ask():
            while not done.is_set():
                status, _, body = api.score(service.scoring_uri, b"7", None, 60.0)
                (found if status == 200 else wrong).append((status, api.json_of(body)))

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            wait_for("answers", lambda: len(found) > 20)
            os.kill(found[-1][1][2], signal.SIGKILL)
            self.deploy("VERSION = 2\n" + COUNT).wait_for_deployment()
            wait_for("the new version", lambda: found[-1][1][1] == 2)
        finally:
            done.set()
            thread.join()
        self.assertEqual({value[0] for _, value in found}, {7})
        self.assertTrue(all(status == 502 and "killed by signal 9" in str(value) for status, value in wrong), wrong)
        self.assertLess(len(wrong), 2)


if __name__ == "__main__":
    unittest.main()
