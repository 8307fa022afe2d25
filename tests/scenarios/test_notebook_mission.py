# SPDX-License-Identifier: Apache-2.0
"""The code blocks of the mission's document (tests/sdk/mission) run as they stand, in one session of an interpreter.

Two faults that the document has today are fixed: `import mylib` is missing in its train.py, and
sklearn.externals.joblib is gone from scikit-learn, for which a shim is put in place.
"""

import json
import os
import subprocess
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sdk"))
from notebook_case import ROOT, Notebook, needs_daemon
from venvs import sklearn_python

from runyard import Experiment

BLOCKS = os.path.join(ROOT, "tests", "sdk", "mission")

# Begins each session of the venv: gives sklearn.externals.joblib back when it is asked for.
SHIM = """
import importlib.abc, importlib.util, sys
class Joblib(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == "sklearn.externals.joblib" else None
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        import joblib
        module.__dict__.update((name, value) for name, value in vars(joblib).items() if name[:2] != "__")
sys.meta_path.append(Joblib())
"""

# Runs blocks, given as [file name, text], as the cells of one session.
SESSION = """
import json, sys, textwrap
names = {"__name__": "__main__"}
for name, text in json.load(open(sys.argv[1], encoding="utf-8")):
    exec(compile(textwrap.dedent(text), name, "exec"), names)
"""

WAIT = "run.wait_for_completion(show_output = True)\nmetrics = run.get_metrics()\nprint('status', run.get_status())"

# What the document's numbers must be, computed without Runyard.
FIT = """
import json
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
X, y = load_diabetes(return_X_y=True)
a, b, c, d = train_test_split(X, y, test_size=0.2, random_state=0)
mse = lambda alpha: mean_squared_error(d, Ridge(alpha=alpha).fit(a, c).predict(b))
alphas = np.arange(0.0, 1.0, 0.05)
print(json.dumps({"alphas": alphas.tolist(), "mse": [mse(alpha) for alpha in alphas], "one": mse(0.03)}))
"""


def block(name):
    """The text of one of the document's blocks."""
    with open(os.path.join(BLOCKS, name + ".txt"), encoding="utf-8") as file:
        return file.read()


@needs_daemon
class Mission(Notebook):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            cls.python = cls.with_shim(sklearn_python())
        except RuntimeError as error:
            super().tearDownClass()
            raise unittest.SkipTest("no environment with scikit-learn could be made: " + str(error)[-300:]) from None
        cls.expected = json.loads(cls.execute(FIT).stdout.decode())

    @classmethod
    def with_shim(cls, python):
        """A virtual environment that has what `python` has, and the shim."""
        place = os.path.join(cls.top, "venv")
        subprocess.run([python, "-m", "venv", "--without-pip", place], check=True)
        ours, theirs = [subprocess.run([program, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True,
                                       stdout=subprocess.PIPE).stdout.decode().strip()
                        for program in (os.path.join(place, "bin", "python"), python)]
        for name, text in (("joblib_shim.py", SHIM), ("a.pth", theirs + "\n"), ("b.pth", "import joblib_shim\n")):
            with open(os.path.join(ours, name), "w", encoding="utf-8") as file:
                file.write(text)
        return os.path.join(place, "bin", "python")

    @classmethod
    def execute(cls, source, *arguments):
        """Run a program under that interpreter, enabled for Runyard."""
        environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "python", "hook") + ":" + os.path.join(ROOT, "python"),
                           MPLBACKEND="Agg", MPLCONFIGDIR=os.path.join(cls.top, "matplotlib"))
        return subprocess.run([cls.python, "-c", source, *arguments], env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=300)

    def session(self, *blocks):
        """Run blocks one after the other: names of the document's, or pairs of a name and a text. What was printed."""
        cells = [(cell, block(cell)) if isinstance(cell, str) else cell for cell in blocks]
        done = self.execute(SESSION, self.put("cells.json", json.dumps(cells)))
        self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode())
        return done.stdout.decode()

    def last(self, name):
        """The newest run of an experiment."""
        return next(Experiment(self.workspace, name).get_runs())

    def close(self, found, expected):
        """Numbers are equal but for the last digits."""
        self.assertEqual(len(found), len(expected))
        for one, other in zip(found, expected):
            self.assertAlmostEqual(one, other, 6)

    def option_2(self):
        """Put the two files of option 2 into the notebook's folder."""
        self.put("train.py", "import mylib\n" + block("train.py"))
        self.put("mylib.py", block("mylib.py"))

    def test_10_01_option_1_in_one_session(self):
        said = self.session("workspace", "train-within-notebook", "track-within-notebook")
        run = self.last("train-within-notebook")
        self.assertEqual((run.get_status(), run.get_details().get("warnings")), ("Completed", None))
        metrics = run.get_metrics()
        self.assertEqual(metrics["alpha"], 0.03)
        self.assertAlmostEqual(metrics["mse"], self.expected["one"], 6)
        self.assertEqual(said.count("Mean Squared Error is"), 2)
        run.download_file("outputs/model.pkl", "down.pkl")
        with open("down.pkl", "rb") as down, open("outputs/model.pkl", "rb") as here:
            self.assertEqual(down.read(), here.read())

    def test_10_02_option_2_submitted_watched_and_read(self):
        self.option_2()
        said = self.session("workspace", "environment", "submit", "widget", "portal-url", ("wait", WAIT))
        run = self.last("train-on-local")
        self.assertEqual(run.get_status(), "Completed")
        metrics = run.get_metrics()
        self.close(metrics["alpha"], self.expected["alphas"])
        self.close(metrics["mse"], self.expected["mse"])
        models = ["ridge_{0:.2f}.pkl".format(alpha) for alpha in self.expected["alphas"]]
        self.assertEqual((models[0], len(set(models))), ("ridge_0.00.pkl", 20))
        self.assertLessEqual(set(models), set(run.get_file_names()))
        self.assertIn("Run id: " + run.id, said)
        self.assertIn("\n" + run.get_portal_url() + "\n", said)
        self.assertIn("\nalpha is 0.95, and mse is {:0.2f}\n".format(self.expected["mse"][-1]), said)
        self.assertTrue(said.endswith("status Completed\n"))

    def test_10_03_an_earlier_run_is_shown_by_its_id(self):
        run = Experiment(self.workspace, "earlier").start_logging(snapshot_directory=None)
        run.complete()
        text = block("earlier-run").replace("<<experiment_name>>", "'earlier'").replace("autoML_my_runID", run.id)
        said = self.session("workspace", ("workspace.name", "workspace = ws"), ("earlier-run", text))
        self.assertIn("Run id: {}\n".format(run.id), said)

    def test_10_04_the_examples_of_the_tables(self):
        self.put("model.pkl", "a model")
        self.session("workspace", ("start", "import matplotlib.pyplot as plt\nimport numpy as np\nplt.plot([0, 1])\n"
                                            "run = Experiment(ws, 'tables').start_logging()\n"
                                            "tqdm, sines = iter, {'angle': [], 'sine': []}"),
                     "metrics", "charts", ("end", "run.complete()"))
        run = self.last("tables")
        metrics = run.get_metrics()
        self.assertEqual((metrics["accuracy"], metrics["accuracies"], metrics["Y over X"]),
                         (0.95, [0.6, 0.7, 0.87], {"x": [1, 1, 2, 3], "y": [0.4, 0.6, 0.7, 0.89]}))
        self.assertEqual((metrics["Fibonacci"][-1], len(metrics["Sigmoid"]), metrics["Sigmoid"][10]), (89, 20, 0.5))
        self.assertEqual(metrics["Cosine Wave"]["angle"], metrics["Sine Wave"]["angle"])
        self.assertEqual(run.get_tags(), {"selected": "yes"})
        self.assertLessEqual({"best_model.pkl", metrics["ROC"].rsplit("/", 1)[-1]}, set(run.get_file_names()))


if __name__ == "__main__":
    unittest.main()
