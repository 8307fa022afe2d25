# SPDX-License-Identifier: Apache-2.0
"""The azureml names that Runyard answers to. The modules below have no files of their own."""

from __future__ import annotations

import sys
import urllib

from runyard._azureml.finder import Finder, LastFinder

if not any(getattr(finder, "__name__", "") in ("Finder", "AzuremlFinder") for finder in sys.meta_path):
    sys.meta_path.insert(0, Finder)
if not any(getattr(finder, "__name__", "") == "LastFinder" for finder in sys.meta_path):
    sys.meta_path.append(LastFinder)


def __getattr__(name: str) -> object:
    """A module below azureml that azureml.core brought along and that is imported when it is first used."""
    found = Finder.find_spec(__name__ + "." + name)
    if found is None:
        raise AttributeError("module {!r} has no attribute {!r}".format(__name__, name))
    __import__(found.name)
    return sys.modules[found.name]


def _part_of_urllib(name: str) -> object:
    """A module of urllib: the real azureml.core imports them, so scripts use urllib.request without importing it. Each
    costs more than the rest of a short script, so it is imported when it is first used."""
    if name not in ("error", "parse", "request", "response"):
        raise AttributeError("module 'urllib' has no attribute {!r}".format(name))
    __import__("urllib." + name)
    return sys.modules["urllib." + name]


vars(urllib).setdefault("__getattr__", _part_of_urllib)
