# SPDX-License-Identifier: Apache-2.0
"""Heads of HTTP requests, and whole HTTP answers, as bytes."""

import json
import os
from http import HTTPStatus
from typing import Any, Dict, Iterable, List, Tuple

JSON, HTML = "application/json", "text/html; charset=utf-8"
NOT_FOUND = ("The requested URL was not found on the server. If you entered the URL manually please check your "
             "spelling and try again.")
NOT_ALLOWED = "The method is not allowed for the requested URL."
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_LONGEST_ID = 100
_IDS = (b"x-request-id", b"x-ms-request-id", b"x-ms-client-request-id")

Fields = List[Tuple[str, str]]


class Malformed(ValueError):
    """A request that is not HTTP/1.1; the text says why, `status` how it is answered."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class Head:
    """The first line and the fields of a request; names of fields are lower-case bytes."""

    __slots__ = ("method", "path", "query", "version", "fields")

    def __init__(self, raw: bytes) -> None:
        """Malformed: it is not the head of an HTTP request."""
        lines = raw.split(b"\r\n")
        parts = lines[0].split(b" ")
        if len(parts) != 3 or parts[2] not in (b"HTTP/1.1", b"HTTP/1.0"):
            raise Malformed("the first line of the request is not that of HTTP/1.1")
        self.method, target, self.version = parts
        self.path, _, self.query = target.partition(b"?")
        self.fields: Dict[bytes, bytes] = {}
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon or not name or name != name.strip():
                raise Malformed("a header line of the request has no name")
            name, value = name.lower(), value.strip()
            if name in _IDS and len(value) > _LONGEST_ID:
                raise Malformed("{} must not exceed {} characters".format(name.decode(), _LONGEST_ID), 431)
            self.fields[name] = self.fields[name] + b", " + value if name in self.fields else value

    def keeps_alive(self) -> bool:
        """Whether the connection stays open after the answer."""
        asked = self.fields.get(b"connection", b"").lower()
        return asked != b"close" if self.version == b"HTTP/1.1" else asked == b"keep-alive"

    def mimetype(self) -> bytes:
        """The type of the body, without its options; empty: it is not said."""
        return self.fields.get(b"content-type", b"").partition(b";")[0].strip().lower()

    def named_fields(self) -> Dict[str, str]:
        """The fields as a script sees them: "Content-Type" to a text."""
        return {"-".join(part.capitalize() for part in name.decode("latin-1").split("-")): value.decode("latin-1")
                for name, value in self.fields.items()}

    def identity(self) -> Fields:
        """The fields that tell requests apart, which every answer repeats."""
        request, older, client = (self.fields.get(name, b"").decode("latin-1") for name in _IDS)
        request = request or _new_id()
        found = [("x-request-id", request), ("x-ms-request-id", older or client or request)]
        return found + [("x-ms-client-request-id", client or older)] if client or older else found


def _new_id() -> str:
    """A random UUID. The module uuid takes much longer for one."""
    digits = os.urandom(16).hex()
    return "{}-{}-4{}-a{}-{}".format(digits[:8], digits[8:12], digits[13:16], digits[17:20], digits[20:])


def answer(status: int, fields: Fields, body: bytes, keeps_alive: bool = True, with_body: bool = True) -> bytes:
    """A whole answer. The fields must not have a line break."""
    lines = ["HTTP/1.1 {} {}".format(status, _REASONS.get(status, "Unknown"))]
    lines += [name + ": " + value for name, value in fields]
    lines.append("Content-Length: {}".format(len(body)))
    if not keeps_alive:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + (body if with_body else b"")


def json_body(value: Any) -> bytes:
    """A value as JSON."""
    return json.dumps(value).encode("utf-8")


def error(status: int, sentence: str, keeps_alive: bool = False, fields: Iterable[Tuple[str, str]] = ()) -> bytes:
    """An answer that says in words why there is no other."""
    head = [("Content-Type", JSON), ("x-ms-run-function-failed", "False"), *fields]
    return answer(status, head, json_body({"message": sentence}), keeps_alive)
