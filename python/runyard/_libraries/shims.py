# SPDX-License-Identifier: Apache-2.0
"""Replacements for names that libraries have dropped: old scripts keep working, with one message for each name.

The hook loads this file by its path when such a name is asked for, so it imports nothing of the package.
"""

import builtins
import sys
import warnings
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any, Callable, Optional, Set

_EXTERNALS = "sklearn.externals."
_MOVED = ("joblib", "six")
_NUMPY = {"long": "int", "unicode": "str"}  # aliases that Python 3 has under another name
_BOSTON = ("sklearn.datasets.load_boston was removed in scikit-learn 1.2, for ethical reasons; use another data set "
           "(fetch_california_housing), or pin scikit-learn<1.2 in the environment of the run")
_said: Set[str] = set()


def _say(name: str, sentence: str) -> None:
    """Print on stderr, once for each name, what was replaced, and how to switch that off."""
    if name not in _said and sys.stderr is not None:
        sys.stderr.write("runyard: {}; RUNYARD_SHIMS=off switches this off\n".format(sentence))
    _said.add(name)


def dropped(module: Any, name: str, own: Optional[Callable[[str], Any]]) -> Any:
    """The former value of a name that a module has dropped. `own`: the module's own __getattr__, which is asked first.

    ImportError, AttributeError: no replacement is known.
    """
    if own is not None:
        try:
            with warnings.catch_warnings():  # about the name's meaning in a later version
                warnings.simplefilter("ignore", FutureWarning)
                return own(name)
        except (AttributeError, ImportError):
            pass
    return _STANDS_FOR[module.__name__](module, name)


def _of_numpy(module: Any, name: str) -> Any:
    """The type of Python that an alias of numpy stood for."""
    now = _NUMPY.get(name, name)
    _say("numpy." + name, "numpy {} has no np.{}; Python's {} is used, which it was".format(
        getattr(module, "__version__", ""), name, now))
    return getattr(builtins, now)


def _of_collections(module: Any, name: str) -> Any:
    """The class of collections.abc. AttributeError: it has none of that name."""
    from collections import abc
    found = getattr(abc, name, None)
    if found is None:
        raise AttributeError("module 'collections' has no attribute {!r}".format(name))
    _say("collections." + name, "Python {}.{} has no collections.{}; collections.abc.{} is used".format(
        sys.version_info[0], sys.version_info[1], name, name))
    return found


def _of_datasets(module: Any, name: str) -> Any:
    """load_boston, as a function that says why it was removed."""
    _say("sklearn.datasets." + name,
         "scikit-learn has no {}; it can be imported, and says why when it is called".format(name))
    return load_boston


_STANDS_FOR = {"numpy": _of_numpy, "collections": _of_collections, "sklearn.datasets": _of_datasets}


def load_boston(*arguments: Any, **options: Any) -> Any:
    """Always raises ImportError, which says why it was removed, and what to use."""
    raise ImportError(_BOSTON)


def external(name: str, path: Any) -> Any:
    """The spec of sklearn.externals.joblib or six, or of a module in them, as an alias of the real module. None:
    scikit-learn has its own, or the real module is not installed."""
    real = name[len(_EXTERNALS):]
    top = real.partition(".")[0]
    outer = _EXTERNALS + top
    if top not in _MOVED:
        return None
    if PathFinder.find_spec(name, path) if name == outer else sys.modules[outer] is not sys.modules.get(top):
        return None
    try:
        __import__(real)
    except ImportError:
        return None
    loader: Any = _Real
    return ModuleSpec(name, loader)


class _Real:
    """Loads aliases of real modules."""

    @staticmethod
    def create_module(spec: Any) -> None:
        """None: Python creates a module, which exec_module replaces."""

    @staticmethod
    def exec_module(module: Any) -> None:
        """Replace an empty module by the real one."""
        name = module.__name__
        real = name[len(_EXTERNALS):]
        top = real.partition(".")[0]
        _say(_EXTERNALS + top, "scikit-learn has no {}{}; {} itself is used".format(_EXTERNALS, top, top))
        sys.modules[name] = sys.modules[real]
