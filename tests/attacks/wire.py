# SPDX-License-Identifier: Apache-2.0
"""Requests as bytes, every route that the API has, and what a refusal must not have changed."""

import json
import os
import re
import socket
import sys
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.append(os.path.join(ROOT, "tests", "scenarios"))  # what these tests share with them

from processes import PATIENCE  # noqa: E402
from daemon import Daemon  # noqa: E402

JSON = "Content-Type: application/json"


class Reply(NamedTuple):
    """One answer; `status` is 0 when the connection ended without one."""

    status: int
    head: str
    body: bytes

    @property
    def words(self) -> str:
        """The sentence of a JSON error, or a page's text."""
        if self.body[:1] == b"{":
            return json.loads(self.body)["error"]["message"]
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        found = re.search("^%s: (.*)\r$" % re.escape(name), self.head, re.MULTILINE | re.IGNORECASE)
        return found.group(1) if found else ""


class Wire:
    """One connection that sends bytes as they are. Use as a context."""

    def __init__(self, where: Any, family: int = socket.AF_INET) -> None:
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(where)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """What the daemon has refused to read is no error: its answer says why."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def reply(self, with_body: bool = True) -> Reply:
        """The next answer."""
        head = b""
        try:
            while not head.endswith(b"\r\n\r\n"):
                line = self.file.readline()
                if not line:
                    return Reply(0, "", head)
                head += line
        except ConnectionResetError:
            return Reply(0, "", head)
        text = head.decode("latin-1")
        length = re.search("^Content-Length: ([0-9]+)\r$", text, re.MULTILINE)
        body = self.file.read(int(length.group(1))) if length and with_body else b""
        return Reply(int(text.split(" ")[1]), text, body)

    def ask(self, data: bytes) -> Reply:
        self.send(data)
        return self.reply(not data.startswith(b"HEAD "))

    def ended(self) -> bool:
        """Wait until the daemon has closed the connection; True when it said nothing more."""
        try:
            return self.file.read() == b""
        except ConnectionResetError:
            return True


def wire(daemon: Daemon) -> Wire:
    """A connection to the daemon's port on 127.0.0.1."""
    return Wire(("127.0.0.1", daemon.published()["port"]))


def request(method: str, target: str, *headers: str, host: Optional[str] = "localhost", body: bytes = b"") -> bytes:
    """A request's bytes. `host` None: no Host header."""
    lines = ["%s %s HTTP/1.1" % (method, target)] + (["Host: " + host] if host is not None else []) + list(headers)
    if body or method in ("POST", "PUT"):
        lines.append("Content-Length: %d" % len(body))
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def routes() -> List[Tuple[str, str]]:
    """(method, pattern) of every route, from the page that a unit test holds against the daemon's table."""
    with open(os.path.join(ROOT, "docs", "formats", "http-api.md"), encoding="utf-8") as file:
        page = file.read()
    found = re.findall(r"`(GET|POST|PUT|DELETE) (/[^`? ]*)", page)
    pages = re.findall(r"`(/[a-z]*(?:/\{[a-z]+\})?)`", page[page.index("## Pages"):])
    return sorted(set(found) | {("GET", path) for path in pages if path != "/"})


def targets(values: Dict[str, str]) -> Iterable[Tuple[str, str]]:
    """The same with parameters filled in: `values` by name, else "x"."""
    for method, pattern in routes():
        yield method, re.sub(r"\{([a-z]+)\}", lambda name: values.get(name.group(1), "x"), pattern)


def imprint(daemon: Daemon) -> Dict[str, Tuple[int, int]]:
    """Every file of the state directory with size and time of change, but for what the daemon says."""
    found = {}
    for folder, _, names in os.walk(daemon.state):
        for name in names:
            about = os.lstat(os.path.join(folder, name))
            found[os.path.join(folder, name)] = (about.st_size, about.st_mtime_ns)
    return {path: value for path, value in found.items() if not path.endswith(("daemon.log", "-shm"))}
