# SPDX-License-Identifier: Apache-2.0
"""Section: a group of settings, in snake case in Python and in camel case in JSON and YAML."""

import json
import math
import re
from typing import Any, Dict, Tuple

from ..exceptions import RunConfigurationException

_CAMEL = {"pytorch": "pyTorch", "amlcompute": "amlCompute", "enable_mlflow_tracking": "enableMLflowTracking",
          "paralleltask": "parallelTask"}
_KINDS = {bool: "true or false", int: "a number", list: "a list", dict: "names with values"}


class Section:
    """A group of settings. Any name may be set, as v1 scripts do. A name that begins with _ is no setting."""

    _may_be_null: Tuple[str, ...] = ()  # settings that null changes to None

    def __getattr__(self, name: str) -> Any:
        """None: a setting that Runyard does not know and that was not set."""
        if name.startswith("_"):
            raise AttributeError("{} has no attribute {!r}".format(type(self).__name__, name))
        return None

    def as_dict(self) -> Dict[str, Any]:
        """The settings for JSON, in camel case."""
        return {camel(name): plain(value) for name, value in vars(self).items() if not name.startswith("_")}

    def fill(self, given: Any, where: str) -> None:
        """Set settings from JSON or YAML. Case and underscores of names do not matter; absent settings stay
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
                self._set(name, value, "{}: {}".format(where, key))

    def _settings(self) -> Any:
        """The names of the settings."""
        return [name for name in vars(self) if not name.startswith("_")]

    def _set(self, name: str, value: Any, where: str) -> None:
        """Set one setting."""
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
    return _CAMEL.get(name) or first + "".join(word[:1].upper() + word[1:] for word in rest)


def snake(name: str) -> str:
    """userManagedDependencies as user_managed_dependencies."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _squeezed(name: str) -> str:
    """A name in the form in which all its spellings are equal."""
    return name.replace("_", "").lower()


def plain(value: Any) -> Any:
    """A setting for JSON."""
    if hasattr(value, "as_dict"):
        return value.as_dict()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return scalar(value)


def scalar(value: Any) -> Any:
    """A single value for JSON: texts, booleans and finite numbers stay, everything else becomes its text."""
    fits = value is None or isinstance(value, (str, int)) or isinstance(value, float) and math.isfinite(value)
    return value if fits else str(value)
