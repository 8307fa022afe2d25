# SPDX-License-Identifier: Apache-2.0
"""The JSON documents of log_confusion_matrix, log_accuracy_table, log_residuals and log_predictions."""

import json
from io import BytesIO
from typing import Any, NamedTuple

from ..exceptions import UserErrorException
from . import blobs
from .journal import short_name


class Document(NamedTuple):
    """A file to keep: the artifact's name and its content."""

    name: str
    content: BytesIO


def file_of(name: Any, value: Any) -> Document:
    """The artifact of a document, with the metric's name. UserErrorException: the value is not JSON."""
    return Document(
        blobs.inside(short_name(str(name)), "document"), BytesIO(text_of(name, value).encode("utf-8", "replace")))


def text_of(name: Any, value: Any) -> str:
    """The JSON text of a document: made from a dictionary, or the given text, unchanged.

    UserErrorException: the value is neither, or its text is not a JSON object.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, default=_plain) if isinstance(value, dict) else _decoded(value)
        parsed = json.loads(text)
    except (TypeError, ValueError) as error:
        raise UserErrorException("Invalid JSON provided for '{}': {}; a dictionary or its JSON text is allowed".format(
            name, error)) from None
    if not isinstance(parsed, dict):
        raise UserErrorException("Invalid JSON provided for '{}': it is a {}, and an object is allowed".format(
            name, type(parsed).__name__))
    return text


def _decoded(value: Any) -> Any:
    """Bytes as text, everything else as it is."""
    return bytes(value).decode("utf-8") if isinstance(value, (bytes, bytearray)) else value


def _plain(value: Any) -> Any:
    """Arrays, tensors and their scalars as lists and numbers. TypeError: the value is something else."""
    for way in ("tolist", "item"):
        if callable(getattr(value, way, None)):
            return getattr(value, way)()
    raise TypeError("{} is not JSON serializable".format(type(value).__name__))
