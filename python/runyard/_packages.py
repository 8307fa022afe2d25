# SPDX-License-Identifier: Apache-2.0
"""Prints the requirements that this interpreter does not meet: `python -m runyard._packages REQUIREMENT...`.

Says the sentence for the run's error on stdout and exits with 3, else says nothing and exits with 0. The run's own
interpreter executes it while the run is prepared: so versions are compared by one piece of code, which sees what the
run would see.
"""

import ast
import os
import platform
import re
import sys
from typing import Any, Dict, Iterable, List, Optional

from ._config.versions import holds

LACKING = 3
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;()@]*)\)?\s*(@[^;]*)?"
                          r"(?:;(.*))?$")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")


def normal(name: str) -> str:
    """A package's name, normalized as indexes do."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(folders: Iterable[str], prefix: str = "") -> Dict[str, str]:
    """Package to version, from the metadata that installers write in folders of sys.path, and conda below a prefix.

    What comes first counts. A version that is not known is "".
    """
    found: Dict[str, str] = {}
    for folder in folders:
        for entry in _entries(folder):
            name, ending = os.path.splitext(entry)
            if ending in (".dist-info", ".egg-info", ".egg-link"):
                parts = name.split("-")
                found.setdefault(normal(parts[0]), parts[1] if len(parts) > 1 else _version_in(folder, entry))
    for entry in _entries(os.path.join(prefix, "conda-meta")) if prefix else ():
        parts = entry.rsplit("-", 2)
        if entry.endswith(".json") and len(parts) == 3:
            found.setdefault(normal(parts[0]), parts[1])
    return found


def _entries(folder: str) -> List[str]:
    """The names in a folder; [] if it cannot be read."""
    try:
        return sorted(os.listdir(folder or "."))
    except OSError:
        return []


def _version_in(folder: str, entry: str) -> str:
    """The version in a package's metadata file, if the file's name has none."""
    try:
        with open(os.path.join(folder, entry, "PKG-INFO"), encoding="utf-8", errors="replace") as lines:
            return next((line[8:].strip() for line in lines if line.startswith("Version:")), "")
    except OSError:
        return ""


def unmet(requirements: Iterable[str], present: Dict[str, str]) -> List[str]:
    """The requirements that are not met, with the installed versions."""
    problems = (_lacking(text, present) for text in requirements)
    return [problem for problem in problems if problem is not None]


def _lacking(text: str, present: Dict[str, str]) -> Optional[str]:
    """The sentence about a requirement. None: it is met, is not for this interpreter, or names no package."""
    match, egg = _REQUIREMENT.match(text), _EGG.search(text)
    if egg:
        return None if normal(egg.group(1)) in present else text
    if match is None or "://" in text and not match.group(3) or text.startswith((".", "/", "-")):
        return None
    name, clauses, _, marker = match.groups()
    if marker and not _applies(marker):
        return None
    version = present.get(normal(name))
    if version is None:
        return text.strip()
    clauses = re.split(r"\s--", clauses)[0]  # pip's options for one requirement, as --hash
    return None if not version or holds(version, clauses) else "{} ({} is installed)".format(text.strip(), version)


def _applies(marker: str) -> bool:
    """Whether the condition after a semicolon holds here; True if it cannot be parsed."""
    try:
        return bool(_value(ast.parse(marker.strip(), mode="eval").body))
    except (SyntaxError, ValueError, KeyError, AttributeError):
        return True


def _value(node: Any) -> Any:
    """The value of a part of a condition. KeyError, ValueError, AttributeError: the part is not valid."""
    if isinstance(node, ast.BoolOp):
        values = [_value(value) for value in node.values]
        return all(values) if isinstance(node.op, ast.And) else any(values)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right, sign = _value(node.left), _value(node.comparators[0]), type(node.ops[0])
        if sign in (ast.In, ast.NotIn):
            return (left in right) == (sign is ast.In)
        return _compare(left, right, {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
                                      ast.GtE: ">="}[sign])
    if isinstance(node, ast.Name):
        return _here()[node.id]
    return ast.literal_eval(node)


def _compare(left: str, right: str, sign: str) -> bool:
    """Two texts as versions, if both are versions."""
    if left[:1].isdigit() and right[:1].isdigit():
        return holds(left, sign + right)
    return {"==": left == right, "!=": left != right}.get(sign, True)


def _here() -> Dict[str, str]:
    """The variables of conditions."""
    return {"python_version": "%d.%d" % sys.version_info[:2], "python_full_version": platform.python_version(),
            "os_name": os.name, "sys_platform": sys.platform, "platform_system": platform.system(),
            "platform_machine": platform.machine(), "platform_release": platform.release(), "extra": "",
            "platform_python_implementation": platform.python_implementation(),
            "implementation_name": sys.implementation.name}


def sentence(requirements: Iterable[str]) -> Optional[str]:
    """What this interpreter lacks, and how to get it. None: nothing."""
    lacking = unmet(requirements, installed(sys.path, sys.prefix))
    if not lacking:
        return None
    return ("the environment asks for packages that {} does not have: {}. Install them there, or set "
            "environment.python.user_managed_dependencies = True to run with what it has".format(
                sys.executable, ", ".join(lacking)))


def main() -> int:
    """The exit status. 0: every requirement is met; 3: the others have been printed."""
    said = sentence(sys.argv[1:])
    if said is None:
        return 0
    sys.stdout.write(said + "\n")
    return LACKING


if __name__ == "__main__":
    sys.exit(main())
