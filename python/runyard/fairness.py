# SPDX-License-Identifier: Apache-2.0
"""Dashboards of Fairlearn as files of a run: fairness/<upload id>.json."""

import io
import json
import uuid
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _objects
from ._client import files
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .run import Run

DEFAULT_UPLOAD_BYTES_LIMIT = 20 * 1024 * 1024
_FOLDER = "fairness/"
_PREDICTIONS = ("binaryClassification", "regression", "probability")
_KEYS = ("schemaType", "schemaVersion", "predictionType", "trueY", "predictedY", "modelNames", "precomputedFeatureBins",
         "precomputedMetrics")


class DashboardValidationException(UserErrorException):
    """A dictionary is not the data of a dashboard."""


def upload_dashboard_dictionary(run: "Run", dashboard_dict: Dict[str, Any], dashboard_name: str,
                                dataset_name: Optional[str] = None, dataset_id: Optional[str] = None,
                                upload_bytes_limit: int = DEFAULT_UPLOAD_BYTES_LIMIT,
                                validate_model_ids: bool = True) -> str:
    """Keep the data of a dashboard with a run. Returns the id of the upload.

    DashboardValidationException: the data have another form, or are longer than `upload_bytes_limit` as JSON.
    ModelNotFoundException: validate_model_ids is set, and one of modelNames is not NAME:VERSION of a registered model.

    >>> upload_id = upload_dashboard_dictionary(run, dashboard_dict, "Fairness of ridge")
    """
    _check(dashboard_dict)
    if validate_model_ids:
        for model in dashboard_dict["modelNames"]:
            _objects.Model(run.experiment.workspace, id=model)
    try:
        dashboard = json.dumps(dashboard_dict)
    except (TypeError, ValueError) as error:
        raise DashboardValidationException("Dashboard: it cannot be written as JSON: {}".format(error)) from None
    if len(dashboard) > upload_bytes_limit:
        raise DashboardValidationException(
            "Dashboard: Upload size too large ({} > {} bytes). Reduce number of samples, predictions or sensitive "
            "features".format(len(dashboard), upload_bytes_limit))
    upload_id = str(uuid.uuid4())
    facts = json.dumps({"dashboard_name": dashboard_name, "dataset_name": dataset_name, "dataset_id": dataset_id})
    run.upload_file(_name_of(upload_id), io.BytesIO(
        '{},"dashboard":{}}}'.format(facts[:-1], dashboard).encode("utf-8", "replace")))
    return upload_id


def list_available_upload_ids(run: "Run") -> List[str]:
    """The ids of the dashboards of a run."""
    return [name[len(_FOLDER):-len(".json")] for name in run.get_file_names()
            if name.startswith(_FOLDER) and name.endswith(".json")]


def download_dashboard_by_upload_id(run: "Run", upload_id: str) -> Dict[str, Any]:
    """The data of a dashboard, as they were given. UserErrorException: the run has no such upload."""
    content = files.content(run.id, _name_of(upload_id)).all()
    try:
        dashboard: Dict[str, Any] = json.loads(content)["dashboard"]
    except (ValueError, KeyError, TypeError):
        raise DashboardValidationException("Dashboard: {} of run {} is damaged".format(
            _name_of(upload_id), run.id)) from None
    return dashboard


def _name_of(upload_id: str) -> str:
    """The name of the file of an upload."""
    return "{}{}.json".format(_FOLDER, upload_id)


def _check(found: Any) -> None:
    """DashboardValidationException: a dictionary is not the data of a dashboard."""
    missing = [key for key in _KEYS if key not in found] if isinstance(found, dict) else _KEYS
    if missing:
        raise DashboardValidationException("Dashboard: it has no {}".format(", ".join(missing)))
    _check_value(found, "schemaType", ("dashboardDictionary",))
    _check_value(found, "schemaVersion", (0,))
    _check_value(found, "predictionType", _PREDICTIONS)
    rows, models, bins = len(found["trueY"]), len(found["predictedY"]), found["precomputedFeatureBins"]
    for predicted in found["predictedY"]:
        _check_length("a predictedY", predicted, rows)
    _check_length("modelNames", found["modelNames"], models)
    for feature in bins:
        _check_length("binVector of '{}'".format(feature["featureBinName"]), feature["binVector"], rows)
        _check_length("binLabels of '{}'".format(feature["featureBinName"]), feature["binLabels"],
                      1 + max(feature["binVector"], default=-1))
    _check_length("precomputedMetrics", found["precomputedMetrics"], len(bins))
    for metrics in found["precomputedMetrics"]:
        _check_length("an element of precomputedMetrics", metrics, models)


def _check_value(found: Dict[str, Any], key: str, allowed: Any) -> None:
    """DashboardValidationException: a value is none of those that are allowed."""
    if found[key] not in allowed:
        raise DashboardValidationException("Dashboard: '{}' of {!r} is invalid, it must be {}".format(
            key, found[key], " or ".join(map(repr, allowed))))


def _check_length(what: str, found: Any, length: int) -> None:
    """DashboardValidationException: a list has another length."""
    if len(found) != length:
        raise DashboardValidationException("Dashboard: {} has length {} instead of {}".format(what, len(found), length))
