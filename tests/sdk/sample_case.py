# SPDX-License-Identifier: Apache-2.0
"""A test that runs scripts in the style of the samples of SDK v1, unchanged, with the names of azureml."""

import os
import re
import shutil
import subprocess
import sys

from notebook_case import ROOT, Notebook

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples")
NAMES = os.pathsep.join([os.path.join(ROOT, "python", "hook"), os.path.join(ROOT, "python")])


class SampleCase(Notebook):
    def samples(self):
        """The test's copy of the samples, which the first call makes."""
        place = os.path.join(self.folder, "samples")
        if not os.path.exists(place):
            shutil.copytree(SAMPLES, place)
        return place

    def run_sample(self, name, *arguments, packages="", **variables):
        """Run a sample in the test's copy; what it prints, but for waits in the queue, and says on stderr."""
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [NAMES, packages])), "RUNYARD_ENV_BUILD": "0",
               **variables}
        done = subprocess.run([sys.executable, name + ".py", *arguments], cwd=self.samples(), env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, 0, said)
        return re.sub(r"(?m)^Run \S+ is (queued|building) .*\n", "", done.stdout.decode()), said
