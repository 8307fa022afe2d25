# SPDX-License-Identifier: Apache-2.0
"""Spaces and policies as they are written in a shell: loguniform(1e-5,1e-1), bandit(slack_factor=0.1).

Unlike SDK v1, loguniform and qloguniform take the bounds themselves here, not their logarithms.
"""

import json
import math
import re
from typing import Any, Dict, List, Optional, Tuple

from ..exceptions import UserErrorException
from .policies import NONE
from .spaces import Expression, Space

_CALL = re.compile(r"\s*([a-z]+)\s*\((.*)\)\s*", re.DOTALL)
_ARGUMENTS = {"randint": ("upper",), "uniform": ("low", "high"), "quniform": ("low", "high", "q"),
              "loguniform": ("low", "high"), "qloguniform": ("low", "high", "q"), "normal": ("mu", "sigma"),
              "qnormal": ("mu", "sigma", "q"), "lognormal": ("mu", "sigma"), "qlognormal": ("mu", "sigma", "q")}
_POLICIES: Dict[str, Dict[str, Any]] = {
    "bandit": {"evaluation_interval": 1, "slack_factor": None, "slack_amount": None, "delay_evaluation": 0},
    "median": {"evaluation_interval": 1, "delay_evaluation": 0},
    "truncation": {"truncation_percentage": None, "evaluation_interval": 1, "delay_evaluation": 0}}


def separated(words: List[str]) -> Tuple[List[str], Space]:
    """The arguments of a script without those that are to be swept, and the space of these.

    >>> separated(["train.py", "--fast", "--lr", "uniform(0,1)"])
    (['train.py', '--fast'], [('--lr', ['uniform', [0, 1]])])
    """
    kept: List[str] = []
    space: Space = []
    for word in words:
        name, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
        found = expression(value, name or (kept[-1] if kept else ""))
        if found is None:
            kept.append(word)
            continue
        if not equals:
            name = kept.pop() if len(kept) > 1 else ""
        if not name.startswith("-"):
            raise UserErrorException("cannot sweep '{}': it needs a name, as in --lr '{}'".format(word, word))
        space.append((name, found))
    return kept, space


def expression(text: str, name: str) -> Optional[Expression]:
    """The expression that a word is; None: it is none. UserErrorException: it is one with mistakes; `name` is its
    parameter."""
    match = _CALL.fullmatch(text)
    if match is None or match.group(1) not in (*_ARGUMENTS, "choice"):
        return None
    kind, values = match.group(1), [_value(part) for part in _parts(match.group(2))]
    problem = _problem(kind, values)
    if problem:
        raise UserErrorException("cannot sweep {} {}: {}".format(name, text, problem))
    if kind == "choice":
        return ["choice", [values]]
    if kind in ("loguniform", "qloguniform"):
        values[:2] = [math.log(values[0]), math.log(values[1])]
    return [kind, values]


def _problem(kind: str, values: List[Any]) -> str:
    """What is wrong with the arguments of an expression; nothing: they are right."""
    if kind == "choice":
        return "" if values else "choice needs at least one value"
    names = _ARGUMENTS[kind]
    if len(values) != len(names) or not all(_is_number(value) for value in values):
        return "{}({}) takes {} number{}".format(kind, ",".join(names), len(names), "" if len(names) == 1 else "s")
    given = dict(zip(names, values))
    if kind == "randint" and not (isinstance(given["upper"], int) and given["upper"] > 0):
        return "upper must be a positive integer"
    if "low" in given and given["low"] >= given["high"]:
        return "low must be less than high"
    if kind.endswith("loguniform") and given["low"] <= 0:
        return "low must be positive; {} takes the bounds themselves, not their logarithms".format(kind)
    if given.get("sigma", 0) < 0:
        return "sigma must not be negative"
    return "q must be positive" if given.get("q", 1) <= 0 else ""


def _is_number(value: Any) -> bool:
    """Whether a value is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def policy(text: str) -> Dict[str, Any]:
    """The policy of that text. UserErrorException: it is none.

    >>> policy("truncation(truncation_percentage=20)")["delay_evaluation"]
    0
    """
    match = _CALL.fullmatch(text if "(" in text else text + "()")
    name = match.group(1) if match else ""
    if name == NONE["name"]:
        return dict(NONE)
    if match is None or name not in _POLICIES:
        raise UserErrorException("cannot use the policy '{}': it is bandit(...), median(...), truncation(...) or "
                                 "none".format(text))
    given = dict(_POLICIES[name], **_named(text, match.group(2), _POLICIES[name]))
    problem = _policy_problem(given)
    if problem:
        raise UserErrorException("cannot use the policy '{}': {}".format(text, problem))
    return {"name": name, **{key: value for key, value in given.items() if value is not None}}


def _named(text: str, arguments: str, known: Dict[str, Any]) -> Dict[str, Any]:
    """The arguments of a policy. UserErrorException: one of them is unknown, or no number."""
    found = {}
    for part in _parts(arguments):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in known or not _is_number(_value(value)):
            raise UserErrorException("cannot use the policy '{}': '{}' is not one of {}, with a number".format(
                text, part.strip(), ", ".join(key + "=" for key in known)))
        found[name] = _value(value)
    return found


def _policy_problem(given: Dict[str, Any]) -> str:
    """What is wrong with the arguments of a policy; nothing: they are right."""
    if any(not isinstance(given[name], int) or given[name] < least
           for name, least in (("evaluation_interval", 1), ("delay_evaluation", 0))):
        return "evaluation_interval is an integer from 1, delay_evaluation one from 0"
    if "slack_factor" in given and (given["slack_factor"] is None) == (given["slack_amount"] is None):
        return "it needs either slack_factor or slack_amount"
    if min(given.get("slack_factor") or 0, given.get("slack_amount") or 0) < 0:
        return "a slack must not be negative"
    percentage = given.get("truncation_percentage", 1)
    return "" if isinstance(percentage, int) and 1 <= percentage <= 99 else (
        "truncation_percentage is an integer from 1 to 99")


def _parts(text: str) -> List[str]:
    """The parts of a text between its commas, without those inside brackets and quotes."""
    parts, depth, quoted = [""], 0, ""
    for letter in text:
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        depth += (letter in "[{(") - (letter in "]})") if not quoted else 0
        if letter == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part.strip()]


def _value(text: str) -> Any:
    """A number, a JSON value, a text in quotes, or a plain word."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
