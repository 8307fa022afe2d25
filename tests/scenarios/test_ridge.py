# SPDX-License-Identifier: Apache-2.0
"""examples/ridge in an interpreter with scikit-learn, from Python and from the shell, against the fit done here."""

import re
import unittest

from ridge_case import RidgeCase
from venvs import sklearn_python
from yard import ENABLED


class RidgeTest(RidgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.python = sklearn_python()

    def test_from_python(self):
        done = self.yard.execute([self.python, "submit.py"], cwd=self.folder, environment=ENABLED)
        run = self.yard.get("/runs", limit=1)["items"][0]
        self.assertEqual(self.check(run["id"])["interpreter"]["path"], self.python)
        best = min(self.yard.values(run["id"], "mse"))
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
        self.assertEqual(self.check(run_id)["interpreter"]["path"], self.python)
        table = self.yard.cli("metrics", run_id).out
        self.assertIn("alpha", table)
        self.assertIn("mse", table)
        answer = self.yard.cli("metrics", "--json", run_id).json
        metrics = {metric["name"]: metric for item in answer["items"] for metric in item["metrics"]}
        self.assertEqual(metrics["mse"]["values"], self.yard.values(run_id, "mse"))


if __name__ == "__main__":
    unittest.main()
