# SPDX-License-Identifier: Apache-2.0
"""Which pages of other origins may read the answers of a service (CORS)."""

from typing import List

from .messages import Fields, Head

_METHODS = ("GET", "POST")


def fields(head: Head, origins: List[str]) -> Fields:
    """The fields of an answer that allow the page to read it; none, if it may not."""
    origin = head.fields.get(b"origin", b"").decode("latin-1")
    if "*" in origins:
        return [("Access-Control-Allow-Origin", "*")] if origin else []
    if not origin or origin not in origins:
        return []
    return [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]


def preflight(head: Head, origins: List[str]) -> Fields:
    """More fields for the question that a browser asks first."""
    method = head.fields[b"access-control-request-method"].decode("latin-1").upper()
    if not fields(head, origins) or method not in _METHODS:
        return []
    names = head.fields.get(b"access-control-request-headers", b"").decode("latin-1")
    allowed = [("Access-Control-Allow-Methods", ", ".join(_METHODS))]
    return allowed + ([("Access-Control-Allow-Headers", names)] if names else [])
