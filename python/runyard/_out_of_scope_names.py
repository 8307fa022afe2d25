# SPDX-License-Identifier: Apache-2.0
"""What stands for the names that are out of scope: they import, and say what to use instead when they are used."""

from typing import Any, Dict, List, NoReturn, Tuple

from ._out_of_scope import TABLE
from .exceptions import AzureMLException, UserErrorException, not_here, refusal

_made: Dict[Tuple[str, str], Any] = {}
_topics: Dict[str, Dict[str, str]] = {}  # module -> name -> topic
for _topic, (_, _modules) in TABLE.items():
    for _module, _names in _modules.items():
        _topics.setdefault(_module, {}).update((_name, _topic) for _name in _names.split())
        while "." in _module:  # the modules above it
            _module = _module.rpartition(".")[0]
            _topics.setdefault(_module, {})


def modules() -> Dict[str, Dict[str, str]]:
    """Every module that has names out of scope, and those above them: name to topic."""
    return _topics


def names(module: str) -> List[str]:
    """The names of a module that are out of scope."""
    return list(_topics.get(module, ()))


def value(module: str, name: str) -> Any:
    """What stands for a name, the same under every module; None: there is no such name.

    A class can be subclassed, and asked for with isinstance; an exception can be caught.
    """
    topic = _topics.get(module, {}).get(name)
    if topic is None:
        return None
    if (topic, name) not in _made:
        _made[topic, name] = _make(name, topic, module)
    return _made[topic, name]


def _make(name: str, topic: str, module: str) -> Any:
    """A class, an exception or a function of that name."""
    if name.endswith(("Exception", "Error")):
        return type(name, (AzureMLException,), {"__module__": module, "__doc__": _sentence(name, topic)})
    if name[0].islower():
        return function(name, topic)
    return OutOfScope(name, (), {"__module__": module, "__doc__": _sentence(name, topic), "_topic": topic})


def _sentence(name: str, topic: str) -> str:
    """What to use instead of a name."""
    return not_here(name, _instead(topic))


def _instead(topic: str) -> str:
    """What to use instead."""
    return "{}: {}".format(topic, TABLE[topic][0])


def function(name: str, topic: str) -> Any:
    """A function that says what to use instead of a name."""
    return refusal(name, _instead(topic))


class OutOfScope(type):
    """The class of classes that are out of scope: they cannot be called, and have no methods that can."""

    _topic: str

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """Say what to use instead."""
        raise UserErrorException(_sentence(cls.__name__, cls._topic))

    def __getattr__(cls, name: str) -> Any:
        """A method or a value, which says what to use instead when it is called."""
        if name.startswith("_"):
            raise AttributeError("type object {!r} has no attribute {!r}".format(cls.__name__, name))
        return function("{}.{}".format(cls.__name__, name), cls._topic)
