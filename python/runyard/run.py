# SPDX-License-Identifier: Apache-2.0
"""The run as a script sees it: Run.get_context() and what can be reported through it."""

import json
import os
import uuid
from typing import Any, Dict, Iterable, List, Optional

from . import _journal, _values
from .exceptions import AzureMLException, RunEnvironmentException

_NO_RUN = ("Could not load a submitted run, if outside of an execution context, use experiment.start_logging to "
           "initialize an azureml.core.Run.")


class Run:
    """A run. Run.get_context() is the one that this process belongs to."""

    def __init__(self, run_id: str) -> None:
        self._id = run_id

    @property
    def id(self) -> str:
        """The run's id."""
        return self._id

    @classmethod
    def get_context(cls, allow_offline: bool = True, used_for_context_manager: bool = False,
                    **kwargs: Any) -> "Run":
        """The run of this process; outside of one an offline run, or an exception."""
        run_id, where = os.environ.get("RUNYARD_RUN_ID"), os.environ.get("RUNYARD_JOURNAL")
        if run_id and where:
            return _submitted(run_id, where)
        if not allow_offline:
            raise RunEnvironmentException(_NO_RUN)
        return _OfflineRun()

    def __repr__(self) -> str:
        """The class and the id."""
        return "{}(id={})".format(type(self).__name__, self._id)

    def __enter__(self) -> "Run":
        """The run itself."""
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Nothing: a submitted run ends with its process."""


class _SubmittedRun(Run):
    """The run that a launcher started this process for; it reports through the journal."""

    def __init__(self, run_id: str, directory: str) -> None:
        super().__init__(run_id)
        self._journal = _journal.shared(directory)

    @property
    def number(self) -> int:
        """The run's number in its experiment; 0 where nobody said."""
        text = os.environ.get("RUNYARD_RUN_NUMBER", "")
        return int(text) if text.isdecimal() else 0

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """One more value of a metric."""
        text = _values.cell(name, value)
        tail = _tail(description, step) if description or step is not None else ""
        self._line("scalar", name, ',"v":' + text + tail)

    log_metric = log

    def log_list(self, name: str, value: Iterable[Any], description: str = "") -> None:
        """Each element is one more value of the metric."""
        cells = [_values.strict_cell(element) for element in value]
        if cells:
            self._list(name, cells, _tail(description))

    def _list(self, name: str, cells: List[str], tail: str) -> None:
        """A list, in as many lines as its length needs."""
        fields = ',"v":[' + ",".join(cells) + "]" + tail
        if len(cells) == 1:
            self._line("list", name, fields)
        elif not self._journal.line("list", name, fields):
            half = len(cells) // 2
            self._list(name, cells[:half], tail)
            self._list(name, cells[half:], tail)

    def log_row(self, name: str, description: Optional[str] = None, **kwargs: Any) -> None:
        """One more row of a table metric; the columns are the other arguments."""
        for column, value in kwargs.items():
            if isinstance(value, list):
                raise AzureMLException("Row metrics cannot contain list values, column {} contains a list "
                                       "value".format(column))
        cells = {column: _values.strict_cell(value) for column, value in kwargs.items()}
        self._line("row", name, ',"v":' + _object(cells) + _tail(description))

    def log_table(self, name: str, value: Dict[str, Any], description: str = "") -> None:
        """More rows of a table metric: column to list of cells, or to one cell."""
        if not isinstance(value, dict):
            raise AzureMLException("Table metrics must be a dictionary, not {}".format(type(value)))
        columns = {str(column): _column(cells) for column, cells in value.items()}
        _check_lengths(columns)
        if columns:
            self._table(name, columns, _tail(description))

    def _table(self, name: str, columns: Dict[str, List[str]], tail: str) -> None:
        """A table, in as many lines as its length needs."""
        fields = ',"v":' + _object({c: "[" + ",".join(cells) + "]" for c, cells in columns.items()}) + tail
        rows = len(next(iter(columns.values())))
        if rows <= 1:
            self._line("table", name, fields)
        elif not self._journal.line("table", name, fields):
            half = rows // 2
            self._table(name, {c: cells[:half] for c, cells in columns.items()}, tail)
            self._table(name, {c: cells[half:] for c, cells in columns.items()}, tail)

    def _line(self, kind: str, name: str, fields: str) -> None:
        """One line; one that is too long is counted as lost, with a word on stderr."""
        if not self._journal.line(kind, name, fields):
            self._journal.give_up("a {} named {} is longer than a line may be".format(kind, str(name)[:80]))

    def tag(self, key: str, value: Optional[str] = None) -> None:
        """Set a tag; a later value wins."""
        text = "null" if value is None else _values.quote(str(value))
        self._line("tag", key, ',"v":' + text)

    def set_tags(self, tags: Dict[str, str]) -> None:
        """Set several tags."""
        for key, value in tags.items():
            self.tag(key, value)

    def remove_tag(self, key: str) -> None:
        """Remove a tag."""
        self._line("untag", key, "")

    def add_properties(self, properties: Dict[str, str]) -> None:
        """Set properties; the first value of each stays."""
        for key, value in properties.items():
            self._line("property", key, ',"v":' + _values.quote(str(value)))

    def upload_file(self, name: str, path_or_stream: str, datastore_name: Optional[str] = None) -> None:
        """Keep a file as an artifact of the run; a name can be taken once."""
        self._journal.add_file(name, os.fspath(path_or_stream), self._id)

    def flush(self, timeout_seconds: int = 300) -> None:
        """Nothing to wait for: every line has been written when log() returns."""

    def complete(self, _set_status: bool = True) -> None:
        """Say that the run has completed, whatever the script still does."""
        self._ending({"outcome": "completed", "message": None, "code": None, "error": None})

    def fail(self, error_details: Any = None, error_code: Optional[str] = None, _set_status: bool = True) -> None:
        """Say that the run has failed, with a sentence or an exception."""
        message = None if error_details is None else str(error_details)
        error = _error(error_details) if isinstance(error_details, BaseException) else None
        code = None if error_code is None else str(error_code)
        self._ending({"outcome": "failed", "message": message, "code": code, "error": error})

    def _ending(self, facts: Dict[str, Any]) -> None:
        """Write ending.json, whole or not at all."""
        final = os.path.join(self._journal.directory, "ending.json")
        beside = "{}.{}".format(final, os.getpid())
        try:
            with open(beside, "wb") as writer:
                writer.write(json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace"))
            os.replace(beside, final)
        except OSError as error:
            _values.warn("the ending of the run cannot be written: {}".format(error))


class _OfflineRun(Run):
    """A run that nobody records: what is logged is printed."""

    def __init__(self, run_id: Optional[str] = None, **kwargs: Any) -> None:
        super().__init__(run_id or "OfflineRun_" + str(uuid.uuid4()))
        self.number = 0
        self.parent = None

    def _attempted(self, kind: str, name: str, value: Any) -> None:
        """Print what would have been logged."""
        print("Attempted to log {} metric {}:\n{}".format(kind, name, value))

    def log(self, name: str, value: Any, description: str = "", step: Optional[int] = None) -> None:
        """Print a value."""
        self._attempted("scalar", name, value)

    log_metric = log

    def log_list(self, name: str, value: Iterable[Any], description: str = "") -> None:
        """Print a list."""
        self._attempted("list", name, list(value))

    def log_row(self, name: str, description: Optional[str] = None, **kwargs: Any) -> None:
        """Print a row."""
        self._attempted("row", name, kwargs)

    def log_table(self, name: str, value: Dict[str, Any], description: str = "") -> None:
        """Print a table."""
        self._attempted("table", name, value)

    def upload_file(self, name: str, path_or_stream: str, datastore_name: Optional[str] = None) -> None:
        """Print the file's name and place."""
        print("Attempted to track file {} at {}".format(name, path_or_stream))

    def _nothing(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: there is no record."""

    tag = set_tags = remove_tag = add_properties = flush = _nothing
    complete = fail = cancel = _nothing

    def child_run(self, name: Optional[str] = None, **kwargs: Any) -> "_OfflineRun":
        """Another offline run."""
        return _OfflineRun()


_context: Dict[str, _SubmittedRun] = {}


def _submitted(run_id: str, where: str) -> _SubmittedRun:
    """The same object for every call with the same environment."""
    key = run_id + "\n" + where
    if key not in _context:
        _context.setdefault(key, _SubmittedRun(run_id, where))
    return _context[key]


def _tail(description: Optional[str] = None, step: Any = None) -> str:
    """The optional fields of a metric line."""
    text = ',"d":' + _values.quote(str(description)) if description else ""
    if step is None:
        return text
    try:
        number = int(step)
    except (TypeError, ValueError, OverflowError):
        _values.warn("step {} is not an integer".format(_values.safe_repr(step)))
        return text
    return text + ',"s":{}'.format(number) if abs(number) < 1 << 63 else text


def _object(cells: Dict[str, str]) -> str:
    """A JSON object of texts that are JSON already."""
    return "{" + ",".join(_values.quote(key) + ":" + text for key, text in cells.items()) + "}"


def _column(cells: Any) -> List[str]:
    """The cells of a column; arrays count as lists, a single cell as a list of one."""
    text = None if isinstance(cells, (list, tuple)) else _values.known(cells)
    if text is not None:
        return [text]
    if isinstance(cells, (list, tuple)) or hasattr(cells, "__array__"):
        return [_values.strict_cell(cell) for cell in cells]
    return [_values.strict_cell(cells)]


def _check_lengths(columns: Dict[str, List[str]]) -> None:
    """Refuse columns of different length."""
    first = next(iter(columns), "")
    for name, cells in columns.items():
        if len(cells) != len(columns[first]):
            raise AzureMLException("Columns must have the same length, column {} had length {}, however, column {} "
                                   "had length {}".format(first, len(columns[first]), name, len(cells)))


def _error(error: BaseException) -> Dict[str, str]:
    """An exception as ending.json has it."""
    import traceback
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return {"type": type(error).__name__, "message": str(error), "traceback": "".join(lines)}
