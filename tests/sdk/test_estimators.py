# SPDX-License-Identifier: Apache-2.0
"""Estimators of SDK v1 against a real daemon."""

import os
import shutil

from notebook_case import needs_daemon
from sample_case import SampleCase


@needs_daemon
class Samples(SampleCase):
    def test_10_19_an_estimator_runs_its_script_twice(self):
        plain = "Completed {'alpha': 0.25, 'label': 'plain', 'greeting': 'hello'} ['one']\n"
        for _ in range(2):
            out, said = self.run_sample("estimators")
            self.assertEqual(out, plain * 2 + "SKLearn sk local\nPyTorch torch local\n", said)
            shutil.rmtree(os.path.join(self.folder, "samples"))
