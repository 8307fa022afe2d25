# SPDX-License-Identifier: Apache-2.0
"""What get_metrics returns, from the metrics as the API lists them."""

from typing import Any, Dict, List


def shaped(metrics: List[Dict[str, Any]], run_id: str) -> Dict[str, Any]:
    """Name to value: one value alone, several as a list; tables by column.

    >>> shaped([{"name": "loss", "kind": "scalar", "values": [0.5, 0.25], "steps": None}], "r")
    {'loss': [0.5, 0.25]}
    """
    return {each["name"]: _value(each, run_id) for each in metrics}


def _value(metric: Dict[str, Any], run_id: str) -> Any:
    """The value of one metric."""
    if metric["kind"] == "table":
        return {name: _one_or_all(_widened(cells)) for name, cells in metric["columns"].items()}
    if metric["kind"] in ("image", "document"):
        return _one_or_all([artifact_uri(run_id, name) for name in metric["values"]])
    return _one_or_all(_widened(metric["values"]))


def artifact_uri(run_id: str, name: str) -> str:
    """The text that stands for an artifact of a run."""
    return "aml://artifactId/ExperimentRun/dcid.{}/{}".format(run_id, name)


def _one_or_all(values: List[Any]) -> Any:
    """A single value alone."""
    return values[0] if len(values) == 1 else list(values)


def _widened(values: List[Any]) -> List[Any]:
    """Integers beside floats become floats."""
    if not any(type(each) is float for each in values):
        return values
    return [float(each) if type(each) is int else each for each in values]
