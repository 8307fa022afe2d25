# SPDX-License-Identifier: Apache-2.0
"""The daemon's API as calls: `call` for JSON, `open` for bytes. The only module that knows paths of the API.

If the connection is lost before the answer begins (`call`: before it is complete), the request is sent again on a new
connection, to the daemon that daemon.json names by then, or to one that is started. Requests are idempotent: a
submission has an id, a batch of lines a number, a cancel or an ending the state that it leads to. Sending a file is
not repeated; the caller gets the error.
"""

import atexit
import json
import os
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from ..exceptions import ServiceException, SnapshotException, UserErrorException
from . import daemon, state_directory
from .http import Answer, Body, Broken, Connection, Stream

_ROOT = "/api/v1"
_TIMEOUT = 120.0
_ATTEMPTS = 5
_MAX_IDLE = 4
_NUMBERS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

Query = Union[None, Dict[str, Any], List[Tuple[str, Any]]]


class ApiError(ServiceException):
    """The daemon refused a request: `code` and `details` of the API, `status_code` of HTTP."""

    def __init__(self, status: int, code: str, message: str, details: Optional[Dict[str, Any]] = None) -> None:
        super().__init__(message)
        self.status_code = status
        self.code = code
        self.details = details or {}


class Refused(ApiError, UserErrorException):
    """The request asks for something that does not exist, or is not possible."""


class TooLarge(ApiError, SnapshotException):
    """The folder is larger than a snapshot may be; `details` lists its largest entries."""


_CLASSES = {"not_found": Refused, "bad_request": Refused, "conflict": Refused, "too_large": Refused,
            "limit": TooLarge}


def quote(text: str, keep: bytes = b"") -> str:
    """Percent-encode text for a URL, its bytes as UTF-8; `keep` stays as it is."""
    raw = text.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if b in _PLAIN or b in keep else "%{:02X}".format(b) for b in raw)


def _own_run_header() -> Dict[str, str]:
    """The header that names the run of this process, so that the daemon knows which run waits. Empty outside a run."""
    run_id = daemon.own_run()
    return {"X-Runyard-Run": quote(run_id)} if run_id else {}


def path_of(*parts: str) -> str:
    """A path of the API from its parts; only the last part may contain slashes."""
    return _ROOT + "".join("/" + quote(part) for part in parts[:-1]) + "/" + quote(parts[-1], b"/")


def with_query(path: str, query: Query) -> str:
    """The path with a query, without the pairs whose value is None."""
    pairs = list(query.items()) if isinstance(query, dict) else query or []
    text = "&".join("{}={}".format(quote(name), quote(str(value))) for name, value in pairs if value is not None)
    return path + "?" + text if text else path


def _special(value: Dict[str, Any]) -> Any:
    """A JSON object, or the number that it stands for."""
    if len(value) == 1 and "$" in value:
        return _NUMBERS.get(value["$"], value)
    return value


def decode(data: bytes) -> Any:
    """JSON of the API as Python values; {"$":"nan"}, {"$":"inf"} and {"$":"-inf"} as floats."""
    return json.loads(data.decode("utf-8"), object_hook=_special) if data else None


def encode(body: Any) -> bytes:
    """A body of the API. Characters that UTF-8 lacks, as in file names of other bytes, become question marks.

    UserErrorException: a number is not finite.
    """
    try:
        text = json.dumps({} if body is None else body, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise UserErrorException("a request to the daemon cannot hold this: {}".format(error)) from None
    return text.encode("utf-8", "replace")


class Client:
    """The connections of this process to the daemon. Safe for threads and after a fork."""

    def __init__(self) -> None:
        self._idle: List[Connection] = []
        self._pid = os.getpid()

    def call(self, method: str, path: str, body: Any = None, query: Query = None,
             timeout: Optional[float] = _TIMEOUT, kind: str = "application/json") -> Any:
        """Send JSON (or bytes of another kind), get JSON. ApiError: the daemon refused. ServiceException: no answer."""
        data: Body = body if isinstance(body, bytes) else encode(body)
        if method in ("GET", "DELETE"):
            data, kind = None, "" if method == "GET" else kind
        for _ in range(_ATTEMPTS):
            try:
                reply = self.open(method, path, data, query, kind, timeout)
                try:
                    return decode(reply.all())
                finally:
                    reply.close()
            except (Broken, ConnectionError):
                pass  # the daemon went away while it answered
            except OSError as error:
                raise _silent(method, path, timeout, error) from None
        raise _lost(method, path)

    def open(self, method: str, path: str, body: Body = None, query: Query = None, kind: str = "",
             timeout: Optional[float] = _TIMEOUT, headers: Optional[Dict[str, str]] = None,
             checked: bool = True) -> "Reply":
        """The answer to a request, to be read; `checked`: ApiError if it is an error. Repeats a request without one."""
        target = with_query(path, query)
        head = dict(headers or {}, **({"Content-Type": kind} if kind else {}), **_own_run_header())
        for attempt in range(_ATTEMPTS):
            connection = self._connection(timeout, fresh=attempt > 0 or isinstance(body, Stream))
            try:
                connection.send(method, target, head, body)
                answer = connection.answer()
            except (Broken, ConnectionError):
                connection.close()
                if isinstance(body, Stream):
                    raise ServiceException("the connection to Runyard's daemon was lost while sending {}; it was not "
                                           "sent again".format(path)) from None
            except OSError as error:
                connection.close()
                raise _silent(method, path, timeout, error) from None
            except BaseException:
                connection.close()
                raise
            else:
                return self._checked(Reply(self, answer)) if checked else Reply(self, answer)
        raise _lost(method, path)

    def _checked(self, reply: "Reply") -> "Reply":
        """The reply. ApiError: it is an error."""
        if reply.status < 400:
            return reply
        data = reply.all()
        try:
            error = decode(data)["error"]
            kind = _CLASSES.get(error["code"], ApiError)
            raise kind(reply.status, error["code"], error["message"], error.get("details"))
        except (ValueError, KeyError, TypeError):
            raise ApiError(reply.status, "internal", "the daemon answered {}: {}".format(
                reply.status, data[:200].decode("utf-8", "replace"))) from None

    def _connection(self, timeout: Optional[float], fresh: bool) -> Connection:
        """An idle connection, or a new one. If no daemon listens, starts one, or inside a run waits for it."""
        if self._pid != os.getpid():
            self._pid, self._idle = os.getpid(), []
        if fresh:
            self.close()  # the daemon behind them may be gone
        try:
            connection = self._idle.pop()
            connection.set_timeout(timeout)
            return connection
        except IndexError:
            return self._connect(timeout)

    def close(self) -> None:
        """Close the idle connections. The next request opens a new one."""
        while self._idle:
            self._idle.pop().close()

    def _connect(self, timeout: Optional[float]) -> Connection:
        """A new connection."""
        for _ in range(_ATTEMPTS):
            connection = _connected(timeout)
            if connection is not None:
                return connection
            _start_or_wait()
        raise ServiceException("Runyard's daemon keeps ending: see {}".format(
            os.path.join(state_directory.path(), "daemon.log")))

    def give_back(self, connection: Connection, reusable: bool) -> None:
        """Take back the connection of an answer that has been read."""
        if reusable and self._pid == os.getpid() and len(self._idle) < _MAX_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def items(self, path: str, query: Query = None) -> Iterator[Dict[str, Any]]:
        """The items of a list, page after page."""
        pairs = list(query.items()) if isinstance(query, dict) else list(query or [])
        cursor: Optional[str] = None
        while True:
            page = self.call("GET", path, query=pairs + [("cursor", cursor)])
            for item in page["items"]:
                yield item
            cursor = page.get("next")
            if not cursor:
                return


class Reply:
    """An answer that gives its connection back when it has been read, or closed."""

    def __init__(self, client: Client, answer: Answer) -> None:
        self._client = client
        self._answer: Optional[Answer] = answer
        self.status = answer.status
        self.headers = answer.headers
        self._settle()

    def read(self) -> bytes:
        """The next piece of the body; b"" at its end. OSError when the connection breaks."""
        if self._answer is None:
            return b""
        block = self._answer.read()
        self._settle()
        return block

    def _settle(self) -> None:
        """Give the connection back after the last byte."""
        answer = self._answer
        if answer is not None and answer.finished:
            self._answer = None
            self._client.give_back(answer.connection, answer.reusable())

    def all(self) -> bytes:
        """The whole body."""
        return b"".join(iter(self.read, b""))

    def set_timeout(self, timeout: Optional[float]) -> None:
        """Seconds that one read may take."""
        if self._answer is not None:
            self._answer.connection.set_timeout(timeout)

    def close(self) -> None:
        """Stop reading."""
        if self._answer is not None:
            self._answer.connection.close()
            self._answer = None


def _silent(method: str, path: str, timeout: Optional[float], error: OSError) -> ServiceException:
    """The error of a request that got no answer in time."""
    return ServiceException("Runyard's daemon did not answer {} {} in {} s: {}".format(method, path, timeout, error))


def _lost(method: str, path: str) -> ServiceException:
    """The error of a request whose repetitions failed too."""
    return ServiceException("the connection to Runyard's daemon is lost repeatedly ({} {})".format(method, path))


def _connected(timeout: Optional[float]) -> Optional[Connection]:
    """A connection to the daemon that daemon.json names. None: no daemon listens."""
    endpoint = daemon.find()
    if endpoint is None:
        return None
    try:
        connection = Connection(endpoint, timeout)
    except OSError:
        return None
    try:
        daemon.check_protocol(endpoint)
        daemon.say_if_older(endpoint)
    except BaseException:
        connection.close()
        raise
    return connection


def _answers() -> bool:
    """Whether a daemon listens."""
    connection = _connected(5.0)
    if connection is not None:
        connection.close()
    return connection is not None


def _start_or_wait() -> None:
    """Start the daemon; inside a run, wait for it."""
    if daemon.inside_run():
        daemon.wait_in_run(_answers)
    else:
        daemon.start(_answers)


client = Client()
atexit.register(client.close)
