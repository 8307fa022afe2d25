# SPDX-License-Identifier: Apache-2.0
"""What estimators make of their arguments, without a daemon."""

import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")))

from runyard import Environment, ScriptRunConfig  # noqa: E402
from runyard._base import messages  # noqa: E402
from runyard.estimator import Gloo, Mpi, ParameterServer, arguments_of  # noqa: E402
from runyard.estimators import Chainer, Estimator, PyTorch, SKLearn, TensorFlow  # noqa: E402
from runyard.exceptions import TrainingException  # noqa: E402


def packages(estimator):
    """The packages of pip that an estimator asks for."""
    return [package for package in estimator.conda_dependencies.pip_packages if not package.startswith("azureml")]


class Settings(unittest.TestCase):
    def test_script_params_are_arguments_and_an_empty_text_is_a_flag(self):
        self.assertEqual(arguments_of({"--alpha": 0, "--fast": "", "--none": None}), ["--alpha", 0, "--fast", "--none"])
        made = Estimator(".", entry_script="train.py", script_params={"--alpha": 0.5}, compute_target="gpu")
        self.assertIsInstance(made, ScriptRunConfig)
        self.assertEqual((made.script, made.arguments, made.run_config.target), ("train.py", ["--alpha", 0.5], "gpu"))
        self.assertEqual((made.source_directory, made.run_config.max_run_duration_seconds), (".", 2592000))

    def test_what_cannot_be_run_is_said(self):
        with self.assertRaisesRegex(TrainingException, "entry_script is missing: SKLearn\\('src', entry_script="):
            SKLearn("src")
        with self.assertRaisesRegex(TrainingException, "script_params must be a dictionary, .* not \\['--a'\\]"):
            Estimator(".", entry_script="a.py", script_params=["--a"])

    def test_packages_are_those_of_an_environment(self):
        made = PyTorch(".", entry_script="a.py", pip_packages=["tqdm==4.1"], conda_packages=["pandas"])
        self.assertEqual(packages(made), ["torch", "tqdm==4.1"])
        self.assertIn("pandas", list(made.conda_dependencies.conda_packages))
        for kind, package in ((SKLearn, "scikit-learn"), (PyTorch, "torch"), (TensorFlow, "tensorflow"),
                              (Chainer, "chainer")):
            made = kind(".", entry_script="a.py", framework_version="1.2")
            self.assertEqual((packages(made), made.framework_version), ([package + "==1.2"], "1.2"))
            self.assertEqual(kind.get_supported_versions(), [kind.DEFAULT_VERSION])
        self.assertEqual(packages(SKLearn(".", entry_script="a.py")), [])

    def test_files_of_packages_lie_in_the_source_folder(self):
        with tempfile.TemporaryDirectory() as top:
            with open(os.path.join(top, "needs.txt"), "w") as file:
                file.write("tqdm\n")
            with open(os.path.join(top, "needs.yml"), "w") as file:
                file.write("dependencies:\n- python=3.8\n- numpy\n- pip:\n  - six\n")
            made = Estimator(top, entry_script="a.py", pip_requirements_file="needs.txt",
                             conda_dependencies_file="needs.yml", pip_packages=["attrs"])
        self.assertEqual(packages(made), ["six", "attrs", "tqdm"])
        self.assertEqual(list(made.conda_dependencies.conda_packages), ["python=3.8", "numpy"])

    def test_an_environment_wins_over_packages(self):
        mine = Environment("mine")
        with mock.patch.object(messages, "warn") as warned:
            made = Estimator(".", entry_script="a.py", environment_definition=mine, pip_packages=["tqdm"])
        self.assertIs(made.run_config.environment, mine)
        self.assertEqual(warned.call_count, 1)

    def test_a_distributed_job_is_kept(self):
        made = TensorFlow(".", entry_script="a.py", distributed_training=ParameterServer(2, 3)).run_config
        self.assertEqual((made.tensorflow.worker_count, made.tensorflow.parameter_server_count), (2, 3))
        made = TensorFlow(".", entry_script="a.py", distributed_backend="ps", worker_count=4).run_config
        self.assertEqual((made.tensorflow.worker_count, made.tensorflow.parameter_server_count), (4, 1))
        made = PyTorch(".", entry_script="a.py", distributed_training=Gloo(), node_count=2).run_config
        self.assertEqual((made.pytorch.communication_backend, made.node_count), ("Gloo", 2))
        made = Estimator(".", entry_script="a.py", distributed_training=Mpi(2), node_count=3).run_config
        self.assertEqual((made.mpi.process_count_per_node, made.node_count), (2, 3))


if __name__ == "__main__":
    unittest.main()
