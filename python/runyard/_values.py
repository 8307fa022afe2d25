# SPDX-License-Identifier: Apache-2.0
"""Cells of metrics as JSON text (docs/formats/metric-line.md, Values)."""

from __future__ import annotations

try:
    from _json import encode_basestring  # the json package would cost a script five times what this module does
except ImportError:
    from json.encoder import encode_basestring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List, Optional

_LOW, _HIGH = -(1 << 63), (1 << 63) - 1
DATES = ("m", "M")  # kinds of numpy: items of theirs may be integers, counts of nanoseconds
_SUPPORTED = "int, float, str, bool, None and numpy or torch scalars"


def quote(text: str) -> str:
    """A string as JSON text; what is beyond ASCII stays as it is."""
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
    """JSON text of one of Python's own scalars, else None."""
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
    """JSON text of a scalar, numpy's, torch's and pandas' included, else None."""
    text = _plain(value)
    if text is not None:
        return text
    if type(value).__name__ in ("NAType", "NaTType"):  # pandas: nothing is known
        return "null"
    if isinstance(value, type) or kind_of(value) in (None, *DATES):
        return None
    try:
        inner = value.item()
        return _plain(inner) or _float(float(inner)) if hasattr(inner, "dtype") else _plain(inner)  # long double
    except Exception:  # an array of many elements, or a tensor without content
        return None


def kind_of(value: Any) -> Optional[str]:
    """The kind of what an array or a scalar of a library holds, by numpy's letters; None: it is neither."""
    try:
        return str(getattr(value.dtype, "kind", "?"))
    except Exception:  # also where looking for it goes wrong
        return None


def pairs(what: str, given: Any) -> Any:
    """The keys and values of a dictionary. UserErrorException: it is something else."""
    if not isinstance(given, dict):
        from .exceptions import UserErrorException
        raise UserErrorException("{} must be a dictionary, as {{'key': 'value'}}, not {}".format(
            what, safe_repr(given)))
    return given.items()


def names(what: str, given: Any) -> List[Any]:
    """A list of names, or one name as a list. UserErrorException: it is something else."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, dict) or not hasattr(given, "__iter__"):
        from .exceptions import UserErrorException
        raise UserErrorException("{} must be a list of names, not {}".format(what, safe_repr(given)))
    return list(given)


def arguments(given: Any) -> List[Any]:
    """The arguments of a script; the list itself, where it is one. UserErrorException: a single text."""
    if isinstance(given, (str, bytes)):
        from .exceptions import UserErrorException
        raise UserErrorException("arguments must be a list, as ['--alpha', 0.5], not the text {!r}".format(given))
    return given if isinstance(given, list) else list(given)


def safe_repr(value: Any) -> str:
    """repr(), also of an object whose repr() fails."""
    try:
        return repr(value)
    except Exception:
        return "<{}>".format(type(value).__name__)


def say(sentence: str) -> None:
    """One line for people on stderr, where there is one; never raises."""
    err("runyard: " + sentence + "\n")


def err(text: str) -> None:
    """Text on stderr, where there is one; never raises."""
    import sys
    from ._harmless import shown_on
    try:
        sys.stderr.write(shown_on(sys.stderr, text))
        sys.stderr.flush()
    except Exception:  # also where it is None
        pass


def flush(stream: Any) -> None:
    """Flush a stream that can be flushed: print() needs no more of sys.stdout than write(), and nor do we."""
    method = getattr(stream, "flush", None)
    if method is not None:
        method()


def out(text: str) -> None:
    """Text on stdout, where there is one; what its encoding lacks is escaped."""
    import sys
    from ._harmless import shown_on
    if sys.stdout is None:
        return
    text = shown_on(sys.stdout, text)
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        sys.stdout.write(text.encode("ascii", "backslashreplace").decode("ascii"))
    flush(sys.stdout)


def warn(sentence: str) -> None:
    """Say a sentence through logging; never raises."""
    import logging
    logging.getLogger("runyard").warning("%s", sentence)


def cell(name: str, value: Any) -> str:
    """JSON text of any value; what is not a scalar becomes its repr(), with a warning."""
    text = known(value)
    if text is not None:
        return text
    shown = safe_repr(value)
    warn("Converted key {} of value {} to {}.".format(name, shown[:200], "str"))
    return quote(shown)


def strict_cell(value: Any) -> str:
    """JSON text of a scalar; anything else is refused (lists, rows and tables)."""
    text = known(value)
    if text is None:
        from .exceptions import AzureMLException
        raise AzureMLException("Value of type {} is not supported, supported types include {}.".format(
            type(value), _SUPPORTED))
    return text
