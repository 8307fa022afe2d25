# SPDX-License-Identifier: Apache-2.0
"""Lines of the metric line protocol as metrics, without a daemon."""

from typing import Any, Dict, List, Optional, Tuple

from . import _metrics
from ._client import decode


def shaped(lines: List[str], run_id: str, name: Optional[str] = None) -> Dict[str, Any]:
    """What get_metrics returns for these lines, or for those of one name."""
    metrics: Dict[Tuple[str, str], Dict[str, Any]] = {}
    for line in lines:
        facts = decode(line.encode("utf-8", "replace"))
        _take(metrics, facts.get("k"), facts.get("n"), facts.get("v"))
    return _metrics.shaped([each for each in metrics.values() if name in (None, each["name"])], run_id)


def _take(metrics: Dict[Tuple[str, str], Dict[str, Any]], kind: Any, name: Any, value: Any) -> None:
    """One line more."""
    if kind in ("scalar", "list"):
        metric = metrics.setdefault((name, "scalar"), {"name": name, "kind": "scalar", "values": []})
        metric["values"].extend(value if kind == "list" else [value])
    elif kind in ("row", "table"):
        metric = metrics.setdefault((name, "table"), {"name": name, "kind": "table", "columns": {}, "rows": 0})
        _rows(metric, {column: [cells] if kind == "row" else cells for column, cells in value.items()})


def _rows(metric: Dict[str, Any], columns: Dict[str, List[Any]]) -> None:
    """More rows; columns that others lack are filled with None."""
    count = max([len(cells) for cells in columns.values()] or [0])
    for column in columns:
        metric["columns"].setdefault(column, [None] * metric["rows"])
    for column, cells in metric["columns"].items():
        cells.extend(columns.get(column, [None] * count))
    metric["rows"] += count
