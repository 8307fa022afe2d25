# SPDX-License-Identifier: Apache-2.0
"""What the packages of SDK v1 export: public modules and names, as facts. scripts/azureml_exports writes the other
files here from the packages. A file is loaded when a script uses a name of its modules that is not ours."""

from typing import Dict, Optional

# Second part of a module's name -> file; all others are in REST.
FILES = {"automl": "automl", "dataprep": "dataprep", "interpret": "analysis", "opendatasets": "analysis",
         "datadrift": "analysis", "contrib": "analysis", "pipeline": "pipeline", "train": "train"}
REST = "core"

_read: Dict[str, Dict[str, str]] = {}


def exports(module: str) -> Optional[Dict[str, str]]:
    """Each name that a module exports -> the module that defines the name; None: there is no such module."""
    if module not in _read:
        below = module.partition(".")[2]
        text = _table(below.partition(".")[0]).get(below)
        if text is None:
            return None
        _read[module] = _names(module, text)
    return _read[module]


def _table(part: str) -> Dict[str, str]:
    """The table with the modules of a part of azureml."""
    file = __import__("{}.{}".format(__name__, FILES.get(part, REST)), fromlist=["EXPORTS"])
    found: Dict[str, str] = file.EXPORTS
    return found


def _names(module: str, text: str) -> Dict[str, str]:
    """The names of a module's entry."""
    found: Dict[str, str] = {}
    for word in text.split():
        home, _, names = word.rpartition(":")
        found.update((name, "azureml." + home if home else module) for name in names.split(","))
    return found


def modules() -> Dict[str, Dict[str, str]]:
    """All modules with their names."""
    files = sorted(set(FILES.values()) | {REST})
    tables = [__import__("{}.{}".format(__name__, each), fromlist=["EXPORTS"]).EXPORTS for each in files]
    return {"azureml." + each: exports("azureml." + each) or {} for table in tables for each in table}
