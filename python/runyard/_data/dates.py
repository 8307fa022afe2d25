# SPDX-License-Identifier: Apache-2.0
"""Finds columns of texts that are dates, as the type inference of SDK v1 did."""

import itertools
import re
import warnings
from typing import Any, List, Optional, Tuple

_ISO = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z"
_LIKE_A_DATE = re.compile(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}|[A-Za-z]{3,9} \d{1,2},? \d{4}")
_DATES = (("%m/%d/%Y", "%d/%m/%Y"), ("%m-%d-%Y", "%d-%m-%Y"), ("%m.%d.%Y", "%d.%m.%Y"), ("%m/%d/%y", "%d/%m/%y"),
          ("%Y/%m/%d",), ("%Y-%m-%d",), ("%d %b %Y",), ("%d-%b-%Y",), ("%d/%b/%Y",), ("%d-%b-%y",), ("%b %d, %Y",),
          ("%b %d %Y",), ("%d %B %Y",), ("%B %d, %Y",), ("%B %d %Y",))
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_AMBIGUOUS = 'Ambiguous datetime formats inferred for columns {} are resolved as "month-day". Desired format can be ' \
             "specified by `set_column_types`."


def convert(pandas: Any, table: Any, kept: Any) -> None:
    """Convert every column whose texts are all dates of one format, in place, except those in `kept`.

    Empty cells become missing. Times with an offset become UTC. If month and day could be swapped in every cell, the
    month comes first, and a warning names the columns.
    """
    ambiguous = []
    for column in table.columns:
        found = None if column in kept else _times(pandas, table[column])
        if found is None:
            continue
        table[column] = found[0]
        if found[1]:
            ambiguous.append(column)
    if ambiguous:
        warnings.warn(_AMBIGUOUS.format(ambiguous), stacklevel=2)


def _times(pandas: Any, column: Any) -> Optional[Tuple[Any, bool]]:
    """The column as times, and whether month and day could be swapped. None: it holds something else."""
    texts = column.dropna()
    if not len(texts) or not all(isinstance(text, str) for text in texts.head(1)):
        return None
    texts = texts.str.strip()
    texts = texts[texts != ""]
    if not len(texts) or not _LIKE_A_DATE.match(str(texts.iloc[0])):
        return None
    fitting = _iso(pandas, texts) or _by_format(pandas, texts)
    if not fitting:
        return None
    return fitting[0].reindex(column.index), len(fitting) > 1 and not fitting[0].equals(fitting[1])


def _iso(pandas: Any, texts: Any) -> List[Any]:
    """The times of texts in ISO 8601; [] if one of them is not."""
    if not texts.str.match(_ISO).fillna(False).all():
        return []
    form = {"format": "ISO8601"} if int(pandas.__version__.split(".")[0]) >= 2 else {}
    times = pandas.to_datetime(texts, errors="coerce", utc=True, **form)
    return [] if times.isna().any() else [times.dt.tz_localize(None)]


def _by_format(pandas: Any, texts: Any) -> List[Any]:
    """The times by every format that fits all texts, of the first group with such a format."""
    for dates, time in itertools.product(_DATES, _TIMES):
        fitting = [column for column in (_parsed(pandas, texts, date + time) for date in dates) if column is not None]
        if fitting:
            return fitting
    return []


def _parsed(pandas: Any, texts: Any, form: str) -> Any:
    """The times of texts by a format. None: it does not fit all. Tries the first text alone, which is enough mostly."""
    for part in (texts.head(1), texts):
        times = pandas.to_datetime(part, format=form, errors="coerce")
        if times.isna().any():
            return None
    return times
