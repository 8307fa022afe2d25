# SPDX-License-Identifier: Apache-2.0
"""Versions of Python packages: whether one meets the clauses of a requirement (PEP 440)."""

import re
from typing import Any, List, Optional, Tuple

_VERSION = re.compile(r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)[-_.]?(?:(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?"
                      r"(?:[-_.]?(post|rev|r)[-_.]?(\d*)|-(\d+))?(?:[-_.]?(dev)[-_.]?(\d*))?"
                      r"(?:\+([a-z0-9._-]+))?$", re.I)
_ORDER = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_FINAL = ((3, 0), -1)
_CLAUSE = re.compile(r"\s*(===|~=|==|!=|<=|>=|<|>)\s*([^\s,]+)\s*$")


def holds(version: str, clauses: str) -> bool:
    """Whether a version meets clauses, as ">=1.2,<2" or "==1.26.*". One that cannot be parsed can only be equal."""
    return all(_holds(version, clause) for clause in clauses.split(",") if clause.strip())


def _holds(version: str, clause: str) -> bool:
    """Whether a version meets one clause; True if the clause cannot be parsed."""
    match = _CLAUSE.match(clause)
    if match is None:
        return True
    sign, bound = match.groups()
    if bound.endswith(".*"):
        return _begins(version, bound[:-2]) == (sign != "!=")
    have, want = _key(version), _key(bound)
    if have is None or want is None or sign == "===":
        return sign == "!=" if version != bound else sign in ("===", "==", "<=", ">=", "~=")
    if sign == "~=":
        return have >= want and _begins(version, bound.rsplit(".", 1)[0])
    if "+" not in bound:
        have = have[:-1] + ((),)
    # PEP 440: "<1.2" excludes 1.2rc1, and ">1.2" excludes 1.2.post1.
    if sign in "<>" and have[:2] == want[:2] and want[2:4] == _FINAL:
        return False
    return bool({"==": have == want, "!=": have != want, "<=": have <= want, ">=": have >= want, "<": have < want,
                 ">": have > want}[sign])


def _begins(version: str, prefix: str) -> bool:
    """Whether the first numbers of a version are those of a prefix."""
    have, want = _numbers(version), _numbers(prefix)
    return (have + [0] * len(want))[:len(want)] == want


def _numbers(version: str) -> List[int]:
    """The numbers at the start of a version."""
    match = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version)
    return [int(part) for part in match.group(1).split(".")] if match else []


def _key(version: str) -> Optional[Tuple[Any, ...]]:
    """The key by which versions are compared; None: the text is not a version."""
    match = _VERSION.match(version.strip())
    if match is None:
        return None
    epoch, release, pre, pre_number, post, post_number, bare_post, dev, dev_number, local = match.groups()
    numbers = [int(part) for part in release.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    after = -1 if post is None and bare_post is None else int(bare_post or post_number or 0)
    before_dev = (0, int(dev_number or 0)) if dev else (1, 0)
    if pre:
        stage: Tuple[int, int] = (_ORDER[pre.lower()], int(pre_number or 0))
    else:
        stage = (-1, 0) if dev and after < 0 else (3, 0)
    return int(epoch or 0), tuple(numbers), stage, after, before_dev, tuple(local.split(".")) if local else ()
