# SPDX-License-Identifier: Apache-2.0
"""Which part of the SDK may import which: the folders of python/runyard, and the public modules beside them."""

import ast
import os
import unittest

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python", "runyard")
ROOT = "_objects"  # the composition root, which loads everything at its first use
PUBLIC = "the public modules"

# Folder -> what its modules may import: folders, public modules by name, the composition root.
ALLOWED = {
    "_base": {"exceptions"},
    "_report": {"_base", "exceptions"},
    "_client": {"_base", "_report", "exceptions"},
    "_config": {"_base", "_client", "conda_dependencies", "exceptions"},
    "_data": {"_base", "_client", "_config", "data_reference", "exceptions", ROOT},
    "_runs": {"_base", "_report", "_client", "_config", "_data", "conda_dependencies", "exceptions", ROOT},
    "_controller": {"_base", "_client", "_runs", "exceptions", ROOT},
    "_sweep": {"_base", "_client", "_config", "_controller", "_data", "_runs", "exceptions", ROOT},
    "_service": {"_base", "_client", "_config", "_runs", "exceptions", ROOT},
    "_pipeline": {"_client", "_config", "_controller", "_data", "_report", "_runs", "exceptions", ROOT},
    "_compute": {"_base", "_client", "_config", "_runs", "exceptions"},
    "_azureml": {"_base", "exceptions"},
    "_libraries": set(),
    "_names": {"_azureml"},
    PUBLIC: {"_base", "_report", "_client", "_config", "_data", "_runs", "_sweep", "_pipeline", "_service", "_compute", PUBLIC, ROOT},
    "_own_runs": {"_base", "_report", "_client", "_runs", "exceptions", "experiment", "run", "workspace", ROOT},
    # The programs that are started as `python -m runyard.<name>`.
    "_packages": {"_config"},
    "_environment_build": {"_base", "_client", "_config", "_runs", "_packages", "exceptions", ROOT},
    ROOT: {"_base"},
}


def modules():
    """Name below runyard -> syntax tree; a package has the name of its folder."""
    found = {}
    for folder, _, files in os.walk(TOP):
        for file in files:
            if file.endswith(".py"):
                path = os.path.join(folder, file)
                with open(path, encoding="utf-8") as source:
                    name = os.path.relpath(path, TOP)[:-3].replace(os.sep, ".")
                    found[name[:-len(".__init__")] if name.endswith(".__init__") else name] = ast.parse(source.read())
    del found["__init__"]  # imports nothing before a name is used
    return found


def is_for_types(node):
    """Whether a statement is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def nodes(tree):
    """All nodes of a module that run, those inside functions included."""
    for node in ast.iter_child_nodes(tree):
        if not is_for_types(node):
            yield node
            yield from nodes(node)


def imported(name, tree, known):
    """The modules below runyard that a module imports, at once or at the first use."""
    package = name if os.path.isdir(os.path.join(TOP, name.replace(".", os.sep))) else name.rpartition(".")[0]
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = package.split(".") if package else []
            base = parts[:len(parts) - node.level + 1] + (node.module.split(".") if node.module else [])
            yield from (target(base + [alias.name], known) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("runyard."):
            yield from (target(node.module.split(".")[1:] + [alias.name], known) for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "loader" and name != ROOT:
            homes = ast.literal_eval(node.args[1])
            yield from (target(home.split(".")[1:], known) for home in homes.values())


def target(parts, known):
    """The module that an import leads to: the name itself, or the module that defines it; "": the package runyard."""
    return next((".".join(parts[:end]) for end in range(len(parts), 0, -1) if ".".join(parts[:end]) in known), "")


def room(module):
    """The folder of a module, or what it is beside the folders."""
    first = module.partition(".")[0]
    return first if first in ALLOWED else PUBLIC


class Rooms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.modules = modules()
        cls.imports = {name: sorted(set(imported(name, tree, cls.modules)) - {"", name})
                       for name, tree in cls.modules.items()}

    def test_every_room_imports_only_what_it_may(self):
        for name, others in self.imports.items():
            for other in others:
                allowed = ALLOWED[room(name)]
                if room(other) not in {room(name)} | allowed and other not in allowed:
                    self.fail("{} must not import {}".format(name, other))

    def test_the_table_allows_nothing_that_is_not_used(self):
        used = {name: set() for name in ALLOWED}
        for name, others in self.imports.items():
            used[room(name)].update(others, map(room, others))
        for name, allowed in ALLOWED.items():
            self.assertEqual(allowed - used[name], set(), name)

    def test_no_module_imports_itself_by_way_of_others(self):
        done = set()

        def visit(name, path):
            self.assertNotIn(name, path, " -> ".join(path + [name]))
            if name not in done and name != ROOT:
                for other in self.imports.get(name, ()):
                    visit(other, path + [name])
                done.add(name)

        for name in sorted(self.modules):
            visit(name, [])

    def test_an_import_inside_a_function_says_why_it_is_there(self):
        for name, tree in self.modules.items():
            path = os.path.join(TOP, name.replace(".", os.sep))
            with open(os.path.join(path, "__init__.py") if os.path.isdir(path) else path + ".py", encoding="utf-8") as file:
                lines = file.read().splitlines()
            for function in ast.walk(tree):
                for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
                    if isinstance(node, ast.ImportFrom) and node.level:
                        self.assertIn("  # ", lines[node.lineno - 1], "{}:{}".format(name, node.lineno))


if __name__ == "__main__":
    unittest.main()
