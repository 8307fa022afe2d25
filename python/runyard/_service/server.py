# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 of the host: the connections of the daemon."""

import asyncio
from typing import Any, Optional, Union

from . import messages
from .bodies import Chunked, Sized, body_of
from .messages import Head, Malformed
from .site import Site
from .workers import Request

_LONGEST_HEAD = 64 * 1024
_SLOWEST = 60.0  # seconds in which a request must have arrived
_LINGER = 2.0  # seconds in which a caller that still sends can read a refusal
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """One connection. Its requests are answered one after the other."""

    def __init__(self, site: "Site") -> None:
        self._site = site
        self._transport: Any = None
        self._received = bytearray()
        self._head: Optional[Head] = None
        self._raw_head = b""
        self._body: Union[Sized, Chunked] = Sized(0)
        self._request: Optional[Request] = None
        self._is_refused = False
        self._began = 0.0  # when the first byte of a request arrived

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport = transport
        self._site.connections.add(self)

    def connection_lost(self, error: Optional[Exception]) -> None:
        """The caller has gone."""
        self._site.connections.discard(self)
        if self._request is not None:
            self._request.is_dropped = True

    def data_received(self, data: bytes) -> None:
        """Read from the caller."""
        if self._is_refused:
            return
        if not self._began:
            self._began = self._site.now()
        self._received += data
        if self._request is None:
            self._advance()
        elif len(self._received) > _LONGEST_HEAD:
            self._transport.pause_reading()

    def _advance(self) -> None:
        """Have the requests answered that are complete, one after the other."""
        try:
            while self._request is None and not self._is_refused:
                if self._head is None and not self._read_head():
                    return
                body = self._body.take(self._received)
                if body is None:
                    return
                self._answer(body)
        except Malformed as error:
            self._refuse(error.status, str(error))

    def _read_head(self) -> bool:
        """Read the head of the next request. False: it has not arrived. Malformed: it is none."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            if len(self._received) > _LONGEST_HEAD:
                raise Malformed("the head of the request is too long", 431)
            return False
        self._raw_head = bytes(self._received[:end])
        del self._received[:end + 4]
        self._head = Head(self._raw_head)
        self._body = body_of(self._head)
        if self._head.fields.get(b"expect", b"").lower() == b"100-continue":
            self._transport.write(_CONTINUE)
        return True

    def _answer(self, body: bytes) -> None:
        """Have the request answered whose head was read."""
        assert self._head is not None
        self._began = 0.0
        self._request = Request(self._raw_head, body, self._done, self._site.now())
        self._site.route(self._head, self._request)

    def _done(self, status: int, answer: bytes) -> None:
        """Send the answer, and go on with the next request."""
        head, request = self._head, self._request
        self._head = self._request = None
        if request is None or request.is_dropped:
            return
        self._transport.write(answer)
        if head is None or not head.keeps_alive() or self._site.is_draining:
            self._transport.close()
            return
        if self._received:
            self._began = self._site.now()
            self._transport.resume_reading()
            self._site.loop.call_soon(self._advance)

    def _refuse(self, status: int, sentence: str) -> None:
        """Say what is wrong with a request, and end the connection. A caller that still sends can read it."""
        self._is_refused = True
        self._received.clear()
        self._transport.write(messages.error(status, sentence))
        self._site.loop.call_later(_LINGER, self._transport.close)

    def check(self) -> None:
        """Refuse a request that arrives too slowly."""
        if self._began and not self._is_refused and self._request is None and (
                self._site.now() - self._began > _SLOWEST):
            self._refuse(408, "the request did not arrive in {:g} s".format(_SLOWEST))

    def drain(self) -> None:
        """End the connection, at once or after the answer to the request that arrives or is scored."""
        if self._request is None and not self._began:
            self._transport.close()

    def is_busy(self) -> bool:
        """Whether a request arrives or is scored."""
        return bool(self._request or self._began)
