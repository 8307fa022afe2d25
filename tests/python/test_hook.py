# SPDX-License-Identifier: Apache-2.0
"""The hook that every Python process of a run starts with."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import venv

PYTHON = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
HOOK = os.path.join(PYTHON, "hook")


class Hook(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.where = folder.name

    def script(self, text, path=(), python=sys.executable, **more):
        """Run a script in a process that the hook is in."""
        env = dict(os.environ, PYTHONPATH=os.pathsep.join([HOOK] + list(path) + [PYTHON]), PYTHONIOENCODING="utf-8",
                   RUNYARD_RUN_ID="r1", RUNYARD_JOURNAL=self.where, **more)
        return subprocess.run([python, "-c", text], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)

    def errors(self):
        """What stands in the error files."""
        result = []
        for name in os.listdir(self.where):
            if name.startswith("error-"):
                with open(os.path.join(self.where, name), encoding="utf-8") as reader:
                    result.append(json.load(reader))
        return result

    def test_error_is_written(self):
        done = self.script("raise ValueError('精度 \\udc80')")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count(b"Traceback"), 1)
        (facts,) = self.errors()
        self.assertEqual((facts["type"], facts["message"]), ("ValueError", "精度 ?"))
        self.assertIn("Traceback (most recent call last)", facts["traceback"])

    def test_no_error_no_file(self):
        done = self.script("import sys; sys.exit(3)")
        self.assertEqual((done.returncode, done.stderr, self.errors()), (3, b"", []))

    def ended(self, text, **more):
        """Exit status, and type and message of what was noted of a script's end."""
        done = self.script(text, **more)
        found = [(facts["type"], facts["message"]) for facts in self.errors()]
        for name in os.listdir(self.where):
            os.unlink(os.path.join(self.where, name))
        return (done.returncode, *found)

    def test_the_text_of_an_exit_is_the_reason(self):
        for text in ("import sys; print('unflushed'); sys.exit('no data\\n  for 2020')",
                     "raise SystemExit('no data\\n  for 2020')",
                     "import sys\nclass Tee:\n  def write(self, text): sys.__stderr__.write(text)\n"
                     "  def flush(self): pass\n"
                     "sys.stderr = Tee()\nsys.exit('no data\\n  for 2020')",
                     "class Stop(SystemExit): pass\ndef f(): raise Stop('no data\\n  for 2020')\nf()"):
            self.assertEqual(self.ended(text), (1, ("SystemExit", "no data\n  for 2020")), text)

    def test_what_a_parser_of_arguments_complains_of_is_the_reason(self):
        parser = "import argparse, sys\np = argparse.ArgumentParser('x.py')\np.add_argument('--alpha', required=True)\n"
        self.assertEqual(self.ended(parser + "p.parse_args()"), (
            2, ("SystemExit", "x.py: error: the following arguments are required: --alpha")))
        self.assertEqual(self.ended(parser + "try: p.parse_args()\nexcept SystemExit: print('no', file=sys.stderr)\n"
                                    "sys.exit(3)"), (3,))

    def test_an_exit_without_a_text_of_its_own_has_none(self):
        for text, code in (("try: sys.exit('caught')\nexcept SystemExit as error: print(error, file=sys.stderr)\nsys.exit(3)", 3),
                           ("sys.exit()", 0), ("print('words', file=sys.stderr)\nsys.exit(2)", 2),
                           ("if os.fork() == 0: os._exit(1)\nsys.stderr.write('x')\nos._exit(4)", 4),
                           ("sys.stderr.close()\nsys.exit(5)", 5), ("sys.stderr = None\nsys.exit('text')", 1)):
            self.assertEqual(self.ended("import os, sys\n" + text), (code,), text)

    def test_an_error_is_noted_with_any_excepthook(self):
        for hook in ("lambda *error: print('mine')", "sys.__excepthook__", "None"):
            text = "import sys\nsys.excepthook = {}\ndef f(): raise ValueError('real')\nf()".format(hook)
            self.assertEqual(self.ended(text), (1, ("ValueError", "real")), hook)

    def test_an_error_that_was_caught_is_no_reason(self):
        text = ("import sys\ndef f():\n  try: 1/0\n  except Exception as error:\n"
                "    sys.last_value, sys.last_traceback = error, error.__traceback__\nf()\nsys.exit(3)")
        self.assertEqual(self.ended(text), (3,))

    @unittest.skipUnless(sys.version_info >= (3, 8), "has time.clock")
    def test_an_error_that_the_age_of_a_script_explains_says_so(self):
        code, (kind, message) = self.ended("import time\ntime.clock()")
        self.assertEqual((code, kind), (1, "AttributeError"))
        self.assertRegex(message, "^module 'time' has no attribute 'clock'.* time.clock was removed in Python 3.8; pin ")

    def test_of_a_very_deep_traceback_the_ends_are_kept(self):
        done = self.script("import sys\nsys.setrecursionlimit(7000)\ndef f(n): return f(n + 1)\ntry: f(0)\n"
                           "except RecursionError as error: raise ValueError('too deep') from error")
        (facts,) = self.errors()
        self.assertEqual((done.returncode, facts["type"], facts["message"]), (1, "ValueError", "too deep"))
        self.assertRegex(facts["traceback"], r"(?s)^Traceback.*\n  \[\d+ more calls\]\n.*RecursionError: .*direct cause.*"
                                             r"Traceback.*\nValueError: too deep\n$")
        self.assertLess(len(facts["traceback"]), 20000)

    def test_nowhere_to_write(self):
        done = self.script("import os; os.environ['X'] = ''; os.rmdir({!r}); 1/0".format(self.where))
        os.mkdir(self.where)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"ZeroDivisionError", done.stderr)

    def test_two_copies_that_are_both_installed_do_not_ask_each_other(self):
        script = """if True:
            import os, sys
            from importlib.util import module_from_spec, spec_from_file_location
            spec = spec_from_file_location("_runyard_hook", os.path.join(sys.argv[1], "_runyard_hook.py"))
            copy = sys.modules["_runyard_hook"] = module_from_spec(spec)
            spec.loader.exec_module(copy)
            copy.install()
            sys.modules.pop("collections", None)
            import collections
            print(hasattr(collections, "deque"), sum(finder.__name__ == "ShimFinder" for finder in sys.meta_path
                                                       if isinstance(finder, type)))
            """.replace("sys.argv[1]", repr(PYTHON))
        done = self.script(script)
        self.assertEqual((done.stdout.decode(), done.stderr), ("True 2\n", b""))

    def test_azureml(self):
        done = self.script("""if True:
            import sys
            assert not {'runyard', 'json', 'traceback', 'logging'} & set(sys.modules)
            from azureml.core import Run
            assert 'azureml.core.run' not in sys.modules
            import azureml.core
            from azureml.core.run import Run as again, _OfflineRun
            from azureml.exceptions import UserErrorException
            from azureml.exceptions import *
            import runyard.exceptions
            assert Run is again is azureml.core.Run
            assert UserErrorException is runyard.exceptions.UserErrorException
            assert AzureMLException is runyard.exceptions.AzureMLException
            Run.get_context().log('x', 1)
            """)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_azureml_off(self):
        done = self.script("import azureml.core", RUNYARD_AZUREML="off")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([facts["type"] for facts in self.errors()], ["ModuleNotFoundError"])

    def live(self, *layout):
        """A snapshot with a package below some folders, the same package elsewhere, and a process that imports it."""
        attempt, elsewhere = os.path.join(self.where, "attempt"), os.path.join(self.where, "elsewhere")
        work = os.path.join(attempt, "work")
        for folder in (os.path.join(attempt, "journal"), os.path.join(elsewhere, "mine"),
                       os.path.join(work, *(layout + ("mine",)))):
            os.makedirs(folder)
        for folder in (os.path.join(elsewhere, "mine"), os.path.join(work, *(layout + ("mine",)))):
            open(os.path.join(folder, "__init__.py"), "w").close()
        self.where = os.path.join(attempt, "journal")
        done = self.script("import mine, json", [work, elsewhere])
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        found = self.warnings("live-modules")
        return found, os.path.join(elsewhere, "mine") if found else None

    def warnings(self, name):
        """The lines of a file of warnings."""
        try:
            with open(os.path.join(self.where, name + ".jsonl"), encoding="utf-8") as reader:
                return [json.loads(line) for line in reader]
        except FileNotFoundError:
            return []

    def test_module_from_elsewhere_is_warned_of(self):
        found, place = self.live("src")
        self.assertEqual(found, [{"k": "warning", "v": "module 'mine' was imported from {}, not from the snapshot".format(
            place)}])

    def test_module_of_the_snapshot_is_no_reason_to_warn(self):
        self.assertEqual(self.live(), ([], None))

    def test_mlflow_in_a_run_is_warned_of_once(self):
        library = self.folder("library", "mlflow")
        self.script("import json", [library])
        self.assertEqual(self.warnings("mlflow"), [])
        for _ in range(2):
            self.assertEqual(self.script("import mlflow", [library]).stderr, b"")
        ((sentence,),) = [[line["v"]] for line in self.warnings("mlflow")]
        self.assertRegex(sentence, "^MLflow was used: .* not recorded in this run")

    def test_a_folder_of_mlflow_is_warned_of_by_the_launcher_in_the_same_words(self):
        sentences = []
        for path in ("python/_runyard_hook.py", "launcher/collect.cpp"):
            with open(os.path.join(PYTHON, "..", path), encoding="utf-8") as source:
                text = re.sub(r'"\s*"', "", source.read())  # a text in several pieces is one
            sentences.append(re.findall('"(MLflow was used: [^"]*)"', text))
        self.assertEqual((len(sentences[0]), sentences[1]), (1, sentences[0]))

    def folder(self, name, *modules):
        """A folder of modules that say on stdout where they lie."""
        folder = os.path.join(self.where, name)
        os.makedirs(folder)
        for module in modules:
            with open(os.path.join(folder, module + ".py"), "w") as writer:
                writer.write("print({!r}, flush=True)\n".format(name + "/" + module))
        return folder

    def test_sitecustomize_chain(self):
        project, other = self.folder("project"), self.folder("other", "sitecustomize")
        done = self.script("import sys, sitecustomize; print(sitecustomize.__file__.startswith({!r}), "
                           "{!r} in sys.path, '_runyard_hook' in sys.modules)".format(other, HOOK), [project, other])
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"other/sitecustomize\nTrue False True\n", b""))

    def test_an_interpreter_that_was_enabled_has_the_hook_once(self):
        venv.create(os.path.join(self.where, "venv"))
        python = os.path.join(self.where, "venv", "bin", "python")
        site = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        shutil.copy(os.path.join(PYTHON, "runyard_hook.pth"), site.decode().strip())
        done = self.script("import sys; ours = [finder.__name__ for finder in sys.meta_path\n"
                           "                    if getattr(finder, '__module__', '') == '_runyard_hook']\n"
                           "import collections; print(sorted(ours), collections.Mapping.__name__)", python=python)
        self.assertEqual((done.returncode, done.stdout), (0, b"['AzuremlFinder', 'ShimFinder'] Mapping\n"), done.stderr)

    def test_the_projects_own_sitecustomize_and_usercustomize_are_not_run(self):
        project = self.folder("project", "sitecustomize", "usercustomize", "mine")
        other = self.folder("other", "usercustomize")
        flags = b"" if sys.prefix != sys.base_prefix else b"other/usercustomize\n"
        script = "import mine, importlib.util; print(importlib.util.find_spec('usercustomize') is not None)"
        self.assertEqual(self.script(script, [project]).stdout, b"project/mine\nTrue\n")
        self.assertEqual(self.script(script, [project, other]).stdout, flags + b"project/mine\nTrue\n")
        self.assertEqual(self.script("import usercustomize", [project]).stdout, b"project/usercustomize\n")

    def test_neither_are_those_of_a_run_that_submitted_this_one(self):
        above = self.folder("runs/r0", "sitecustomize", "usercustomize", "mine")
        done = self.script("import mine", [self.folder("project"), above], RUNYARD_STATE=self.where)
        self.assertEqual((done.returncode, done.stdout), (0, b"runs/r0/mine\n"))


if __name__ == "__main__":
    unittest.main()
