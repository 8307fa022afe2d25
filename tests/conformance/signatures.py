# SPDX-License-Identifier: Apache-2.0
"""Signatures as facts: as a row says them, and as an installed SDK has them. Also a program, which another interpreter
runs: {path: example} as JSON on stdin, {path: {name: facts}} as JSON on stdout."""

import ast
import importlib
import inspect
import json
import sys
from typing import Any, Dict, List, Optional, Tuple

# Name and default of each parameter ("*args" and "**kwargs" among the names); None: an attribute, which takes none.
Facts = Optional[List[Tuple[str, Optional[str]]]]


def stated(call: str) -> Facts:
    """What a row says."""
    if "(" not in call:
        return None
    return _of_parameters(inspect.signature(_defined(call)))


def _defined(call: str) -> Any:
    """A function of that signature; its defaults are literals."""
    tree = ast.parse("def {}: pass".format(call))
    arguments = tree.body[0].args  # type: ignore[attr-defined]
    for default in arguments.defaults + [default for default in arguments.kw_defaults if default]:
        ast.literal_eval(default)
    made: Dict[str, Any] = {}
    exec(compile(tree, call, "exec"), made)
    return made[call.partition("(")[0]]


def _of_parameters(signature: inspect.Signature, bound: bool = False) -> Facts:
    """The facts of a signature; `bound`: self or cls has been taken off."""
    found = []
    for parameter in signature.parameters.values():
        if parameter.name in ("self", "cls") and not found and not bound:
            continue
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        found.append((star + parameter.name, None if parameter.default is parameter.empty else repr(parameter.default)))
    return found


def resolve(path: str) -> Any:
    """The module or class of that path. ImportError: there is none."""
    parent, _, name = path.rpartition(".")
    module = importlib.import_module(parent)
    if hasattr(module, name):
        return getattr(module, name)
    return importlib.import_module(path)


def described(path: str, example: str = "") -> Dict[str, Facts]:
    """Every public member of a class, its constructor under its own name; of a module its classes and functions."""
    owner = resolve(path)
    if not isinstance(owner, type):
        return {name: facts_of(value.__init__ if isinstance(value, type) else value)
                for name, value in vars_of(owner).items() if callable(value)}
    found = {name: member(owner, name) for name in dir(owner) if not name.startswith("_")}
    if example:
        made = eval(example, {owner.__name__: owner})
        found.update({name: None for name in vars(made) if not name.startswith("_") and name not in found})
    own_new = owner.__init__ is object.__init__ and owner.__new__ is not object.__new__
    found[owner.__name__] = facts_of(owner.__new__ if own_new else owner.__init__)
    return found


def vars_of(module: Any) -> Dict[str, Any]:
    """The public names of a module, also those that it makes when they are asked for."""
    names = getattr(module, "__all__", None) or dir(module)
    return {name: getattr(module, name) for name in names if not name.startswith("_")}


def member(owner: type, name: str) -> Facts:
    """A method's facts, or None for everything else."""
    static = inspect.getattr_static(owner, name)
    if isinstance(static, (property, type)) or not callable(getattr(owner, name)):
        return None
    return facts_of(getattr(owner, name))


def facts_of(function: Any) -> Facts:
    """A function's facts, without self and cls."""
    return _of_parameters(inspect.signature(function), inspect.ismethod(function))


def difference(original: Facts, ours: Facts) -> str:
    """Why ours does not take every call that the original takes; nothing where it does.

    Ours may have more parameters behind the original's, and defaults where it has none; private parameters at the
    original's end count for nothing.
    """
    if original is None or ours is None:
        return "" if original is ours else "one is a method and the other is not"
    named = [parameter for parameter in original if not parameter[0].startswith("*")]
    while named and named[-1][0].startswith("_"):
        named.pop()
    has = [parameter for parameter in ours if not parameter[0].startswith("*")]
    for number, (name, default) in enumerate(named):
        if number >= len(has) or has[number][0] != name:
            return "parameter {} is not '{}'".format(number + 1, name)
        if default not in (None, has[number][1]):
            return "the default of '{}' is {}, not {}".format(name, has[number][1], default)
    for name, default in has[len(named):]:
        if default is None:
            return "'{}' has to be given".format(name)
    stars = [name for name, _ in ours]
    for star in [name for name, _ in original if name.startswith("*")]:
        if not any(name.startswith(star[:star.count("*")]) and name.count("*") == star.count("*") for name in stars):
            return "it does not take {}".format(star)
    return ""


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump({path: described(path, example) for path, example in asked.items()}, sys.stdout)
