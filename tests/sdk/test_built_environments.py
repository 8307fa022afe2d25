# SPDX-License-Identifier: Apache-2.0
"""Environments that are built, as a notebook sees them: from an index of the test's own."""

import contextlib
import io
import os
import threading
import unittest
from unittest import mock

from notebook_case import Notebook, needs_daemon, wait_for

from environment_case import folder_of_uv
from package_index import Index, make_wheel
from runyard import CondaDependencies, Environment, ScriptRunConfig
from runyard.exceptions import ActivityFailedException, UserErrorException
from runyard.widgets import RunDetails

SCRIPT = """
    import demo, numpy, sys
    from azureml.core import Run
    Run.get_context().log("version", demo.version)
    print(sys.prefix)
"""
LOG = "azureml-logs/20_environment_log.txt"


@needs_daemon
class BuiltEnvironments(Notebook):
    @classmethod
    def setUpClass(cls):
        uv = folder_of_uv()
        super().setUpClass()
        wheels = os.path.join(cls.top, "wheels")
        for name, version in (("demo", "1.0"), ("demo", "1.2"), ("numpy", "1.26"), ("pyarrow", "14.0")):
            make_wheel(wheels, name, version)
        make_wheel(wheels, "pandas", "2.0", ["numpy"])
        cls.index = Index(wheels)
        os.environ["PATH"] = uv + ":" + os.environ["PATH"]

    @classmethod
    def tearDownClass(cls):
        cls.index.close()
        super().tearDownClass()

    def environment(self, *packages, **more):
        made = Environment("built " + self.id().rsplit(".", 1)[-1][:60])
        made.python.conda_dependencies = CondaDependencies.create(pip_packages=packages, pip_indexurl=self.index.url,
                                                                  **more)
        return made

    def finish(self, environment):
        """A run that is over, and what wait_for_completion printed."""
        config = ScriptRunConfig(self.source(SCRIPT), "main.py", environment=environment)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            run = self.experiment.submit(config)
            run.wait_for_completion(show_output=True)
        return run, said.getvalue()

    def log_of(self, run):
        """The log of its build."""
        path = os.path.join(self.folder, "env.log")
        run.download_file(LOG, path)
        with open(path, encoding="utf-8") as file:
            return file.read()

    def test_built_once_and_with_what_azureml_brought(self):
        first, said = self.finish(self.environment("demo==1.0"))
        self.assertEqual(first.get_metrics(), {"version": "1.0"})
        self.assertNotIn("Warnings", said)
        self.assertIn("built in", self.log_of(first))
        second, _ = self.finish(self.environment("demo==1.0"))
        self.assertNotIn("built in", self.log_of(second))

    def test_a_pin_that_cannot_be_had_is_a_warning_of_the_run(self):
        run, said = self.finish(self.environment("demo==1.1"))
        self.assertEqual(run.get_metrics(), {"version": "1.2"})
        self.assertIn("demo==1.1 cannot be had for Python", said)
        self.assertEqual(len(run.get_details()["warnings"]), 1)
        with mock.patch.dict(os.environ, RUNYARD_ENV_STRICT="1"), \
                self.assertRaisesRegex(ActivityFailedException, "the nearest version that exists is 1.2"):
            self.finish(self.environment("demo==1.1"))

    def test_who_waits_sees_the_build(self):
        said = io.StringIO()
        self.index.shut()
        self.addCleanup(self.index.open)
        with contextlib.redirect_stdout(said):
            run = self.experiment.submit(ScriptRunConfig(self.source(SCRIPT), "main.py",
                                                         environment=self.environment("demo<2")))
            waiting = threading.Thread(target=run.wait_for_completion, kwargs={"show_output": True})
            waiting.start()
            wait_for("the build", lambda: "Streaming " + LOG in said.getvalue() and "$ " in said.getvalue())
            self.assertIn("building the environment", RunDetails(run).get_widget_data()["run_logs"])
            self.finished("print('the build holds no slot')")
            self.assertEqual(run.get_status(), "Preparing")
            self.index.open()
            waiting.join()
        self.assertEqual(run.get_status(), "Completed")
        logs = [line for line in said.getvalue().splitlines() if line.startswith("Streaming ")]
        self.assertEqual(logs, ["Streaming " + LOG, "Streaming azureml-logs/70_driver_log.txt"])
        self.assertIn("built in", said.getvalue())

    def test_a_run_that_follows_a_run_which_builds_lets_it_have_the_slot(self):
        self.finished("""
            import os
            from azureml.core import Environment, Run, ScriptRunConfig
            os.makedirs("child")
            with open("child/main.py", "w") as file:
                file.write("import demo; print(demo.version)")
            environment = Environment.from_pip_requirements("inner", {!r})
            child = Run.get_context().submit_child(ScriptRunConfig("child", "main.py", environment=environment))
            child.wait_for_completion(show_output=True)
        """.format(self.put("requirements.txt", "--index-url {}\ndemo>=1.2\n".format(self.index.url))))

    def test_a_container_is_a_warning_of_the_run(self):
        environment = self.environment("demo<1.2")
        environment.docker.enabled = True
        environment.docker.base_image = "mine/image:7"
        with self.quiet():
            run, said = self.finish(environment)
        sentence = "containers are not used; runs use an interpreter of this machine"
        self.assertEqual(run.get_metrics(), {"version": "1.0"})
        self.assertEqual([warning["message"] for warning in run.get_details()["warnings"]], [sentence])
        self.assertIn("Warnings:\n" + sentence, said)
        self.assertIn(sentence, self.log_of(run))
        with mock.patch.dict(os.environ, RUNYARD_ENV_STRICT="1"), \
                self.assertRaisesRegex(UserErrorException, "asks for a container"):
            self.experiment.submit(ScriptRunConfig(self.source(SCRIPT), "main.py", environment=environment))

    def test_built_before_it_is_needed(self):
        environment = self.environment(conda_packages=["demo=1.2"])
        said = io.StringIO()
        with self.quiet() as told, contextlib.redirect_stdout(said):
            environment.build(self.workspace).wait_for_completion(show_output=True)
        self.assertIn("' is built: " + os.environ["RUNYARD_STATE"], said.getvalue())
        self.assertIn("taken from the Python index: demo=1.2 as demo==1.2.*", told.getvalue())
        run, said = self.finish(environment)
        self.assertNotIn("pip install", self.log_of(run))
        why = "^cannot build the environment .*: .*nothing-like-it"
        with self.assertRaisesRegex(UserErrorException, why), self.quiet():
            self.environment("nothing-like-it").build(self.workspace)


if __name__ == "__main__":
    unittest.main()
