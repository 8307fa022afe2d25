# SPDX-License-Identifier: Apache-2.0
"""Explainers for scoring: thin forms that explain by the explainer they were made from, one of interpret-community, and
that can be kept in a file."""

import os
import pickle
from typing import Any, List, Optional

from .exceptions import UserErrorException

_FILE = "scoring_explainer.pkl"


class DirectoryExistsException(UserErrorException):
    """A folder for a scoring explainer exists already."""


class ScoringExplainer:
    """Explains the predictions of a model for new rows.

    >>> explainer = TreeScoringExplainer(TabularExplainer(model, x_train))
    >>> save(explainer, "outputs/explainer")
    >>> load("outputs/explainer").explain(x_test)
    """

    def __init__(self, original_explainer: Any, feature_maps: Any = None, raw_features: Any = None,
                 engineered_features: Any = None, **kwargs: Any) -> None:
        """`feature_maps`: matrices of raw by generated features, in the order of their transformations, for
        explain(get_raw=True). The names of features are those that are given, else those of the original.
        UserErrorException: it is no explainer of interpret-community."""
        if not callable(getattr(original_explainer, "explain_local", None)):
            raise UserErrorException("a scoring explainer is made from an explainer of interpret-community (`pip "
                                     "install interpret-community`), as TabularExplainer(model, x_train), not from "
                                     "{!r}".format(type(original_explainer).__name__))
        self._original = original_explainer
        self._maps = list(feature_maps or [])
        names = _as_list(getattr(original_explainer, "features", None))
        is_raw = getattr(original_explainer, "transformations", None) is not None
        raw, engineered = _as_list(raw_features), _as_list(engineered_features)
        self._raw = (raw or names) if is_raw else raw
        self._engineered = engineered if is_raw else (engineered or names) if self._maps else None
        self._features = self._raw if is_raw else self._engineered or names

    features = property(lambda self: self._features, doc="The names of the features that explain() explains.")
    raw_features = property(lambda self: self._raw, doc="The names of the features before their transformation.")
    engineered_features = property(lambda self: self._engineered, doc="The names of the features after it.")

    def fit(self, X: Any, y: Any = None) -> "ScoringExplainer":
        """Does nothing: pipelines of scikit-learn call it."""
        return self

    def explain(self, evaluation_examples: Any, get_raw: Optional[bool] = None) -> List[Any]:
        """The importance of each feature for each row; of a classifier a list of these, one for each class. By default
        those of the original explainer; get_raw=True applies the feature maps.

        UserErrorException: get_raw is asked for, and there are no maps.
        """
        values = self._original.explain_local(evaluation_examples).local_importance_values
        if get_raw and getattr(self._original, "transformations", None) is None:
            values = self._raw_values(values)
        return list(_as_list(values))

    def predict(self, evaluation_examples: Any) -> List[Any]:
        """As explain()."""
        return self.explain(evaluation_examples)

    def _raw_values(self, values: Any) -> Any:
        """The importance of raw features: the sums of what was made from each."""
        if not self._maps:
            raise UserErrorException("get_raw=True needs the feature_maps of the scoring explainer, or the "
                                     "transformations of the original explainer")
        import numpy  # type: ignore[import-not-found, unused-ignore]  # large, and only needed here
        found = numpy.asarray(values)
        for matrix in reversed(self._maps):
            found = found @ numpy.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix).T
        return found


class KernelScoringExplainer(ScoringExplainer):
    """For any model."""

    def __init__(self, original_explainer: Any, initialization_examples: Any = None, **kwargs: Any) -> None:
        """`initialization_examples` has no effect: the original explainer has its own."""
        super().__init__(original_explainer, **kwargs)


class DeepScoringExplainer(ScoringExplainer):
    """For a neural network."""

    def __init__(self, original_explainer: Any, initialization_examples: Any = None, serializer: Any = None,
                 **kwargs: Any) -> None:
        """`initialization_examples` and `serializer` have no effect."""
        super().__init__(original_explainer, **kwargs)


class LinearScoringExplainer(ScoringExplainer):
    """For a linear model."""

    def __init__(self, original_explainer: Any, initialization_examples: Any = None, **kwargs: Any) -> None:
        """`initialization_examples` has no effect: the original explainer has its own."""
        super().__init__(original_explainer, **kwargs)


class TreeScoringExplainer(ScoringExplainer):
    """For trees and forests."""

    def __init__(self, original_explainer: Any, **kwargs: Any) -> None:
        """As ScoringExplainer."""
        super().__init__(original_explainer, **kwargs)


def save(scoring_explainer: Any, directory: str = ".", exist_ok: bool = False) -> str:
    """Write a scoring explainer as scoring_explainer.pkl into a folder, which is made. Returns the path of the file.

    DirectoryExistsException: the folder exists, and exist_ok is not set. UserErrorException: the explainer cannot be
    written.
    """
    if os.path.isdir(directory) and not exist_ok:
        raise DirectoryExistsException("cannot write a scoring explainer to {}: the folder exists; exist_ok=True uses "
                                       "it".format(os.path.abspath(directory)))
    try:
        content = pickle.dumps(scoring_explainer)
    except Exception as error:  # whatever the model's own methods raise
        raise UserErrorException("cannot write a scoring explainer: a part of it cannot be pickled: {}".format(
            error)) from error
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, _FILE)
    with open(path, "wb") as file:
        file.write(content)
    return path


def load(directory: str) -> Any:
    """Read the scoring explainer of a folder. Like every pickle, it may run any code: load only your own.

    UserErrorException: there is none, or a package that it needs is not installed.
    """
    path = os.path.join(directory, _FILE)
    try:
        with open(path, "rb") as file:
            return pickle.load(file)
    except OSError as error:
        raise UserErrorException("cannot read a scoring explainer: {}".format(error)) from None
    except ModuleNotFoundError as error:
        raise UserErrorException("cannot read the scoring explainer {}: {}; `pip install interpret-community` installs "
                                 "what explainers need".format(path, error)) from error


def _as_list(values: Any) -> Any:
    """An array or an index as a list; None stays None."""
    return values.tolist() if hasattr(values, "tolist") else values
