# SPDX-License-Identifier: Apache-2.0
"""Parts of what a service is asked and says."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .. import _objects

if TYPE_CHECKING:
    from ..model import Model
    from ..workspace import Workspace


def time_of(text: str) -> datetime:
    """A time of the API, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def model(workspace: "Workspace", given: Dict[str, Any]) -> "Optional[Model]":
    """A model of a service. None: it has been deleted."""
    found = _objects.Model.list(workspace, name=given["name"])
    return next((model for model in found if model.version == given["version"]), None)


def has_model(models: List[Dict[str, Any]], name: Optional[str], model_id: Optional[str]) -> bool:
    """Whether models of a service have a name and an id; None: any."""
    return (name is None or any(model["name"] == name for model in models)) and (
        model_id is None or any("{name}:{version}".format(**model) == model_id for model in models))


def has(labels: Dict[str, str], asked: Any) -> bool:
    """Whether labels have the names, or names and values, that are asked for."""
    for label in [asked] if isinstance(asked, str) else asked or ():
        name, value = (label, None) if isinstance(label, str) else (label[0], label[1])
        if name not in labels or value not in (None, labels[name]):
            return False
    return True


def body(input_data: Any) -> bytes:
    """The body of a request."""
    if hasattr(input_data, "read"):
        input_data = input_data.read()
    if isinstance(input_data, (bytes, bytearray)):
        return bytes(input_data)
    return (input_data if isinstance(input_data, str) else json.dumps(input_data)).encode("utf-8")
