# SPDX-License-Identifier: Apache-2.0
"""examples/ridge in an interpreter with scikit-learn, from Python and from the shell, against the fit done here."""

import json
import os
import re
import shutil
import subprocess
import unittest

from venvs import sklearn_python
from yard import ROOT, SDK, SharedYardTest, needs

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
print(json.dumps([alphas, [mean_squared_error(d, Ridge(alpha=x).fit(a, c).predict(b)) for x in alphas]]))
"""


@needs("runyardd", "runyard")
@unittest.skipUnless(os.path.isdir(EXAMPLE), "there is no examples/ridge")
class RidgeTest(SharedYardTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.python = sklearn_python()
        fitted = subprocess.run([cls.python, "-c", FIT], stdout=subprocess.PIPE, check=True)
        cls.alphas, cls.errors = json.loads(fitted.stdout)
        cls.folder = os.path.join(cls.yard.sources, "ridge")
        shutil.copytree(EXAMPLE, cls.folder)

    def check(self, run_id):
        run = self.yard.run(run_id)
        self.assertEqual(run["status"], "Completed", run["error"])
        self.assertEqual(run["interpreter"]["path"], self.python)
        self.assertIn("scikit-learn", run["interpreter"]["packages"])
        for name, expected in (("alpha", self.alphas), ("mse", self.errors)):
            found = self.yard.values(run_id, name)
            self.assertEqual(len(found), len(expected), name)
            for one, other in zip(found, expected):
                self.assertAlmostEqual(one, other, 6)
        models = [name for name in self.yard.files(run_id) if name.startswith("outputs/")]
        self.assertGreaterEqual(len(models), len(self.alphas))

    def test_from_python(self):
        done = self.yard.execute([self.python, "submit.py"], cwd=self.folder, environment={"PYTHONPATH": SDK})
        run = self.yard.get("/runs", limit=1)["items"][0]
        self.check(run["id"])
        best = min(self.errors)
        self.assertIn("RunId: " + run["id"], done.out)
        self.assertIn("Completed", done.out)
        self.assertIn(run["url"], done.out)
        numbers = [float(text) for text in re.findall(r"\d+\.\d+", done.out)]
        self.assertTrue(any(abs(number - best) < 0.01 for number in numbers), (best, done.out))
        for name in self.yard.files(run["id"]):
            self.assertIn(name, done.out)

    def test_from_the_shell(self):
        submitted = self.yard.cli("submit", "--json", "--experiment", "ridge-shell", "--python", self.python, "train.py",
                                  cwd=self.folder)
        run_id = submitted.json["id"]
        log = self.yard.cli("logs", "-f", run_id).out
        self.yard.cli("wait", run_id)
        self.assertEqual(log, self.yard.log(run_id).decode())
        self.check(run_id)
        table = self.yard.cli("metrics", run_id).out
        self.assertIn("alpha", table)
        self.assertIn("mse", table)
        answer = self.yard.cli("metrics", "--json", run_id).json
        metrics = {metric["name"]: metric for item in answer["items"] for metric in item["metrics"]}
        self.assertEqual(metrics["mse"]["values"], self.yard.values(run_id, "mse"))


if __name__ == "__main__":
    unittest.main()
