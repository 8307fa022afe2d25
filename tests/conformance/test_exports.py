# SPDX-License-Identifier: Apache-2.0
"""Every module and name that the real packages export: here under each of its modules, or with a sentence."""

import importlib
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "python"), os.path.join(ROOT, "python", "runyard", "_names")]

from runyard._azureml import names as azureml_names, stand_ins  # noqa: E402
from runyard.exceptions import AzureMLException, UserErrorException  # noqa: E402
from table import table  # noqa: E402

MODULES = {name: module.real for name, module in table().modules.items() if name != "azureml"}


def each_name():
    """Module, name and the module that the name is at home in."""
    return [(module, name, home) for module, names in MODULES.items() for name, home in names.items()]


class Exports(unittest.TestCase):
    def test_there_are_many(self):
        self.assertGreater(len(each_name()), 2500)

    def test_a_name_is_the_same_object_under_every_module(self):
        for module, name, home in each_name():
            if home in MODULES:
                found = getattr(importlib.import_module(module), name)
                self.assertIs(found, getattr(importlib.import_module(home), name), (module, name, home))

    def test_every_name_can_be_imported_and_listed(self):
        for module, names in MODULES.items():
            found = {}
            exec("from {} import {}".format(module, ", ".join(names)) if names else "import " + module, found)
            listed = dir(importlib.import_module(module))
            self.assertEqual(sorted(set(names) - set(listed)), [], module)

    def test_a_name_that_is_not_ours_says_what_to_use_instead_when_it_is_used(self):
        for module, name, home in each_name():
            if home == module and name not in ("VERSION", "__version__") and azureml_names._ours(home, name) is None:
                found = getattr(importlib.import_module(module), name)
                if isinstance(found, type(sys)):  # the module of that name below this one
                    continue
                if isinstance(found, type) and issubclass(found, AzureMLException):
                    continue
                with self.assertRaisesRegex(UserErrorException, r"^\w+ is not part of Runyard\. [A-Z]", msg=(module, name)):
                    found()

    def test_what_notebooks_met_an_import_error_at(self):
        from azureml.core.dataset import Dataset
        from azureml.core.workspace import Dataset as again, WorkspaceException
        from azureml.exceptions import WorkspaceException as real
        from azureml.telemetry import INSTRUMENTATION_KEY
        from azureml.train.hyperdrive import PrimaryMetricGoal
        from azureml.train.hyperdrive.run import PrimaryMetricGoal as goal
        from azureml.automl.core.shared import log_server, logging_utilities
        from azureml.core.authentication import Audience  # noqa: F401
        from azureml.core.runconfig import JarLibrary  # noqa: F401
        from azureml.data import __version__
        self.assertEqual((Dataset, real, PrimaryMetricGoal), (again, WorkspaceException, goal))
        self.assertEqual((INSTRUMENTATION_KEY, __version__), ("", "1.61.0"))
        for use in (lambda: log_server.enable_telemetry(INSTRUMENTATION_KEY), lambda: log_server.set_verbosity("INFO"),
                    lambda: logging_utilities.log_traceback(ValueError(), None)):
            with self.assertRaisesRegex(UserErrorException, "is not part of Runyard. AutoML: search in a script"):
                use()


class Unknown(unittest.TestCase):
    def test_a_module_or_a_name_answers_with_the_sentence_of_its_nearest_parent(self):
        for statement, said in (
                ("from azureml.train.automl import nothing", "azureml.train.automl.nothing is not part .* AutoML: search"),
                ("import azureml.automl.runtime.shared.score", "azureml.automl.runtime.shared is not .* AutoML: search"),
                ("from azureml.pipeline.steps import Nothing", "azureml.pipeline.steps.Nothing is .* Pipelines: azureml"),
                ("import azureml.opendatasets.nothing.at.all", "azureml.opendatasets.nothing is .* Open datasets: MNIST"),
                ("from azureml._model_management import x", "azureml._model_management is .*: docs/azureml-map.md"),
                ("from azureml import nothing", "azureml.nothing is not part of Runyard. .*: docs/azureml-map.md")):
            with self.assertRaisesRegex(ModuleNotFoundError, "^" + said, msg=statement):
                exec(statement, {})

    def test_an_attribute_that_is_not_there_says_it_too(self):
        module = importlib.import_module("azureml.train.hyperdrive")
        with self.assertRaisesRegex(AttributeError, "has no attribute 'Nothing': azureml.train.hyperdrive.Nothing is not "
                                                    "part of Runyard. HyperDrive: "):
            module.Nothing
        with self.assertRaisesRegex(AttributeError, "^module 'azureml.train.hyperdrive' has no attribute '__wrapped__'$"):
            module.__wrapped__

    def test_modules_of_others_keep_their_own_errors(self):
        with self.assertRaisesRegex(ModuleNotFoundError, "^No module named 'email.nothing'$"):
            import email.nothing  # noqa: F401
        self.assertIsNone(sys.modules.get("azureml.nothing"))
        self.assertTrue(stand_ins.is_module("azureml.pipeline.steps"))


if __name__ == "__main__":
    unittest.main()
