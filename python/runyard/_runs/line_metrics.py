# SPDX-License-Identifier: Apache-2.0
"""Lines of the metric line protocol as metrics, without a daemon."""

from typing import Any, Dict, List, Optional, Tuple

from .._client.api import decode
from . import metrics

Found = Dict[Tuple[str, str], Dict[str, Any]]  # name and kind -> metric as the API lists it


def shaped(lines: List[str], run_id: str, name: Optional[str] = None) -> Dict[str, Any]:
    """What get_metrics returns for these lines, or for those of one name."""
    found: Found = {}
    for line in lines:
        facts = decode(line.encode("utf-8", "replace"))
        _add(found, facts.get("k"), facts.get("n"), facts.get("v"))
    return metrics.shaped([metric for metric in found.values() if name in (None, metric["name"])], run_id)


def _add(found: Found, kind: Any, name: Any, value: Any) -> None:
    """Add the values of one line."""
    if kind in ("scalar", "list"):
        metric = found.setdefault((name, "scalar"), {"name": name, "kind": "scalar", "values": []})
        metric["values"].extend(value if kind == "list" else [value])
    elif kind in ("row", "table"):
        metric = found.setdefault((name, "table"), {"name": name, "kind": "table", "columns": {}, "rows": 0})
        _add_rows(metric, {column: [cells] if kind == "row" else cells for column, cells in value.items()})


def _add_rows(metric: Dict[str, Any], columns: Dict[str, List[Any]]) -> None:
    """Add rows to a table; a cell that has no value is None."""
    count = max([len(cells) for cells in columns.values()] or [0])
    for column in columns:
        metric["columns"].setdefault(column, [None] * metric["rows"])
    for column, cells in metric["columns"].items():
        cells.extend(columns.get(column, [None] * count))
    metric["rows"] += count
