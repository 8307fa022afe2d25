# SPDX-License-Identifier: Apache-2.0
"""Notebooks of 2020 in a real kernel, and a script of 2018 with the scikit-learn of today. With RUNYARD_SLOW=1 the
environment of a notebook has real numpy, of today and of 2021 (needs a package index, and a Python from 3.7 to 3.9)."""

import json
import os
import shutil
import unittest

from kernel_case import KernelCase, needs_daemon
from environment_case import folder_of_uv, python_named
from old_packages import BEFORE, old_index
from sample_case import SAMPLES, SampleCase
from venvs import sklearn_python

REASON = "numpy.float was removed in numpy 1.24"
SHIM = "has no np.float; Python's float is used"


@needs_daemon
class Notebooks(KernelCase):
    def old_notebook(self, before):
        """What the cells of old_notebook.ipynb gave in three passes in one kernel: as it is; without shims; without shims
        and with libraries of before a day. The ids of the later cells end in " off" and " before"."""
        with open(os.path.join(SAMPLES, "old_notebook.ipynb"), encoding="utf-8") as file:
            notebook = json.load(file)
        cells = list(notebook["cells"])
        for ending, setting in ((" off", "RUNYARD_SHIMS=off"), (" before", "RUNYARD_ENV_BEFORE=" + before)):
            notebook["cells"].append({"cell_type": "code", "id": setting, "source": "%env " + setting, "metadata": {}})
            notebook["cells"] += [dict(cell, id=cell["id"] + ending) for cell in cells]
        for cell in notebook["cells"]:
            if cell["id"] == "wait off":
                cell["metadata"] = {"tags": ["raises-exception"]}
        self.put("old.ipynb", json.dumps(notebook))
        return self.cells("old.ipynb", may_fail=("wait off",))

    def check(self, before):
        """The notebook passes with the shim, fails without it, and passes without it with libraries of before a day."""
        os.environ["PATH"] = folder_of_uv() + ":" + os.environ["PATH"]  # the end of the class restores it
        found = self.old_notebook(before)
        for ending, messages in (("", 1), (" before", 0)):
            self.assertEqual(found["wait" + ending]["out"].count(SHIM), messages, found["wait" + ending]["out"])
            self.assertRegex(found["results" + ending]["out"], r"Status: Completed\)\n\{'alpha': 0.5\}\n$")
        self.assertIn(REASON, found["wait off"]["error"])
        self.assertIn("Status: Failed)", found["results off"]["out"])

    def test_a_notebook_with_an_unpinned_numpy(self):
        index = old_index(os.path.join(self.folder, "wheels"))
        self.addCleanup(index.close)
        self.put("requirements.txt", "--index-url {}\nnumpy\n".format(index.url))
        self.check(BEFORE)

    @unittest.skipUnless(os.environ.get("RUNYARD_SLOW") and python_named("3.[789].*"),
                         "installs numpy: set RUNYARD_SLOW=1; needs a CPython 3.7 to 3.9 of pyenv")
    def test_a_notebook_with_the_real_numpy(self):
        self.put("requirements.txt", "numpy\n")
        self.check("2021-06-01")

    def test_a_figure_is_logged_after_it_is_shown(self):
        shutil.copy(os.path.join(SAMPLES, "old_plot.ipynb"), self.folder)
        out = self.cells("old_plot.ipynb")["submit"]["out"]
        self.assertRegex(out, r"\nCompleted \['curve'\] \[.*'curve_\d+\.png'.*\]\n$")


@needs_daemon
class Scripts(SampleCase):
    def test_old_names_of_scikit_learn_and_numpy(self):
        packages = os.path.dirname(self.put("packages/six.py", "from io import StringIO\n"))  # scikit-learn brings none now
        out, _ = self.run_sample("old_estimator", sklearn_python(), packages=packages)
        completed, failed, *reason = out.splitlines()
        self.assertEqual(completed, "Completed {'fits': True, 'kinds': ['b', 'c', 'i', 'i', 'O', 'U', 'U'], 'same': True}")
        self.assertEqual(failed, "Failed {}")
        self.assertRegex(reason[0], "load_boston was removed in scikit-learn 1.2, .* or pin scikit-learn<1.2 in the environment")


if __name__ == "__main__":
    unittest.main()
