# SPDX-License-Identifier: Apache-2.0
"""What the host and a worker send each other over their socket pair: frames of a kind, a number and two byte strings.

REQUEST (host): the head of an HTTP request, and its body. READY (worker): init() has returned; the swagger documents
as JSON. FAILED (worker): the script cannot be used; the reason. ANSWER (worker): the status, and a whole HTTP answer.
"""

import struct
from typing import BinaryIO, Iterator, NamedTuple, Optional

REQUEST, READY, FAILED, ANSWER = b"R", b"Y", b"F", b"A"
_HEAD = struct.Struct("!cHIQ")
SIZE = _HEAD.size


class Frame(NamedTuple):
    """One message: `number` is the status of an ANSWER, else 0."""

    kind: bytes
    number: int
    first: bytes
    second: bytes


def encoded(kind: bytes, number: int = 0, first: bytes = b"", second: bytes = b"") -> bytes:
    """The bytes of a frame."""
    return b"".join((_HEAD.pack(kind, number, len(first), len(second)), first, second))


def read(stream: BinaryIO) -> Optional[Frame]:
    """The next frame of a blocking stream. None: the other side has closed it."""
    head = stream.read(SIZE)
    if len(head) < SIZE:
        return None
    kind, number, first, second = _HEAD.unpack(head)
    body = stream.read(first + second)
    return Frame(kind, number, body[:first], body[first:]) if len(body) == first + second else None


class Reader:
    """Cuts received bytes into frames."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Add bytes. The frames that are complete now."""
        self._received += data
        while len(self._received) >= SIZE:
            kind, number, first, second = _HEAD.unpack_from(self._received)
            end = SIZE + first + second
            if len(self._received) < end:
                return
            body = bytes(self._received[SIZE:end])
            del self._received[:end]
            yield Frame(kind, number, body[:first], body[first:])
