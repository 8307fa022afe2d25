# SPDX-License-Identifier: Apache-2.0
"""A notebook in the style of the SDK's samples, cell by cell in a real kernel, twice in a row."""

import json
import os
import subprocess
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sdk"))
from notebook_case import ROOT, Notebook, needs_daemon
from venvs import notebook_python

CELLS = [
    """
from azureml.core import Environment, Experiment, Run, ScriptRunConfig, Workspace
from azureml.core.run import _OfflineRun
from azureml.widgets import RunDetails
ws = Workspace.from_config()
experiment = Experiment(workspace=ws, name="kernel")
experiment
""", """
run = experiment.start_logging()
run.log("alpha", 0.03)
run.log_list("fibonacci", [0, 1, 1, 2, 3, 5])
for angle in range(3):
    run.log_row("cosine", angle=angle, cos=angle * 0.5)
run.log_table("sine", {"angle": [0, 1], "sine": [0.0, 0.84]})
with open("outputs/model.pkl", "w") as file:
    file.write("model")
run.tag("quality", "fantastic")
run.add_properties({"author": "me"})
run
""", """
with run.child_run("fold") as child:
    print("in the child")
    child.log("mse", 1.5)
run.complete()
print(run.get_status(), run.get_metrics(recursive=True)[child.id], run.get_file_names(), run.get_tags())
""", """
with experiment.start_logging() as failed:
    print("about to fail")
    raise ValueError("bad")
""", """
print(failed.get_status(), failed.get_details()["error"]["error"]["message"], failed.get_file_names())
""", """
env = Environment("mine")
env.python.user_managed_dependencies = True
config = ScriptRunConfig("source", "train.py", arguments=["--n", 3], environment=env)
submitted = experiment.submit(config)
RunDetails(submitted).show()
print(submitted.wait_for_completion()["status"], submitted.get_metrics()["n"])
""", """
submitted
""", """
for each in experiment.get_runs():
    print(each.number, each.get_status())
forgotten = [experiment.start_logging(snapshot_directory=None)]
with open("outputs/late", "w") as file:
    file.write("x")
print("open", forgotten[0].id)
"""]
TRAIN = """if True:
    import sys, time
    from azureml.core import Run
    run = Run.get_context()
    for n in range(int(sys.argv[2])):
        run.log("n", n)
        time.sleep(1.2)
"""


@needs_daemon
class Kernel(Notebook):
    def notebook(self, python):
        """What every cell gave, from a kernel of its own."""
        cells = self.put("cells.json", json.dumps(CELLS))
        environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "python", "hook") + ":" + os.path.join(ROOT, "python"),
                           IPYTHONDIR=os.path.join(self.top, "ipython"), JUPYTER_RUNTIME_DIR=os.path.join(self.top, "jupyter"))
        done = subprocess.run([python, os.path.join(ROOT, "tests", "scenarios", "kernel.py"), cells], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr.decode()[-3000:])
        return json.loads(done.stdout.decode())

    def test_the_cells_of_a_notebook_twice_in_a_row(self):
        try:
            python = notebook_python()
        except RuntimeError as error:
            self.skipTest("no environment with a kernel could be made: " + str(error)[-300:])
        self.put("source/train.py", TRAIN)
        for number in (0, 1):
            with self.subTest(run=number):
                self.check(self.notebook(python), 5 * number)

    def check(self, found, before):
        """Every cell gave what it should; `before` runs were there already."""
        first, logged, ended, failing, failed, submitted, last, listed = found
        self.assertEqual([cell["error"] for cell in found], [None] * 3 + ["ValueError: bad"] + [None] * 4)
        self.assertIn("Link to", first["html"][0])
        self.assertIn("Running", logged["html"][0])
        self.assertIn("in the child\nCompleted {'mse': 1.5} [", ended["out"])
        self.assertIn("'outputs/model.pkl'", ended["out"])
        self.assertIn("{'quality': 'fantastic'}", ended["out"])
        self.assertEqual(failing["out"], "about to fail\n")
        self.assertTrue(failed["out"].startswith("Failed User program failed with ValueError: bad ["), failed["out"])
        self.assertIn("'logs/user_log.txt'", failed["out"])
        self.assertIn("Completed [0, 1, 2]", submitted["out"])
        self.assertIn("train.py", submitted["html"][0])
        self.assertGreaterEqual(len(submitted["updates"]), 1, "the view was not renewed while the cell blocked")
        self.assertTrue(any("Running" in each for each in submitted["updates"]), submitted["updates"])
        self.assertIn("Completed", last["html"][0])
        states = [line.split() for line in listed["out"].splitlines()[:3]]
        self.assertEqual(states, [[str(before + 4), "Completed"], [str(before + 3), "Failed"], [str(before + 1), "Completed"]])
        left = self.workspace.get_run(listed["out"].split()[-1])
        self.assertEqual((left.get_status(), left.get_file_names()), ("Canceled", ["outputs/late"]))


if __name__ == "__main__":
    unittest.main()
