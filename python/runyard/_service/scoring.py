# SPDX-License-Identifier: Apache-2.0
"""One request to /score: run() is called in a time limit, and its result or its failure becomes an answer.

The status codes, the headers and the JSON are those of Microsoft's server (azureml-inference-server-http).
"""

import json
import signal
import time
from typing import Any, List, Tuple

from .._base import messages as sentences
from . import cors, messages
from .messages import Head
from .script import BadRequest, Script, print_error

_FAILED = "An unexpected error occurred in scoring script. Check the logs for more info."
_RUN_FAILED = "x-ms-run-function-failed"
_ADVICE = {"ndarray": "result.tolist()", "DataFrame": "result.to_dict(orient='records')", "Series": "result.tolist()",
           "Tensor": "result.tolist()", "bytes": "AMLResponse(result, 200)", "set": "sorted(result)"}


class _OutOfTime(TimeoutError):
    """run() takes longer than it may."""


class Scorer:
    """Calls run() of a script in the main thread of this process."""

    def __init__(self, script: Script, timeout: float, origins: List[str]) -> None:
        self._script, self._timeout, self._origins = script, timeout, origins
        self._has_warned = False
        signal.signal(signal.SIGALRM, _interrupt)

    def answer(self, raw: bytes, body: bytes) -> Tuple[int, bytes]:
        """The status, and the whole answer to a request with this head and body."""
        head = Head(raw)
        fields = head.identity() + cors.fields(head, self._origins)
        if head.method == b"OPTIONS" and b"access-control-request-method" in head.fields:
            fields += cors.preflight(head, self._origins)
        status, more, content = self._scored(head, body)
        return status, messages.answer(status, more + fields, content, head.keeps_alive(), head.method != b"HEAD")

    def _scored(self, head: Head, body: bytes) -> "Tuple[int, messages.Fields, bytes]":
        """Status, fields and body of the answer."""
        started = time.perf_counter()
        try:
            arguments = self._script.arguments(head, body)
            if self._script.wants_headers:
                arguments["request_headers"] = head.named_fields()
            result = self._called(arguments)
        except BadRequest as error:
            if head.method == b"OPTIONS":
                return _plain(200, messages.HTML, b"")
            return _said(error.status, str(error), False)
        except _OutOfTime as error:
            sentences.say("run() did not return in {:g} s".format(self._timeout))
            print_error(error)
            return _said(500, "Scoring timeout after {:g} ms".format(self._timeout * 1000), True)
        except BaseException as error:
            print_error(error)
            return _said(500, _FAILED, True)
        spent = "{:.3f}".format((time.perf_counter() - started) * 1000)
        status, fields, content = self._told(result)
        return status, fields + [("x-ms-run-fn-exec-ms", spent)], content

    def _called(self, arguments: Any) -> Any:
        """The result of run(). _OutOfTime: it takes too long."""
        signal.setitimer(signal.ITIMER_REAL, self._timeout)
        try:
            return self._script.run(**arguments)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _told(self, result: Any) -> "Tuple[int, messages.Fields, bytes]":
        """The answer that a result of run() asks for: a response as it is, anything else as JSON."""
        if hasattr(result, "status_code") and hasattr(result, "get_data"):
            return _of_response(result)
        try:
            return _plain(200, messages.JSON, self._json(result))
        except (TypeError, ValueError, RecursionError) as error:
            name = type(result).__name__
            advice = _ADVICE.get(name, "numbers, texts, lists and dictionaries")
            sentence = "run() returned a value that is not JSON, of type {}: {}. Return {}.".format(name, error, advice)
            sentences.say(sentence)
            return _said(500, sentence, True)

    def _json(self, result: Any) -> bytes:
        """A result as JSON; None as an empty object. A number that JSON lacks is written as NaN or Infinity, as
        Microsoft's server does, and one warning says so."""
        result = {} if result is None else result
        try:
            return json.dumps(result, allow_nan=False).encode("utf-8")
        except ValueError:
            text = json.dumps(result).encode("utf-8")
            if not self._has_warned:
                self._has_warned = True
                sentences.say("run() returned NaN or an infinite number, which is not JSON: many callers refuse it")
            return text


def _interrupt(number: int, frame: Any) -> None:
    """End run(): its time is over."""
    raise _OutOfTime("run() takes longer than it may")


def _plain(status: int, kind: str, content: bytes) -> "Tuple[int, messages.Fields, bytes]":
    """An answer of a run() that did not fail."""
    return status, [("Content-Type", kind), (_RUN_FAILED, "False")], content


def _said(status: int, sentence: str, has_failed: bool) -> "Tuple[int, messages.Fields, bytes]":
    """An answer that says what is wrong."""
    return status, [("Content-Type", messages.JSON), (_RUN_FAILED, str(has_failed))], messages.json_body(
        {"message": sentence})


def _of_response(response: Any) -> "Tuple[int, messages.Fields, bytes]":
    """The answer that an AMLResponse, or a response of Flask, is."""
    status, content = int(response.status_code), response.get_data()
    fields = [(str(name), str(value)) for name, value in response.headers.items()
              if str(name).lower() not in ("content-length", "connection", "transfer-encoding")]
    if status >= 500:
        fields = [pair for pair in fields if pair[0].lower() != _RUN_FAILED] + [(_RUN_FAILED, "True")]
    return status, fields, content
