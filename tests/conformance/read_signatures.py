# SPDX-License-Identifier: Apache-2.0
"""Signatures as facts, read from packages without running any of their code: for packages that are too large to install."""

import ast
import sys
from typing import Any, Dict, Iterator, Optional, Union

from exported import Packages, home_of, names_of, statements
from signatures import Facts

Defined = Union[ast.ClassDef, ast.FunctionDef]


def read(packages: Packages, path: str) -> Dict[str, Facts]:
    """What signatures.described() says of an installed package: the public members of a class, or the classes and
    functions of a module."""
    if path in packages.trees:
        found = {name: _defined(packages, path, name) for name in names_of(packages.bound, path)}
        return {name: _facts(packages, path, each) for name, each in found.items() if each is not None}
    module, _, name = path.rpartition(".")
    made = _defined(packages, module, name)
    assert isinstance(made, ast.ClassDef), path
    return dict(_members(packages, module, made), **{name: _facts(packages, module, made)})


def _defined(packages: Packages, module: str, name: str) -> Optional[Defined]:
    """The definition of a name of a module; None: it is no class and no function of azureml."""
    home = home_of(packages.bound, module, name)
    tree = packages.trees[home][0].body if home else []
    imported = packages.bound.get(module, {}).get(name)
    original = imported[1] if imported else name
    return next((statement for statement in statements(tree) if isinstance(statement, (ast.ClassDef, ast.FunctionDef))
                 and statement.name == original), None)


def _members(packages: Packages, module: str, made: ast.ClassDef) -> Dict[str, Facts]:
    """The public members of a class, those of its bases among them."""
    found: Dict[str, Facts] = {}
    for home, base in reversed(list(_line(packages, module, made))):
        for statement in statements(base.body):
            if isinstance(statement, ast.FunctionDef):
                found[statement.name] = _of(packages, home, statement)
            elif isinstance(statement, ast.Assign):
                found.update({name.id: None for target in statement.targets for name in ast.walk(target)
                              if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)})
    return {name: facts for name, facts in found.items() if not name.startswith("_")}


def _facts(packages: Packages, module: str, made: Defined) -> Facts:
    """The facts of a function, or of the constructor of a class."""
    if isinstance(made, ast.FunctionDef):
        return _of(packages, home_of(packages.bound, module, made.name) or module, made)
    for home, base in _line(packages, module, made):
        for statement in base.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                return _of(packages, home, statement)
    return []


def _line(packages: Packages, module: str, made: ast.ClassDef) -> Iterator[Any]:
    """A class and those above it, each with its module."""
    home = home_of(packages.bound, module, made.name) or module
    yield home, made
    for base in made.bases:
        above = _defined(packages, home, base.id) if isinstance(base, ast.Name) else None
        if isinstance(above, ast.ClassDef):
            yield from _line(packages, home, above)


def _of(packages: Packages, module: str, function: ast.FunctionDef) -> Facts:
    """The facts of a function, without self and cls; None: it is a property."""
    marks = [mark.attr if isinstance(mark, ast.Attribute) else getattr(mark, "id", "") for mark in function.decorator_list]
    if "property" in marks or "setter" in marks:
        return None
    given = function.args
    defaults = [None] * (len(given.args) - len(given.defaults)) + [_value(packages, module, default) for default in given.defaults]
    found = list(zip((argument.arg for argument in given.args), defaults))
    if found and found[0][0] in ("self", "cls") and "staticmethod" not in marks:
        found = found[1:]
    found += [("*" + given.vararg.arg, None)] if given.vararg else []
    found += [(argument.arg, default and _value(packages, module, default)) for argument, default in zip(given.kwonlyargs, given.kw_defaults)]
    return found + ([("**" + given.kwarg.arg, None)] if given.kwarg else [])


def _value(packages: Packages, module: str, default: ast.expr) -> str:
    """A default as Python writes it: a literal, a sum or product of them, or a constant of the module; else its source."""
    if ast.unparse(default) == "sys.maxsize":
        return repr(sys.maxsize)
    if isinstance(default, ast.Name):
        values = [statement.value for statement in packages.trees[module][0].body if isinstance(statement, ast.Assign)
                  and isinstance(statement.targets[0], ast.Name) and statement.targets[0].id == default.id]
        return _value(packages, module, values[0]) if values else default.id
    if not all(isinstance(node, (ast.Constant, ast.BinOp, ast.operator, ast.List, ast.Dict, ast.expr_context, ast.UnaryOp, ast.unaryop))
               for node in ast.walk(default)):
        return ast.unparse(default)
    return repr(eval(compile(ast.Expression(default), module, "eval"), {}))
