# SPDX-License-Identifier: Apache-2.0
"""The scoring script: loading it, and what of a request its run() is called with."""

import importlib.util
import inspect
import json
import os
import sys
import traceback
from typing import Any, Callable, Dict, List, NamedTuple

from .._base import messages
from ..exceptions import UserErrorException
from . import raw_http
from .messages import JSON, Head
from .multi_values import query_values
from .raw_http import AMLRequest

_MODULE = "entry_module"  # as Microsoft's server names it
_HEADERS = "request_headers"
_KINDS = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_FORMS = (raw_http.FORM.encode(), raw_http.MULTIPART.encode())
_THEIR_FLAGS = ("azureml_inference_server_http.api.aml_request",)


class BadRequest(Exception):
    """A request that run() cannot be called with; `status` is 400, 405 or 415."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Script(NamedTuple):
    """init, run, and how a request becomes the arguments of run()."""

    path: str
    init: Callable[[], Any]
    run: Callable[..., Any]
    arguments: Callable[[Head, bytes], Dict[str, Any]]
    wants_headers: bool


def load(folder: str, entry_script: str) -> Script:
    """Execute the module of the script, and look at its functions.

    UserErrorException: it is not there, lacks init() or run(), or its run() cannot be called. An exception of the
    module itself is raised as it is.
    """
    path = os.path.join(folder, entry_script)
    if not os.path.isfile(path):
        raise UserErrorException("cannot find the entry script {}: the service's source has {}".format(
            entry_script, ", ".join(sorted(os.listdir(folder))[:20]) or "no files"))
    for entry in (os.path.dirname(path), folder):
        if entry not in sys.path:
            sys.path.insert(0, entry)
    spec = importlib.util.spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None:
        raise UserErrorException("cannot load the entry script {}: it is not a Python file".format(entry_script))
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module
    spec.loader.exec_module(module)
    for name in ("init", "run"):
        if not callable(getattr(module, name, None)):
            raise UserErrorException("cannot use the entry script {}: it has no function {}()".format(
                entry_script, name))
    return _analyzed(path, module.init, module.run)


def print_error(error: BaseException) -> None:
    """Print an exception of the script with its traceback, without the frames that lead to the script."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and _is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    messages.to_stderr("".join(traceback.format_exception(type(error), error, trace)))


def _is_ours(path: str) -> bool:
    """Whether a file is of this package, or of the import system."""
    return path.startswith("<frozen ") or os.path.dirname(os.path.abspath(path)) == os.path.dirname(__file__)


def _analyzed(path: str, init: Callable[[], Any], run: Callable[..., Any]) -> Script:
    """What the parameters and decorators of run() ask for. UserErrorException: they cannot be served."""
    parameters = list(inspect.signature(run).parameters.values())
    if any(parameter.kind not in _KINDS for parameter in parameters):
        raise UserErrorException("run() of {} must not have positional-only parameters, *args or **kwargs".format(path))
    data = [parameter for parameter in parameters if parameter.name != _HEADERS]
    if not data:
        raise UserErrorException("run() of {} has no parameter for the data of a request".format(path))
    is_raw, has_schema = _is_raw(run), _has_schema(run)
    if is_raw and has_schema:
        raise UserErrorException("run() of {} is decorated with both rawhttp and input_schema: use one".format(path))
    arguments = _raw(data[0].name) if is_raw else _object(data) if has_schema else _text(data[0].name)
    return Script(path, init, run, arguments, len(data) < len(parameters))


def _is_raw(run: Callable[..., Any]) -> bool:
    """Whether the script has used rawhttp: ours, or that of Microsoft's server."""
    return raw_http.is_raw(run) or any(getattr(sys.modules.get(name), "_rawHttpRequested", False)
                                       for name in _THEIR_FLAGS)


def _has_schema(run: Callable[..., Any]) -> bool:
    """Whether run() is decorated by inference_schema, which the script has then imported."""
    schemas = sys.modules.get("inference_schema.schema_util")
    return schemas is not None and bool(schemas.is_schema_decorated(run))


def _raw(name: str) -> Callable[[Head, bytes], Dict[str, Any]]:
    """The request itself."""
    return lambda head, body: {name: AMLRequest(head, body)}


def _text(name: str) -> Callable[[Head, bytes], Dict[str, Any]]:
    """The body as a text; of a GET, its query as JSON."""

    def arguments(head: Head, body: bytes) -> Dict[str, Any]:
        if _method(head) == b"GET":
            return {name: json.dumps(_query(head))}
        if head.mimetype() in _FORMS:
            return {name: ""}
        try:
            return {name: body.decode("utf-8")}
        except UnicodeDecodeError as error:
            raise BadRequest(400, "Input cannot be decoded as UTF-8: {}".format(error)) from None

    return arguments


def _object(parameters: List[inspect.Parameter]) -> Callable[[Head, bytes], Dict[str, Any]]:
    """The values of a JSON object, one for each parameter."""

    def arguments(head: Head, body: bytes) -> Dict[str, Any]:
        given = _query(head) if _method(head) == b"GET" else _json_object(head, body)
        found = {parameter.name: given.get(parameter.name, parameter.default) for parameter in parameters}
        for name, value in found.items():
            if value is inspect.Parameter.empty:
                raise BadRequest(400, "A value is not provided for the {!r} parameter.".format(name))
        return found

    return arguments


def _method(head: Head) -> bytes:
    """GET or POST. BadRequest: the request has another method."""
    if head.method not in (b"GET", b"POST"):
        raise BadRequest(405, "Method not allowed")
    return head.method


def _query(head: Head) -> Dict[str, Any]:
    """The values of the query, each as JSON where it is some; a name that comes several times has a list."""
    found = {}
    for name, values in query_values(head.query).to_dict(flat=False).items():
        parsed = [_parsed(value) for value in values]
        found[name] = parsed[0] if len(parsed) == 1 else parsed
    return found


def _parsed(text: str) -> Any:
    """A text as JSON, or the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _json_object(head: Head, body: bytes) -> Dict[str, Any]:
    """The object in a body. BadRequest: it is none."""
    kind = head.mimetype()
    if kind != JSON.encode() and not (kind.startswith(b"application/") and kind.endswith(b"+json")):
        raise BadRequest(415, "Expects Content-Type to be {}".format(JSON))
    if not body:
        raise BadRequest(400, "POST body is empty. Expecting a JSON dictionary.")
    try:
        given = json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise BadRequest(400, "POST body could not be decoded as JSON: {}".format(error)) from None
    if not isinstance(given, dict):
        raise BadRequest(400, "POST body should be a JSON dictionary.")
    return given
