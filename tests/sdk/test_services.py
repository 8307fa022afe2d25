# SPDX-License-Identifier: Apache-2.0
"""Services of SDK v1 against a real daemon: samples in the style of public ones, run twice, and what goes wrong."""

import os
import re
import shutil
import unittest

from notebook_case import needs_daemon
from sample_case import SampleCase
from runyard._client.api import ApiError, client, path_of


@needs_daemon
class Samples(SampleCase):
    def setUp(self):
        super().setUp()
        try:
            client.call("GET", path_of("services"))
        except ApiError as error:
            self.assertIn("nothing at this address", error.message)
            self.skipTest("the daemon of this build has no services")

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


if __name__ == "__main__":
    unittest.main()
