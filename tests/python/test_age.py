# SPDX-License-Identifier: Apache-2.0
"""The table of errors that the age of a script explains, against Python's own library; with RUNYARD_SLOW=1 against real
numpy, pandas, scikit-learn, scipy and matplotlib, old and new (minutes, and needs a package index)."""

import datetime
import glob
import json
import os
import subprocess
import sys
import unittest
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = os.path.join(HERE, "..", "..", "python")
sys.path[:0] = [PYTHON, os.path.join(HERE, "..", "scenarios")]

from runyard._libraries import age  # noqa: E402
from venvs import shared_venv  # noqa: E402

LIBRARIES = ("numpy", "pandas", "scikit-learn", "scipy", "matplotlib")
# Python and what it gets; in each some of the table's names are there still, and others are gone.
KINDS = {"first": ("3.7", ["numpy==1.16.6", "pandas==0.24.2", "scipy==1.2.3", "scikit-learn==0.19.2", "nose",
                           "matplotlib==3.0.3", "pillow"]),
         "middle": ("3.8", ["numpy==1.23.5", "pandas==1.5.3", "scikit-learn==1.0.2", "matplotlib==3.7.5"]),
         "newest": ("3.13", ["numpy", "pandas", "scikit-learn", "matplotlib"])}
BACK = ("numpy.bool", "numpy.long")  # numpy 2 has them again, with another meaning


def explained(message, kind=AttributeError):
    return age.explanation(kind(message))


class Table(unittest.TestCase):
    def probe(self, python, libraries):
        """What age_probe.py finds in a Python: of each library the version, and by name what was said of its error."""
        flags = "-I" if libraries != ["python"] else "-IS"  # without what setuptools has for distutils
        done = subprocess.run([python, flags, os.path.join(HERE, "age_probe.py"), *libraries], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return json.loads(done.stdout.decode().splitlines()[-1])

    def check(self, found, before_qualified_names):
        """Each name is gone from the version that the table says, and the error then says so; the names still there."""
        there, table = set(), age._table()
        for library, facts in found.items():
            for name, said in facts["names"].items():
                gone = tuple(facts["version"]) >= table[name][1]
                argument_of_class = before_qualified_names and name.endswith(")") and name[0].isupper()
                if not gone:
                    there.update([name] if said is None else [])
                elif not argument_of_class and (said or name not in BACK):
                    versions = ["{}.{}".format(*table[known][1]) for known in (name, name.split(".")[0]) if known in table]
                    self.assertRegex(str(said), "was removed in {} ({}); pin ".format(
                        library.replace("python", "Python"), "|".join(versions)), (name, facts["version"]))
        return there

    def test_pythons_own_names(self):
        found = self.probe(sys.executable, ["python"])
        there = self.check(found, sys.version_info < (3, 10))
        later = {name for name, (library, version, _) in age._table().items()
                 if library == "python" and sys.version_info[:2] < version}
        self.assertEqual(there, later)

    def test_each_row_has_a_day(self):
        for library, version, day in age._table().values():
            self.assertLess(datetime.date(*map(int, day.split("-"))), datetime.date.today(), (library, version))

    @unittest.skipUnless(os.environ.get("RUNYARD_SLOW"), "installs old libraries: set RUNYARD_SLOW=1")
    def test_real_libraries_old_and_new(self):
        there = set()
        for kind, (version, packages) in KINDS.items():
            pythons = glob.glob(os.path.expanduser("~/.pyenv/versions/{}.*/bin/python".format(version)))
            if not pythons:
                self.skipTest("needs a CPython {} of pyenv".format(version))
            python = shared_venv("age-" + kind, ["--only-binary", ":all:"] + packages, pythons[0])
            there |= self.check(self.probe(python, LIBRARIES), version in ("3.7", "3.8"))
        self.assertEqual(there, {name for name, (library, _, _) in age._table().items() if library in LIBRARIES})


class Explanation(unittest.TestCase):
    def test_what_the_reason_of_a_run_says(self):
        facts = {"message": "module 'time' has no attribute 'clock'."}
        age.explain(facts, AttributeError("module 'time' has no attribute 'clock'"))
        self.assertEqual(facts["message"], "module 'time' has no attribute 'clock'. time.clock was removed in Python 3.8; "
                                           "pin python=3.7 in the environment of the run, or run it with libraries "
                                           "of its time: export RUNYARD_ENV_BEFORE=2020-04-01, and submit it again with an "
                                           "environment that lists its packages" if sys.version_info >= (3, 8)
                         else "module 'time' has no attribute 'clock'.")

    @mock.patch.dict(os.environ, RUNYARD_STATE="/s")
    @mock.patch.object(sys, "prefix", "/s/cache/environments/1a/prefix")
    def test_the_day_of_the_source_is_named_and_taken_where_the_library_still_has_the_name(self):
        for dated, day in (("commit 2019-05-20", "2019-05-20"), ("file 2016-01-01", "2019-03-01"),
                           ("file 2026-11-28", "2020-04-01"), ("commit 2020-04-01", "2020-04-01")):
            with mock.patch.dict(os.environ, RUNYARD_SOURCE_DATE=dated):
                self.assertEqual(age._line("2020-04-01"),
                                 "export RUNYARD_ENV_BEFORE={}, and submit it again (the newest {} of the source is of "
                                 "{})".format(day, *dated.split()))
        with mock.patch.dict(os.environ, RUNYARD_SOURCE_DATE="file 2019-01-01"):
            self.assertIn("BEFORE=2018-09-01,", age._line("2018-09-01"))

    def test_which_name_a_message_is_about(self):
        argument = "{}() got an unexpected keyword argument '{}'"
        for message, name in ((argument.format("read_csv", "squeeze"), "read_csv(squeeze)"),
                              (argument.format("NDFrame.fillna", "method"), "fillna(method)"),
                              (argument.format("KMeans.__init__", "n_jobs"), "KMeans(n_jobs)"),
                              ("Module 'scipy' has no attribute 'interp'", "scipy.interp")):
            self.assertEqual(list(age._names(message, None)), [name])

    def test_a_class_of_the_users_that_inherits_is_known_by_its_base(self):
        import threading

        class Worker(threading.Thread):
            pass

        try:
            Worker().isAlive()
        except AttributeError as error:
            said = age.explanation(error)
            self.assertEqual(said is not None, sys.version_info >= (3, 10), said)  # before, errors hold no object

    def test_errors_of_other_kinds_and_other_names_are_left_alone(self):
        for message, kind in (("module 'time' has no attribute 'clocks'", AttributeError),
                              ("module 'time' has no attribute 'clock'", ValueError),
                              ("module 'mine' has no attribute 'float'", AttributeError),
                              ("No module named 'mine'", ModuleNotFoundError), ("", ImportError),
                              ("'Worker' object has no attribute 'append'", AttributeError),
                              ("'NoneType' object has no attribute 'get_feature_names'", AttributeError)):
            self.assertIsNone(explained(message, kind), message)

    def test_a_library_that_is_not_loaded_or_still_has_the_name_explains_nothing(self):
        message = "'DataFrame' object has no attribute 'append'"
        for version, said in ((None, False), ("1.5.3", False), ("2.2.0", True)):
            with self.subTest(version):
                script = ("import sys, types\nsys.path.insert(0, {!r})\nfrom runyard._libraries import age\n"
                          "version = {!r}\nif version:\n    sys.modules['pandas'] = types.ModuleType('pandas')\n"
                          "    sys.modules['pandas'].__version__ = version\n"
                          "print(age.explanation(AttributeError({!r})) is not None)").format(PYTHON, version, message)
                done = subprocess.run([sys.executable, "-I", "-c", script], stdout=subprocess.PIPE, check=True)
                self.assertEqual(done.stdout.decode(), "{}\n".format(said))


if __name__ == "__main__":
    unittest.main()
