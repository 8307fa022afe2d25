# SPDX-License-Identifier: Apache-2.0
"""ExplanationClient: explanations of models as files of a run, explanation/<upload>/. They are made and read by the
package interpret-community; runyard.json beside its files says what the list of explanations shows."""

import json
import os
import sys
import tempfile
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _objects
from ._client import files
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .run import Run
    from .workspace import Workspace

_FOLDER = "explanation/"
_FACTS = "runyard.json"
_SHOWN = ("id", "comment", "data_type", "explain_type", "model_type", "is_raw", "is_engineered", "upload_time")
_TIME = "%Y-%m-%dT%H:%M:%S.%f"


class ExplanationNotFoundException(UserErrorException):
    """A run has no such explanation."""


class InvalidExplanationException(UserErrorException):
    """An object is no explanation."""


class ExplanationClient:
    """Keeps explanations with a run, and finds them again.

    >>> client = ExplanationClient.from_run(run)
    >>> client.upload_model_explanation(explainer.explain_global(x_test), comment="all features")
    >>> client.download_model_explanation().get_feature_importance_dict()
    """

    def __init__(self, service_context: Any, experiment_name: Any, run_id: Any, _run: "Optional[Run]" = None,
                 datastore_name: Optional[str] = None) -> None:
        """For a run that exists: `service_context` is that of its workspace. `datastore_name` has no effect."""
        self._run = _run or _objects.Run(_objects.Experiment(service_context, experiment_name), run_id)

    @classmethod
    def from_run(cls, run: "Run", datastore_name: Optional[str] = None) -> "ExplanationClient":
        """For a run."""
        return cls(None, None, None, _run=run)

    @classmethod
    def from_run_id(cls, workspace: "Workspace", experiment_name: str, run_id: str,
                    datastore_name: Optional[str] = None) -> "ExplanationClient":
        """For a run, by its id."""
        return cls(workspace.service_context, experiment_name, run_id)

    @property
    def run(self) -> "Run":
        """The run."""
        return self._run

    def upload_model_explanation(self, explanation: Any, max_num_blocks: Optional[int] = None,
                                 block_size: Optional[int] = None, top_k: Optional[int] = None,
                                 comment: Optional[str] = None, init_dataset_id: Optional[str] = None,
                                 eval_dataset_id: Optional[str] = None, ys_pred_dataset_id: Optional[str] = None,
                                 ys_pred_proba_dataset_id: Optional[str] = None, upload_datasets: bool = False,
                                 model_id: Optional[str] = None, true_ys: Any = None,
                                 visualization_points: Any = 5000) -> None:
        """Keep an explanation, with `comment`, `model_id`, the ids of datasets and `true_ys`. The other arguments have
        no effect: all of it is kept, with its data.

        InvalidExplanationException: it was not made by interpret-community. UserErrorException: that is not installed.
        """
        facts = _facts_of(explanation)
        facts.update(comment=comment, model_id=model_id, init_dataset_id=init_dataset_id,
                     eval_dataset_id=eval_dataset_id, ys_pred_dataset_id=ys_pred_dataset_id,
                     ys_pred_proba_dataset_id=ys_pred_proba_dataset_id, true_ys=_as_list(true_ys))
        name = _FOLDER + uuid.uuid4().hex
        with tempfile.TemporaryDirectory() as top:
            folder, path = os.path.join(top, "files"), os.path.join(top, _FACTS)
            _library().save_explanation(explanation, folder)
            self._run.upload_folder(name, folder)
            with open(path, "w", encoding="utf-8") as file:
                json.dump(facts, file, default=str)
            self._run.upload_file("{}/{}".format(name, _FACTS), path)  # at last: what has it is whole

    def list_model_explanations(self, comment: Optional[str] = None, raw: Optional[bool] = None,
                                engineered: Optional[bool] = None) -> List[Dict[str, Any]]:
        """What is known of the explanations, the oldest first: id, comment, data_type, explain_type, model_type,
        is_raw, is_engineered and upload_time. With arguments, only those that are so."""
        found = self._kept({"comment": comment, "is_raw": raw, "is_engineered": engineered})
        return [{name: facts.get(name) for name in _SHOWN} for facts in found]

    def download_model_explanation(self, explanation_id: Optional[str] = None, top_k: Optional[int] = None,
                                   comment: Optional[str] = None, raw: Optional[bool] = None,
                                   engineered: Optional[bool] = None) -> Any:
        """The newest explanation that fits. With `top_k`, its ranked names and values are so many.

        ExplanationNotFoundException: there is none. UserErrorException: interpret-community is not installed.
        """
        asked = {"id": explanation_id, "comment": comment, "is_raw": raw, "is_engineered": engineered}
        found = self._kept(asked)
        if not found:
            raise ExplanationNotFoundException("run {} has no explanation {}; it has {}".format(
                self._run.id,
                ", ".join("{} {!r}".format(name, value) for name, value in asked.items() if value is not None),
                ", ".join(str(facts["id"]) for facts in self._kept({})) or "none"))
        with tempfile.TemporaryDirectory() as top:
            self._run.download_files(prefix=found[-1]["folder"], output_directory=top, append_prefix=False)
            explanation = _library().load_explanation(top)
        return explanation if top_k is None else _cut(explanation, top_k)

    def _kept(self, asked: Dict[str, Any]) -> List[Dict[str, Any]]:
        """The facts of the explanations that have these values, the oldest first; None is any value."""
        found = []
        for name in self._run.get_file_names():
            if name.startswith(_FOLDER) and name.endswith("/" + _FACTS):
                facts = json.loads(files.content(self._run.id, name).all())
                if all(value in (None, facts.get(key)) for key, value in asked.items()):
                    found.append(dict(facts, folder=name[:-len(_FACTS) - 1],
                                      upload_time=datetime.strptime(facts["upload_time"], _TIME)))
        return sorted(found, key=lambda facts: facts["upload_time"])


def _facts_of(explanation: Any) -> Dict[str, Any]:
    """What an explanation says of itself. InvalidExplanationException: it is none."""
    if not all(hasattr(explanation, name) for name in ("id", "method", "model_type")):
        raise InvalidExplanationException("cannot keep an explanation: a {} is none of interpret-community".format(
            type(explanation).__name__))
    return {"id": explanation.id, "data_type": "tabular", "explain_type": explanation.method,
            "model_type": "classification" if hasattr(explanation, "num_classes") else "regression",
            "is_raw": bool(getattr(explanation, "is_raw", False)),
            "is_engineered": bool(getattr(explanation, "is_engineered", False)),
            "upload_time": datetime.now(timezone.utc).strftime(_TIME)}


def _as_list(values: Any) -> Any:
    """A column of a data frame or an array as a list."""
    values = getattr(values, "values", values)
    return values.tolist() if hasattr(values, "tolist") else values


def _library() -> Any:
    """What writes and reads explanations. UserErrorException: it is not installed."""
    try:
        from interpret_community import explanation  # type: ignore[import-not-found, unused-ignore]
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "interpret_community":
            raise
        raise UserErrorException("cannot write or read explanations: interpret-community is not installed for {}; "
                                 "`pip install interpret-community` does it".format(sys.executable)) from None
    return explanation


def _cut(explanation: Any, count: int) -> Any:
    """An explanation whose ranked names and values are so many."""
    for kind in ("global", "per_class"):
        for part in ("names", "values"):
            ranked = getattr(explanation, "get_ranked_{}_{}".format(kind, part), None)
            if ranked is not None:
                setattr(explanation, "_ranked_{}_{}".format(kind, part), ranked(count))
    return explanation
