# SPDX-License-Identifier: Apache-2.0
"""One request to a web server: over a proxy if one is set, to public hosts only, and with a limit to all waiting."""

import http.client
import ssl
import threading
from typing import Any, Dict, Optional
from urllib import request as urllib_request
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit

from . import addresses, public_hosts

_MAX_REDIRECTS = 10
_AGENT = "runyard"


class Failed(Exception):
    """A request failed; the text says why. `status`: of the server's answer; None: there is no answer."""

    def __init__(self, why: str, status: Optional[int] = None) -> None:
        super().__init__(why)
        self.status = status


def answer(address: str, headers: Dict[str, str], patience: float) -> Any:
    """The answer to GET, open for reading: a response of http.client. Redirects are followed, ten at most.

    The server and all redirects have `patience` seconds until the headers of the answer are there, and as many for each
    read. Failed: there is no answer with a status of 2xx, or a host is not public. UserErrorException: a redirect leads
    to an address that is not fetched.
    """
    limit = _TimeLimit(patience)
    opener = _opener(limit)
    made = urllib_request.Request(address, headers=dict(headers, **{"User-Agent": _AGENT,
                                                                    "Accept-Encoding": "identity"}))
    try:
        with limit:
            return opener.open(made, timeout=patience)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if limit.is_over or isinstance(getattr(error, "reason", error), TimeoutError) or "timed out" in str(error):
            raise Failed("it did not answer within {:g} seconds".format(patience)) from None
        raise _failed(error) from None


def _failed(error: Exception) -> Failed:
    """Why a request failed."""
    if isinstance(error, HTTPError):
        error.close()
        return Failed("the server answers {} {}".format(error.code, error.reason), error.code)
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, OSError) and reason.strerror:
        return Failed(reason.strerror)
    return Failed(str(reason) or type(reason).__name__)


def _opener(limit: "_TimeLimit") -> urllib_request.OpenerDirector:
    """An opener for addresses of http and https only."""
    opener = urllib_request.OpenerDirector()
    for handler in (urllib_request.ProxyHandler(), _Http(limit), _Https(limit), _Redirects(),
                    urllib_request.HTTPErrorProcessor(), urllib_request.HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


class _TimeLimit:
    """Ends the connections of a request after some seconds, whatever they wait for. The timeout of a socket would not:
    it begins again with each byte that arrives."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._copies: Any = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def watch(self, connection: Any) -> Any:
        """Add a socket to those that will be ended. Returns it."""
        self._copies.append(connection.dup())  # TLS takes over the descriptor of the original
        return connection

    def _end(self) -> None:
        """End all connections."""
        self.is_over = True
        for copy in self._copies:
            try:
                copy.shutdown(2)
            except OSError:  # it has ended by itself
                pass

    def __enter__(self) -> None:
        """Start the timer."""
        self._timer.start()

    def __exit__(self, *exception: Any) -> None:
        """Stop the timer."""
        self._timer.cancel()
        for copy in self._copies:
            copy.close()


class _Connections:
    """Makes the connections of requests. A host that a proxy is asked for must be public too."""

    def __init__(self, limit: _TimeLimit) -> None:
        super().__init__()
        self._limit = limit

    def _maker(self, kind: Any, request: Any) -> Any:
        """A function that makes a connection of a class for a request."""
        is_proxied = request.has_proxy() or request._tunnel_host
        if is_proxied:
            parts = urlsplit(request.full_url)
            public_hosts.check_behind_proxy(parts.hostname or "", parts.port or 443)

        def make(host: str, **more: Any) -> Any:
            connection = kind(host, **more)
            connect = connection._create_connection if is_proxied else public_hosts.connect
            connection._create_connection = lambda *given: self._limit.watch(connect(*given))
            return connection

        return make


class _Http(_Connections, urllib_request.HTTPHandler):
    """Requests without TLS."""

    def http_open(self, req: Any) -> Any:
        """The answer to a request."""
        return self.do_open(self._maker(http.client.HTTPConnection, req), req)


class _Https(_Connections, urllib_request.HTTPSHandler):
    """Requests with TLS."""

    def https_open(self, req: Any) -> Any:
        """The answer to a request."""
        return self.do_open(self._maker(http.client.HTTPSConnection, req), req, context=ssl.create_default_context())


class _Redirects(urllib_request.BaseHandler):
    """Follows redirects, to http and https only."""

    def _follow(self, request: Any, response: Any, code: int, message: str, headers: Any) -> Any:
        """The answer of the address that a redirect leads to; None: it has no Location."""
        target = headers.get("Location")
        if not target:
            return None
        response.close()
        ours = {name: value for name, value in request.headers.items() if not name.startswith("Proxy-")}
        made = urllib_request.Request(addresses.checked(urljoin(request.full_url, target)), headers=ours)
        made.redirects = getattr(request, "redirects", 0) + 1  # type: ignore[attr-defined]
        if made.redirects > _MAX_REDIRECTS:  # type: ignore[attr-defined]
            raise OSError("it redirects more than {} times".format(_MAX_REDIRECTS))
        return self.parent.open(made, timeout=request.timeout)

    http_error_301 = http_error_302 = http_error_303 = http_error_307 = http_error_308 = _follow
