# SPDX-License-Identifier: Apache-2.0
"""Names that libraries have dropped, in a process that the hook is in: given back when they are asked for."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
HOOK = os.path.join(PYTHON, "hook")
OFF = "; RUNYARD_SHIMS=off switches this off"
# As numpy 1.24 and later answer for a name that is not theirs.
NUMPY = """__version__ = '1.26.4'
long = 'its own'
def __getattr__(name):
    import warnings
    if name == 'object':
        warnings.warn('will be another', FutureWarning, stacklevel=2)
    if name == 'testing':
        return 'lazy'
    raise AttributeError('in the words of numpy: ' + name)
"""
DATASETS = """def load_iris(): return 'iris'
def __getattr__(name):
    if name == 'load_boston':
        raise ImportError('a long text')
    raise AttributeError('in the words of sklearn: ' + name)
"""
ASK = """def ask(module, name):
    try:
        return getattr(module, name)
    except (AttributeError, ImportError) as error:
        return type(error).__name__ + ': ' + str(error)
"""


class Shims(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.libraries = folder.name

    def put(self, name, text=""):
        path = os.path.join(self.libraries, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def script(self, text, **variables):
        """What a script prints and says on stderr, in lines, with what `put` has written in its path."""
        path = os.pathsep.join([HOOK, self.libraries, PYTHON])
        done = subprocess.run([sys.executable, "-c", ASK + text], env=dict(os.environ, PYTHONPATH=path, **variables),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        return done.stdout.decode().splitlines(), done.stderr.decode().splitlines()

    def test_an_alias_of_numpy_is_the_type_that_it_was_with_one_warning(self):
        self.put("numpy/__init__.py", NUMPY)
        out, err = self.script("import numpy as np\nfrom numpy import float as real\n"
                               "print(np.float is real is float, np.float('2'), np.object is object)")
        self.assertEqual(out, ["True 2.0 True"])
        self.assertEqual(err, ["runyard: numpy 1.26.4 has no np.{0}; Python's {0} is used, which it was".format(name) + OFF
                               for name in ("float", "object")])

    def test_what_numpy_has_and_what_it_says_stay_its_own(self):
        self.put("numpy/__init__.py", NUMPY)
        out, err = self.script("import numpy as np\nprint(np.long, np.testing)\nprint(ask(np, 'floats'))\n"
                               "print(hasattr(np, '__array__'), np.__loader__ is np.__spec__.loader, type(np).__name__)")
        self.assertEqual((out, err), (["its own lazy", "AttributeError: in the words of numpy: floats",
                                       "False True module"], []))

    def test_a_numpy_that_warns_of_its_aliases_itself_is_left_alone(self):
        self.put("numpy/__init__.py", NUMPY + "__deprecated_attrs__ = dict.fromkeys("
                                              "'bool complex float int long object str unicode'.split())\n")
        out, err = self.script("import numpy as np\nprint(np.__getattr__.__module__, ask(np, 'float'))")
        self.assertEqual((out, err), (["numpy AttributeError: in the words of numpy: float"], []))

    def test_load_boston_is_imported_and_says_why_when_it_is_called(self):
        self.put("sklearn/__init__.py")
        self.put("sklearn/datasets/__init__.py", DATASETS)
        out, err = self.script("from sklearn.datasets import load_boston, load_iris\nimport sklearn.datasets as sets\n"
                               "print(load_iris(), ask(sets, 'load_bostons'))\n"
                               "try: load_boston(return_X_y=True)\nexcept ImportError as error: print(error)")
        self.assertEqual(out[0], "iris AttributeError: in the words of sklearn: load_bostons")
        self.assertRegex(out[1], "load_boston was removed in scikit-learn 1.2.*pin scikit-learn<1.2 in the environment")
        self.assertEqual(err, ["runyard: scikit-learn has no load_boston; it can be imported, and says why when it is "
                               "called" + OFF])

    @unittest.skipUnless(sys.version_info >= (3, 10), "collections has them itself")
    def test_the_abstract_classes_are_in_collections_again(self):
        out, err = self.script("from collections import Mapping, OrderedDict\nimport collections, collections.abc as abc\n"
                               "print(Mapping is collections.Mapping is abc.Mapping, collections.Set is abc.Set)\n"
                               "print(ask(collections, 'Mappings'), ask(collections, 'Buffer'))\n"
                               "from collections import Mappings")
        self.assertEqual(out, ["True True", "AttributeError: module 'collections' has no attribute 'Mappings' "
                                            "AttributeError: module 'collections' has no attribute 'Buffer'"])
        self.assertEqual(err[:2], ["runyard: Python {}.{} has no collections.{1}; collections.abc.{1} is used".replace(
            "{1}", name).format(*sys.version_info[:2]) + OFF for name in ("Mapping", "Set")])
        self.assertRegex(err[-1], "^ImportError: cannot import name 'Mappings' from 'collections' ")

    def test_nothing_is_given_back_where_it_is_switched_off(self):
        self.put("numpy/__init__.py", NUMPY)
        out, err = self.script("import numpy\nprint(ask(numpy, 'float'))\nimport collections, collections.abc\n"
                               "print('__getattr__' in vars(collections))", RUNYARD_SHIMS="off")
        self.assertEqual((out, err), (["AttributeError: in the words of numpy: float", str(sys.version_info < (3, 10))], []))

    def test_nothing_is_loaded_before_it_is_asked_for(self):
        self.put("numpy/__init__.py", NUMPY)
        out, err = self.script("import sys, numpy, collections\nprint(ask(numpy, 'nothing'))\n"
                               "print([name for name in sys.modules if name.startswith('_runyard_')])")
        self.assertEqual((out, err), (["AttributeError: in the words of numpy: nothing", "['_runyard_hook']"], []))

    def test_a_module_can_be_imported_again_and_its_loader_is_as_it_was(self):
        self.put("numpy/__init__.py", NUMPY)
        out, err = self.script("import importlib, numpy\nimportlib.reload(numpy)\nprint(numpy.float, ask(numpy, 'x'))\n"
                               "print('exec_module' in vars(numpy.__loader__))")
        self.assertEqual((out, len(err)), (["<class 'float'> AttributeError: in the words of numpy: x", "False"], 1))

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "needs numpy")
    def test_the_numpy_of_this_python(self):
        out, err = self.script("import numpy as np\nprint(np.float is float, np.array([1], dtype=np.int).dtype.kind)\n"
                               "try: np.no_such_name\nexcept AttributeError as error: print(error)")
        self.assertEqual(out, ["True i", "module 'numpy' has no attribute 'no_such_name'"], err)


if __name__ == "__main__":
    unittest.main()
