# SPDX-License-Identifier: Apache-2.0
"""examples/ridge in an interpreter with scikit-learn, from Python and from the shell, against the fit done here."""

import re
import unittest

from ridge_case import RidgeCase
from venvs import sklearn_python
from daemon import ENABLED


class RidgeTest(RidgeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.python = sklearn_python()

    def test_from_python(self):
        done = self.daemon.execute([self.python, "submit.py"], cwd=self.folder, environment=ENABLED)
        run = self.daemon.get("/runs", limit=1)["items"][0]
        self.assertEqual(self.check(run["id"])["interpreter"]["path"], self.python)
        best = min(self.daemon.values(run["id"], "mse"))
        self.assertIn("RunId: " + run["id"], done.out)
        self.assertIn("Completed", done.out)
        self.assertIn(run["url"], done.out)
        numbers = [float(text) for text in re.findall(r"\d+\.\d+", done.out)]
        self.assertTrue(any(abs(number - best) < 0.01 for number in numbers), (best, done.out))
        for name in self.daemon.files(run["id"]):
            self.assertIn(name, done.out)

    def test_from_the_shell(self):
        submitted = self.daemon.cli("submit", "--json", "--experiment", "ridge-shell", "--python", self.python, "train.py",
                                  cwd=self.folder)
        run_id = submitted.json["id"]
        log = self.daemon.cli("logs", "-f", run_id).out
        self.daemon.cli("wait", run_id)
        self.assertEqual(log, self.daemon.log(run_id).decode())
        self.assertEqual(self.check(run_id)["interpreter"]["path"], self.python)
        table = self.daemon.cli("metrics", run_id).out
        self.assertIn("alpha", table)
        self.assertIn("mse", table)
        answer = self.daemon.cli("metrics", "--json", run_id).json
        metrics = {metric["name"]: metric for item in answer["items"] for metric in item["metrics"]}
        self.assertEqual(metrics["mse"]["values"], self.daemon.values(run_id, "mse"))


if __name__ == "__main__":
    unittest.main()
