# SPDX-License-Identifier: Apache-2.0
"""The public modules of the real packages and the names that each exports, read from their wheels without running any
of their code: names only."""

import ast
import glob
import os
import subprocess
import sys
import tarfile
import zipfile
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple, Union

# Name -> the module that it was imported from, and its name there; None: it is made in the module itself.
Bound = Dict[str, Optional[Tuple[str, str]]]
Found = Dict[str, Dict[str, str]]

PACKAGES = ["azureml-core==1.61.0.post4", "azureml-dataprep==5.4.5"] + ["azureml-{}==1.62.0".format(name) for name in (
    "automl-core", "contrib-fairness", "contrib-services", "datadrift", "interpret", "opendatasets", "pipeline-core",
    "pipeline-steps", "telemetry", "tensorboard", "train-automl-client", "train-core", "train-restclients-hyperdrive",
    "widgets")]
SOURCES = ["azureml-monitoring==0.1.0a21"]  # there is no wheel of it


def download(folder: str) -> None:
    """Get the wheels from the package index; nothing is installed. CalledProcessError: one cannot be downloaded."""
    for option, packages in (("--only-binary=:all:", PACKAGES), ("--no-binary=:all:", SOURCES)):
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--ignore-requires-python", option,
                        "-d", folder] + packages, check=True)


class Packages(NamedTuple):
    """The modules of all packages."""

    trees: Dict[str, Tuple[ast.Module, bool]]  # module -> its tree, whether it is a package
    bound: Dict[str, Bound]                    # module -> what its names are


def packages(folder: str) -> Packages:
    """Read the packages in a folder."""
    files = sorted(glob.glob(os.path.join(folder, "*.whl")) + glob.glob(os.path.join(folder, "*.tar.gz")))
    trees = {name: source for file in files for name, source in _read(file)}
    return Packages(trees, {name: _bound(name, *source) for name, source in trees.items()})


def exported(folder: str) -> Found:
    """Public module -> each name that it exports -> the public module that is the home of the name.

    A module exports names that it defines, names of other public modules, and, if it is a package or defines nothing
    itself, names of private modules. Other modules import names of private modules only for their own use.
    """
    trees, bound = packages(folder)
    public = [name for name in bound if not is_private(name)]
    homes = {module: {name: home_of(bound, module, name) for name in names_of(bound, module)} for module in public}
    shown = _shown({module: names for module, names in homes.items()
                    if trees[module][1] or all(bound[module].values())})
    found: Found = {module: {} for module in public}
    for module, names in homes.items():
        for name, home in names.items():
            at_home = shown.get((home, name)) if home and is_private(home) else home
            if at_home:
                found[module][name] = at_home
    for module in public:
        for end in (at for at, character in enumerate(module) if character == "."):
            found.setdefault(module[:end], {})  # a folder without a file of its own
    return found


def is_private(module: str) -> bool:
    """Whether a part of a module's name begins with an underscore, so that only the SDK may use the module."""
    return any(part.startswith("_") for part in module.split("."))


def _shown(packages: Dict[str, Dict[str, Optional[str]]]) -> Dict[Tuple[Optional[str], str], str]:
    """Private home and name -> the module that exports it; the outermost if there are several."""
    found: Dict[Tuple[Optional[str], str], str] = {}
    for module in sorted(packages, key=lambda name: (name.count("."), name)):
        for name, home in packages[module].items():
            found.setdefault((home, name), module)
    return found


def _read(file: str) -> Iterator[Tuple[str, Tuple[ast.Module, bool]]]:
    """Each module of azureml in a wheel or an archive of sources: its name, its tree, whether it is a package."""
    for path, content in _files(file):
        parts = path[:-3].split("/")
        package = parts[-1] == "__init__"
        yield ".".join(parts[:-1] if package else parts), (ast.parse(content), package)


def _files(file: str) -> Iterator[Tuple[str, bytes]]:
    """Path and content of each file of azureml."""
    if file.endswith(".whl"):
        with zipfile.ZipFile(file) as wheel:
            found = [(path, wheel.read(path)) for path in wheel.namelist()]
    else:
        with tarfile.open(file) as archive:
            found = [(member.name.partition("/")[2], archive.extractfile(member).read()) for member in archive if member.isfile()]
    return ((path, content) for path, content in found if path.startswith("azureml/") and path.endswith(".py"))


def _bound(module: str, tree: ast.Module, package: bool) -> Bound:
    """What the statements of a module bind; a star is bound as "*MODULE". An import wins over a definition for the
    case that the import fails."""
    found: Bound = {}
    for statement in statements(tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.setdefault(statement.name, None)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            found.update((name, None) for name in _assigned(statement) if name not in found)
        elif isinstance(statement, ast.ImportFrom):
            source = _absolute(module, package, statement)
            for alias in statement.names:
                found["*" + source if alias.name == "*" else alias.asname or alias.name] = (source, alias.name)
    return found


def _assigned(statement: Union[ast.Assign, ast.AnnAssign]) -> Iterator[str]:
    """The names that an assignment binds, except a module's own variables in lower case, such as its logger."""
    alias = isinstance(statement.value, (ast.Attribute, ast.Name, ast.Lambda))
    for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and (alias or node.id != node.id.lower() or node.id == "__version__"):
                yield node.id


def statements(body: List[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, including those below if, try and with."""
    for statement in body:
        yield statement
        for part in ("body", "orelse", "finalbody"):
            if isinstance(statement, (ast.If, ast.Try, ast.With)):
                yield from statements(getattr(statement, part, []))
        for handler in getattr(statement, "handlers", []):
            yield from statements(handler.body)


def _absolute(module: str, package: bool, statement: ast.ImportFrom) -> str:
    """The module that an import names."""
    if not statement.level:
        return statement.module or ""
    parts = module.split(".")
    above = parts[:len(parts) - statement.level + (1 if package else 0)]
    return ".".join(above + ([statement.module] if statement.module else []))


def names_of(bound: Dict[str, Bound], module: str, seen: Tuple[str, ...] = ()) -> List[str]:
    """The public names of a module, and its version."""
    found = [name for name in bound.get(module, {}) if name[0] not in "_*" or name == "__version__"]
    for name, where in bound.get(module, {}).items():
        if name[0] == "*" and where and where[0] not in seen:
            found += [name for name in names_of(bound, where[0], seen + (module,)) if name[0] != "_"]
    return sorted(set(found))


def home_of(bound: Dict[str, Bound], module: str, name: str, depth: int = 0) -> Optional[str]:
    """The module of azureml that defines a name of a module; if it has another name there, the module that renamed it.
    None: it comes from outside of azureml, or is a module."""
    if module not in bound or module + "." + name in bound or depth > 20:
        return None
    if name in bound[module]:
        where = bound[module][name]
        home = home_of(bound, where[0], where[1], depth + 1) if where else module
        return module if home and where and where[1] != name else home
    stars = (where[0] for star, where in bound[module].items() if star[0] == "*" and where)
    return next((home for home in (home_of(bound, source, name, depth + 1) for source in stars) if home), None)
