# SPDX-License-Identifier: Apache-2.0
"""RunConfiguration and ScriptRunConfig: what wins, what is written to files and read from them, what is refused."""

import contextlib
import copy
import io
import json
import os
import pathlib
import sys
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from folder_case import FolderCase  # noqa: E402
from runyard import CondaDependencies, Environment, RunConfiguration, ScriptRunConfig  # noqa: E402
from runyard._runs import request  # noqa: E402
from runyard._client.targets import LOCAL  # noqa: E402
from runyard.exceptions import RunConfigurationException, UserErrorException  # noqa: E402
from runyard.runconfig import (DockerConfiguration, MpiConfiguration, PyTorchConfiguration,  # noqa: E402
                               TensorflowConfiguration)
from runyard.script_run_config import get_run_config_from_script_run  # noqa: E402

# A file as SDK v1 leaves it: comments at the left, a folded text, empty values, packages beside it.
THEIRS = """\
# The script to run.
script: train.py
# The arguments to the script file.
arguments:
- --alpha
- 0.5
- --name
- a text that is so long that it is
  folded
# The name of the compute target to use for this run.
target: cpu-cluster
framework: Python
communicator: None
maxRunDurationSeconds:
nodeCount: 2
environment:
# Environment name
  name: project_environment
# Environment version
  version: 3
  environmentVariables:
    EXAMPLE_ENV_VAR: EXAMPLE_VALUE
    OMP_NUM_THREADS: 2
    DEBUG: true
  python:
# user_managed_dependencies=True indicates that the environment will be user managed.
    userManagedDependencies: false
    interpreterPath: python
    condaDependenciesFile: .azureml/conda_dependencies.yml
    baseCondaEnvironment:
  docker:
    enabled: true
    baseImage: mcr.microsoft.com/azureml/base:0.2.4
    sharedVolumes: true
    gpuSupport: false
    arguments: []
    baseImageRegistry:
      address:
      username:
      password:
  spark:
    repositories: [https://mmlspark.azureedge.net/maven]
    packages:
    - group: com.microsoft.ml.spark
      artifact: mmlspark_2.11
      version: '0.12'
    precachePackages: true
history:
  outputCollection: true
  snapshotProject: false
  directoriesToWatch:
  - logs
spark:
  configuration:
    spark.app.name: Azure ML Experiment
    spark.yarn.maxAppAttempts: 1
amlCompute:
  vmSize: STANDARD_D2_V2
  clusterMaxNodeCount: 1
tensorflow:
  workerCount: 1
  parameterServerCount: 1
mpi:
  processCountPerNode: 4
dataReferences: {}
data: {}
somethingNew:
  kept: as it is
"""
PACKAGES = "name: project_environment\ndependencies:\n  - python=3.6.2\n  - pip:\n    - azureml-defaults\n" \
           "channels:\n- conda-forge\n"


class Files(FolderCase):
    def theirs(self, folder=".azureml", ending=".runconfig"):
        """The files that SDK v1 left."""
        self.put(".azureml/conda_dependencies.yml", PACKAGES)
        return self.put(folder + "/train" + ending, THEIRS)

    def check(self, config):
        """What THEIRS says."""
        environment = config.environment
        self.assertEqual((config.script, config.target, config.node_count), ("train.py", "cpu-cluster", 2))
        self.assertEqual(config.arguments, ["--alpha", 0.5, "--name", "a text that is so long that it is folded"])
        self.assertEqual((config.communicator, config.max_run_duration_seconds), ("None", None))
        self.assertEqual((environment.name, environment.version), ("project_environment", "3"))
        self.assertEqual(environment.environment_variables,
                         {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE", "OMP_NUM_THREADS": "2", "DEBUG": "true"})
        self.assertEqual(environment.python.conda_dependencies.as_dict(), {
            "name": "project_environment", "channels": ["conda-forge"],
            "dependencies": ["python=3.6.2", {"pip": ["azureml-defaults"]}]})
        self.assertEqual((environment.docker.enabled, environment.docker.base_image),
                         (True, "mcr.microsoft.com/azureml/base:0.2.4"))
        self.assertEqual((environment.python.user_managed_dependencies, config.history.snapshot_project),
                         (False, False))
        self.assertEqual((config.amlcompute.vm_size, config.mpi.process_count_per_node), ("STANDARD_D2_V2", 4))
        self.assertEqual(config.spark.configuration["spark.app.name"], "Azure ML Experiment")
        self.assertEqual(config.something_new, {"kept": "as it is"})

    def test_a_file_of_sdk_v1_is_read_wherever_it_lies(self):
        path = self.theirs()
        self.check(RunConfiguration.load(self.top, "train"))
        self.check(RunConfiguration.load(path))
        self.check(RunConfiguration.load(pathlib.Path(path)))
        self.check(RunConfiguration.load(self.top, "train.runconfig"))
        os.remove(path)
        self.theirs("aml_config", "")
        self.check(RunConfiguration.load(self.top, "train"))

    def test_what_is_written_is_read_again(self):
        self.theirs()
        config = RunConfiguration.load(self.top, "train")
        config.arguments += ["", "- x", 3, True, "é\n#"]
        config.save(pathlib.Path(self.top, "other"), "mine")
        again = RunConfiguration.load(pathlib.Path(self.top, "other"), "mine")
        self.assertEqual(again.as_dict(), config.as_dict())
        self.assertEqual(sorted(os.listdir(os.path.join(self.top, "other", ".azureml"))),
                         ["conda_dependencies.yml", "mine.runconfig"])

    def test_a_loaded_file_is_saved_where_it_lies(self):
        path = self.theirs()
        config = RunConfiguration.load(self.top, "train")
        config.framework = "PySpark"
        config.save()
        self.assertEqual(RunConfiguration.load(path).framework, "PySpark")
        config.save(name="second")
        self.assertEqual(RunConfiguration.load(self.top, "second").framework, "PySpark")

    def test_packages_of_another_configuration_are_not_written_over(self):
        for name, package in (("one", "numpy"), ("two", "scipy")):
            RunConfiguration(conda_dependencies=CondaDependencies.create(pip_packages=[package])).save(self.top, name)
        found = [list(RunConfiguration.load(self.top, name).environment.python.conda_dependencies.pip_packages)[-1]
                 for name in ("one", "two")]
        self.assertEqual(found, ["numpy", "scipy"])

    def test_a_path_that_names_the_file_and_packages_under_another_name(self):
        path = os.path.join(self.top, "RunConfig", "train.yml")
        RunConfiguration("a.py").save(path, "ignored", separate_environment_yaml=True)
        self.assertEqual(sorted(os.listdir(os.path.dirname(path))), ["environment.yml", "train.yml"])
        for name in (None, "ignored"):
            self.assertEqual(RunConfiguration.load(path, name).script, "a.py")

    def test_delete(self):
        path = self.theirs()
        RunConfiguration.delete(self.top, "train")
        self.assertFalse(os.path.exists(path))
        for call in (RunConfiguration.delete, RunConfiguration.load):
            with self.assertRaisesRegex(UserErrorException, "There is no run configuration 'train' at .*looked for .*"
                                        "azureml/train.runconfig, .*aml_config"):
                call(self.top, "train")

    def test_errors_say_file_and_place(self):
        for text, why in (("script: [a", "bad.runconfig, line 1: "), ("- a", "bad.runconfig is no run configuration"),
                          ("history: 3", "bad.runconfig: history: 3 stands where names"),
                          ("nodeCount: many", "bad.runconfig: nodeCount must be a number, not 'many'"),
                          ("history:\n  outputCollection: maybe", "history: outputCollection must be true or false"),
                          ("arguments: --x", "arguments must be a list"), ("target: [a]", "a target is a name"),
                          ("environment:\n  python:\n    condaDependencies: [a]", "condaDependencies.* no conda spec"),
                          ("environment:\n  python:\n    condaDependenciesFile: no.yml", "no.yml: No such file")):
            path = self.put("bad.runconfig", text)
            with self.subTest(text), self.assertRaisesRegex((UserErrorException, RunConfigurationException), why):
                RunConfiguration.load(path)

    def test_no_name(self):
        with self.assertRaisesRegex(UserErrorException, "without a name: pass name="):
            RunConfiguration().save(self.top)
        self.put("file", "")
        with self.assertRaisesRegex(UserErrorException, "cannot write .*file/sub/.azureml"):
            RunConfiguration().save(os.path.join(self.top, "file", "sub"), "x")


class Configuration(FolderCase):
    def test_repr_is_json(self):
        config = RunConfiguration("train.py", ["--alpha", 0.5, object])
        found = json.loads(repr(config))
        self.assertEqual((found["script"], found["arguments"][:2], found["target"]),
                         ("train.py", ["--alpha", 0.5], LOCAL))
        self.assertEqual(found["environment"]["python"]["condaDependencies"]["name"], "project_environment")
        self.assertEqual((found["maxRunDurationSeconds"], found["pyTorch"]["communicationBackend"]), (None, "Nccl"))
        self.assertNotIn("path", found)

    def test_defaults(self):
        config = RunConfiguration()
        self.assertEqual((config.framework, config.communicator, config.node_count, config.environment.name),
                         ("Python", "None", 1, "default-environment"))
        self.assertEqual((config.history.output_collection, config.history.directories_to_watch), (True, ["logs"]))

    def test_targets(self):
        class Cluster:
            name = "gpu"
        config = RunConfiguration()
        for given, name in (("cpu", "cpu"), (Cluster(), "gpu")):
            config.target = given
            self.assertEqual(config.target, name)
        for wrong in (3, "", object()):
            with self.assertRaisesRegex(RunConfigurationException, "a target is a name or a ComputeTarget"):
                config.target = wrong

    def test_no_mutable_default_is_shared(self):
        for kind in (DockerConfiguration, RunConfiguration):
            kind().arguments.append("x")
            self.assertEqual(kind().arguments, [])

    def test_a_setting_without_effect_is_said(self):
        with self.assertLogs("runyard", "WARNING"):
            RunConfiguration().auto_prepare_environment = False


class Script(FolderCase):
    def setUp(self):
        super().setUp()
        self.put("train.py", "")
        self.put("other.py", "")

    def config(self, **more):
        """A configuration of the folder."""
        return ScriptRunConfig(self.top, **more)

    def body(self, config):
        """What is sent for a configuration."""
        return request.body(copy.deepcopy(config), "id")

    def test_without_run_config_the_arguments_make_one(self):
        environment = Environment("mine")
        config = self.config(script="train.py", compute_target="gpu", environment=environment,
                             max_run_duration_seconds=60, docker_runtime_config=DockerConfiguration(True))
        made = config.run_config
        self.assertEqual((made.target, made.environment, made.max_run_duration_seconds, made.docker.use_docker),
                         ("gpu", environment, 60, True))
        self.assertEqual(self.config(script="a").run_config.max_run_duration_seconds, 2592000)

    def test_what_run_config_makes_useless_is_said(self):
        given = RunConfiguration()
        with self.assertLogs("runyard", "WARNING") as said:
            config = self.config(script="train.py", run_config=given, compute_target="gpu",
                                 environment=Environment("e"), distributed_job_config=MpiConfiguration(),
                                 docker_runtime_config=DockerConfiguration(), max_run_duration_seconds=60)
        self.assertIn("will be ignored: compute_target, environment, distributed_job_config, docker_runtime_config, "
                      "max_run_duration_seconds.", said.output[0])
        self.assertIs(config.run_config, given)
        self.assertEqual(config.run_config.target, LOCAL)

    def test_what_is_given_beside_run_config_wins_and_is_said(self):
        given = RunConfiguration("other.py", ["--old"])
        with self.assertLogs("runyard", "WARNING") as said:
            config = self.config(script="train.py", arguments=["--new"], run_config=given)
        self.assertIn("replaced by those of ScriptRunConfig: script, arguments.", said.output[0])
        found = self.body(config)
        self.assertEqual((found["script"], found["arguments"]), ("train.py", ["--new"]))
        self.assertEqual(self.body(self.config(run_config=given))["script"], "other.py")

    def test_a_script_of_its_own_wins_over_a_command_of_run_config(self):
        given = RunConfiguration(command="echo")
        self.assertEqual(self.body(self.config(run_config=given))["command"], "echo")
        self.assertEqual(self.body(self.config(script="train.py", run_config=given))["kind"], "script")

    def test_edits_after_construction_count(self):
        config = self.config(script="train.py")
        config.run_config.environment = environment = Environment("later")
        environment.python.user_managed_dependencies = True
        environment.environment_variables["A"] = "b"
        config.run_config.target = "gpu"
        config.run_config.arguments.append("--late")
        config.script = "other.py"
        found = self.body(config)
        self.assertEqual((found["script"], found["arguments"], found["target"]), ("other.py", ["--late"], "gpu"))
        self.assertEqual((found["environment"], found["configuration"]["environment"]["name"]), ({"A": "b"}, "later"))
        config.arguments = ["--own", 1]
        self.assertEqual(self.body(config)["arguments"], ["--own", "1"])
        config.arguments = None
        self.assertEqual(self.body(config)["arguments"], ["--late"])

    def test_a_list_that_was_passed_may_be_edited(self):
        arguments = ["--a"]
        config = self.config(script="train.py", arguments=arguments)
        arguments.append("--b")
        self.assertEqual(self.body(config)["arguments"], ["--a", "--b"])

    def test_numbers_without_a_word_in_json_are_texts(self):
        config = self.config(script="train.py", arguments=["--max", float("inf"), 0.5])
        config.run_config.arguments = ["--min", float("-inf")]
        config.run_config.own = {"limit": [float("nan"), 1.5]}
        found = self.body(config)
        self.assertEqual(found["arguments"], ["--max", "inf", "0.5"])
        self.assertEqual((found["configuration"]["arguments"], found["configuration"]["own"]),
                         (["--min", "-inf"], {"limit": ["nan", 1.5]}))
        json.dumps(found, allow_nan=False)

    def test_variables_in_arguments_are_left_to_the_run(self):
        found = self.body(self.config(script="train.py", arguments=["$HOME", "${AZUREML_RUN_ID}/x"]))
        self.assertEqual((found["arguments"], found["expand"]), (["$HOME", "${AZUREML_RUN_ID}/x"], True))

    def test_commands(self):
        for given in (["python", "train.py", "--n", 3, ">", "out"], "python train.py --n 3 > out"):
            found = self.body(self.config(command=given))
            self.assertEqual((found["kind"], found["command"]), ("command", "python train.py --n 3 > out"))

    def test_wrong_values(self):
        config = {"distributed_job_config": 3, "environment": "e", "docker_runtime_config": True, "run_config": "local"}
        for name, wrong in config.items():
            with self.assertRaisesRegex(RunConfigurationException, name + " must be a .*not " + type(wrong).__name__):
                self.config(script="train.py", **{name: wrong})
        with self.assertRaisesRegex(UserErrorException, "either a command or a script"):
            self.config(script="train.py", command="ls")
        with self.assertRaisesRegex(UserErrorException, "arguments must be a list, as .* not the text '--x'"):
            self.config(script="train.py", arguments="--x")
        with self.assertRaisesRegex(UserErrorException, "arguments must be a list, as .* not the text '--x 1'"):
            RunConfiguration(arguments="--x 1")
        with self.assertRaisesRegex(UserErrorException, "arguments must be a list"):
            RunConfiguration().arguments = b"--x"
        with self.assertRaisesRegex(RunConfigurationException, "conda_dependencies must be a CondaDependencies"):
            RunConfiguration(conda_dependencies="numpy")

    def test_distributed_jobs_are_noted_and_said_once_to_be_one_process(self):
        jobs = {"mpi": MpiConfiguration(2, 3), "pytorch": PyTorchConfiguration("Gloo", 4, 2),
                "tensorflow": TensorflowConfiguration(2, 1)}
        said = io.StringIO()
        request._said.clear()
        with contextlib.redirect_stderr(said):
            for name, job in jobs.items():
                config = self.config(script="train.py", distributed_job_config=job)
                self.assertIs(getattr(config.run_config, name), job)
                self.body(config)
        self.assertEqual(said.getvalue().count("a run is one process on this machine"), 1)
        self.assertEqual(config.run_config.node_count, 1)

    def test_containers_are_said_once_not_to_be_used(self):
        said = io.StringIO()
        request._said.clear()
        config = self.config(script="train.py")
        config.run_config.environment.docker.enabled = True
        with contextlib.redirect_stderr(said):
            bodies = [self.body(config) for _ in range(2)]
        sentence = "containers are not used; runs use an interpreter of this machine"
        self.assertEqual(said.getvalue(), "runyard: " + sentence + "\n")
        self.assertEqual([body["warnings"] for body in bodies], [[sentence]] * 2)

    def test_a_day_that_has_no_effect_is_said(self):
        sentence = "no environment is built for the run, so it does not get packages from before 2021-06-01"
        config = self.config(script="train.py")
        with mock.patch.dict(os.environ, RUNYARD_ENV_BEFORE="2021-06-01"), contextlib.redirect_stderr(io.StringIO()):
            self.assertNotIn("warnings", self.body(config))
            with mock.patch.dict(os.environ, RUNYARD_ENV_BUILD="0"):
                self.assertEqual(self.body(config)["warnings"], [sentence])
            config.run_config.environment.python.user_managed_dependencies = True
            self.assertEqual(self.body(config)["warnings"], [sentence])

    def test_all_of_it_as_one_run_configuration(self):
        made = get_run_config_from_script_run(self.config(script="train.py", arguments=["--x"]))
        self.assertEqual((made.script, made.arguments, made.command), ("train.py", ["--x"], None))


if __name__ == "__main__":
    unittest.main()
