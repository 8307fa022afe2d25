# SPDX-License-Identifier: Apache-2.0
"""The template of child runs: what their submits have in common. It stands in the configuration of the parent.

Values of variables never stand in it. It has their names; the controller has the values in its own process.
"""

import json
import os
import sys
from typing import Any, Dict, Iterable, Tuple

from .._runs import request
from ..exceptions import UserErrorException

OF_STEPS = "RUNYARD_STEP_"  # how variables begin that a controller has for the runs of some steps only
REDACTED = "(redacted)"  # what the daemon keeps instead of a secret
_FORWARD = ("umask", "limits", "clean_env", "target", "interpreter", "arguments", "expand", "requirements", "managed",
            "kind", "script", "command", "configuration", "warnings", "grace_seconds", "max_seconds", "patterns",
            "inputs", "version", "source", "variables")


def template_of(body: Dict[str, Any]) -> Dict[str, Any]:
    """The template of child runs, from the submit of one."""
    made = {name: body[name] for name in _FORWARD if name in body}
    made["variables"] = sorted(body["environment"])
    if not made["source"]["in_place"]:
        del made["source"]
    made["configuration"] = _without_variables(made["configuration"])
    if made.get("managed"):
        # As pairs: in an object of a configuration the daemon hides what a name such as "tokenizers" stands for.
        made["managed"] = dict(made["managed"], conda=sorted(made["managed"]["conda"].items()))
    return made


def _without_variables(configuration: Dict[str, Any]) -> Dict[str, Any]:
    """A configuration without the variables in it, which the daemon knows from the submit."""
    kept = {name: value for name, value in configuration.items() if name != "environmentVariables"}
    environment = kept.get("environment")
    if isinstance(environment, dict):
        kept["environment"] = {name: value for name, value in environment.items() if name != "environmentVariables"}
    return kept


def body_of(template: Dict[str, Any], prefix: str = "") -> Dict[str, Any]:
    """The submit of a child run, without what its controller adds. `prefix`: how the names of the variables begin in
    this process."""
    body = {name: value for name, value in template.items() if name != "variables"}
    body["environment"] = {name: request.text(os.environb.get(os.fsencode(prefix + name), b""))
                           for name in template["variables"]}
    if body.get("managed"):
        body["managed"] = dict(body["managed"], conda=dict(body["managed"]["conda"]))
    return body


def environ() -> Dict[str, request.Text]:
    """The variables of this process, without the folder of its own Python, with which its PATH begins: a child gets
    that of its own."""
    found = {name: value for name, value in request.environ().items() if not name.startswith(OF_STEPS)}
    own, colon, rest = os.environ.get("PATH", "").partition(os.pathsep)
    if colon and own == os.path.dirname(sys.executable):
        found["PATH"] = request.text(rest)
    return found


def refuse_redacted(parent: str, children: str, needed: Iterable[Tuple[str, Any]]) -> None:
    """UserErrorException: the children of a parent ("sweep") need an address with a password, which the daemon does not
    keep in a configuration. `needed`: what they need, each with a word for it."""
    hidden = list(dict.fromkeys(word for word, value in needed if REDACTED in json.dumps(value)))
    if hidden:
        raise UserErrorException("cannot start the {}: the {} of the {} hold an address with a password, which is not "
                                 "kept; give it to the script in an environment variable".format(
                                     children, " and ".join(hidden), parent))
