# SPDX-License-Identifier: Apache-2.0
"""The notebooks of examples/notebooks, cell by cell in a real kernel, twice in a row."""

import glob
import json
import os
import shutil
import unittest
from unittest import mock

from kernel_case import ROOT, KernelCase, needs_daemon

from runyard import Experiment

NOTEBOOKS = os.path.join(ROOT, "examples", "notebooks")


class Files(unittest.TestCase):
    def test_notebooks_are_kept_without_outputs_and_under_the_licence(self):
        paths = glob.glob(os.path.join(NOTEBOOKS, "*.ipynb"))
        self.assertGreaterEqual(len(paths), 3)
        for path in paths:
            with self.subTest(os.path.basename(path)), open(path, encoding="utf-8") as file:
                notebook = json.load(file)
                self.assertEqual(notebook["metadata"]["SPDX-License-Identifier"], "Apache-2.0")
                code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
                self.assertEqual([(cell["outputs"], cell["execution_count"]) for cell in code], [([], None)] * len(code))


@needs_daemon
class Kernel(KernelCase):
    def twice(self, name):
        """What the cells of a notebook gave, by their ids, from each of two kernels one after the other."""
        shutil.copy(os.path.join(NOTEBOOKS, name), self.folder)
        for number in (0, 1):
            yield number, self.cells(name)

    def test_every_kind_of_value_is_logged_and_read_back(self):
        for number, found in self.twice("log-metrics.ipynb"):
            run = list(Experiment(self.workspace, "log-metrics").get_runs())[1]
            self.assertEqual((run.number, run.get_status()), (2 * number + 1, "Completed"))
            metrics = run.get_metrics()
            self.assertEqual(list(metrics), [
                "alpha", "model", "loss", "fibonacci", "squares", "evenly spaced", "cosine wave", "sine wave", "sine",
                "from a file", "from an array", "confusion"])
            self.assertEqual((metrics["alpha"], metrics["loss"][4], metrics["evenly spaced"]),
                             (0.03, 0.2, [0.0, 0.25, 0.5, 0.75, 1.0]))
            self.assertEqual(metrics["cosine wave"]["angle"], metrics["sine wave"]["angle"])
            for name in ("sine", "from a file", "from an array"):
                run.download_file(metrics[name], "image")
                with open("image", "rb") as file:
                    self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
            self.assertLessEqual({"outputs/model.txt", "notes/first.txt", "sine.png", "confusion"},
                                 set(run.get_file_names()))
            self.assertIn("Link to", found["workspace"]["html"][0])
            self.assertIn("Running", found["start"]["html"][0])
            self.assertIn("what I thought of it", found["names"]["out"])
            self.assertEqual(found["block"]["out"],
                             "printed in the block\nCompleted {'answer': 42} ['logs/user_log.txt']\n")

    def test_runs_are_started_ended_and_found(self):
        for number, found in self.twice("manage-runs.ipynb"):
            before = 11 * number  # children have numbers too
            out = {cell: what["out"] for cell, what in found.items()}
            self.assertTrue(out["start"].startswith("Running {} ".format(before + 1)), out["start"])
            self.assertEqual(out["tags"], "{'competition rank': '1', 'quality': 'excellent', 'reviewed': None}\n")
            self.assertRegex(out["properties"], "^property 'author' of run .* is 'me' already.*\nme\n$")
            self.assertEqual(out["complete"], "Completed True\n")
            self.assertEqual(out["fail"], "Failed the data has holes\n")
            self.assertEqual((out["fail-in-a-block"], found["fail-in-a-block"]["error"]),
                             ("about to fail\n", "ValueError: no convergence"))
            self.assertEqual(out["broken"],
                             "Failed User program failed with ValueError: no convergence\n['logs/user_log.txt']\n")
            self.assertEqual(out["cancel"], "Canceled\n")
            self.assertEqual(out["children"], "['Completed', 'Completed', 'Completed']\n")
            self.assertEqual(out["create-children"], "5 5\n{'alpha': 0.5}\n")
            states = ("Completed", "Canceled", "Failed", "Failed", "Completed")
            self.assertEqual([line.split() for line in out["find"].splitlines()][:5],
                             [[str(before + 5 - place), state] for place, state in enumerate(states)])
            self.assertEqual(out["find-by-tag"], "True {'accuracy': 0.95} 1\n")
            self.assertIn("'manage-runs.ipynb'", out["restore"])
            left = self.workspace.get_run(out["leave-open"].strip())
            self.assertEqual((left.get_status(), left.get_file_names()), ("Canceled", ["outputs/late.txt"]))

    def test_a_script_is_submitted_and_watched(self):
        for number, found in self.twice("submit-a-script.ipynb"):
            submitted, results = found["submit"], found["results"]["out"]
            self.assertTrue(submitted["out"].endswith("\nCompleted\n"), submitted["out"])
            self.assertIn("\nepoch 2 loss 0.125\n", submitted["out"])
            self.assertIn("train.py", submitted["html"][0])
            self.assertTrue(any("Running" in update for update in submitted["updates"]),
                            "the view was not renewed while the cell blocked: {}".format(submitted["updates"]))
            self.assertIn("Completed", found["shown"]["html"][0])
            self.assertTrue(results.startswith("{'loss': [0.5, 0.25, 0.125]}\n"), results)
            self.assertIn("'outputs/model.txt'", results)
            self.assertTrue(results.endswith("epoch 0 loss 0.5\nepoch 1 loss 0.25\nepoch 2 loss 0.125\n\n"), results)
            self.assertEqual(found["sweep"]["out"].splitlines()[-1], "best: {'rate': '0.1'}")
            self.assertEqual(found["cancel"]["out"].splitlines()[-1], "Canceled")
            self.assertEqual(found["fail"]["out"].splitlines()[-1], "Failed the rate is too high")
            self.assertEqual(len(list(Experiment(self.workspace, "submit-a-script").get_runs())), 5 * (number + 1))

    def test_a_run_gets_what_the_user_set_and_not_what_the_kernel_set(self):
        names = ["CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "GIT_PAGER", "JPY_PARENT_PID", "MPLBACKEND", "PAGER",
                 "PYDEVD_USE_FRAME_EVAL", "TERM", "MINE"]
        source = self.source("import os\nprint({{name: os.environ[name] for name in {!r} if name in os.environ}})"
                             .format(names))
        submit = ("from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace\n"
                  "def variables():\n    mine = Environment('mine')\n    mine.python.user_managed_dependencies = True\n"
                  "    run = Experiment(Workspace.from_config(), 'set').submit(ScriptRunConfig({!r}, 'main.py', "
                  "environment=mine))\n    run.wait_for_completion()\n"
                  "    return run.get_details_with_logs()['logFiles']['azureml-logs/70_driver_log.txt']").format(source)
        cells = [submit, "print(variables())", "%env MPLBACKEND=agg\n%env MINE=mine\n%env FORCE_COLOR=3",
                 "print(variables())"]
        self.put("set.ipynb", json.dumps({"cells": [
            {"cell_type": "code", "id": str(place), "source": cell, "metadata": {}} for place, cell in enumerate(cells)]}))
        with mock.patch.dict(os.environ, TERM="vt100", FORCE_COLOR="1"):
            for name in set(names) - {"TERM", "FORCE_COLOR"}:
                os.environ.pop(name, None)
            found = self.cells("set.ipynb")
        self.assertIn(str({"FORCE_COLOR": "1", "TERM": "vt100"}), found["1"]["out"])
        self.assertIn(str({"FORCE_COLOR": "3", "MPLBACKEND": "agg", "TERM": "vt100", "MINE": "mine"}), found["3"]["out"])


if __name__ == "__main__":
    unittest.main()
