# SPDX-License-Identifier: Apache-2.0
"""Reads python/azureml_names.txt, whose head says what its lines mean."""

import os
import re
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

PATH = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python", "azureml_names.txt"))
NONE = "none"


class Row(NamedTuple):
    """A method ("log(name, value)", without self), or an attribute ("name")."""

    call: str
    does: str
    differs: str = ""
    ours: str = ""        # our signature where it is not the original's, NONE for no such member; `differs` says why

    @property
    def name(self) -> str:
        return self.call.partition("(")[0]


class Owner(NamedTuple):
    """A class, or a module whose members are classes and functions."""

    path: str                     # "azureml.core.run.Run"
    does: str
    rows: List[Row]
    not_provided: Dict[str, str]      # reason: names that Runyard does not have for it
    example: str                  # how to make one, where its attributes are there only then
    extends: str                  # the path of the owner whose rows it has too

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    def missing(self) -> "List[Tuple[str, str]]":
        """Each name that is not provided, with the reason."""
        return [(name, reason) for reason, names in self.not_provided.items() for name in names.split()]


class Topic(NamedTuple):
    """A part of SDK v1 that is out of scope."""

    name: str
    instead: str                  # what to use instead
    modules: List[str]            # the modules that it is about, with all below that have no topic of their own


class Module(NamedTuple):
    """The names of a module."""

    name: str
    real: Dict[str, str]          # each name that the real packages export -> the module that it is at home in
    older: List[str]              # names that only older releases, or other packages, have
    ours: Dict[str, str]          # name -> "runyard.run.Run", or where it is in a library
    values: Dict[str, str]        # name -> the value, in Python
    topics: Dict[str, str]        # name -> its topic, where it is not that of the module

    def names(self) -> Dict[str, str]:
        """All names, with the modules that they are at home in."""
        own = (name for group in (self.older, self.ours, self.values, self.topics) for name in group)
        return {**dict.fromkeys(own, self.name), **self.real}


class Table(NamedTuple):
    """All of the file."""

    release: str                  # what VERSION and __version__ say
    topics: List[Topic]
    owners: List[Owner]
    modules: Dict[str, Module]    # those above a module that has names among them


class _Line(NamedTuple):
    """A line with those that are indented below it."""

    text: str
    below: "List[_Line]"


def owners() -> List[Owner]:
    """The classes in scope, in the order of the page."""
    return table().owners


def table(text: str = "") -> Table:
    """The file, or a text in its form. ValueError: a line has no meaning."""
    lines = _lines(text or _text())
    found = Table(*_match("release (.*)", lines[0].text), [], [], {})
    for line in lines[1:]:
        kind, _, rest = line.text.partition(" ")
        if kind == "topic":
            name, _, instead = rest.partition(": ")
            found.topics.append(Topic(name, instead, " ".join(part.text for part in line.below).split()))
        elif kind == "class":
            found.owners.append(_owner(rest, line.below))
        elif kind == "module":
            found.modules[rest] = _module(rest, line.below)
        else:
            raise ValueError("not understood: " + line.text)
    for name in [module for topic in found.topics for module in topic.modules] + list(found.modules):
        for end in [at.start() for at in re.finditer(r"\.|$", name)]:
            found.modules.setdefault(name[:end], Module(name[:end], {}, [], {}, {}, {}))
    return found


def _text() -> str:
    with open(PATH, encoding="utf-8") as file:
        return file.read()


def _lines(text: str) -> List[_Line]:
    """The lines as a tree: two spaces are one level, six or more go on with the line before."""
    found: List[_Line] = []
    for line in re.sub(r"\n {6,}", " ", re.sub(r"(?m)^#.*\n", "", text)).splitlines():
        level, place = (len(line) - len(line.lstrip())) // 2, found
        for _ in range(level):
            place = place[-1].below
        if line.strip():
            place.append(_Line(line.strip(), []))
    return found


def _owner(head: str, lines: List[_Line]) -> Owner:
    """A class."""
    path, _, does = head.partition(": ")
    rows, not_provided, other = [], {}, {"example": "", "extends": ""}
    for line in lines:
        key, _, value = line.text.partition(": ")
        if re.match(r"\w+(\(.*\))?$", line.text):
            rows.append(_row(line.text, line.below))
        elif key in other:
            other[key] = value
        else:
            reason, names = _match(r"not provided \((.*)\): (.*)", line.text)
            not_provided[reason] = names
    return Owner(path, does, rows, not_provided, **other)


def _row(call: str, lines: List[_Line]) -> Row:
    """A member of a class."""
    found = {"does": "", "differs": "", "ours": ""}
    for line in lines:
        key, _, value = line.text.partition(": ")
        found.update({key: value} if key in found else {"does": line.text})
    return Row(call, **found)


def _module(name: str, lines: List[_Line]) -> Module:
    """A module."""
    made = Module(name, {}, [], {}, {}, {})
    for line in lines:
        kind, place, value = _match(r"(\w+)(?: ([^:]+))?: (.*)", line.text)
        names = value.split()
        if kind in ("has", "from"):
            made.real.update(dict.fromkeys(names, place or name))
        elif kind == "older":
            made.older.extend(names)
        elif kind == "here":
            made.ours.update(_ours(place, names))
        elif kind == "value":
            made.values[place] = value
        elif kind == "topic":
            made.topics.update(dict.fromkeys(names, place))
        else:
            raise ValueError("not understood: " + line.text)
    return made


def _ours(place: str, names: List[str]) -> Iterator[Tuple[str, str]]:
    """Each name, and what we have for it."""
    for theirs, _, ours in (name.partition("=") for name in names):
        yield theirs, "{}.{}".format(place, ours or theirs)


def _match(pattern: str, text: str) -> Sequence[str]:
    """The groups of a pattern. ValueError: the text does not match."""
    found = re.match(pattern + "$", text)
    if not found:
        raise ValueError("not understood: " + text)
    return found.groups()
