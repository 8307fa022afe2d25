# SPDX-License-Identifier: Apache-2.0
"""A script of 2019 with libraries of today, and with those of its time: with a numpy of the test's own that lacks a name;
with RUNYARD_SLOW=1 with real numpy, old and new (needs a package index, and a Python from 3.7 to 3.9)."""

import os
import shutil
import sys
import unittest

from notebook_case import needs_daemon
from sample_case import SampleCase

from environment_case import folder_of_uv, python_named
from package_index import Index, make_wheel

# As numpy 1.24 and later answer for a name that they do not have.
LACKS = """
def __getattr__(name):
    raise AttributeError("module 'numpy' has no attribute %r" % name)
"""
OF_KERNEL = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1",
             "GIT_PAGER": "cat", "JPY_PARENT_PID": "1"}
SHIM = "has no np.float; Python's float is used"


@needs_daemon
class OldCode(SampleCase):
    """The index has numpy 1.23, from April 2026, and 1.26, from a month later."""

    @classmethod
    def setUpClass(cls):
        uv = folder_of_uv()
        super().setUpClass()
        wheels = os.path.join(cls.top, "wheels")
        make_wheel(wheels, "numpy", "1.23", text="float = float\n__version__ = version")
        make_wheel(wheels, "numpy", "1.26", text="__version__ = version" + LACKS)
        cls.index = Index(wheels)
        cls.index.uploaded = {"numpy-1.23": "2026-04-01T00:00:00Z", "numpy-1.26": "2026-05-01T00:00:00Z"}
        os.environ["PATH"] = uv + ":" + os.environ["PATH"]

    @classmethod
    def tearDownClass(cls):
        cls.index.close()
        super().tearDownClass()

    def sample(self, *variables, requirements="", **environ):
        """What the sample printed, and the log of its run; `variables`: of the run, `environ`: of the submission."""
        lines = requirements or "--index-url {}\nnumpy\n".format(self.index.url)
        shutil.rmtree(os.path.join(self.folder, "samples"), ignore_errors=True)
        out, _ = self.run_sample("old_code", self.put("requirements.txt", lines), *variables,
                                 **{"RUNYARD_ENV_BUILD": "1", **OF_KERNEL, **environ})
        (run,) = [run for run in self.workspace.experiments["old"].get_runs() if run.id in out]
        log = os.path.join(self.folder, "log")
        run.download_file("azureml-logs/70_driver_log.txt", log)
        with open(log, encoding="utf-8") as file:
            return out, file.read()

    def test_with_libraries_of_today_it_runs_with_one_message_for_each_old_name(self):
        out, log = self.sample()
        self.assertRegex(out, r"(?s)Run\(Experiment: old,\nId: old_\w+,\nType: azureml.scriptrun,\nStatus: Completed\)\n"
                              r"\{'alpha': 0.5\}")
        self.assertRegex(log, r"Run\(Experiment: old,\nId: old_\w+,\nType: azureml.scriptrun,\nStatus: Running\)")
        self.assertEqual(log.count(SHIM), 1, log)
        self.assertEqual(log.count("collections.abc.Mapping is used"), int(sys.version_info >= (3, 10)), log)

    def test_without_shims_the_reason_names_the_day_of_the_source_and_libraries_of_a_day_help(self):
        out, _ = self.sample("RUNYARD_SHIMS=off", "OF_NUMPY_ONLY=1")
        self.assertRegex(out, r"numpy.float was removed in numpy 1.24; pin numpy<1.24 in the environment of the run, or run it "
                              r"with libraries of its time: export RUNYARD_ENV_BEFORE=2022-12-01, and submit it again "
                              r"\(the newest file of the source is of 20\d\d-\d\d-\d\d\)")
        out, log = self.sample("RUNYARD_SHIMS=off", "OF_NUMPY_ONLY=1", RUNYARD_ENV_BEFORE="2026-04-15")
        self.assertIn("{'alpha': 0.5}", out)
        self.assertNotIn("runyard: ", log)

    @unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "installs numpy of today: set RUNYARD_SLOW=1")
    def test_with_the_real_numpy_of_today_it_runs(self):
        out, log = self.sample(requirements="numpy\n")
        self.assertIn("{'alpha': 0.5}", out)
        self.assertEqual(log.count(SHIM), 1, log)

    @unittest.skipUnless(os.environ.get("RUNYARD_SLOW") and python_named("3.[789].*"),
                         "installs numpy of 2021: set RUNYARD_SLOW=1; needs a CPython 3.7 to 3.9 of pyenv")
    def test_with_the_real_numpy_of_its_time_it_needs_no_shim(self):
        out, log = self.sample("RUNYARD_SHIMS=off", requirements="numpy\n", RUNYARD_ENV_BEFORE="2021-01-01")
        self.assertIn("{'alpha': 0.5}", out)
        self.assertNotIn("runyard: ", log)


if __name__ == "__main__":
    unittest.main()
