# SPDX-License-Identifier: Apache-2.0
"""AMLRequest, AMLResponse and rawhttp: a run() that gets the request itself, and says what the answer is.

In SDK v1 the two classes are those of Flask under another name. These have the members that scoring scripts use; a
run() may return a response of Flask too, where that is installed.
"""

import io
import json
from typing import IO, Any, Callable, Dict, Iterable, List, Optional, Tuple, Union
from urllib.parse import unquote

from . import messages
from .multi_values import Headers, MultiDict, options_of, parts_of, query_values

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_MARK = "_runyard_rawhttp"


def rawhttp(func: Callable[..., Any]) -> Callable[..., Any]:
    """Let run() have the request in place of its body.

    >>> @rawhttp
    ... def run(request):
    ...     return AMLResponse(request.get_data(), 200)
    """
    setattr(func, _MARK, True)
    return func


def is_raw(func: Callable[..., Any]) -> bool:
    """Whether a function is decorated with rawhttp."""
    return bool(getattr(func, _MARK, False))


class AMLRequest:
    """A request to a service."""

    def __init__(self, head: Optional[messages.Head] = None, body: bytes = b"", prefix: str = "") -> None:
        """`prefix`: the path below which the service is asked, as "/services/ridge"."""
        head = head or messages.Head(b"GET /score HTTP/1.1")
        self._body, self._head = body, head
        self.method = head.method.decode("latin-1")
        self.path = unquote(head.path.decode("latin-1"))
        self.script_root = prefix
        self.query_string = head.query
        self.headers = Headers(head.named_fields().items())
        self._parsed: Optional[Tuple[MultiDict, MultiDict]] = None

    content_type = property(lambda self: self.headers.get("Content-Type"), doc="The field Content-Type, or None.")
    mimetype = property(lambda self: (self.content_type or "").partition(";")[0].strip().lower(),
                        doc="The content's type without its options.")
    mimetype_params = property(lambda self: options_of(self.content_type or ""), doc="Those options.")
    content_length = property(lambda self: len(self._body), doc="The length of the body.")
    is_json = property(lambda self: self.mimetype == messages.JSON or self.mimetype.endswith("+json"),
                       doc="Whether the body is said to be JSON.")
    full_path = property(lambda self: "{}?{}".format(self.path, self.query_string.decode("latin-1")),
                         doc="The path with the query.")
    host = property(lambda self: self.headers.get("Host", ""), doc="The host that was asked.")
    base_url = property(lambda self: "http://{}{}{}".format(self.host, self.script_root, self.path),
                        doc="The address without the query.")
    remote_addr = property(lambda self: self.headers.get("X-Forwarded-For", "127.0.0.1"), doc="Where it comes from.")
    args = property(lambda self: query_values(self.query_string), doc="The values of the query.")
    form = property(lambda self: self._form()[0], doc="The values of a form.")
    files = property(lambda self: self._form()[1], doc="The files of a form.")
    json = property(lambda self: self.get_json(), doc="The body as JSON.")
    stream = property(lambda self: io.BytesIO(self._body), doc="The body as an open file.")

    @property
    def url(self) -> str:
        """The whole address."""
        query = self.query_string.decode("latin-1")
        return "{}{}".format(self.base_url, "?" + query if query else "")

    @property
    def values(self) -> MultiDict:
        """The values of the query and of the form."""
        return MultiDict([*self.args.items(), *self.form.items()])

    @property
    def cookies(self) -> Dict[str, str]:
        """The cookies."""
        pairs = (pair.partition("=") for pair in self.headers.get("Cookie", "").split(";"))
        return {name.strip(): value.strip() for name, equals, value in pairs if equals}

    @property
    def data(self) -> bytes:
        """The body, unless it is a form."""
        return b"" if self.mimetype in (FORM, MULTIPART) else self._body

    def get_data(self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False) -> Union[bytes, str]:
        """The body."""
        found = self.data if parse_form_data else self._body
        return found.decode("utf-8", "replace") if as_text else found

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body as JSON. ValueError: it is none, unless silent is set; then None."""
        try:
            if not force and not self.is_json:
                raise ValueError("the request's Content-Type is not application/json")
            return json.loads(self._body.decode("utf-8"))
        except ValueError:
            if not silent:
                raise
            return None

    def _form(self) -> Tuple[MultiDict, MultiDict]:
        """The values and the files of a form."""
        if self._parsed is None:
            boundary = self.mimetype_params.get("boundary")
            if self.mimetype == MULTIPART and boundary:
                self._parsed = parts_of(self._body, boundary)
            else:
                self._parsed = query_values(self._body if self.mimetype == FORM else b""), MultiDict()
        return self._parsed


class AMLResponse:
    """The answer of a service, from a run() that is decorated with rawhttp or not."""

    def __init__(self, message: Any, status_code: int,
                 response_headers: Dict[str, str] = {}, json_str: bool = False,  # noqa: B006 (as in SDK v1)
                 run_function_failed: bool = False) -> None:
        """json_str: the message is a value, which is sent as JSON. None is sent as an empty object."""
        self.status_code = int(status_code)
        is_json = json_str or message is None
        self.headers = Headers([("Content-Type", messages.JSON if is_json else messages.HTML)])
        self.set_data(json.dumps({} if message is None else message) if is_json else message)
        self.headers["x-ms-run-function-failed"] = run_function_failed
        if "Content-Type" in response_headers:
            self.headers.remove("Content-Type")
        for name, value in response_headers.items():
            for part in str(value).split(","):
                self.headers.add(name, part.strip())

    content_type = property(lambda self: self.headers.get("Content-Type"),
                            lambda self, value: self.headers.__setitem__("Content-Type", value),
                            doc="The field Content-Type.")
    mimetype = property(lambda self: (self.content_type or "").partition(";")[0].strip().lower(),
                        lambda self, value: self.headers.__setitem__("Content-Type", value),
                        doc="The content's type without its options.")
    data = property(lambda self: self.get_data(), lambda self, value: self.set_data(value), doc="The body.")
    json = property(lambda self: json.loads(self._data.decode("utf-8")), doc="The body as JSON.")

    def set_data(self, value: Union[str, bytes, Iterable[Union[str, bytes]], IO[bytes]]) -> None:
        """Set the body: a text, bytes, or pieces of them."""
        pieces: List[Union[str, bytes]] = [value] if isinstance(value, (str, bytes)) else list(value)
        self._data = b"".join(piece.encode("utf-8") if isinstance(piece, str) else bytes(piece) for piece in pieces)

    def get_data(self, as_text: bool = False) -> Union[bytes, str]:
        """The body."""
        return self._data.decode("utf-8", "replace") if as_text else self._data
