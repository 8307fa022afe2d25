# SPDX-License-Identifier: Apache-2.0
"""The child runs of a sweep as HTML and as text, from the answer of the route of a sweep. Does not ask the daemon."""

import math
from html import escape
from typing import Any, Dict, List, Optional

_SHOWN = 50
_WIDTH, _HEIGHT = 480, 120
_CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:top"


def html(sweep: Dict[str, Any], root: str) -> str:
    """The best child, the metric of all children over time, and a table of them, best first. `root`: the address of a
    child without its id."""
    children = _ranked(sweep)
    parts = ["<p>{}</p>".format(escape(best(sweep) or "No child run has logged {} yet".format(sweep["metric"]))),
             _chart(sweep), _table(children[:_SHOWN], sweep, root)]
    if len(children) > _SHOWN:
        parts.append("<p>and {} more</p>".format(len(children) - _SHOWN))
    return "".join(parts)


def best(sweep: Dict[str, Any]) -> str:
    """The best child with its parameters, as a sentence; empty: no child has a value."""
    children = _ranked(sweep)
    value = _best_of(children[0], sweep) if children else None
    if value is None:
        return ""
    return "Best child run: {}, {} = {:.6g}, {}".format(
        children[0]["id"], sweep["metric"], value, _parameters(children[0]))


def _best_of(child: Dict[str, Any], sweep: Dict[str, Any]) -> Optional[float]:
    """The best value of a child; None: it has none."""
    value = child["max" if sweep["goal"] == "maximize" else "min"]
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _ranked(sweep: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The children, best first; those without a value last."""
    sign = -1.0 if sweep["goal"] == "maximize" else 1.0
    values = {child["id"]: _best_of(child, sweep) for child in sweep["children"]}

    def place(child: Dict[str, Any]) -> float:
        value = values[child["id"]]
        return math.inf if value is None else sign * value
    return sorted(sweep["children"], key=place)


def _parameters(child: Dict[str, Any]) -> str:
    """The parameters of a child, as its script got them."""
    return " ".join("{} {}".format(name, value) for name, value in (child["hyperparameters"] or {}).items())


def _table(children: List[Dict[str, Any]], sweep: Dict[str, Any], root: str) -> str:
    """A table with a column for each parameter."""
    names = list(dict.fromkeys(name for child in children for name in child["hyperparameters"] or {}))
    head = "".join("<th style=\"{}\">{}</th>".format(_CELL, escape(str(name)))
                   for name in ["Child run", *names, sweep["metric"], "Status"])
    return "<table style=\"border:0\"><tr>{}</tr>{}</table>".format(
        head, "".join(_row(child, names, sweep, root) for child in children))


def _row(child: Dict[str, Any], names: List[str], sweep: Dict[str, Any], root: str) -> str:
    """A child as a row; one that was stopped has its reason."""
    link = "<a href=\"{}\" target=\"_blank\" rel=\"noopener\">{}</a>".format(
        escape(root + child["id"], quote=True), escape(child.get("display_name") or child["id"]))
    value = _best_of(child, sweep)
    state = child["state"] + (": " + child["message"] if child.get("message") else "")
    texts = [str((child["hyperparameters"] or {}).get(name, "")) for name in names]
    texts += ["" if value is None else "{:.6g}".format(value), state]
    return "<tr>{}</tr>".format("".join("<td style=\"{}\">{}</td>".format(_CELL, cell)
                                        for cell in [link, *map(escape, texts)]))


def _chart(sweep: Dict[str, Any]) -> str:
    """A line for each child: the metric over the time since the first value. Nothing for fewer than two values."""
    lines = [[(float(point[1]), float(point[2])) for point in child.get("points") or ()
              if isinstance(point[2], (int, float)) and math.isfinite(point[2])] for child in sweep["children"]]
    places = [place for line in lines for place in line]
    if len(places) < 2:
        return ""
    times, values = zip(*places)
    left, right, low, high = min(times), max(times), min(values), max(values)
    drawn = "".join("<polyline points=\"{}\" fill=\"none\" stroke=\"#1a73e8\" stroke-opacity=\"0.5\"/>".format(
        " ".join("{:.1f},{:.1f}".format(_WIDTH * _part(time, left, right), _HEIGHT * (1.0 - _part(value, low, high)))
                 for time, value in line)) for line in lines if line)
    return "<svg width=\"{0}\" height=\"{1}\" viewBox=\"-2 -2 {2} {3}\">{4}</svg>".format(
        _WIDTH, _HEIGHT, _WIDTH + 4, _HEIGHT + 4, drawn)


def _part(value: float, low: float, high: float) -> float:
    """Where a value lies between two others, from 0 to 1."""
    return (value - low) / (high - low) if high > low else 0.5
