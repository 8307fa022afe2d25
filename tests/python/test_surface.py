# SPDX-License-Identifier: Apache-2.0
"""Every module and name of SDK v1 that samples import: here, or saying what to use instead."""

import importlib
import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path[:0] = [PYTHON, os.path.join(PYTHON, "runyard", "_names"), os.path.join(PYTHON, "..", "tests", "conformance")]

import azureml.core  # noqa: E402
from runyard.exceptions import (AuthenticationException, AzureMLException, UserErrorException,  # noqa: E402
                                WebserviceException)
from table import table  # noqa: E402

TABLE = table()

# What the first cells of samples import.
SAMPLES = """
from azureml.core import Environment, Experiment, Run, RunConfiguration, ScriptRunConfig, VERSION, Workspace
from azureml.core import ComputeTarget, ContainerRegistry, Image, Keyvault, LinkedService, Webservice
from azureml.core.authentication import AzureCliAuthentication, InteractiveLoginAuthentication
from azureml.core.authentication import MsiAuthentication, ServicePrincipalAuthentication
from azureml.core.compute import AksCompute, AmlCompute, ComputeInstance, ComputeTarget, DsvmCompute, RemoteCompute
from azureml.core.compute import BatchCompute, DataFactoryCompute, DatabricksCompute, HDInsightCompute
from azureml.core.compute_target import ComputeTargetException
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.container_registry import ContainerRegistry
from azureml.core.databricks import PyPiLibrary
from azureml.core.environment import CondaDependencies, DockerSection, Environment, PythonSection
from azureml.core.experiment import Experiment
from azureml.core.image import ContainerImage, Image
from azureml.core.keyvault import Keyvault
from azureml.core.linked_service import LinkedService, SynapseWorkspaceLinkedServiceConfiguration
from azureml.core.model import InferenceConfig
from azureml.core.private_endpoint import PrivateEndPoint
from azureml.core.profile import ModelProfile
from azureml.core.resource_configuration import ResourceConfiguration
from azureml.core.run import Run, _OfflineRun, RUNNING_STATES
from azureml.core.runconfig import CondaDependencies, DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE, DataReferenceConfiguration
from azureml.core.runconfig import DockerConfiguration, EnvironmentDefinition, MpiConfiguration, PyTorchConfiguration
from azureml.core.runconfig import RunConfiguration, TensorflowConfiguration
from azureml.core.script_run import ScriptRun
from azureml.core.script_run_config import ScriptRunConfig, get_run_config_from_script_run
from azureml.core.webservice import AciWebservice, AksWebservice, LocalWebservice, Webservice
from azureml.core.workspace import Workspace
from azureml.data import OutputFileDatasetConfig
from azureml.core import Dataset, Datastore, Model
from azureml.core.dataset import Dataset
from azureml.core.datastore import Datastore
from azureml.data import FileDataset, TabularDataset
from azureml.data.azure_storage_datastore import AzureBlobDatastore, AzureFileDatastore
from azureml.data.data_reference import DataReference
from azureml.data.dataset_consumption_config import DatasetConsumptionConfig
from azureml.data.dataset_error_handling import DatasetValidationError
from azureml.data.dataset_factory import DataType
from azureml.data.datapath import DataPath, DataPathComputeBinding
from azureml.data.file_dataset import FileDataset
from azureml.data.tabular_dataset import TabularDataset
from azureml.exceptions import ComputeTargetException, ProjectSystemException, UserErrorException, WebserviceException
from azureml.exceptions._azureml_exception import ProjectSystemException, UserErrorException
from azureml.automl.core.featurization import FeaturizationConfig
from azureml.automl.core.forecasting_parameters import ForecastingParameters
from azureml.contrib.dataset import FileHandlingOption, LabeledDatasetTask
from azureml.contrib.explain.model.tabular_explainer import TabularExplainer
from azureml.contrib.interpret.explanation.explanation_client import ExplanationClient
from azureml.contrib.notebook import NotebookRunConfig
from azureml.contrib.tensorboard.export import export_to_tensorboard
from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.explain.model.tabular_explainer import TabularExplainer
from azureml.interpret import ExplanationClient
from azureml.interpret.scoring.scoring_explainer import LinearScoringExplainer, save
from azureml.opendatasets import Diabetes, MNIST
from azureml.pipeline.core import Pipeline, PipelineData, PipelineEndpoint, PipelineParameter, PublishedPipeline
from azureml.pipeline.core.graph import PipelineParameter
from azureml.pipeline.core.run import PipelineRun
from azureml.pipeline.core.schedule import Schedule, ScheduleRecurrence
from azureml.pipeline.steps import DataTransferStep, EstimatorStep, HyperDriveStep, ParallelRunConfig, PythonScriptStep
from azureml.studio.core.io.data_frame_directory import load_data_frame_from_directory
from azureml.telemetry import set_diagnostics_collection
from azureml.tensorboard import Tensorboard
from azureml.train.automl import AutoMLConfig
from azureml.train.automl.run import AutoMLRun
from azureml.train.dnn import Chainer, Mpi, PyTorch, TensorFlow
from azureml.train.estimator import Estimator
from azureml.train.hyperdrive import BanditPolicy, HyperDriveConfig, PrimaryMetricGoal, RandomParameterSampling, choice
from azureml.train.hyperdrive.parameter_expressions import uniform
from azureml.train.sklearn import SKLearn
from azureml.widgets import RunDetails
from azureml._base_sdk_common import __version__ as VERSION
from azureml._common.exceptions import AzureMLException
from azureml._restclient.constants import RunStatus
from azureml._restclient.snapshots_client import SNAPSHOT_MAX_SIZE_BYTES
from azureml._run_impl.run_watcher import RunWatcher
import azureml.core, azureml.mlflow, azureml.dataprep, azureml.history, azureml._history
"""


class Surface(unittest.TestCase):
    def test_what_samples_import_is_there(self):
        for line in SAMPLES.strip().splitlines():
            with self.subTest(line):
                exec(line, {})

    def test_every_name_of_the_tables_is_there(self):
        for name in sorted(set(TABLE.modules) - {"azureml"}):
            module = importlib.import_module(name)
            for public in module.__all__:
                self.assertIsNotNone(getattr(module, public), "{}.{}".format(name, public))
            exec("from {} import *".format(name), {})

    def test_every_name_of_ours_leads_somewhere(self):
        for module in TABLE.modules.values():
            for name, place in module.ours.items():
                where, _, ours = place.rpartition(".")
                if place.startswith("runyard."):
                    self.assertIs(getattr(importlib.import_module(module.name), name),
                                  getattr(importlib.import_module(where), ours), (module.name, name))

    def test_a_name_that_sdk_v1_has_not_either(self):
        for statement in ("from azureml.core import Nothing", "from azureml.pipeline.steps import Nothing",
                          "import azureml.nothing", "import azureml.core.nothing", "from azureml import nothing"):
            with self.assertRaises(ImportError, msg=statement):
                exec(statement, {})
        with self.assertRaisesRegex(AttributeError, "module 'azureml.core' has no attribute 'Nothing': azureml.core.Nothing"
                                                    " is not part of Runyard. The names that are part of it: docs/"):
            azureml.core.Nothing

    def test_modules_below_are_attributes(self):
        self.assertIs(azureml.core.runconfig.RunConfiguration, azureml.core.RunConfiguration)
        self.assertIs(azureml.core.compute.amlcompute.AmlCompute, azureml.core.compute.AmlCompute)

    def test_the_version(self):
        self.assertEqual((azureml.core.VERSION, azureml.core.__version__), ("1.61.0", "1.61.0"))

    def test_values_that_scripts_set_stay_set(self):
        module = importlib.import_module("azureml._restclient.snapshots_client")
        before = module.SNAPSHOT_MAX_SIZE_BYTES
        self.addCleanup(setattr, module, "SNAPSHOT_MAX_SIZE_BYTES", before)
        module.SNAPSHOT_MAX_SIZE_BYTES = 1
        from azureml._restclient import snapshots_client
        self.assertEqual(snapshots_client.SNAPSHOT_MAX_SIZE_BYTES, 1)


class OfLibraries(unittest.TestCase):
    TEXT = "from azureml.explain.model.tabular_explainer import TabularExplainer\n" \
           "from azureml.explain.model import TabularExplainer as again\nassert again is TabularExplainer\n"

    def script(self, text, library=None):
        """What a script says with a library, whose top module is this text."""
        with tempfile.TemporaryDirectory() as top:
            if library is not None:
                os.mkdir(os.path.join(top, "interpret_community"))
                for name, content in (("__init__", library), ("tabular_explainer", "class TabularExplainer: pass")):
                    with open(os.path.join(top, "interpret_community", name + ".py"), "w") as file:
                        file.write(content)
            environment = dict(os.environ, PYTHONPATH=os.pathsep.join([os.path.join(PYTHON, "hook"), PYTHON, top]))
            done = subprocess.run([sys.executable, "-c", self.TEXT + text], env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        return done.stdout.decode()

    def test_a_name_is_that_of_the_library_where_it_is_installed(self):
        said = self.script("print(TabularExplainer().__module__)", "")
        self.assertEqual(said, "interpret_community.tabular_explainer\n")

    def test_without_the_library_the_use_of_a_name_says_what_to_install(self):
        if not importlib.util.find_spec("interpret_community"):
            self.assertIn("UserErrorException: TabularExplainer is not part of Runyard. Model explanations: make them with "
                          "interpret-community (`pip install", self.script("TabularExplainer(1)"))

    def test_a_library_that_is_broken_says_so(self):
        self.assertIn("No module named 'numpi'", self.script("", "import numpi"))


class OutOfScope(unittest.TestCase):
    def test_each_says_what_to_use_instead_when_it_is_used(self):
        instead = {topic.name: topic.instead for topic in TABLE.topics}
        of_modules = {module: topic.name for topic in TABLE.topics for module in topic.modules}
        for module, name, topic in self.refused(of_modules):
            found = getattr(importlib.import_module(module), name)
            if not (isinstance(found, type) and issubclass(found, AzureMLException)):
                with self.assertRaises(UserErrorException) as caught:
                    found("any", thing=1)
                self.assertEqual(caught.exception.message, "{} is not part of Runyard. {}: {}.".format(
                    name, topic, instead[topic]))

    @staticmethod
    def refused(of_modules):
        """Each name of another topic than its module's or of older releases: its module, itself, its topic."""
        for module in TABLE.modules.values():
            yield from ((module.name, name, topic) for name, topic in module.topics.items())
            above = module.name
            while above not in of_modules:
                above = above.rpartition(".")[0]
            yield from ((module.name, name, of_modules[above]) for name in module.older if name != "__version__")

    def test_members_that_are_not_here_say_what_to_use_instead(self):
        from azureml.core import Experiment, Run, Workspace
        workspace = Workspace.__new__(Workspace)
        for call, said in ((lambda: workspace.get_default_compute_target("CPU"), "Workspace.get_default_compute_target is not "
                            "part of Runyard. There is one machine: name a target"),
                           (lambda: workspace.delete(delete_dependent_resources=True), "Workspace.delete .*`runyard rm`"),
                           (lambda: workspace.update(tags={}), "Workspace.update .*nothing but names"),
                           (workspace.list_keys, "Workspace.list_keys .*no keys"),
                           (lambda: Experiment.delete(workspace, "id"), "Experiment.delete .*`runyard rm`"),
                           (lambda: Run.list_by_compute("gpu"), "Run.list_by_compute .*get_active_runs"),
                           (lambda: Run.clean(Run.__new__(Run)), "Run.clean .*`runyard rm`")):
            with self.assertRaisesRegex(UserErrorException, said):
                call()

    def test_a_class_can_be_subclassed_and_asked_for(self):
        from azureml.pipeline.steps import DatabricksStep

        class Mine(DatabricksStep):
            """A step of the user's."""

        self.assertNotIsInstance(3, DatabricksStep)
        self.assertTrue(issubclass(Mine, DatabricksStep))
        with self.assertRaisesRegex(UserErrorException, "Mine is not part of Runyard. Pipelines: azureml"):
            Mine("notebook")

    def test_a_static_method_says_it_too(self):
        from azureml.pipeline.core import PublishedPipeline
        with self.assertRaisesRegex(UserErrorException, "PublishedPipeline.get is not part of Runyard. Pipelines"):
            PublishedPipeline.get(None, id="x")
        self.assertFalse(hasattr(PublishedPipeline, "_private"))

    def test_one_class_under_every_module(self):
        from azureml.pipeline.core import Pipeline
        from azureml.pipeline.core.pipeline import Pipeline as again
        self.assertIs(Pipeline, again)

    def test_an_exception_can_be_caught(self):
        from azureml.train.hyperdrive.exceptions import HyperDriveException
        with self.assertRaises(HyperDriveException):
            raise HyperDriveException("said")


class Accepted(unittest.TestCase):
    def test_the_private_names_of_a_workspace_that_old_notebooks_ask(self):
        from azureml.core import Workspace
        from runyard._config.workspace_file import Identity
        workspace = Workspace._existing(Identity("s", "g", "w"))
        self.assertEqual((workspace._subscription_id, workspace._resource_group, workspace._workspace_name), ("s", "g", "w"))

    def test_logins_are_accepted_and_forgotten(self):
        from azureml.core import authentication
        made = [authentication.InteractiveLoginAuthentication(tenant_id="t", force=True),
                authentication.ServicePrincipalAuthentication("t", "id", service_principal_password="secret"),
                authentication.AzureCliAuthentication(), authentication.MsiAuthentication(),
                authentication.AzureMLTokenAuthentication()]
        for login in made:
            self.assertIsInstance(login, authentication.AbstractAuthentication)
            self.assertEqual((vars(login), login.get_authentication_header()), ({}, {}))
            with self.assertRaisesRegex(AuthenticationException, "needs no login"):
                login.get_token()

    def test_telemetry_is_off(self):
        from azureml.telemetry import get_diagnostics_collection_info, get_telemetry_log_handler
        from azureml.telemetry import set_diagnostics_collection
        set_diagnostics_collection(send_diagnostics=True)
        self.assertEqual(get_diagnostics_collection_info(), (False, logging.NOTSET))
        self.assertIsInstance(get_telemetry_log_handler(), logging.NullHandler)

    def test_resources_of_a_model(self):
        from azureml.core.resource_configuration import ResourceConfiguration
        self.assertEqual(ResourceConfiguration(cpu=1, memory_in_gb=0.5).serialize(),
                         {"cpu": 1, "memoryInGB": 0.5, "gpu": None})
        with self.assertRaisesRegex(WebserviceException, "cpu must be a number above 0, not 'two'"):
            ResourceConfiguration(cpu="two")


if __name__ == "__main__":
    unittest.main()
