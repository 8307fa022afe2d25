# SPDX-License-Identifier: Apache-2.0
"""S13, S14: nothing of ours turns what comes from outside into code or objects, and the daemon opens no connection."""

import ast
import os
import unittest

from wire import ROOT

MODULES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "yaml",
           "code", "codeop", "xmlrpc"}
CALLS = {"eval", "exec", "compile", "__import__", "execfile"}
ATTRIBUTES = {"loads_pickle", "read_pickle", "to_pickle", "import_module", "load_module", "exec_module"}
OF_OS = {"system", "popen"}
# Modules of our own, named in our own tables or by their path; and the sitecustomize that the hook stands before.
# Imports of names that stand in a table of ours, and another name for a module that the program imports itself (shims.py).
# A service executes the scoring script that its user has deployed.
# A scoring explainer is a pickle because SDK v1's is: load() reads the one that the program names, and says so.
ALLOWED = {("python/runyard/_base/__init__.py", "__import__"), ("python/runyard/_azureml/names.py", "__import__"),
           ("python/runyard/_azureml/stand_ins.py", "__import__"),
           ("python/runyard/_names/azureml/__init__.py", "__import__"),
           ("python/runyard/_libraries/shims.py", "__import__"),
           ("python/runyard/_service/script.py", "exec_module"),
           ("python/_runyard_hook.py", "exec_module"), ("python/hook/sitecustomize.py", "exec_module"),
           ("python/runyard/scoring_explainer.py", "pickle"), ("scripts/sbom", "exec_module")}
COMPLETION = {"cli/completion.h", "cli/completion.cpp", "cli/completion_scripts.cpp"}  # they name shells, and start none


def sources():
    for top in ("python", "scripts"):
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    text = file.read()
                if name.endswith(".py") or text.startswith(b"#!/usr/bin/env python3"):
                    yield os.path.relpath(path, ROOT), text


def findings(text):
    """What of a source could run or unpickle something: (line, name)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in MODULES:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield node.lineno, node.func.id
        elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Attribute) and node.attr in OF_OS and getattr(node.value, "id", "") == "os":
            yield node.lineno, node.attr
        elif isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "shell") and getattr(node.value, "value",
                                                                                                 None) is True:
            yield node.lineno, node.arg


class NoUnpickling(unittest.TestCase):
    def test_of_the_sdk_and_the_scripts(self):
        found, looked_at = set(), 0
        for path, text in sources():
            looked_at += 1
            found |= {(path, name) for _, name in findings(text)}
        self.assertGreater(looked_at, 80)
        self.assertEqual(found, ALLOWED)

    def test_the_search_finds_what_it_looks_for(self):
        hostile = ("import pickle", "from marshal import loads", "eval(x)", "exec(x)", "os.system(x)",
                   "pandas.read_pickle(x)", "import yaml",
                   "numpy.load(x, allow_pickle=True)", "subprocess.run(x, shell=True)", "importlib.import_module(x)",
                   "__import__(x)")
        for text in hostile:
            self.assertTrue(list(findings(text)), text)
        for text in ("import json", "self.evaluate(x)", "re.compile(x)", "numpy.load(x, allow_pickle=False)"):
            self.assertFalse(list(findings(text)), text)

    def lines_with(self, words, *folders):
        """"PATH: LINE" of our C++ that holds one of these words."""
        for top in folders:
            for folder, _, names in os.walk(os.path.join(ROOT, top)):
                for name in names:
                    with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                        path = os.path.relpath(os.path.join(folder, name), ROOT)
                        yield from ("%s: %s" % (path, line.strip()) for line in file if any(word in line for word in words))

    def test_the_programs_start_no_shell_of_their_own(self):
        """Only a command that the user submitted as one text goes to a shell, and the scripts of a conda environment to Bash."""
        shells = ("::system(", " system(", "popen(", "wordexp(", '/bin/sh"', '/bin/bash"', '"bash"', '"sh"', "shell()")
        found = list(self.lines_with(shells, "base", "protocol", "env", "launcher", "daemon", "cli"))
        self.assertEqual({line.split(":")[0] for line in found} - COMPLETION,
                         {"launcher/start.cpp", "launcher/activation.cpp"})
        self.assertIn('launcher/start.cpp: if (spec.shell) return {shell(), "-c", spec.command.front()};', found)

    def test_packages_of_the_portal_run_no_program_when_they_are_installed(self):
        """S13: scripts/install does it as root, and each of some hundred packages could."""
        found = [line.split(": ", 1)[1] for line in self.lines_with(("npm ci", "npm install"), "scripts")]
        of_packages = [line for line in found if line.startswith("npm") and "node@" not in line]  # node is such a program itself
        self.assertEqual([("--ignore-scripts" in line) for line in of_packages], [True])

    def test_daemon_and_launcher_open_no_connection(self):
        """S14: neither connects to another program, but for the daemon to the sockets of web services."""
        calls = (" ::connect(", "(::connect(", "async_connect", "getaddrinfo", "ip::tcp::resolver", "curl_")
        found = [line.partition(":")[0] for line in self.lines_with(calls, "base", "protocol", "env", "launcher", "daemon")]
        self.assertEqual(found, ["daemon/services/backend.cpp"])
        for name in ("backend.h", "backend.cpp"):
            with open(os.path.join(ROOT, "daemon/services", name), encoding="utf-8") as file:
                self.assertNotIn("ip::", file.read())  # Unix sockets only
        self.assertTrue(list(self.lines_with(calls, "cli")))
