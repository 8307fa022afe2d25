# SPDX-License-Identifier: Apache-2.0
"""The azureml names beside another distribution that owns azureml/ in site-packages, in a venv of the test's own."""

import os
import subprocess
import sys
import tempfile
import unittest
import venv

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
RUN = os.pathsep.join([os.path.join(PYTHON, "hook"), PYTHON])  # the ends of PYTHONPATH inside of a run
with open(os.path.join(PYTHON, "runyard_hook.pth")) as file:
    HOOK_LINE = file.read()
OURS = os.path.join(PYTHON, "runyard", "_names", "azureml")
EXTEND = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
# What older build tools leave beside a part of a namespace package: it fills sys.modules while Python starts.
NAMESPACE = ("import sys, types, os; p = os.path.join(sys._getframe(1).f_locals['sitedir'], 'azureml'); "
             "m = sys.modules.setdefault('azureml', types.ModuleType('azureml')); "
             "mp = m.__dict__.setdefault('__path__', []); (p not in mp) and mp.append(p)\n")
WHERE = "import azureml.core, azureml; print(azureml.core.__file__)"


class Case(unittest.TestCase):
    """`self.site` is the site-packages of a fresh venv, `self.real` what the other distribution calls azureml.core."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = os.path.realpath(folder.name)
        self.python = self.venv("venv")
        self.site = self.site_of("venv")
        self.real = os.path.join(self.site, "azureml", "core", "__init__.py")

    def venv(self, name):
        """The interpreter of a new venv."""
        venv.create(os.path.join(self.top, name), symlinks=True)
        return os.path.join(self.top, name, "bin", "python")

    def site_of(self, name):
        return os.path.join(self.top, name, "lib", "python{}.{}".format(*sys.version_info[:2]), "site-packages")

    def put(self, name, text="", folder=None):
        path = os.path.join(folder or self.site, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def enable(self):
        """What `runyard python enable` writes."""
        self.put("runyard.pth", PYTHON + "\n" + HOOK_LINE)

    def script(self, text, *flags, python=None, **variables):
        """What a program prints, in an environment without ours."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RUNYARD_"))}
        done = subprocess.run([python or self.python, *flags, "-c", text], env=dict(env, **variables), cwd=self.top,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


class SideBySide(Case):
    """Which azureml.core a process gets."""

    def install_other(self, start=EXTEND):
        """The other distribution; `start` is its azureml/__init__.py, None: a namespace package."""
        if start is not None:
            self.put("azureml/__init__.py", start)
        self.put("azureml/core/__init__.py", "VERSION = 'other'\n")
        self.put("azureml/core/only_there.py")
        self.put("azureml/elsewhere/__init__.py")
        self.put("azureml/elsewhere/deeper.py")

    def said(self, text, *flags, **more):
        """What a program prints that goes well and says nothing else."""
        status, out, err = self.script(text, *flags, **more)
        self.assertEqual((status, err), (0, ""))
        return out.strip()

    def assert_ours(self, *flags, **variables):
        self.assertEqual(self.said(WHERE, *flags, **variables), os.path.join(OURS, "__init__.py"))

    def assert_switch_works(self):
        """Ours with the hook on, the other one with it off."""
        self.assert_ours()
        self.assertEqual(self.said(WHERE, RUNYARD_AZUREML="off"), self.real)

    def test_in_any_order(self):
        for steps in (self.enable, self.install_other), (self.install_other, self.enable):
            with self.subTest(steps[0].__name__):
                self.setUp()
                for step in steps:
                    step()
                self.assert_switch_works()

    def test_a_namespace_package(self):
        self.enable()
        self.install_other(start=None)
        self.assert_switch_works()

    def test_a_namespace_that_another_pth_file_makes(self):
        self.enable()
        self.install_other(start=None)
        for name in ("azureml_core-nspkg.pth", "z-nspkg.pth"):
            with self.subTest(name):
                self.put(name, NAMESPACE)
                self.assert_switch_works()
                os.remove(os.path.join(self.site, name))

    def test_an_azureml_that_was_imported_before_the_hook(self):
        self.enable()
        self.install_other()
        self.put("a.pth", "import azureml.core\n")
        self.assert_switch_works()

    def test_an_azureml_that_sitecustomize_imports(self):
        self.enable()
        self.install_other()
        self.put("sitecustomize.py", "import azureml.core\n")
        self.assert_switch_works()

    def test_an_editable_install(self):
        self.install_other()
        os.rename(os.path.join(self.site, "azureml"), os.path.join(self.top, "azureml"))
        self.real = os.path.join(self.top, "azureml", "core", "__init__.py")
        self.put("__editable___finder.py", """if True:
            import sys
            from importlib.util import spec_from_file_location
            class Finder:
                @classmethod
                def find_spec(cls, name, path=None, target=None):
                    if name == "azureml":
                        return spec_from_file_location(name, {!r}, submodule_search_locations=[{!r}])
            sys.meta_path.insert(0, Finder)
            """.format(os.path.join(self.top, "azureml", "__init__.py"), os.path.join(self.top, "azureml")))
        self.put("__editable__.pth", "import __editable___finder\n")
        self.enable()
        self.assert_switch_works()

    def test_isolated_and_without_variables(self):
        self.enable()
        self.install_other()
        for flag in ("-I", "-E", "-s", "-B"):
            with self.subTest(flag):
                self.assert_ours(flag)
        self.assertEqual(self.said(WHERE, RUNYARD_AZUREML="OFF"), self.real)

    def test_without_site_packages_there_is_neither(self):
        self.enable()
        self.install_other()
        found = self.said("try:\n import azureml\nexcept ImportError as error: print(error)", "-S")
        self.assertEqual(found, "No module named 'azureml'")

    def test_children(self):
        self.enable()
        self.install_other()
        self.put("where.py", "def where(_):\n    import azureml.core\n    return azureml.core.__file__\n", self.top)
        said = self.said("""if True:
            import multiprocessing, subprocess, sys, where
            if __name__ == '__main__':
                print(subprocess.check_output([sys.executable, '-c', 'import azureml.core as c; print(c.__file__)']
                                              ).decode().strip())
                for method in 'fork', 'spawn', 'forkserver':
                    with multiprocessing.get_context(method).Pool(1) as pool:
                        print(pool.map(where.where, [0])[0])
            """)
        self.assertEqual(said.split("\n"), [os.path.join(OURS, "__init__.py")] * 4)

    def test_a_venv_made_from_an_enabled_one_is_its_own(self):
        self.enable()
        self.install_other()
        self.said("import venv; venv.create('inner', symlinks=True)")
        inner = os.path.join(self.top, "inner", "bin", "python")
        ask = "try:\n import azureml.core\nexcept ImportError: print('none')"
        self.assertEqual(self.said(ask, python=inner), "none")
        # A run brings the names along, into an interpreter that was never enabled too.
        self.assert_ours(python=inner, PYTHONPATH=RUN)

    def test_a_run_in_an_enabled_interpreter(self):
        self.enable()
        self.install_other()
        self.put("sitecustomize.py", "import azureml.core\n")
        self.assert_ours(PYTHONPATH=RUN)

    def test_nothing_of_the_other_is_mixed_in(self):
        self.enable()
        self.install_other()
        said = self.said("""if True:
            import azureml.core.run, azureml.elsewhere.deeper, importlib
            for name in 'only_there', 'elsewhere':
                try:
                    importlib.import_module('azureml.core.' + name)
                except ImportError as error:
                    print(error)
            print(azureml.elsewhere.deeper.__file__)
            """)
        sentence = "azureml.core.{} is not part of Runyard. The names that are part of it: docs/azureml-map.md."
        self.assertEqual(said.split("\n"), [sentence.format("only_there"), sentence.format("elsewhere"),
                                            os.path.join(self.site, "azureml", "elsewhere", "deeper.py")])


class Externals(Case):
    """sklearn.externals of old scripts, with packages of the test's own in the place of scikit-learn and joblib."""

    def setUp(self):
        super().setUp()
        self.enable()
        self.put("sklearn/__init__.py")
        self.put("sklearn/externals/__init__.py")

    def joblib(self):
        self.put("joblib/__init__.py", "dump = 'real'\nfrom . import numpy_pickle\n")
        self.put("joblib/numpy_pickle.py", "class Wrapper: pass\n")

    def test_joblib_and_six_are_given_back_with_one_warning_each(self):
        self.joblib()
        self.put("six.py", "text_type = str\n")
        for switch in ("on", "off"):
            status, out, err = self.script(
                "from sklearn.externals import joblib, six\nimport sklearn.externals.joblib as again, joblib as real\n"
                "from sklearn.externals.six import text_type\nprint(again is joblib is real, six.text_type.__name__, "
                "real.__spec__.name)", RUNYARD_AZUREML=switch)
            self.assertEqual((status, out), (0, "True str joblib\n"), err)
            self.assertEqual(err, "".join(
                "runyard: scikit-learn has no sklearn.externals.{0}; {0} itself is used; RUNYARD_SHIMS=off switches "
                "this off\n".format(name) for name in ("joblib", "six")))

    def test_they_stay_away_where_shims_are_switched_off(self):
        self.joblib()
        status, _, err = self.script("from sklearn.externals import joblib", RUNYARD_SHIMS="off")
        self.assertEqual(status, 1)
        self.assertIn("ImportError: cannot import name 'joblib'", err)

    def test_a_pickle_of_old_finds_the_classes_of_now(self):
        self.joblib()
        status, out, err = self.script(
            "import pickle, joblib.numpy_pickle as now\n"
            "print(pickle.loads(b'csklearn.externals.joblib.numpy_pickle\\nWrapper\\n.') is now.Wrapper)")
        self.assertEqual((status, out), (0, "True\n"), err)

    def test_the_one_of_scikit_learn_stays(self):
        self.joblib()
        self.put("sklearn/externals/joblib/__init__.py", "dump = 'its own'\n")
        self.put("sklearn/externals/joblib/numpy_pickle.py")
        status, out, err = self.script("import joblib as other, sklearn.externals.joblib.numpy_pickle as inner\n"
                                       "from sklearn.externals import joblib\nprint(joblib.dump, inner.__name__)")
        self.assertEqual((status, out, err), (0, "its own sklearn.externals.joblib.numpy_pickle\n", ""))

    def test_without_joblib_the_plain_error(self):
        for text, error in (("from sklearn.externals import joblib", "ImportError: cannot import name 'joblib'"),
                            ("import sklearn.externals.joblib", "ModuleNotFoundError: No module named "
                                                                "'sklearn.externals.joblib'"),
                            ("import sklearn.externals.other", "ModuleNotFoundError: No module named "
                                                               "'sklearn.externals.other'")):
            status, _, err = self.script(text)
            self.assertEqual(status, 1)
            self.assertIn(error, err.split("\n")[-2])

    def test_nothing_is_imported_before_it_is_asked_for(self):
        self.joblib()
        done = self.script("import sys, sklearn.externals; print('joblib' in sys.modules)")
        self.assertEqual(done, (0, "False\n", ""))


if __name__ == "__main__":
    unittest.main()
