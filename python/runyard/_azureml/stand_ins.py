# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for names that are out of scope: they can be imported, and say at their use what to use instead."""

from typing import Any, Dict, NoReturn, Set, Tuple

from ..exceptions import AzureMLException, UserErrorException, not_here, refusal
from . import exports
from .out_of_scope import NAMES, TOPICS

_VERSION = "1.61.0"

_made: Dict[Tuple[str, str], Any] = {}
_named: Dict[str, Dict[str, str]] = {}  # module -> name -> topic
for _topic, _modules in NAMES.items():
    for _module, _names in _modules.items():
        _named.setdefault(_module, {}).update((_name, _topic) for _name in _names.split())
        while "." in _module:  # the modules above it
            _module = _module.rpartition(".")[0]
            _named.setdefault(_module, {})
_topics: Dict[str, str] = {module: topic for topic, (_, modules) in TOPICS.items() for module in modules.split()}


def is_module(name: str) -> bool:
    """Whether SDK v1 has a module of that name."""
    return name in _named or name in _topics or exports.exports(name) is not None


def modules() -> Set[str]:
    """Every module of SDK v1."""
    return set(_named) | set(_topics) | set(exports.modules())


def names(module: str) -> Set[str]:
    """All names of a module of SDK v1."""
    return set(_named.get(module, ())) | set(exports.exports(module) or ())


def value(module: str, name: str) -> Any:
    """The value of a name in the module that defines it, or the stand-in for it, which is the same in every module.
    None: there is no such name.

    A class can be subclassed, and asked for with isinstance; an exception can be caught.
    """
    home = (exports.exports(module) or {}).get(name)
    if home and home != module:  # made once, in its home module, which every other module asks
        return getattr(__import__(home, fromlist=["__name__"]), name)
    if home and name in ("VERSION", "__version__"):
        return _VERSION
    topic = _named.get(module, {}).get(name) or (_topic_of(module) if home else None)
    if topic is None:
        return None
    if (topic, name) not in _made:
        _made[topic, name] = _make(name, topic, module)
    return _made[topic, name]


def unknown(path: str) -> str:
    """The sentence about an unknown module or name: what to use instead of its nearest known parent."""
    return _sentence(path, _topic_of(path))


def _topic_of(module: str) -> str:
    """The topic of the nearest module that has one."""
    while module not in _topics:
        module = module.rpartition(".")[0]
    return _topics[module]


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
    return "{}: {}".format(topic, TOPICS[topic][0])


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
