# SPDX-License-Identifier: Apache-2.0
"""Section: a group of settings with the names of Python here, those of JSON and YAML outside."""

import json
import math
import re
from typing import Any, Dict, Tuple

from ..exceptions import RunConfigurationException

_CAMEL = {"pytorch": "pyTorch", "amlcompute": "amlCompute", "enable_mlflow_tracking": "enableMLflowTracking",
          "paralleltask": "parallelTask"}
_KINDS = {bool: "true or false", int: "a number", list: "a list", dict: "names with values"}


class Section:
    """A group of settings; any name may be set, as v1 scripts do. A name that begins with _ is no setting."""

    _may_be_null: Tuple[str, ...] = ()  # settings that null changes to None

    def __getattr__(self, name: str) -> Any:
        """A setting that Runyard does not know is None until it is set."""
        if name.startswith("_"):
            raise AttributeError("{} has no attribute {!r}".format(type(self).__name__, name))
        return None

    def as_dict(self) -> Dict[str, Any]:
        """The settings as JSON has them, in camel case."""
        return {camel(name): plain(value) for name, value in vars(self).items() if not name.startswith("_")}

    def fill(self, given: Any, where: str) -> None:
        """Take settings over from JSON or YAML. Case and underscores of names do not matter; what is absent stays
        as it is, and so does what is null, unless null means something. RunConfigurationException, beginning with
        `where`: a value of the wrong kind."""
        if not isinstance(given, dict):
            raise RunConfigurationException("{}: {!r} stands where names with values are expected".format(where, given))
        known = {_squeezed(name): name for name in self._settings()}
        for key, value in given.items():
            name = known.get(_squeezed(str(key))) or snake(str(key))
            if value is None and name in self._may_be_null:
                setattr(self, name, None)
            elif value is not None:
                self._take(name, value, "{}: {}".format(where, key))

    def _settings(self) -> Any:
        """The names of the settings."""
        return [name for name in vars(self) if not name.startswith("_")]

    def _take(self, name: str, value: Any, where: str) -> None:
        """Take one setting over."""
        before = getattr(self, name, None)
        if isinstance(before, Section):
            return before.fill(value, where)
        kind = next((kind for kind in _KINDS if isinstance(before, kind)), None)
        if kind is not None and not isinstance(value, kind):
            raise RunConfigurationException("{} must be {}, not {!r}".format(where, _KINDS[kind], value))
        setattr(self, name, value)

    def __repr__(self) -> str:
        """The settings as JSON."""
        return json.dumps(self.as_dict(), indent=4, default=str)


def camel(name: str) -> str:
    """user_managed_dependencies as userManagedDependencies."""
    first, *rest = name.split("_")
    return _CAMEL.get(name) or first + "".join(each[:1].upper() + each[1:] for each in rest)


def snake(name: str) -> str:
    """userManagedDependencies as user_managed_dependencies."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _squeezed(name: str) -> str:
    """A name without what tells its spellings apart."""
    return name.replace("_", "").lower()


def plain(value: Any) -> Any:
    """A setting as JSON has it."""
    if hasattr(value, "as_dict"):
        return value.as_dict()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return scalar(value)


def scalar(value: Any) -> Any:
    """A single value as JSON has it: all but texts, truth and finite numbers as its text."""
    fits = value is None or isinstance(value, (str, int)) or isinstance(value, float) and math.isfinite(value)
    return value if fits else str(value)
