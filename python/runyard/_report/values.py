# SPDX-License-Identifier: Apache-2.0
"""Cells of metrics as JSON text (docs/formats/metric-line.md, Values)."""

from __future__ import annotations

from .. import _base
from ..exceptions import AzureMLException

try:
    from _json import encode_basestring  # the json package would cost a script five times what this module does
except ImportError:
    from json.encoder import encode_basestring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

_LOW, _HIGH = -(1 << 63), (1 << 63) - 1
DATES = ("m", "M")  # kinds of numpy whose item() may be an integer, a count of nanoseconds
_SUPPORTED = "int, float, str, bool, None and numpy or torch scalars"


def quote(text: str) -> str:
    """A string as JSON text; characters beyond ASCII are not escaped."""
    return encode_basestring(text)


def _float(value: float) -> str:
    """A double as JSON text."""
    if value != value:
        return '{"$":"nan"}'
    if value in (float("inf"), float("-inf")):
        return '{"$":"inf"}' if value > 0 else '{"$":"-inf"}'
    return float.__repr__(value)


def _int(value: int) -> str:
    """An integer of 64 bits, or the double nearest to it."""
    if _LOW <= value <= _HIGH:
        return int.__repr__(value)
    try:
        return _float(float(value))
    except OverflowError:
        return _float(float("inf") if value > 0 else float("-inf"))


def _plain(value: Any) -> Optional[str]:
    """JSON text of one of Python's own scalars. None: it is something else."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        return _int(value)
    return quote(value) if isinstance(value, str) else None


def known(value: Any) -> Optional[str]:
    """JSON text of a scalar, also of numpy, torch or pandas. None: it is something else."""
    text = _plain(value)
    if text is not None:
        return text
    if type(value).__name__ in ("NAType", "NaTType"):  # pandas: a missing value
        return "null"
    if isinstance(value, type) or kind_of(value) in (None, *DATES):
        return None
    try:
        item = value.item()
        return _plain(item) or _float(float(item)) if hasattr(item, "dtype") else _plain(item)  # long double
    except Exception:  # an array of many elements, or a tensor without content
        return None


def kind_of(value: Any) -> Optional[str]:
    """The kind of the items of an array or a scalar, by numpy's letters. None: it is neither."""
    try:
        return str(getattr(value.dtype, "kind", "?"))
    except Exception:  # a property of the object may raise anything
        return None


def cell(name: str, value: Any) -> str:
    """JSON text of any value. A value that is no scalar becomes its repr(), with a warning."""
    text = known(value)
    if text is not None:
        return text
    shown = _base.messages.safe_repr(value)
    _base.messages.warn("Converted key {} of value {} to {}.".format(name, shown[:200], "str"))
    return quote(shown)


def strict_cell(value: Any) -> str:
    """JSON text of a scalar, for lists, rows and tables. AzureMLException: it is none."""
    text = known(value)
    if text is None:
        raise AzureMLException("Value of type {} is not supported, supported types include {}.".format(
            type(value), _SUPPORTED))
    return text
