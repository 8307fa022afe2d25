# SPDX-License-Identifier: Apache-2.0
"""What the public surface of the SDK v1 is, what ours does, and where it differs: the one source of docs/azureml-map.md
and of the tests beside this folder. A row's `call` says a fact about azureml-core 1.61: names, order, defaults."""

from typing import Dict, List, NamedTuple, Tuple


class Row(NamedTuple):
    """A method ("log(name, value)", without self), or an attribute ("name")."""

    call: str
    does: str
    differs: str = ""
    ours: str = ""        # our signature where it is not the original's, NONE for no such member; `differs` says why

    @property
    def name(self) -> str:
        return self.call.partition("(")[0]


NONE = "none"


class Owner(NamedTuple):
    """A class, or a module whose members are classes."""

    path: str                     # "azureml.core.run.Run"
    does: str
    rows: List[Row]
    not_provided: Dict[str, str] = {}  # reason: names that are not provided for it
    example: str = ""             # how to make one, where its attributes are there only then
    extends: str = ""             # the path of the owner whose rows it has too

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    def missing(self) -> "List[Tuple[str, str]]":
        """Each name that is not provided, with the reason."""
        return [(name, reason) for reason, names in self.not_provided.items() for name in names.split()]


def owners() -> List[Owner]:
    """All of them, in the order of the page."""
    from . import compute, configuration, data, environments, estimators, exceptions, models, runs, workspaces
    modules = (workspaces, runs, configuration, estimators, environments, models, compute, data, exceptions)
    return [owner for module in modules for owner in module.OWNERS]
