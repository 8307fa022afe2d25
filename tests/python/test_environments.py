# SPDX-License-Identifier: Apache-2.0
"""Environment and CondaDependencies: from files, into folders, curated names; and what an interpreter lacks of them."""

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import unittest
from unittest import mock

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
sys.path.insert(0, PYTHON)

from folder_case import FolderCase  # noqa: E402
from runyard import CondaDependencies, Environment, ScriptRunConfig  # noqa: E402
from runyard import _packages  # noqa: E402
from runyard._config import curated, interpreter, managed, requirements, versions  # noqa: E402
from runyard._runs import request  # noqa: E402
from runyard.environment import ContainerRegistry  # noqa: E402
from runyard.exceptions import RunConfigurationException, UserErrorException  # noqa: E402

# An azureml_environment.json as SDK v1 documents it.
THEIRS = {"name": "testenv", "version": None, "environmentVariables": {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
          "python": {"userManagedDependencies": False, "interpreterPath": "python", "condaDependenciesFile": None,
                     "baseCondaEnvironment": None},
          "docker": {"enabled": False, "baseImage": "mcr.microsoft.com/azureml/base", "baseDockerfile": None,
                     "sharedVolumes": True, "shmSize": "2g", "arguments": [],
                     "baseImageRegistry": {"address": None, "username": None, "password": None}},
          "spark": {"repositories": [], "packages": [], "precachePackages": True},
          "databricks": {"mavenLibraries": [], "pypiLibraries": []}, "inferencingStackVersion": None}


class Packages(FolderCase):
    def test_a_specification_is_read_and_written(self):
        packages = CondaDependencies.create(conda_packages=["numpy=1.26", "scipy"], pip_packages=["tqdm", "x==1"],
                                            pip_indexurl="https://host/simple", python_version="3.9")
        packages.add_channel("pytorch")
        name = packages.save_to_file(self.top)
        again = CondaDependencies(os.path.join(self.top, name))
        self.assertEqual(again, packages)
        self.assertEqual((again.get_python_version(), list(again.conda_channels)),
                         ("3.9", ["anaconda", "conda-forge", "pytorch"]))
        self.assertEqual(list(again.pip_packages), ["azureml-defaults", "tqdm", "x==1"])
        self.assertEqual(list(again.pip_options), ["--index-url https://host/simple"])
        self.assertEqual(CondaDependencies(packages.save(os.path.join(self.top, "new", "p.yml"))), packages)

    def test_a_file_of_conda(self):
        path = self.put("env.yml", """\
            # made by conda env export
            name: 环境
            channels: [conda-forge, defaults]
            dependencies:
              - python=3.8.13
              - "numpy>=1.19,<2"   # quoted
              - scikit-learn=0.24.1=py38_0
              - pip
              - pip:
                  - tqdm
                  - foo[bar]>=1; python_version < "4"
              - pandas
            prefix: /home/me/conda/envs/x
            """)
        found = CondaDependencies(path).as_dict()
        self.assertEqual(found["dependencies"], [
            "python=3.8.13", "numpy>=1.19,<2", "scikit-learn=0.24.1=py38_0", "pip", "pandas",
            {"pip": ["tqdm", "foo[bar]>=1; python_version < \"4\""]}])
        self.assertEqual((found["name"], found["prefix"]), ("环境", "/home/me/conda/envs/x"))

    def test_a_package_is_there_once(self):
        packages = CondaDependencies.create(pip_packages=["numpy", "Numpy==1.26"], conda_packages=["a=1", "a=2"])
        packages.add_pip_package("numpy[x]>=2")
        packages.remove_conda_package("A")
        packages.remove_pip_package("azureml-defaults")
        self.assertEqual((list(packages.pip_packages), list(packages.conda_packages)),
                         (["numpy[x]>=2"], ["python=3.10.18"]))
        packages.set_pip_option("--no-cache-dir")
        packages.set_pip_option("--index-url a")
        packages.set_pip_index_url("b")
        packages.remove_pip_option("--no-cache-dir")
        self.assertEqual(list(packages.pip_options), ["--index-url b"])

    def test_tensorflow_and_merged_requirements(self):
        packages = CondaDependencies.create(pip_packages=[])
        packages.add_tensorflow_pip_package("gpu", "2.0.0")
        packages.add_tensorflow_conda_package(version="1.15")
        self.assertIn("tensorflow-gpu==2.0.0", list(packages.pip_packages))
        self.assertIn("tensorflow=1.15", list(packages.conda_packages))
        self.assertEqual(CondaDependencies.merge_requirements(["a>=1", "b", "a<2", "b==3"]), ["a>=1,<2", "b==3"])

    def test_what_is_no_specification(self):
        for text, why in (("- a", "is no conda specification"), ("dependencies: numpy", "must be a list of texts"),
                          ("dependencies:\n- pip: numpy", "'dependencies: pip' must be a list"),
                          ("dependencies: [a", "line 1"), ("", "is no conda specification"),
                          ("channels: 3", "'channels' must be a list of texts, not 3")):
            path = self.put("bad.yml", text)
            with self.subTest(text), self.assertRaisesRegex(UserErrorException, path + ".*" + why):
                CondaDependencies(path)
        with self.assertRaisesRegex(UserErrorException, "cannot read the conda specification .*no.yml: No such file"):
            CondaDependencies(os.path.join(self.top, "no.yml"))
        for call in (lambda: CondaDependencies.create(pip_packages="numpy"),
                     lambda: CondaDependencies.create(conda_packages=[3]),
                     lambda: CondaDependencies().add_pip_package(None)):
            with self.assertRaisesRegex(UserErrorException, "must be a list of texts|a package is a text"):
                call()

    def test_the_default_is_not_shared(self):
        CondaDependencies().add_pip_package("x")
        self.assertNotIn("x", list(CondaDependencies().pip_packages))


class Constructors(FolderCase):
    def test_from_files(self):
        path = self.put("requirements.txt", """\
            # ours
            numpy>=1 # trailing
            -r more/other.txt
            --extra-index-url https://host/simple

            foo @ https://host/foo.whl
            long==1 \\
                --hash=sha256:00
            """)
        self.put("more/other.txt", "scipy\n")
        made = Environment.from_pip_requirements("pip", path, "20.2.4")
        packages = made.python.conda_dependencies
        self.assertEqual(list(packages.pip_packages), ["numpy>=1", "scipy", "foo @ https://host/foo.whl",
                                                       "long==1 --hash=sha256:00"])
        self.assertEqual(list(packages.pip_options), ["--extra-index-url https://host/simple"])
        self.assertIn("pip=20.2.4", list(packages.conda_packages))
        self.put("more/other.txt", "-r ../requirements.txt\n")
        with self.assertRaisesRegex(UserErrorException, "requirements.txt names itself"):
            Environment.from_pip_requirements("pip", path)
        with self.assertRaisesRegex(UserErrorException, "cannot read the requirements file"):
            Environment.from_pip_requirements("pip", os.path.join(self.top, "no.txt"))

    def test_containers_are_kept(self):
        text = "FROM ubuntu\nRUN true\n"
        conda, pip = self.put("c.yml", "dependencies: [numpy]\n"), self.put("r.txt", "scipy\n")
        for given in (text, self.put("Dockerfile", text), pathlib.Path(self.top, "Dockerfile")):
            made = Environment.from_dockerfile("d", given)
            self.assertEqual((made.docker.base_dockerfile, made.docker.base_image), (text, None))
            self.assertTrue(made.python.user_managed_dependencies)
        registry = ContainerRegistry()
        registry.address = "host"
        made = Environment.from_docker_image("d", "host/image:1", registry, conda_specification=conda)
        self.assertEqual((made.docker.base_image, made.docker.base_image_registry.address), ("host/image:1", "host"))
        self.assertEqual(list(made.python.conda_dependencies.conda_packages), ["numpy"])
        self.assertFalse(made.python.user_managed_dependencies)
        made = Environment.from_docker_image("d", "image", pip_requirements=pip)
        self.assertEqual(list(made.python.conda_dependencies.pip_packages), ["scipy"])
        with self.assertRaisesRegex(UserErrorException, "either conda_specification or pip_requirements"):
            Environment.from_dockerfile("d", text, conda, pip)
        with self.assertRaisesRegex(UserErrorException, "cannot read the Dockerfile"):
            Environment.from_dockerfile("d", os.path.join(self.top, "none"))

    def test_an_existing_conda_environment(self):
        prefix = os.path.dirname(os.path.dirname(self.put("envs/mine/bin/python", "")))
        with mock.patch.dict(os.environ, CONDA_EXE=os.path.join(self.top, "bin", "conda")):
            made = Environment.from_existing_conda_environment("e", "mine")
            self.assertEqual((made.python.interpreter_path, made.python.user_managed_dependencies), (prefix, True))
            with self.assertRaisesRegex(UserErrorException, "named other; looked at .*envs/other"):
                Environment.from_existing_conda_environment("e", "other")

    def test_names(self):
        for wrong in ("", None, 3):
            with self.assertRaisesRegex(UserErrorException, "must be a text that is not empty, not " + repr(wrong)):
                Environment(wrong)

    def test_repr_is_json(self):
        found = json.loads(repr(Environment("e")))
        self.assertEqual(found["environmentVariables"], {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"})
        self.assertEqual(found["python"]["condaDependencies"]["name"], "project_environment")
        self.assertEqual((found["name"], found["version"], found["python"]["userManagedDependencies"]),
                         ("e", None, False))

    def test_a_clone_is_independent(self):
        made = Environment("e")
        made.version = "3"
        other = made.clone("f")
        other.python.conda_dependencies.add_pip_package("x")
        other.environment_variables["A"] = "b"
        self.assertEqual((other.name, other.version, made.name, made.version), ("f", None, "e", "3"))
        self.assertNotIn("x", list(made.python.conda_dependencies.pip_packages))
        self.assertNotIn("A", made.environment_variables)
        with self.assertRaises(UserErrorException):
            made.clone("")


class Folders(FolderCase):
    def test_what_is_saved_is_loaded(self):
        conda = self.put("c.yml", "dependencies: [a]\n")
        made = Environment.from_dockerfile("é", "FROM x\nRUN y\n", conda_specification=conda)
        made.version = "7"
        made.environment_variables["A"] = "b c"
        path = os.path.join(self.top, "env")
        made.save_to_directory(path)
        self.assertEqual(sorted(os.listdir(path)),
                         ["BaseDockerfile", "azureml_environment.json", "conda_dependencies.yml"])
        again = Environment.load_from_directory(path)
        self.assertEqual(again.as_dict(), made.as_dict())
        with self.assertRaisesRegex(UserErrorException, "it exists; pass overwrite=True"):
            made.save_to_directory(path)
        made.python.conda_dependencies.add_pip_package("later")
        made.save_to_directory(path, overwrite=True)
        self.assertIn("later", list(Environment.load_from_directory(path).python.conda_dependencies.pip_packages))

    def test_a_folder_of_sdk_v1(self):
        self.put("azureml_environment.json", json.dumps(THEIRS))
        made = Environment.load_from_directory(self.top)
        self.assertEqual((made.name, made.docker.base_image, made.docker.shm_size),
                         ("testenv", "mcr.microsoft.com/azureml/base", "2g"))
        self.assertEqual(made.databricks, THEIRS["databricks"])

    def test_a_folder_without_one(self):
        for text, why in ((None, "cannot read the environment .*azureml_environment.json"), ("{", "is no environment"),
                          ("[]", "is no environment"),
                          ("{\"name\": \"x\"}", "is no environment: KeyError\\('python'\\)")):
            if text is not None:
                self.put("azureml_environment.json", text)
            with self.assertRaisesRegex(UserErrorException, why):
                Environment.load_from_directory(self.top)
        self.put("azureml_environment.json", json.dumps(dict(THEIRS, docker={"enabled": "yes"})))
        with self.assertRaisesRegex(RunConfigurationException, "docker: enabled must be true or false, not 'yes'"):
            Environment.load_from_directory(self.top)


class Curated(unittest.TestCase):
    def setUp(self):
        curated._warned.clear()

    def test_the_two_of_the_samples_are_there_in_full(self):
        for name in ("AzureML-Minimal", "AzureML-Tutorial"):
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                made = Environment.get(None, name, version="5")
            self.assertEqual((made.name, made.version, said.getvalue()), (name, "5", ""))
            self.assertFalse(made.python.user_managed_dependencies)
            self.assertIn("azureml-defaults", list(made.python.conda_dependencies.pip_packages))
        self.assertEqual(requirements.of(made.python.conda_dependencies),
                         ["numpy", "pandas", "tqdm", "scikit-learn", "matplotlib"])
        self.assertEqual(requirements.of(Environment.get(None, "AzureML-Minimal").python.conda_dependencies), [])

    def test_every_other_runs_in_the_python_that_submits_with_one_warning(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            for _ in range(2):
                made = Environment.get(None, "AzureML-PyTorch-1.6-GPU")
        self.assertTrue(made.python.user_managed_dependencies)
        self.assertEqual((made.python.interpreter_path, made.version), ("python", "1"))
        self.assertEqual(said.getvalue(), "runyard: the curated environment 'AzureML-PyTorch-1.6-GPU' is not built "
                         "here; runs use the Python that submits them\n")

    def test_their_names_are_reserved(self):
        for name in ("AzureML-Minimal", "Microsoft-mine", "azureml-x"):
            with self.assertRaisesRegex(UserErrorException, "names that begin with AzureML or Microsoft are reserved"):
                Environment(name).register(None)

    def test_an_edited_one_does_not_change_the_next(self):
        Environment.get(None, "AzureML-Minimal").python.conda_dependencies.add_pip_package("x")
        self.assertNotIn("x", list(Environment.get(None, "AzureML-Minimal").python.conda_dependencies.pip_packages))


class Requirements(FolderCase):
    def test_what_conda_asks_for_as_pip_says_it(self):
        for given, expected in (("numpy=1.19", "numpy==1.19.*"), ("numpy==1.19.2", "numpy==1.19.2"), ("numpy", "numpy"),
                                ("numpy=1.19=py37_0", "numpy==1.19.*"), ("numpy 1.19.*", "numpy==1.19.*"),
                                ("numpy >=1.2, <2", "numpy>=1.2,<2"), ("pytorch::pytorch=1.4", "torch==1.4.*"),
                                ("pandas=*", "pandas"), ("x=1|2", "x"), ("py-xgboost", "xgboost")):
            packages = CondaDependencies(_underlying_structure={"dependencies": [given]})
            self.assertEqual(requirements.of(packages), [expected])

    def test_what_is_no_requirement(self):
        packages = CondaDependencies.create(
            conda_packages=["pip", "cudatoolkit=10.1", "libgcc-ng", "setuptools<50", "python=3.6", "nodejs"],
            pip_packages=["azureml-defaults", "azureml-sdk[notebooks]==1.0", "azureml_core", "--pre", "runyard"])
        self.assertEqual(requirements.of(packages), [])
        self.assertEqual(requirements.of(None), [])

    def test_what_installers_leave_is_found(self):
        for name in ("Foo.Bar-1.0-py3.11.egg-info", "scikit_learn-1.4.0.dist-info/METADATA", "mine.egg-info/PKG-INFO",
                     "linked.egg-link", "other.txt", "prefix/conda-meta/cuda-nvcc-11.3-h1_0.json"):
            self.put(name, "Name: mine\nVersion: 7.1\n")
        self.put("later/scikit_learn-0.1.dist-info/METADATA", "")
        found = _packages.installed([self.top, os.path.join(self.top, "later"), os.path.join(self.top, "absent")],
                                    os.path.join(self.top, "prefix"))
        self.assertEqual(found, {"foo-bar": "1.0", "scikit-learn": "1.4.0", "mine": "7.1", "linked": "",
                                 "cuda-nvcc": "11.3"})

    def test_what_is_not_met(self):
        present = {"numpy": "1.26.4", "foo-bar": "2.0", "unknown": "", "torch": "2.1.0+cpu"}
        met = ["numpy", "NumPy>=1.20,<2", "numpy==1.26.*", "Foo_Bar[x] (>=1)", "unknown>=9", "torch==2.1.0",
               "absent; python_version < '3'", "absent; sys_platform == 'win32' and os_name == 'nt'", "./folder",
               "/folder", "https://host/x.whl", "git+https://host/x#egg=foo.bar", "numpy==1.26.4 --hash=sha256:00",
               "foo.bar @ https://host/x.whl"]
        self.assertEqual(_packages.unmet(met, present), [])
        lacking = {"absent": "absent", "numpy>=2": "numpy>=2 (1.26.4 is installed)",
                   "numpy>=2; python_version > '3'": "numpy>=2; python_version > '3' (1.26.4 is installed)",
                   "absent; 'linux' in sys_platform": "absent; 'linux' in sys_platform",
                   "git+https://host/x#egg=absent": "git+https://host/x#egg=absent",
                   "absent @ file:///x": "absent @ file:///x"}
        self.assertEqual(_packages.unmet(lacking, present), list(lacking.values()))

    def test_versions(self):
        for version, clauses, expected in (
                ("1.2", "~=1.1", True), ("2.0", "~=1.1", False), ("1.2.3", "~=1.2.0", True), ("1.0", "==1.0.0", True),
                ("1.10", ">1.9", True), ("0.20.3", "!=0.20.*", False), ("1.0rc1", ">=1.0", False),
                ("1.0.dev1", "<1.0a1", True), ("1.0.post1", ">=1.0", True), ("1.0.post1", ">1.0", False),
                ("1.0rc1", "<1.0", False), ("1.0rc1", "<1.0rc2", True), ("1.0", "<1.0.post1", True),
                ("1!1.0", ">2", True), ("1.4", ">=1,<1.4", False), ("2004d", "==2004d", True),
                ("2004d", ">=2005a", False), ("1.0+a", "==1.0+b", False), ("1.4", "", True), ("1.4", "=>1", True)):
            self.assertEqual(versions.holds(version, clauses), expected, (version, clauses))

    def test_an_interpreter_says_what_it_lacks(self):
        done = subprocess.run([sys.executable, "-m", "runyard._packages", "runs-nowhere-at-all", "pip"],
                              env=dict(os.environ, PYTHONPATH=PYTHON), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr), (3, b""))
        self.assertEqual(done.stdout.decode(), (
            "the environment asks for packages that {} does not have: runs-nowhere-at-all. Install them there, or set "
            "environment.python.user_managed_dependencies = True to run with what it has\n").format(sys.executable))
        done = subprocess.run([sys.executable, "-m", "runyard._packages"], env=dict(os.environ, PYTHONPATH=PYTHON),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_what_is_sent_with_a_run(self):
        self.put("t.py", "")
        self.put("env.yml", "dependencies:\n- pip:\n  - from-the-source-folder\n")
        environment = Environment("e")
        config = ScriptRunConfig(self.top, "t.py", environment=environment)
        self.assertEqual(request.body(config, "i")["requirements"], [])
        environment.python.conda_dependencies = CondaDependencies.create(pip_packages=["numpy"])
        self.assertEqual(request.body(config, "i")["requirements"], ["numpy"])
        environment.python.conda_dependencies_file = "env.yml"
        self.assertEqual(request.body(config, "i")["requirements"], ["from-the-source-folder"])
        environment.python.user_managed_dependencies = True
        self.assertNotIn("requirements", request.body(config, "i"))


class Managed(FolderCase):
    """What is sent of an environment that Runyard builds."""

    def of(self, *pip, **create):
        return managed.of("e", CondaDependencies.create(pip_packages=pip, **create))

    def test_packages_of_pip_and_conda(self):
        packages = CondaDependencies.create(
            conda_packages=["scikit-learn=0.24", "pytorch", "cudatoolkit=10.2", "pip=20"], python_version="3.9",
            pip_packages=["azureml-core", "tqdm==4", "foo @ https://host/foo.whl"], pip_indexurl="https://host/simple")
        self.assertEqual(managed.of("e", packages), {
            "name": "e", "python": "3.9", "options": ["--index-url https://host/simple"],
            "pip": ["tqdm==4", "foo @ https://host/foo.whl", "pandas", "pyarrow"],
            "conda": {"scikit-learn=0.24": "scikit-learn==0.24.*", "pytorch": "torch", "cudatoolkit=10.2": None},
            "channels": ["anaconda", "conda-forge"], "conda_from_index": True, "strict": False})

    def test_a_folder_to_be_edited_is_a_package(self):
        packages = CondaDependencies()
        packages.set_pip_requirements(["-e .", "--editable lib[dev]", "-e git+https://host/x#egg=x", "--extra-index-url y"])
        made = managed.of("e", packages)
        self.assertEqual(made["pip"], [".", "./lib[dev]", "git+https://host/x#egg=x"])
        self.assertEqual(made["options"], ["--extra-index-url y"])

    def test_nothing_is_built_where_nothing_is_asked_for(self):
        self.assertIsNone(managed.of("e", None))
        self.assertIsNone(self.of())
        self.assertIsNone(self.of("azureml-core", "azureml-widgets"))
        self.assertIsNotNone(self.of("azureml-sdk"))
        self.assertIsNotNone(self.of(python_version="3.8"))

    def test_the_libraries_of_azureml(self):
        self.assertEqual(self.of("azureml-dataset-runtime[fuse]", "pandas<2")["pip"], ["pandas<2", "pyarrow"])
        self.assertEqual(self.of("x==1 --hash=sha256:00")["pip"], ["x==1 --hash=sha256:00"])
        self.assertEqual(self.of("x", conda_packages=["numpy=1.26"])["pip"], ["x", "pandas", "pyarrow"])
        dependencies = {"dependencies": [{"pip": ["azureml-dataprep[pandas]==2.0", "azureml-mlflow"]}]}
        self.assertEqual(managed.of("e", CondaDependencies(_underlying_structure=dependencies))["pip"],
                         ["pandas", "pyarrow", "mlflow-skinny"])
        dependencies = {"dependencies": [{"pip": ["azureml_mlflow", "mlflow==2.0"]}]}
        self.assertEqual(managed.of("e", CondaDependencies(_underlying_structure=dependencies))["pip"], ["mlflow==2.0"])

    def test_switches(self):
        with mock.patch.dict(os.environ, RUNYARD_ENV_STRICT="1", RUNYARD_ENV_CONDA_FROM_INDEX="no"):
            made = self.of("x")
        self.assertEqual((made["strict"], made["conda_from_index"]), (True, False))
        with mock.patch.dict(os.environ, RUNYARD_ENV_BUILD="0"):
            self.assertIsNone(self.of("x"))

    def test_python_only_where_one_version_is_asked_for(self):
        for line, version in (("python=3.8.13", "3.8.13"), ("python==3.8", "3.8"), ("python>=3.6", None),
                              ("python", None), ("python=3.8.*", "3.8")):
            made = managed.of("e", CondaDependencies(_underlying_structure={"dependencies": [line, "x"]}))
            self.assertEqual(made["python"], version, line)

    def test_requirements_files_inside_of_a_specification(self):
        self.put("more.txt", "scipy\n--pre\n")
        self.put("t.py", "")
        environment = Environment("e")
        environment.python.conda_dependencies = CondaDependencies(self.put(
            "env.yml", "dependencies:\n- pip:\n  - -r more.txt\n  - tqdm\n"))
        config = ScriptRunConfig(self.top, "t.py", environment=environment)
        body = request.body(config, "i")
        self.assertEqual((body["requirements"], body["managed"]["options"]), (["scipy", "tqdm"], ["--pre"]))
        os.unlink(os.path.join(self.top, "more.txt"))
        with self.assertRaisesRegex(UserErrorException, "cannot read the requirements file .*more.txt"):
            request.body(config, "i")

    def test_a_container_is_refused_only_where_the_user_asks_for_that(self):
        self.put("t.py", "")
        plain = ScriptRunConfig(self.top, "t.py", environment=Environment("e"))
        asking = ScriptRunConfig(self.top, "t.py", environment=Environment.from_docker_image("e", "ubuntu"))
        with mock.patch.object(request.messages, "say"):
            request.body(asking, "i")
            with mock.patch.dict(os.environ, RUNYARD_ENV_STRICT="1"):
                request.body(plain, "i")
                with self.assertRaisesRegex(UserErrorException, "asks for a container, and runs have none"):
                    request.body(asking, "i")


class Interpreters(FolderCase):
    """Environments that their users manage, named by their folders."""

    def python(self, *parts):
        path = os.path.join(self.top, *parts)
        os.makedirs(os.path.dirname(path))
        os.symlink(sys.executable, path)
        return path

    def test_projects(self):
        self.put("uv/pyproject.toml", "")
        path = self.python("uv", ".venv", "bin", "python")
        self.assertEqual(interpreter.resolve(os.path.join(self.top, "uv")), path)
        self.put("poetry/pyproject.toml", "")
        poetry = self.put("bin/poetry", "#!/bin/sh\necho {}\n".format(path))
        os.chmod(poetry, 0o755)
        with mock.patch.dict(os.environ, PATH=os.path.dirname(poetry) + ":/bin"):
            self.assertEqual(interpreter.resolve(os.path.join(self.top, "poetry")), path)
        with mock.patch.dict(os.environ, PATH="/nowhere"), \
                self.assertRaisesRegex(UserErrorException, "has no environment yet; make one with 'uv sync'"):
            interpreter.resolve(os.path.join(self.top, "poetry"))

    def test_a_virtual_environment_whose_python_is_gone(self):
        os.makedirs(os.path.join(self.top, "venv", "bin"))
        os.symlink("/nowhere/python3", os.path.join(self.top, "venv", "bin", "python"))
        with self.assertRaisesRegex(UserErrorException, "a link to /nowhere/python3, which is gone; create the"):
            interpreter.resolve(os.path.join(self.top, "venv"))

    def test_named_environments_of_conda(self):
        prefix = os.path.join(self.top, "elsewhere", "mine")
        os.makedirs(prefix)
        self.put(".conda/environments.txt", "/nowhere\n{}\n".format(prefix))
        shelf = os.path.join(self.top, "shelf")
        os.makedirs(os.path.join(shelf, "other"))
        with mock.patch.dict(os.environ, HOME=self.top, CONDA_ENVS_PATH=shelf):
            self.assertEqual(Environment.from_existing_conda_environment("e", "mine").python.interpreter_path, prefix)
            self.assertEqual(Environment.from_existing_conda_environment("e", "other").python.interpreter_path,
                             os.path.join(shelf, "other"))


if __name__ == "__main__":
    unittest.main()
