# SPDX-License-Identifier: Apache-2.0
"""Expressions over a data set's columns, for filter(): built by operators, kept as JSON, evaluated when it is read.

An expression's tree is ["column", name], ["metadata", name] (of a file), ["value", x], ["time", ISO 8601], or an
operation with its parts: [">", ["column", "age"], ["value", 3]].
"""

import datetime
import operator
from typing import Any, Callable, Dict, List

from ..exceptions import UserErrorException

Tree = List[Any]
Find = Callable[[str, str], Any]


class Expression:
    """A value for each row. Compare it, calculate with it, and combine conditions with & | and ~.

    >>> dataset.filter((dataset["age"] > 30) & dataset["name"].starts_with("A"))
    """

    __hash__ = None  # type: ignore[assignment]  # == makes an expression

    def __init__(self, tree: Tree) -> None:
        """For the indexing of a data set."""
        self.tree = tree

    def _with(self, operation: str, *others: Any) -> "Expression":
        """An operation with this expression as its first part."""
        return Expression([operation, self.tree] + [_tree_of(other) for other in others])

    def __eq__(self, other: Any) -> "Expression":  # type: ignore[override]
        return self._with("==", other)

    def __ne__(self, other: Any) -> "Expression":  # type: ignore[override]
        return self._with("!=", other)

    def __lt__(self, other: Any) -> "Expression":
        return self._with("<", other)

    def __le__(self, other: Any) -> "Expression":
        return self._with("<=", other)

    def __gt__(self, other: Any) -> "Expression":
        return self._with(">", other)

    def __ge__(self, other: Any) -> "Expression":
        return self._with(">=", other)

    def __add__(self, other: Any) -> "Expression":
        return self._with("+", other)

    def __sub__(self, other: Any) -> "Expression":
        return self._with("-", other)

    def __mul__(self, other: Any) -> "Expression":
        return self._with("*", other)

    def __truediv__(self, other: Any) -> "Expression":
        return self._with("/", other)

    def __floordiv__(self, other: Any) -> "Expression":
        return self._with("//", other)

    def __mod__(self, other: Any) -> "Expression":
        return self._with("%", other)

    def __pow__(self, other: Any) -> "Expression":
        return self._with("**", other)

    def __and__(self, other: Any) -> "Expression":
        return self._with("and", other)

    def __or__(self, other: Any) -> "Expression":
        return self._with("or", other)

    def __invert__(self) -> "Expression":
        return self._with("not")

    def __bool__(self) -> bool:
        raise UserErrorException("an expression has no value before the data set is read; combine conditions with &, | "
                                 "and ~, each in parentheses, not with 'and', 'or' and 'not'")

    def contains(self, value: Any) -> "Expression":
        """Whether a text holds another."""
        return self._with("contains", value)

    def starts_with(self, value: Any) -> "Expression":
        """Whether a text begins with another."""
        return self._with("starts_with", value)

    def ends_with(self, value: Any) -> "Expression":
        """Whether a text ends with another."""
        return self._with("ends_with", value)

    def substring(self, start_value: Any, length_value: Any = None) -> "Expression":
        """A part of a text, by default up to its end."""
        return self._with("substring", start_value, length_value)

    def index_of(self, target: Any) -> "Expression":
        """The position of a text in another; -1: it is not there."""
        return self._with("index_of", target)

    def length(self) -> "Expression":
        """The number of characters of a text."""
        return self._with("length")

    def to_upper(self) -> "Expression":
        """A text in capital letters."""
        return self._with("to_upper")

    def to_lower(self) -> "Expression":
        """A text in small letters."""
        return self._with("to_lower")

    def is_null(self) -> "Expression":
        """Whether a cell is missing."""
        return self._with("is_null")

    def is_error(self) -> "Expression":
        """As is_null(): a cell that has not the type of its column is missing."""
        return self.is_null()

    def __repr__(self) -> str:
        return "Expression({})".format(self.tree)


def column(name: Any) -> Expression:
    """The cells of a column. UserErrorException: the name is no text."""
    if not isinstance(name, str) or not name:
        raise UserErrorException("a data set is indexed by the name of a column, not by {!r}".format(name))
    return Expression(["column", name])


def step(expression: Any) -> Dict[str, Any]:
    """The step that keeps what an expression is true for. UserErrorException: it is no expression."""
    if not isinstance(expression, Expression):
        raise UserErrorException("filter takes an expression, as dataset['age'] > 3, not {!r}".format(expression))
    return {"filter": expression.tree}


def _tree_of(value: Any) -> Tree:
    """The tree of an expression or a value. UserErrorException: it can be no cell."""
    if isinstance(value, Expression):
        return value.tree
    if isinstance(value, datetime.date):
        return ["time", as_utc(value).isoformat()]
    plain = value.item() if hasattr(value, "item") else value  # of numpy
    if plain is None or isinstance(plain, (bool, int, float, str)):
        return ["value", plain]
    raise UserErrorException(
        "an expression is compared with a number, a text, a truth value or a time, not {!r}".format(value))


def as_utc(time: datetime.date) -> datetime.datetime:
    """A time without offset; in UTC, if it has one. A date is its midnight."""
    if not isinstance(time, datetime.datetime):
        return datetime.datetime(time.year, time.month, time.day)
    return time if time.tzinfo is None else time.astimezone(datetime.timezone.utc).replace(tzinfo=None)


def _time(text: str) -> datetime.datetime:
    """The time that isoformat() wrote."""
    form = "%Y-%m-%dT%H:%M:%S.%f" if "." in text else "%Y-%m-%dT%H:%M:%S"
    return datetime.datetime.strptime(text, form)


def evaluate(tree: Tree, find: Find) -> Any:
    """The value of an expression. `find` gives the cells of a column or metadata: a column of pandas, or a single
    value. UserErrorException: this version does not know the operation. TypeError: cells of two kinds are compared."""
    if tree[0] in ("column", "metadata"):
        return find(tree[0], tree[1])
    if tree[0] in ("value", "time"):
        return _time(tree[1]) if tree[0] == "time" else tree[1]
    parts = [evaluate(part, find) for part in tree[1:]]
    if tree[0] in _OPERATORS:
        return _OPERATORS[tree[0]](*parts)
    if tree[0] in _OF_CELLS:
        return _mapped(_OF_CELLS[tree[0]], parts)
    raise UserErrorException(
        "a filter has the operation {!r}, which this version of Runyard does not know".format(tree[0]))


def truth(found: Any) -> Any:
    """What is found as True and False; missing is False."""
    if hasattr(found, "iloc"):
        return found.where(found.notna(), False).astype(bool)
    return not _is_missing(found) and bool(found)


def _not(found: Any) -> Any:
    """The opposite."""
    return ~truth(found) if hasattr(found, "iloc") else not truth(found)


def _is_missing(cell: Any) -> bool:
    """Whether a cell is missing: None, or what does not equal itself."""
    return cell is None or not isinstance(cell, str) and cell != cell


def _mapped(function: Callable[..., Any], parts: List[Any]) -> Any:
    """A function of each row, or of single values."""
    columns = [part for part in parts if hasattr(part, "iloc")]
    if not columns:
        return function(*parts)
    first = columns[0]
    rows = zip(*(part.where(part.notna(), None).tolist() if hasattr(part, "iloc") else [part] * len(first)
                 for part in parts))
    return type(first)([function(*row) for row in rows], index=first.index, dtype=object)


def _of_text(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of texts as one of cells; of a missing cell it is missing."""
    return lambda cell, *others: None if _is_missing(cell) else function(str(cell), *others)


_OPERATORS: Dict[str, Callable[..., Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "not": _not,
    "and": lambda left, right: truth(left) & truth(right), "or": lambda left, right: truth(left) | truth(right)}
_OF_CELLS: Dict[str, Callable[..., Any]] = {
    "is_null": _is_missing, "contains": _of_text(lambda text, part: str(part) in text),
    "starts_with": _of_text(lambda text, part: text.startswith(str(part))),
    "ends_with": _of_text(lambda text, part: text.endswith(str(part))),
    "substring": _of_text(lambda text, start, length: text[start:None if length is None else start + length]),
    "index_of": _of_text(lambda text, part: text.find(str(part))), "length": _of_text(len),
    "to_upper": _of_text(str.upper), "to_lower": _of_text(str.lower)}
