# SPDX-License-Identifier: Apache-2.0
"""Finds and creates the modules below azureml, which have no files: names.py lists them. Why a finder, and not a folder
on sys.path: docs/decisions/09-import-finder-for-azureml.md.
"""

from __future__ import annotations

import os
import sys

from _frozen_importlib import ModuleSpec

from . import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Optional

_MAKER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "_names", "azureml", "__init__.py")


class Finder:
    """Finds and creates the modules below azureml, all of which are packages."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """The spec of a module below azureml, else None."""
        if not name.startswith("azureml.") or not names.is_module(name):
            return None
        spec = ModuleSpec(name, Finder, origin=_MAKER, is_package=True)  # type: ignore[arg-type]
        spec.has_location = True  # so that it has a __file__
        return spec

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        """None: Python creates the module."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Give a module its names."""
        names.fill(module)


class LastFinder:
    """The last finder: says what to use instead of a module or name below ours that no other finder has.

    It comes after all others and only looks below modules of ours: an installed part of the real azureml wins, and
    `from azureml.core import x` fails with the sentence of the nearest module that has one.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        """Returns None. ModuleNotFoundError: the name is below a module of ours.

        The error has no `name`: `from azureml.core import x` looks for a module x too, and would drop an error that is
        about x.
        """
        parent = sys.modules.get(name.rpartition(".")[0])
        if parent is not None and (parent.__name__ == "azureml" or getattr(parent, "__loader__", None) is Finder):
            raise ModuleNotFoundError(names.unknown(name))
