# SPDX-License-Identifier: Apache-2.0
"""What is sent when a service is deployed: its folder, its models, its settings; and the folder of a package."""

import json
import os
import sys
import unittest

PYTHON = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python")
sys.path.insert(0, PYTHON)

from folder_case import FolderCase  # noqa: E402
from runyard._runs import ignore  # noqa: E402
from runyard._service import package, settings, source, submission  # noqa: E402
from runyard._service.source import Source  # noqa: E402
from runyard.conda_dependencies import CondaDependencies  # noqa: E402
from runyard.environment import Environment  # noqa: E402
from runyard.exceptions import UserErrorException, WebserviceException  # noqa: E402


class KnownModel:
    """A model whose files are a text; the real one asks the daemon for them."""

    run_id = "run-1"

    def __init__(self, name, version, file="model.pkl"):
        self.name, self.version, self.file = name, version, file

    def download(self, folder, exist_ok):
        os.makedirs(folder)
        with open(os.path.join(folder, self.file), "w") as file:
            file.write(self.name)


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(path, name), folder) for path, _, names in os.walk(folder) for name in names)


class Case(FolderCase):
    def environment(self, *packages, **attributes):
        made = Environment("e")
        made.python.conda_dependencies = CondaDependencies.create(pip_packages=list(packages))
        for name, value in attributes.items():
            setattr(made, name, value)
        return made


class Staged(Case):
    def test_a_folder_with_its_rules_and_models_that_no_rule_excludes(self):
        self.put("score.py", "x")
        self.put("pkg/__init__.py", "y")
        self.put("data/large.csv", "z")
        self.put("azureml-models/old/1/model.pkl", "stale")
        self.put(".gitignore", "*.pkl\ndata/\n")
        with source.staged(Source(self.top, "score.py", {}, None), [KnownModel("ridge", 3)]) as folder:
            self.assertEqual(files_of(folder), [".amlignore", ".gitignore", "azureml-models/ridge/3/model.pkl",
                                                "pkg/__init__.py", "score.py"])
            rules = ignore.Rules(folder)
            self.assertFalse(rules.exclude("azureml-models/ridge/3/model.pkl", False))
            self.assertTrue(rules.exclude("other.pkl", False))
        self.assertFalse(os.path.exists(folder))
        self.assertEqual(open(os.path.join(self.top, ".gitignore")).read(), "*.pkl\ndata/\n")

    def test_the_ignore_file_of_the_user_is_not_written_to(self):
        self.put("score.py", "x")
        mine = self.put(".amlignore", "secret/\n")
        with source.staged(Source(self.top, "score.py", {}, None), []) as folder:
            self.assertEqual(open(os.path.join(folder, ".amlignore")).read(), "secret/\n!/azureml-models/\n!/azureml-models/**\n")
        self.assertEqual(open(mine).read(), "secret/\n")

    def test_single_files(self):
        files = {"score.py": self.put("a/score.py", "x"), "lib": os.path.dirname(self.put("lib/deep/m.py", "y"))}
        with source.staged(Source(None, "score.py", files, None), []) as folder:
            self.assertEqual(files_of(folder), [".amlignore", "lib/m.py", "score.py"])


class Submitted(Case):
    def prepared(self, environment=None, models=(), text="def init(): pass"):
        self.put("score.py", text)
        made = Source(self.top, "score.py", {}, environment)
        with submission.prepared("ridge", made, list(models), 3, 5.0) as body:
            return body

    def test_the_host_is_the_program_and_the_settings_are_a_variable(self):
        body = self.prepared(models=[KnownModel("ridge", 3), KnownModel("lasso", 1)])
        submit = body["submit"]
        self.assertEqual(submit["command"], [os.path.abspath(sys.executable), "-m", "runyard._service.host"])
        self.assertEqual((submit["kind"], submit["source"]["large"], submit["grace_seconds"]), ("command", True, 35.0))
        given = json.loads(submit["environment"]["RUNYARD_SERVICE"])
        self.assertEqual(given["models"], [{"name": "ridge", "version": 3, "path": "azureml-models/ridge/3"},
                                           {"name": "lasso", "version": 1, "path": "azureml-models/lasso/1"}])
        self.assertEqual((given["entry_script"], given["workers"], given["timeout"]), ("score.py", 3, 5.0))
        self.assertEqual(body["models"], [{"name": "ridge", "version": 3, "run": "run-1"},
                                          {"name": "lasso", "version": 1, "run": "run-1"}])

    def test_an_environment_is_built_and_its_variables_are_set(self):
        given = self.environment("scikit-learn==1.3.0", environment_variables={"MODE": "fast"})
        submit = self.prepared(given)["submit"]
        self.assertEqual(submit["command"][0], "python")
        self.assertIn("scikit-learn==1.3.0", submit["managed"]["pip"])
        self.assertEqual(submit["environment"]["MODE"], "fast")

    def test_azureml_defaults_bring_inference_schema_to_a_script_that_uses_it(self):
        uses = "from inference_schema.schema_decorators import input_schema"
        given = self.environment("azureml-defaults", "joblib")
        self.assertIn("inference-schema", self.prepared(given, text=uses)["submit"]["managed"]["pip"])
        self.assertNotIn("inference-schema", self.prepared(given)["submit"]["managed"]["pip"])
        self.assertEqual(list(given.python.conda_dependencies.pip_packages), ["azureml-defaults", "joblib"])
        given = self.environment("azureml-defaults", "inference_schema[numpy-support]==1.3")
        self.assertNotIn("inference-schema", self.prepared(given, text=uses)["submit"]["managed"]["pip"])


class Settings(unittest.TestCase):
    def test_they_survive_as_text(self):
        made = settings.Settings("score.py", [], 4, 2.5, cors=["*"], name="ridge")
        self.assertEqual(settings.of_text(made.as_text()), made)

    def test_what_is_no_text_of_ours(self):
        for text in ("", "{", "[]", "{}", '{"entry_script": ""}', '{"entry_script": 5}'):
            with self.assertRaisesRegex(UserErrorException, "cannot read RUNYARD_SERVICE"):
                settings.of_text(text)


class Packages(Case):
    def test_a_folder_that_a_container_can_be_built_from(self):
        self.put("src/score.py", "x")
        given = self.environment("scikit-learn==1.3.0", "azureml-defaults", environment_variables={"A": 'say "$x"'})
        given.python.conda_dependencies.set_python_version("3.8.5")
        target = os.path.join(self.top, "image")
        package.write(Source(os.path.join(self.top, "src"), "score.py", {}, given), [KnownModel("ridge", 3)], target)
        self.assertEqual(files_of(target), [".amlignore", "Dockerfile", "azureml-models/ridge/3/model.pkl", "requirements.txt",
                                            "score.py"])
        lines = open(os.path.join(target, "Dockerfile")).read().split("\n")
        self.assertEqual(lines[0], "FROM python:3.8-slim")
        self.assertIn('ENV A="say \\"\\$x\\""', lines)
        self.assertIn('CMD ["azmlinfsrv", "--entry_script", "score.py", "--model_dir", '
                      '"/var/azureml-app/azureml-models/ridge/3", "--port", "5001"]', lines)
        self.assertEqual(open(os.path.join(target, "requirements.txt")).read().split()[:2],
                         ["scikit-learn==1.3.0", "azureml-defaults"])

    def test_a_file_in_the_place_of_the_folder(self):
        self.put("src/score.py", "x")
        with self.assertRaisesRegex(WebserviceException, "cannot write the package to"):
            package.write(Source(os.path.join(self.top, "src"), "score.py", {}, None), [], self.put("image", ""))


if __name__ == "__main__":
    unittest.main()
