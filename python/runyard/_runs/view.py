# SPDX-License-Identifier: Apache-2.0
"""A run as HTML and as text, from its description by the API. Does not ask the daemon."""

from html import escape
from typing import Any, Dict, List, Optional

from .._client.files import artifact_uri
from . import sweep_view

_SHOWN_METRICS = 100
_POINTS = 200
_COLORS = {"Completed": "#188038", "Failed": "#c5221f", "Canceled": "#80868b"}
_CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:top"


def html(seen: Dict[str, Any]) -> str:
    """The view for a notebook."""
    run = seen["run"]
    parts = [_title(run), _table(_properties(run))]
    if run.get("error"):
        parts.append(note(run["error"].get("message") or ""))
    if seen.get("sweep"):
        parts.append(_heading("Child runs") + sweep_view.html(seen["sweep"], run["url"][:-len(run["id"])]))
    elif seen["children"]:
        parts.append(_heading("Child runs") + _children(seen["children"]))
    if seen["metrics"]:
        parts.append(_heading("Metrics") + _metrics(seen["metrics"], run["id"]))
    if seen["log"]:
        heading = "End of the log" if run.get("started") else "End of the environment's log"
        parts.append(_heading(heading) + _log(seen["log"]))
    return "<div style=\"font-family:sans-serif;font-size:13px\">{}</div>".format("".join(parts))


def note(sentence: str) -> str:
    """A highlighted sentence."""
    return "<p style=\"color:#c5221f;white-space:pre-wrap\">{}</p>".format(escape(sentence))


def _title(run: Dict[str, Any]) -> str:
    """The name with a link, and the state."""
    color = _COLORS.get(run["status"], "#1a73e8")
    return ("<p><b><a href=\"{}\" target=\"_blank\" rel=\"noopener\">{}</a></b> "
            "<span style=\"color:{}\">&#9679; {}</span></p>").format(
                escape(run["url"], quote=True), escape(run.get("display_name") or run["id"]), color,
                escape(run["status"]))


def _heading(text_: str) -> str:
    """A heading."""
    return "<p style=\"margin:8px 0 2px\"><b>{}</b></p>".format(escape(text_))


def _properties(run: Dict[str, Any]) -> List[List[str]]:
    """Names and texts of a run's properties."""
    found = [["Run id", run["id"]], ["Experiment", "{} (run {})".format(run["experiment"], run["number"])],
             ["Status", run["status"] + (": " + run["waiting"] if run.get("waiting") else "")]]
    found += [[name, run[key]] for name, key in (("Started", "started"), ("Ended", "ended"), ("Script", "script"))
              if run.get(key)]
    if run.get("duration_seconds") is not None:
        found.append(["Duration", duration(run["duration_seconds"])])
    if run.get("tags"):
        found.append(["Tags", ", ".join(key if value is None else "{}={}".format(key, value)
                                        for key, value in run["tags"].items())])
    return found


def duration(seconds: float) -> str:
    """Seconds as hours, minutes and seconds.

    >>> duration(3725.4)
    '1:02:05'
    """
    whole = int(seconds)
    return "{}:{:02}:{:02}".format(whole // 3600, whole // 60 % 60, whole % 60)


def _table(rows: List[List[str]]) -> str:
    """A table of texts."""
    lines = "".join("<tr>{}</tr>".format("".join("<td style=\"{}\">{}</td>".format(_CELL, escape(str(cell)))
                                                 for cell in row)) for row in rows)
    return "<table style=\"border:0\">{}</table>".format(lines)


def _children(children: List[Dict[str, Any]]) -> str:
    """The child runs, with links."""
    lines = "".join("<tr><td style=\"{0}\"><a href=\"{1}\" target=\"_blank\" rel=\"noopener\">{2}</a></td>"
                    "<td style=\"{0}\">{3}</td></tr>".format(
                        _CELL, escape(child["url"], quote=True), escape(child.get("display_name") or child["id"]),
                        escape(child["status"])) for child in children)
    return "<table style=\"border:0\">{}</table>".format(lines)


def _metrics(metrics: List[Dict[str, Any]], run_id: str) -> str:
    """Metrics by name: the last value, the number of values, and a line chart of the numbers."""
    lines = "".join("<tr><td style=\"{0}\">{1}</td><td style=\"{0}\">{2}</td><td>{3}</td></tr>".format(
        _CELL, escape(metric["name"]), escape(_last(metric, run_id)), _line(metric.get("values") or []))
        for metric in metrics[:_SHOWN_METRICS])
    more = len(metrics) - _SHOWN_METRICS
    return "<table style=\"border:0\">{}</table>{}".format(lines, "<p>and {} more</p>".format(more) if more > 0 else "")


def _last(metric: Dict[str, Any], run_id: str) -> str:
    """The newest value, and the number of values."""
    if metric["kind"] == "table":
        return "table of {} rows: {}".format(metric.get("rows"), ", ".join(metric["columns"]))
    values = metric["values"]
    if not values:
        return ""
    last = artifact_uri(run_id, values[-1]) if metric["kind"] in ("image", "document") else values[-1]
    return str(last) + (" ({} values)".format(len(values)) if len(values) > 1 else "")


def _numbers(values: List[Any]) -> List[float]:
    """The finite numbers among the values; of many, a sample."""
    found = [float(value) for value in values if isinstance(value, (int, float)) and abs(value) < float("inf")]
    return found[:: max(1, len(found) // _POINTS)]


def _line(values: List[Any]) -> str:
    """A small line chart; nothing for fewer than two numbers."""
    numbers = _numbers(values)
    if len(numbers) < 2:
        return ""
    low, high = min(numbers), max(numbers)
    points = " ".join("{:.1f},{:.1f}".format(118.0 * number / (len(numbers) - 1) + 1,
                                             23 - 22 * ((value - low) / (high - low or 1.0)))
                      for number, value in enumerate(numbers))
    return ("<svg width=\"120\" height=\"24\"><polyline points=\"{}\" fill=\"none\" stroke=\"#1a73e8\"/></svg>"
            .format(points))


def _log(text_: str) -> str:
    """Lines of a log; of a line that was overwritten, the last state."""
    shown = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text_.split("\n"))
    return "<pre style=\"max-height:240px;overflow:auto\">{}</pre>".format(escape(shown))


def text(seen: Dict[str, Any]) -> str:
    """The view for a terminal."""
    run = seen["run"]
    lines = ["{}: {}".format(name, value) for name, value in _properties(run)] + ["Web View: " + run["url"]]
    if run.get("error"):
        lines.append("Error: {}".format(run["error"].get("message")))
    if seen.get("sweep"):
        lines += filter(None, [sweep_view.best(seen["sweep"])])
    lines += ["Child run {}: {}".format(child["id"], child["status"]) for child in seen["children"]]
    lines += ["{} = {}".format(metric["name"], _last(metric, run["id"])) for metric in seen["metrics"][:_SHOWN_METRICS]]
    return "\n".join(lines) + "\n"


def offline(run_id: str) -> str:
    """The view of a run without a record."""
    return "{} has no record: there is nothing to show\n".format(run_id)


def widget_data(seen: Dict[str, Any], settings: Optional[Dict[str, Any]]) -> Dict[str, Any]:
    """The view as v1 describes it to its widget; a single value is a list of one."""
    run = seen["run"]
    return {"status": run["status"], "workbench_run_details_uri": run["url"], "run_id": run["id"],
            "run_properties": _run_properties(run),
            "child_runs": [_run_properties(child) for child in seen["children"]],
            "children_metrics": {}, "run_metrics": [_series(metric, run["id"]) for metric in seen["metrics"]],
            "run_logs": seen["log"], "graph": {}, "widget_settings": settings or {}, "loading": False}


def _run_properties(run: Dict[str, Any]) -> Dict[str, Any]:
    """What the widget of v1 calls the properties of a run."""
    taken = duration(run["duration_seconds"]) if run.get("duration_seconds") is not None else None
    arguments = " ".join(str(argument) for argument in run.get("arguments") or ())
    return {"run_id": run["id"], "run_number": run["number"], "status": run["status"], "created_utc": run["created"],
            "start_time": run.get("started"), "end_time": run.get("ended"), "duration": taken, "run_duration": taken,
            "script_name": run.get("script"), "arguments": arguments or None, "target": run.get("target"),
            "tags": run.get("tags") or {}, "properties": run.get("properties") or {}}


def _series(metric: Dict[str, Any], run_id: str) -> Dict[str, Any]:
    """A metric as the widget of v1 has it."""
    if metric["kind"] == "table":
        data: Any = metric["columns"]
    elif metric["kind"] in ("image", "document"):
        data = [artifact_uri(run_id, name) for name in metric["values"]]
    else:
        data = metric["values"]
    count = metric.get("rows") if metric["kind"] == "table" else len(metric["values"])
    return {"name": metric["name"], "run_id": run_id, "categories": list(range(count or 0)), "series": [{"data": data}]}
