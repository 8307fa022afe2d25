# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 for the daemon of this machine: a connection, a request, an answer that is read as it arrives.

Uses the C module `_socket`, because importing `socket` or `http.client` costs more than all requests of a short script
(docs/decisions/08-sdk-speaks-http-itself.md).
"""

import _socket
import sys
from typing import Dict, Iterable, NamedTuple, Optional, Tuple, Union

from . import peer
from .daemon import Endpoint

_BLOCK = 1 << 16
_SLICE = 1.0  # seconds of one wait: a signal that comes just before a wait begins is handled only after it
_MAX_HEAD = 1 << 16

Body = Union[None, bytes, "Stream"]


class Stream(NamedTuple):
    """A body of known length that is sent block by block."""

    length: int
    blocks: Iterable[bytes]


class Broken(OSError):
    """The connection ended before the answer was complete."""


class Connection:
    """One connection to the daemon; for one thread, one request at a time."""

    def __init__(self, endpoint: Endpoint, timeout: Optional[float]) -> None:
        """Connect. OSError: the daemon cannot be reached. ServiceException: another user listens there."""
        self._socket = _connect(endpoint, timeout)
        self._timeout = timeout
        self._rest = b""
        self.spoiled = False  # a body was not sent completely: no second request

    def close(self) -> None:
        """Close; may be repeated."""
        self._socket.close()

    def set_timeout(self, timeout: Optional[float]) -> None:
        """Seconds that one read or write may take; None: forever."""
        self._timeout = timeout

    def send(self, method: str, path: str, headers: Dict[str, str], body: Body = None) -> None:
        """Send a request."""
        length = len(body) if isinstance(body, bytes) else body.length if body else 0
        lines = ["{} {} HTTP/1.1".format(method, path), "Host: localhost", "Content-Length: {}".format(length)]
        lines += ["{}: {}".format(name, value) for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        self._socket.settimeout(self._timeout)
        self._socket.sendall(head + body if isinstance(body, bytes) else head)
        if isinstance(body, Stream):
            self._send_blocks(body.blocks)

    def _send_blocks(self, blocks: Iterable[bytes]) -> None:
        """Send a body, until the daemon closes: a daemon that refuses it answers early."""
        try:
            for block in blocks:
                self._socket.sendall(block)
        except (BrokenPipeError, ConnectionResetError):
            self.spoiled = True

    def answer(self) -> "Answer":
        """The head of the answer; its body is read from it."""
        status, headers = _parse_head(self._head())
        while status == 100:
            status, headers = _parse_head(self._head())
        return Answer(self, status, headers)

    def _head(self) -> bytes:
        """Bytes up to the first empty line."""
        while b"\r\n\r\n" not in self._rest:
            if len(self._rest) > _MAX_HEAD:
                raise Broken("the head of the answer is too long")
            self._fill()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        return head

    def _fill(self) -> None:
        """Read the available bytes. Broken: the connection ended."""
        block = self._received()
        if not block:
            raise Broken("the daemon closed the connection")
        self._rest += block

    def _received(self) -> bytes:
        """What recv() returns, within the timeout."""
        left = self._timeout
        while True:
            self._socket.settimeout(_SLICE if left is None else min(left, _SLICE))
            try:
                return self._socket.recv(_BLOCK)
            except _socket.timeout:
                if left is None:
                    continue
                left -= _SLICE
                if left <= 0:
                    raise

    def line(self) -> bytes:
        """Bytes up to the next CRLF, without it."""
        while b"\r\n" not in self._rest:
            if len(self._rest) > _MAX_HEAD:
                raise Broken("a line of the answer is too long")
            self._fill()
        line, self._rest = self._rest.split(b"\r\n", 1)
        return line

    def some(self, most: int) -> bytes:
        """At least one byte and at most `most`."""
        if not self._rest:
            self._fill()
        block, self._rest = self._rest[:most], self._rest[most:]
        return block


class Answer:
    """The answer to one request; `read` returns the body piece by piece, b"" at its end."""

    def __init__(self, connection: Connection, status: int, headers: Dict[str, str]) -> None:
        self.connection = connection
        self.status = status
        self.headers = headers
        self.finished = False
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        self._to_end = False
        self._left = 0 if self._chunked else self._length()
        self.finished = not self._chunked and self._left == 0

    def _length(self) -> int:
        """The length of a body that is not chunked; a body without a length ends with the connection."""
        given = self.headers.get("content-length")
        if given is not None:
            return _number(given, 10)
        self._to_end = self.status not in (204, 304)
        return sys.maxsize if self._to_end else 0

    def read(self) -> bytes:
        """The next piece as soon as it arrives; b"" at the end."""
        if self.finished:
            return b""
        if self._left == 0 and not self._next_chunk():
            return b""
        try:
            block = self.connection.some(self._left)
        except Broken:
            self.finished = self._to_end
            if self._to_end:
                return b""
            raise
        self._left -= len(block)
        if self._left == 0:
            self._end_of_piece()
        return block

    def _next_chunk(self) -> bool:
        """Read the size of the next chunk; False: it was the last."""
        self._left = _number(self.connection.line().split(b";", 1)[0].decode("latin-1"), 16)
        if self._left == 0:
            while self.connection.line():
                pass
            self.finished = True
        return self._left > 0

    def _end_of_piece(self) -> None:
        """After a chunk, or after the whole body."""
        if self._chunked:
            self.connection.line()
        else:
            self.finished = True

    def all(self) -> bytes:
        """The whole rest of the body."""
        return b"".join(iter(self.read, b""))

    def reusable(self) -> bool:
        """Whether the connection can take another request."""
        closes = self._to_end or self.headers.get("connection", "").lower() == "close"
        return self.finished and not closes and not self.connection.spoiled


def _connect(endpoint: Endpoint, timeout: Optional[float]) -> "_socket.socket":
    """A connected socket whose other end is this user's. If daemon.json names a socket, the port is never used instead:
    once the daemon has ended, any user can listen there."""
    if endpoint.socket:
        return _connected(_socket.AF_UNIX, endpoint.socket, endpoint.socket, timeout)
    if endpoint.port:
        return _connected(_socket.AF_INET, (endpoint.host, endpoint.port), "port {}".format(endpoint.port), timeout)
    raise ConnectionRefusedError("daemon.json names neither a socket nor a port")


def _connected(family: int, address: object, where: str, timeout: Optional[float]) -> "_socket.socket":
    """A socket connected to an address; closed after an error. ServiceException: another user listens there."""
    made = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        made.settimeout(timeout)
        made.connect(address)  # type: ignore[arg-type]
        peer.check(made, where)
        if family == _socket.AF_INET:
            made.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        return made
    except BaseException:
        made.close()
        raise


def _number(text: str, base: int) -> int:
    """A length. Broken: the text is no length."""
    try:
        number = int(text, base)
    except ValueError:
        number = -1
    if number < 0:
        raise Broken("not a length in an HTTP answer: {!r}".format(text[:80]))
    return number


def _parse_head(head: bytes) -> Tuple[int, Dict[str, str]]:
    """Status and headers (names in lower case)."""
    lines = head.decode("latin-1").split("\r\n")
    try:
        status = int(lines[0].split(" ", 2)[1])
    except (IndexError, ValueError):
        raise Broken("not an HTTP answer: {!r}".format(lines[0][:80])) from None
    pairs = (line.partition(":") for line in lines[1:])
    return status, {name.strip().lower(): value.strip() for name, _, value in pairs}
