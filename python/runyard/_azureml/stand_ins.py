# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for names that are out of scope: they can be imported, and say at their use what to use instead."""

from typing import Any, Dict, NoReturn, Tuple

from ..exceptions import AzureMLException, UserErrorException, not_here, refusal
from .rest import INSTEAD, NAMES, OTHER, TOPICS

_made: Dict[Tuple[str, str], Any] = {}


def is_module(name: str) -> bool:
    """Whether SDK v1 has a module of that name."""
    return name in NAMES


def names(module: str) -> Dict[str, str]:
    """The names of a module that are not ours -> the modules that define them."""
    found: Dict[str, str] = {}
    for word in NAMES.get(module, "").split():
        home, _, listed = word.rpartition(":")
        found.update((name, home or module) for name in listed.split(","))
    return found


def value(module: str, name: str) -> Any:
    """The value of a name in the module that defines it, or the stand-in for it, which is the same in every module.
    None: there is no such name.

    A class can be subclassed, and used with isinstance; an exception can be caught.
    """
    home = names(module).get(name)
    if home is None:
        return None
    if home != module:  # made once, in its home module, which every other module asks
        return getattr(__import__(home, fromlist=["__name__"]), name)
    topic = OTHER.get(module, {}).get(name) or _topic_of(module)
    if (topic, name) not in _made:
        _made[topic, name] = _make(name, topic, module)
    return _made[topic, name]


def unknown(path: str) -> str:
    """The sentence about an unknown module or name: what to use instead of its nearest known parent."""
    return _sentence(path, _topic_of(path))


def _topic_of(module: str) -> str:
    """The topic of the nearest module that has one."""
    while module not in TOPICS:
        module = module.rpartition(".")[0]
    return TOPICS[module]


def _make(name: str, topic: str, module: str) -> Any:
    """A stand-in of that name: an exception, a function, or a class."""
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
    return "{}: {}".format(topic, INSTEAD[topic])


def function(name: str, topic: str) -> Any:
    """A function that says what to use instead of a name."""
    return refusal(name, _instead(topic))


class OutOfScope(type):
    """The class of classes that are out of scope. They and their methods cannot be called."""

    _topic: str

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise UserErrorException, which says what to use instead."""
        raise UserErrorException(_sentence(cls.__name__, cls._topic))

    def __getattr__(cls, name: str) -> Any:
        """A method or a value, which says what to use instead when it is called."""
        if name.startswith("_"):
            raise AttributeError("type object {!r} has no attribute {!r}".format(cls.__name__, name))
        return function("{}.{}".format(cls.__name__, name), cls._topic)
