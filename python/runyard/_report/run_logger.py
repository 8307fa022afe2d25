# SPDX-License-Identifier: Apache-2.0
"""RunLogger: the methods that report metrics, tags, properties and files of a run. They write lines to a sink."""

from __future__ import annotations

import os

from .. import _base, _report
from ..exceptions import AzureMLException, UserErrorException
from . import values
from .journal import clean_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Optional, Protocol

    class Sink(Protocol):
        """Takes lines of the metric line protocol: the journal of this process, or the daemon."""

        def line(self, kind: str, name: object, fields: str = "") -> bool:
            """Write one line; `fields` is JSON text that begins with a comma, or empty. False: it is too long."""

        def give_up(self, sentence: str) -> None:
            """Report that a line cannot be written."""

        def add_file(self, name: str, path_or_stream: Any) -> None:
            """Keep a file. Taken: the name has a file."""

        def add_newest(self, name: str, path_or_stream: Any) -> None:
            """Keep a file; if the name has one, as its newest version."""

        def is_stale(self, name: str, path: str) -> Optional[bool]:
            """Whether a file may have changed since it was kept under that name. None: it is not known."""


class RunLogger:
    """The reporting half of a run. Subclasses set `_sink`."""

    _sink: Sink

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Add one value to a metric.

        >>> run.log("loss", 0.25, step=3)
        """
        text = values.cell(name, value)
        tail = _tail(description, step) if description or step is not None else ""
        self._line("scalar", name, ',"v":' + text + tail)

    def log_metric(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """As log()."""
        self.log(name, value, description, step)

    def log_list(self, name: str, value: Iterable[Any], description: str = "", step: Optional[int] = None) -> None:
        """Add every element of a list, generator, array or data frame column to a metric.

        AzureMLException: an element has no value for a metric.

        >>> run.log_list("accuracies", [0.6, 0.7, 0.87])
        """
        cells = _cells(value)
        if cells:
            self._list(name, cells, _tail(description, step))

    def _list(self, name: str, cells: List[str], tail: str) -> None:
        """Write a list, in as many lines as its length needs."""
        fields = ',"v":[' + ",".join(cells) + "]" + tail
        if len(cells) == 1:
            self._line("list", name, fields)
        elif not self._sink.line("list", name, fields):
            half = len(cells) // 2
            self._list(name, cells[:half], tail)
            self._list(name, cells[half:], tail)

    def log_row(self, name: str, description: Optional[str] = None, **kwargs: Any) -> None:
        """Add one row to a table metric; every other argument is a column, also one named step.

        AzureMLException: a value is a list, or has no form in a metric.

        >>> run.log_row("cosine", angle=0.5, cos=0.877)
        """
        for column, value in kwargs.items():
            if isinstance(value, list):
                raise AzureMLException("Row metrics cannot contain list values, column {} contains a list "
                                       "value".format(column))
        cells = {column: values.strict_cell(value) for column, value in kwargs.items()}
        self._line("row", name, ',"v":' + _object(cells) + _tail(description))

    def log_table(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Add rows to a table metric: a dictionary of column to cells, or to one cell; or a data frame.

        AzureMLException: it is neither, or columns differ in length or share a name.

        >>> run.log_table("sine", {"angle": [0, 1, 2], "sine": [0, 0.84, 0.9]})
        """
        frame = hasattr(value, "columns") and hasattr(value, "to_dict")
        if not frame and not isinstance(value, dict):
            raise AzureMLException("Table metrics must be a dictionary, not {}".format(type(value)))
        names = list(value.columns if frame else value)
        _check_names([str(name) for name in names])
        columns = {str(name): _column(value[name]) for name in names}
        _check_lengths(columns)
        if columns:
            self._table(name, columns, _tail(description, step))

    def _table(self, name: str, columns: Dict[str, List[str]], tail: str) -> None:
        """Write a table, in as many lines as its length needs."""
        fields = ',"v":' + _object({c: "[" + ",".join(cells) + "]" for c, cells in columns.items()}) + tail
        rows = len(next(iter(columns.values())))
        if rows <= 1:
            self._line("table", name, fields)
        elif not self._sink.line("table", name, fields):
            half = rows // 2
            self._table(name, {c: cells[:half] for c, cells in columns.items()}, tail)
            self._table(name, {c: cells[half:] for c, cells in columns.items()}, tail)

    def log_image(self, name: str, path: Any = None, plot: Any = None, description: str = "",
                  step: Optional[int] = None) -> None:
        """Log an image: the path of a file, or a figure, pyplot, a PIL image or an array, in either argument.

        AzureMLException: both are given, or neither. UserErrorException: it is no image, or the file does not exist.

        >>> run.log_image("ROC", plot=plt)
        """
        image = _report.images.chosen(name, path, plot)
        if image is not None:
            self._kept_line("image", name, image, _tail(description, step))

    def log_confusion_matrix(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Log a confusion matrix: a dictionary or its JSON text. UserErrorException: it is not JSON."""
        self._document("confusion_matrix", name, value, _tail(description, step))

    def log_accuracy_table(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Log an accuracy table: a dictionary or its JSON text. UserErrorException: it is not JSON."""
        self._document("accuracy_table", name, value, _tail(description, step))

    def log_residuals(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Log residuals: a dictionary or their JSON text. UserErrorException: it is not JSON."""
        self._document("residuals", name, value, _tail(description, step))

    def log_predictions(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Log predictions: a dictionary or their JSON text. UserErrorException: it is not JSON."""
        self._document("predictions", name, value, _tail(description, step))

    def _document(self, schema: str, name: str, value: Any, tail: str) -> None:
        """Log a JSON document, which is an artifact with the metric's name."""
        file = _report.documents.file_of(name, value)
        self._kept_line("document", name, file, ',"schema":"{}"{}'.format(schema, tail))

    def _kept_line(self, kind: str, name: str, file: Any, tail: str) -> None:
        """Log a metric whose value is a file (name and content). If it cannot be stored, the sink says so."""
        try:
            kept = self._keep(file.name, file.content)
        except OSError as error:
            self._sink.give_up("cannot store the {} '{}': {}".format(kind, name, error))
        else:
            self._line(kind, name, ',"f":' + values.quote(kept) + tail)

    def _keep(self, name: str, content: Any) -> str:
        """Keep a path or a stream under a name, or with a number if the name is taken. Returns the name."""
        short = _report.blobs.shortened(name)
        if short != name:
            _base.messages.warn("the file name '{}...' is too long: it is cut to '{}'".format(name[:40], short))
        name = _report.blobs.artifact_name(short)
        stem, dot, ending = name.rpartition(".")
        start, end = (stem, dot + ending) if stem and "/" not in ending else (name, "")
        number = 0
        while True:
            free = _report.blobs.shortened(start + end if not number else "{}_{}{}".format(start, number, end))
            try:
                self._sink.add_file(free, content)
                return free
            except _report.blobs.Taken:  # an upload reports that; a log line must not fail, so it becomes ROC_1.png
                number += 1
                if hasattr(content, "seek"):
                    content.seek(0)

    def _line(self, kind: str, name: object, fields: str) -> None:
        """Write one line. If it is too long, the sink says so."""
        if not self._sink.line(kind, name, fields):
            self._sink.give_up("a {} named {} is longer than a line may be".format(kind, str(name)[:80]))

    def tag(self, key: str, value: Optional[str] = None) -> None:
        """Set a tag; a later value wins."""
        text = "null" if value is None else values.quote(str(value))
        self._line("tag", key, ',"v":' + text)

    def set_tags(self, tags: Dict[str, Any]) -> None:
        """Set several tags; the others stay."""
        for key, value in _base.checks.pairs("tags", tags):
            self.tag(key, value)

    def remove_tags(self, tags: List[str]) -> None:
        """Remove tags, by their names."""
        for key in _base.checks.names("tags", tags):
            self._line("untag", key, "")

    def remove_tag(self, key: str) -> None:
        """Remove one tag."""
        self.remove_tags([key])

    def add_properties(self, properties: Dict[str, Any]) -> None:
        """Set properties. A property keeps its first value."""
        for key, value in _base.checks.pairs("properties", properties):
            self._line("property", key, ',"v":' + values.quote(str(value)))

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: Optional[str] = None) -> None:
        """Keep a file, or the content of a binary stream, as an artifact. UserErrorException: the name is taken.

        >>> run.upload_file("outputs/model.pkl", "model.pkl")
        """
        self._sink.add_file(name, path_or_stream)

    def upload_files(self, names: List[str], paths: List[Any], return_artifacts: bool = False,
                     timeout_seconds: Optional[int] = None, datastore_name: Optional[str] = None) -> None:
        """Keep several files. If a name occurs twice, only its first file is kept.

        UserErrorException: an argument is not a list, they differ in length, or a name is taken.
        """
        names, paths = _base.checks.names("names", names), _base.checks.names("paths", paths)
        if len(names) != len(paths):
            raise UserErrorException("names and paths must be of equal length, not {} and {}".format(
                len(names), len(paths)))
        done = set()
        for name, path in zip(names, paths):
            if name in done:
                _base.messages.warn("'{}' occurs twice in upload_files; the first file is taken".format(name))
                continue
            done.add(name)
            self.upload_file(name, path)

    def upload_folder(self, name: str, path: str, datastore_name: Optional[str] = None) -> None:
        """Keep every file below a folder as name/<its path in the folder>. UserErrorException: it is not a folder, or a
        name is taken."""
        if not isinstance(path, (str, os.PathLike)) or not os.path.isdir(path):
            raise UserErrorException("Cannot upload path: {} since it is not a valid directory.".format(path))
        for folder, folders, files in os.walk(path):
            folders.sort()
            for file in sorted(files):
                whole = os.path.join(folder, file)
                self.upload_file(name.rstrip("/") + "/" + os.path.relpath(whole, path).replace(os.sep, "/"), whole)

    def flush(self, timeout_seconds: int = 300) -> None:
        """Does nothing: every line has been written when log() returns."""


def _tail(description: Optional[str] = None, step: Any = None) -> str:
    """The optional fields of a metric line. A step that is not an integer of 64 bits is dropped, with a warning."""
    text = ',"d":' + values.quote(str(description)) if description else ""
    if step is None:
        return text
    try:
        number = int(step)
    except (TypeError, ValueError, OverflowError):
        number = 1 << 63
    if abs(number) < 1 << 63:
        return text + ',"s":{}'.format(number)
    _base.messages.warn("step {} is not an integer of 64 bits: the value is logged without a step".format(
        _base.messages.safe_repr(step)))
    return text


def _object(cells: Dict[str, str]) -> str:
    """A JSON object of values that are JSON already."""
    return "{" + ",".join(values.quote(clean_name(key)) + ":" + text for key, text in cells.items()) + "}"


def _cells(elements: Any) -> List[str]:
    """The cells of any iterable; arrays use their own, fast tolist(). AzureMLException: an element is not valid."""
    kind = values.kind_of(elements)
    if kind in values.DATES:
        elements = list(elements) if getattr(elements, "ndim", 1) else [elements]
    elif kind is not None and callable(getattr(elements, "tolist", None)):
        elements = elements.tolist()
        if kind == "O":  # pandas: NaN stands for a missing text
            elements = [None if isinstance(cell, float) and cell != cell else cell for cell in elements]
    if isinstance(elements, (str, bytes)) or not hasattr(elements, "__iter__"):
        return [values.strict_cell(elements)]
    return [values.strict_cell(element) for element in elements]


def _column(cells: Any) -> List[str]:
    """The cells of a column; a single cell is a list of one."""
    if isinstance(cells, dict):
        return [values.strict_cell(cells)]
    return _cells(cells)


def _check_names(names: List[str]) -> None:
    """AzureMLException: two columns have the same name."""
    if len(set(names)) < len(names):
        raise AzureMLException("Columns must have different names, {} comes more than once".format(
            next(name for name in names if names.count(name) > 1)))


def _check_lengths(columns: Dict[str, List[str]]) -> None:
    """AzureMLException: the columns differ in length."""
    first = next(iter(columns), "")
    for name, cells in columns.items():
        if len(cells) != len(columns[first]):
            raise AzureMLException("Columns must have the same length, column {} had length {}, however, column {} "
                                   "had length {}".format(first, len(columns[first]), name, len(cells)))


class JournalSink:
    """The journal of this process as the sink of the run that the process belongs to."""

    def __init__(self, journal: Any, run_id: str) -> None:
        self.journal = journal
        self.line, self.give_up = journal.line, journal.give_up
        self._run_id = run_id

    def add_file(self, name: str, path_or_stream: Any) -> None:
        """Keep a file in the journal."""
        _report.blobs.add(self.journal, name, path_or_stream, self._run_id)

    def add_newest(self, name: str, path_or_stream: Any) -> None:
        """Keep a file in the journal; if the name has one, as its newest version."""
        _report.blobs.add_newest(self.journal, name, path_or_stream, self._run_id)

    def is_stale(self, name: str, path: str) -> Optional[bool]:
        """Whether a file may have changed since it was kept under that name. None: the name has no file."""
        return _report.blobs.is_stale(self.journal, name, path)
