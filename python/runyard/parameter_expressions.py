# SPDX-License-Identifier: Apache-2.0
"""What a parameter of a sweep may be: expressions of a space, each of which is a list."""

from typing import Any, List, Optional

from .hyperdrive_exceptions import HyperDriveConfigException, HyperDriveErrorStrings, setting

_ONE_LIST = ("non-empty single list, non-empty single range() or a positive number of arbitrary comma separated "
             "inputs.")


def choice(*options: Any) -> List[Any]:
    """One of several values: choice(1, 2), choice([1, 2]) or choice(range(1, 3)). HyperDriveConfigException: there are
    none, or a list or range stands beside others.

    >>> choice(16, 32, 64)
    ['choice', [[16, 32, 64]]]
    """
    if not options:
        raise HyperDriveConfigException(HyperDriveErrorStrings.MISSING_CHOICE_VALUES)
    listed = [option for option in options if isinstance(option, (list, range))]
    if listed and (len(options) > 1 or not listed[0]):
        raise setting("choice", _ONE_LIST)
    return ["choice", [list(listed[0] if listed else options)]]


def randint(upper: int) -> List[Any]:
    """An integer from 0 to upper - 1. HyperDriveConfigException: `upper` is no positive integer."""
    if not isinstance(upper, int) or upper <= 0:
        raise setting("randint", "a positive number as input")
    return ["randint", [upper]]


def uniform(min_value: float, max_value: float) -> List[Any]:
    """A number between two bounds. HyperDriveConfigException: they are no numbers, or not in order."""
    return _between("uniform", min_value, max_value)


def quniform(min_value: float, max_value: float, q: float) -> List[Any]:
    """round(uniform(min_value, max_value) / q) * q. HyperDriveConfigException: as for uniform; q is no integer."""
    return _between("quniform", min_value, max_value, q)


def loguniform(min_value: float, max_value: float) -> List[Any]:
    """exp(uniform(min_value, max_value)): the bounds are exponents. HyperDriveConfigException: they are no numbers, or
    not in order.

    >>> loguniform(-6, -1)  # from 0.0025 to 0.37
    ['loguniform', [-6, -1]]
    """
    return _between("loguniform", min_value, max_value)


def qloguniform(min_value: float, max_value: float, q: float) -> List[Any]:
    """round(exp(uniform(min_value, max_value)) / q) * q. HyperDriveConfigException: as for loguniform; q is no
    integer."""
    return _between("qloguniform", min_value, max_value, q)


def normal(mu: float, sigma: float) -> List[Any]:
    """A normally distributed number. HyperDriveConfigException: mu or sigma is no number, or sigma is negative."""
    return _around("normal", mu, sigma)


def qnormal(mu: float, sigma: float, q: float) -> List[Any]:
    """round(normal(mu, sigma) / q) * q. HyperDriveConfigException: as for normal; q is no integer."""
    return _around("qnormal", mu, sigma, q)


def lognormal(mu: float, sigma: float) -> List[Any]:
    """exp(normal(mu, sigma)). HyperDriveConfigException: as for normal."""
    return _around("lognormal", mu, sigma)


def qlognormal(mu: float, sigma: float, q: float) -> List[Any]:
    """round(exp(normal(mu, sigma)) / q) * q. HyperDriveConfigException: as for normal; q is no integer."""
    return _around("qlognormal", mu, sigma, q)


def _between(name: str, low: float, high: float, q: Optional[float] = None) -> List[Any]:
    """An expression with bounds."""
    _check_numbers(name, q, min_value=low, max_value=high)
    if name in ("uniform", "quniform"):
        if low >= high:
            raise setting(name, "min_value < max_value")
    elif low > high:
        raise setting(name, "min_value <= max_value")
    return [name, [low, high] + ([] if q is None else [q])]


def _around(name: str, mu: float, sigma: float, q: Optional[float] = None) -> List[Any]:
    """An expression with a mean and a deviation."""
    _check_numbers(name, q, mu=mu, sigma=sigma)
    if sigma < 0:
        raise setting(name, "sigma to be non negative")
    return [name, [mu, sigma] + ([] if q is None else [q])]


def _check_numbers(name: str, q: Optional[float], **given: Any) -> None:
    """HyperDriveConfigException: an argument is no number, or q no integer."""
    for argument, value in given.items():
        if not isinstance(value, (float, int)):
            raise setting(name, "{} to be a float".format(argument))
    quantized = name.startswith("q")
    if quantized and not isinstance(q, int) and not (isinstance(q, float) and q.is_integer()):
        raise setting(name, "q to be an int")
    if quantized and q == 0:
        raise setting(name, "q not to be 0")
