# SPDX-License-Identifier: Apache-2.0
"""What a service has at its paths: its health, its description, and /score, which the workers answer."""

from typing import TYPE_CHECKING, Callable, Set

from ..exceptions import UserErrorException
from . import cors, messages, swagger
from .messages import Head
from .multi_values import query_values
from .workers import Pool, Request

if TYPE_CHECKING:
    from .server import Connection


class Site:
    """The routes of one service, and the connections that ask it."""

    def __init__(self, pool: Pool, count: Callable[[float, int], None]) -> None:
        """`count` gets the seconds and the status of every answer of /score."""
        self._pool, self._count = pool, count
        self.loop, self.now = pool.loop, pool.now
        self.connections: "Set[Connection]" = set()
        self.is_draining = False

    def route(self, head: Head, request: Request) -> None:
        """Have a request answered."""
        if head.path == b"/score":
            self._score(head, request)
            return
        known = {b"/": self._health, b"/swagger.json": self._description}.get(head.path)
        if known is None:
            self._tell(head, request, 404, messages.JSON, _said(messages.NOT_FOUND))
        elif head.method not in (b"GET", b"HEAD"):
            self._tell(head, request, 405, messages.JSON, _said(messages.NOT_ALLOWED))
        else:
            known(head, request)

    def _score(self, head: Head, request: Request) -> None:
        """Give a request to the workers."""
        if head.method not in (b"GET", b"HEAD", b"POST", b"OPTIONS"):
            self._tell(head, request, 405, messages.JSON, _said(messages.NOT_ALLOWED))
            return
        if self._pool.documents is None:
            self._tell(head, request, 503, messages.JSON, _said(self._pool.trouble))
            return
        answered, began = request.done, self.now()

        def done(status: int, answer: bytes) -> None:
            self._count(self.now() - began, status)
            answered(status, answer)

        request.done = done
        self._pool.submit(request)

    def _health(self, head: Head, request: Request) -> None:
        """Whether the service can answer."""
        if self._pool.is_ready():
            self._tell(head, request, 200, messages.HTML, b"Healthy")
        else:
            self._tell(head, request, 503, messages.JSON, _said(self._pool.trouble))

    def _description(self, head: Head, request: Request) -> None:
        """The swagger document."""
        if self._pool.documents is None:
            self._tell(head, request, 503, messages.JSON, _said(self._pool.trouble))
            return
        try:
            found = swagger.document(self._pool.documents, query_values(head.query).get("version"))
        except UserErrorException as error:
            self._tell(head, request, 404, messages.JSON, _said(error.message))
        else:
            self._tell(head, request, 200, messages.JSON, messages.json_body(found))

    def _tell(self, head: Head, request: Request, status: int, kind: str, body: bytes) -> None:
        """Answer without a worker."""
        about = [("Content-Type", kind)] + ([("x-ms-run-function-failed", "False")] if kind == messages.JSON else [])
        fields = about + head.identity() + cors.fields(head, self._pool.settings.cors)
        request.done(status, messages.answer(status, fields, body, head.keeps_alive(), head.method != b"HEAD"))

    def check(self) -> None:
        """Enforce the time limits of callers."""
        for connection in list(self.connections):
            connection.check()

    def is_busy(self) -> bool:
        """Whether a request arrives or is scored."""
        return any(connection.is_busy() for connection in self.connections)

    def drain(self) -> None:
        """Accept no request any more; those that arrive or wait for their answer get it."""
        self.is_draining = True
        for connection in list(self.connections):
            connection.drain()


def _said(sentence: str) -> bytes:
    """A body that says something in words."""
    return messages.json_body({"message": sentence})
