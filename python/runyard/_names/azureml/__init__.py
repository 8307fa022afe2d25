# SPDX-License-Identifier: Apache-2.0
"""The azureml names that Runyard answers to. The modules below have no files: runyard._azureml_names lists them."""

from __future__ import annotations

import sys

from _frozen_importlib import ModuleSpec
from runyard import _azureml_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Optional


class Finder:
    """Finds the modules below azureml, all of which are packages, and makes them; everything else is left to others."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """The spec of a module below azureml, else None."""
        if not name.startswith("azureml.") or not _azureml_names.is_module(name):
            return None
        return ModuleSpec(name, Finder, origin="runyard", is_package=True)  # type: ignore[arg-type]

    @staticmethod
    def create_module(spec: ModuleSpec) -> None:
        """As Python would."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Give a module its names."""
        _azureml_names.fill(module)


if not any(getattr(each, "__module__", None) == __name__ for each in sys.meta_path):
    sys.meta_path.insert(0, Finder)
