# SPDX-License-Identifier: Apache-2.0
"""The result of get_metrics, from the metrics as the API lists them."""

from typing import Any, Callable, Dict, List, Tuple

from .._base.messages import warn
from .._client.files import Artifact, artifact_uri

_KINDS = ("scalar", "table", "image", "document")


def shaped(metrics: List[Dict[str, Any]], run_id: str, populate: bool = False) -> Dict[str, Any]:
    """Name to value: one value alone, several as a list; tables by column; images and documents as their address,
    or populated, as Artifact. If metrics of several kinds share a name, one keeps it (a scalar before a table
    before images before a document), and the kind is appended to the name of the others: "roc (image)".

    >>> shaped([{"name": "loss", "kind": "scalar", "values": [0.5, 0.25], "steps": None}], "r")
    {'loss': [0.5, 0.25]}
    """
    artifact: Callable[[str, str], Any] = Artifact if populate else artifact_uri
    return {name: _value(metric, run_id, artifact) for name, metric in _named(metrics)}


def _named(metrics: List[Dict[str, Any]]) -> List[Tuple[str, Dict[str, Any]]]:
    """The metrics in their order, with names that are unique."""
    by_kind = sorted(metrics, key=lambda metric: _KINDS.index(metric["kind"]))
    keeps = {metric["name"]: metric["kind"] for metric in reversed(by_kind)}
    taken = set(keeps)
    named = []
    for metric in metrics:
        name = metric["name"]
        if metric["kind"] != keeps[name]:
            while name in taken:
                name += " ({})".format(metric["kind"])
            taken.add(name)
            kept, kind = keeps[metric["name"]], metric["kind"]
            warn("the run has a {} and {} {} named '{}': the {} is given as '{}'".format(
                kept, "an" if kind == "image" else "a", kind, metric["name"], kind, name))
        named.append((name, metric))
    return named


def _value(metric: Dict[str, Any], run_id: str, artifact: Callable[[str, str], Any]) -> Any:
    """The value of one metric."""
    if metric["kind"] == "table":
        return {name: _one_or_all(_widened(cells)) for name, cells in metric["columns"].items()}
    if metric["kind"] in ("image", "document"):
        return _one_or_all([artifact(run_id, name) for name in metric["values"]])
    return _one_or_all(_widened(metric["values"]))


def _one_or_all(values: List[Any]) -> Any:
    """A single value alone."""
    return values[0] if len(values) == 1 else list(values)


def _widened(values: List[Any]) -> List[Any]:
    """The values; as floats, if one of them is a float."""
    if not any(type(value) is float for value in values):
        return values
    return [float(value) if type(value) is int else value for value in values]
