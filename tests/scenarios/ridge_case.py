# SPDX-License-Identifier: Apache-2.0
"""examples/ridge in a daemon, and its figures against the fit done here, in the same interpreter."""

import json
import os
import shutil
import subprocess
import unittest
from typing import Any, Dict, List

from daemon import ROOT, SharedDaemonTest, needs

EXAMPLE = os.path.join(ROOT, "examples/ridge")
FIT = """
import json
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
a, b, c, d = train_test_split(X, y, test_size=0.2, random_state=0)
alphas = [round(0.05 * i, 2) for i in range(20)]
print(json.dumps({"alpha": alphas, "mse": [mean_squared_error(d, Ridge(alpha=x).fit(a, c).predict(b)) for x in alphas]}))
"""


@needs("runyardd", "runyard")
@unittest.skipUnless(os.path.isdir(EXAMPLE), "there is no examples/ridge")
class RidgeCase(SharedDaemonTest):
    """`self.folder` is a copy of the example."""

    folder: str

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.folder = os.path.join(cls.daemon.sources, "ridge")
        shutil.copytree(EXAMPLE, cls.folder)

    @staticmethod
    def fit(python: str) -> Dict[str, List[float]]:
        """What the example has to log."""
        return json.loads(subprocess.run([python, "-c", FIT], stdout=subprocess.PIPE, check=True).stdout)

    def check(self, run_id: str) -> Dict[str, Any]:
        """A run of the example ended well, with the right figures and all of its models; the run."""
        run = self.daemon.run(run_id)
        self.assertEqual(run["status"], "Completed", run["error"])
        self.assertIn("scikit-learn", run["interpreter"]["packages"])
        for name, expected in self.fit(run["interpreter"]["path"]).items():
            found = self.daemon.values(run_id, name)
            self.assertEqual(len(found), len(expected), name)
            for one, other in zip(found, expected):
                self.assertAlmostEqual(one, other, 6)
        models = [name for name in self.daemon.files(run_id) if name.startswith("outputs/")]
        self.assertEqual(len(models), 20)
        return run
