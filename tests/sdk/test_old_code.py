# SPDX-License-Identifier: Apache-2.0
"""Scripts of 2019 to 2022 with libraries of today, and with those of their time: with packages of the test's own; with
RUNYARD_SLOW=1 with real numpy, old and new (needs a package index, and a Python from 3.7 to 3.9)."""

import os
import subprocess
import sys
import unittest

from notebook_case import needs_daemon
from sample_case import SampleCase

from environment_case import folder_of_uv, python_named
from old_packages import BEFORE, old_index

OF_KERNEL = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1",
             "GIT_PAGER": "cat", "JPY_PARENT_PID": "1"}
SHIM = "has no np.float; Python's float is used"


@needs_daemon
class OldCode(SampleCase):
    @classmethod
    def setUpClass(cls):
        uv = folder_of_uv()
        super().setUpClass()
        cls.index = old_index(os.path.join(cls.top, "wheels"))
        os.environ["PATH"] = uv + ":" + os.environ["PATH"]

    @classmethod
    def tearDownClass(cls):
        cls.index.close()
        super().tearDownClass()

    def sample(self, *variables, requirements="", **environ):
        """What the sample printed, and the log of its run; `variables`: of the run, `environ`: of the submission."""
        lines = requirements or "--index-url {}\nnumpy\n".format(self.index.url)
        out, _ = self.run_sample("old_code", self.put("requirements.txt", lines), *variables,
                                 **{"RUNYARD_ENV_BUILD": "1", **OF_KERNEL, **environ})
        (run,) = [run for run in self.workspace.experiments["old"].get_runs() if run.id in out]
        log = os.path.join(self.folder, "log")
        run.download_file("azureml-logs/70_driver_log.txt", log)
        with open(log, encoding="utf-8") as file:
            return out, file.read()

    def commit_source(self, day):
        """Commit the samples' source folder, on a day."""
        identity = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
        for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "old"]):
            subprocess.run(["git", *words], cwd=os.path.join(self.samples(), "src"), check=True,
                           env={**os.environ, "GIT_COMMITTER_DATE": day + "T12:00:00Z"})

    def test_with_libraries_of_today_it_runs_with_one_message_for_each_old_name(self):
        out, log = self.sample()
        self.assertRegex(out, r"(?s)Run\(Experiment: old,\nId: old_\w+,\nType: azureml.scriptrun,\nStatus: Completed\)\n"
                              r"\{'alpha': 0.5\}")
        self.assertRegex(log, r"Run\(Experiment: old,\nId: old_\w+,\nType: azureml.scriptrun,\nStatus: Running\)")
        self.assertEqual(log.count(SHIM), 1, log)
        self.assertEqual(log.count("collections.abc.Mapping is used"), int(sys.version_info >= (3, 10)), log)

    def test_without_shims_the_reason_names_the_day_of_the_source_and_libraries_of_a_day_help(self):
        self.commit_source("2021-03-04")
        out, _ = self.sample("RUNYARD_SHIMS=off", "OF_NUMPY_ONLY=1")
        self.assertIn("numpy.float was removed in numpy 1.24; pin numpy<1.24 in the environment of the run, or run it with "
                      "libraries of its time: export RUNYARD_ENV_BEFORE=2021-03-04, and submit it again (the newest commit "
                      "of the source is of 2021-03-04)", out)
        passes = [self.sample("RUNYARD_SHIMS=off", "OF_NUMPY_ONLY=1", RUNYARD_ENV_BEFORE=BEFORE)]
        with open(os.path.join(self.samples(), "src", ".runyard.toml"), "w") as file:
            file.write("before = '{}'\n".format(BEFORE))
        passes.append(self.sample("RUNYARD_SHIMS=off", "OF_NUMPY_ONLY=1"))
        for out, log in passes:
            self.assertIn("{'alpha': 0.5}", out)
            self.assertNotIn("runyard: ", log)

    def test_constraints_of_the_shell_make_another_environment(self):
        bound = os.path.join(self.top, "bound.txt")  # pip and uv take a space for the end of a path
        with open(bound, "w") as file:
            file.write("numpy<1.24\n")
        for variables, messages in (({}, 1), ({"PIP_CONSTRAINT": bound}, 0), ({"UV_CONSTRAINT": bound}, 0), ({}, 1)):
            with self.subTest(variables):
                _, log = self.sample(**variables)
                self.assertEqual(log.count(SHIM), messages, log)

    def test_a_specification_of_2020_gets_what_is_nearest_and_says_so(self):
        out, _ = self.run_sample("old_environment", RUNYARD_ENV_BUILD="1", PIP_INDEX_URL=self.index.url)
        metrics, *warnings = out.splitlines()
        self.assertRegex(metrics, r"^\{'python': '3\.([789]|1\d)', 'numpy': '1\.23', 'pandas': '2\.3', 'torch': '1\.8\.1'\}$")
        for sentence in ("containers are not used; runs use an interpreter of this machine",
                         "Python 3.6.2 cannot be had: the nearest on this machine is ", "pytorch=1.8 as torch==1.8.*",
                         "MLflow was used: "):
            self.assertEqual(len([warning for warning in warnings if sentence in warning]), 1, (sentence, out))

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
