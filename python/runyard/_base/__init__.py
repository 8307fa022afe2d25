# SPDX-License-Identifier: Apache-2.0
"""What all rooms use: sentences for people, checks of arguments, files written whole, and names loaded at first use.

Most scripts need few modules of the SDK, and every import costs time. So the packages here have a __getattr__ that
loads what is not needed at once.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict

    from . import checks as checks, messages as messages


def loader(module: str, homes: Dict[str, str]) -> Callable[[str], Any]:
    """The __getattr__ of a module. `homes`: name -> the module that defines it, or that is it ("a.b.name")."""

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError("module {!r} has no attribute {!r}".format(module, name))
        home = __import__(homes[name], fromlist=["__name__"])
        value = home if homes[name].endswith("." + name) else getattr(home, name)
        setattr(sys.modules[module], name, value)
        return value

    return load


__getattr__ = loader(__name__, {"checks": "runyard._base.checks", "messages": "runyard._base.messages"})
