# SPDX-License-Identifier: Apache-2.0
"""Spaces of parameters, and the values that are drawn from them. Functions over plain data.

A space is a list of names with their expressions, and an expression is a list as SDK v1 writes it: ["uniform", [0, 1]].
"""

import itertools
import math
import random
from typing import Any, Callable, Dict, Iterator, List, Optional, Set, Tuple

Expression = List[Any]
Space = List[Tuple[str, Expression]]
Source = Callable[[], float]  # the next number of a random sequence, from [0, 1)


def draw(expression: Expression, source: Source) -> Any:
    """One value of an expression.

    >>> draw(["uniform", [10, 20]], lambda: 0.5)
    15.0
    """
    name, arguments = expression
    return _DRAWS[name](source, *arguments)


def _choice(source: Source, options: List[Any]) -> Any:
    """One of the options."""
    return options[int(source() * len(options))]


def _randint(source: Source, upper: int) -> int:
    """An integer from 0 to upper - 1."""
    return int(source() * upper)


def _uniform(source: Source, low: float, high: float) -> float:
    """A number between the bounds."""
    return low + (high - low) * source()


def _normal(source: Source, mu: float, sigma: float) -> float:
    """A normally distributed number, by the method of Box and Muller, so that each Python draws the same."""
    radius = math.sqrt(-2.0 * math.log(1.0 - source()))
    return mu + sigma * radius * math.cos(2.0 * math.pi * source())


def _log(plain: Callable[..., float]) -> Callable[..., float]:
    """The draw of e to the power of a number that `plain` draws."""
    return lambda source, *arguments: math.exp(plain(source, *arguments))


def _rounded(plain: Callable[..., float]) -> Callable[..., float]:
    """The draw of a number that `plain` draws, rounded to a multiple of the last argument."""
    return lambda source, *arguments: multiple(plain(source, *arguments[:-1]), arguments[-1])


def multiple(value: float, step: float) -> float:
    """round(value / step) * step: an integer if the step is one, so that a script may read it as int or float.

    >>> multiple(37.2, 16), multiple(0.29, 0.1)
    (32, 0.3)
    """
    if float(step).is_integer():
        return round(value / step) * int(step)
    return float("{:.12g}".format(round(value / step) * step))


_DRAWS: Dict[str, Callable[..., Any]] = {
    "choice": _choice, "randint": _randint,
    "uniform": _uniform, "quniform": _rounded(_uniform),
    "loguniform": _log(_uniform), "qloguniform": _rounded(_log(_uniform)),
    "normal": _normal, "qnormal": _rounded(_normal),
    "lognormal": _log(_normal), "qlognormal": _rounded(_log(_normal)),
}


def size(space: Space) -> Optional[int]:
    """How many different configurations a space has; None: infinitely many."""
    counts = [_options(expression) for _, expression in space]
    if None in counts:
        return None
    total = 1
    for count in counts:
        total *= count or 0
    return total


def _options(expression: Expression) -> Optional[int]:
    """How many values an expression has; None: infinitely many."""
    name, arguments = expression
    return len(arguments[0]) if name == "choice" else int(arguments[0]) if name == "randint" else None


def grid(space: Space) -> Iterator[Dict[str, Any]]:
    """Every configuration of a space of choices; the last parameter changes first.

    >>> [list(values.values()) for values in grid([("a", ["choice", [[1, 2]]]), ("b", ["choice", [["x", "y"]]])])]
    [[1, 'x'], [1, 'y'], [2, 'x'], [2, 'y']]
    """
    names = [name for name, _ in space]
    for values in itertools.product(*(expression[1][0] for _, expression in space)):
        yield dict(zip(names, values))


def at_random(space: Space, seed: int) -> Iterator[Dict[str, Any]]:
    """The random configurations of a seed, in order. A finite space gives each of its configurations once."""
    total = size(space)
    return _independent(space, seed) if total is None else _shuffled(space, seed, total)


def _independent(space: Space, seed: int) -> Iterator[Dict[str, Any]]:
    """Configurations without end. A value depends on the seed, on the number of the configuration and on the name of
    its parameter only."""
    for number in itertools.count():
        yield {name: draw(expression, random.Random("{}/{}/{}".format(seed, number, name)).random)
               for name, expression in space}


def _shuffled(space: Space, seed: int, total: int) -> Iterator[Dict[str, Any]]:
    """The configurations of a finite space in a random order."""
    source = random.Random(str(seed)).random
    drawn: Set[int] = set()
    while len(drawn) < total:
        index = int(source() * total)
        if index not in drawn:
            drawn.add(index)
            yield _configuration(space, index)


def _configuration(space: Space, index: int) -> Dict[str, Any]:
    """The configuration of a finite space with that index; the last parameter changes first."""
    found = {}
    for name, expression in reversed(space):
        index, place = divmod(index, _options(expression) or 1)
        found[name] = expression[1][0][place] if expression[0] == "choice" else place
    return {name: found[name] for name, _ in space}
