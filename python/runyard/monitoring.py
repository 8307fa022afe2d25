# SPDX-License-Identifier: Apache-2.0
"""ModelDataCollector: what goes into models and comes out of them, as CSV files."""

import csv
import fcntl
import io
import os
import threading
import uuid
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional

from ._base import messages
from ._config import workspace_file

_DESIGNATIONS = ("inputs", "predictions", "labels", "signals", "general")
_UNKNOWN = "default"
_MINUTES_A_DAY = 24 * 60


class ModelDataCollector:
    """Appends rows to a file, in a run below ./outputs, which is kept, else below the current folder:
    modeldata/<workspace>/<web service>/<model>/<version>/<designation>/<year>/<month>/<day>/<name>.csv.

    AML_MODEL_DC_STORAGE_ENABLED=false in the environment switches it off.

    >>> inputs = ModelDataCollector("ridge", designation="inputs", feature_names=["age", "bmi"])
    >>> inputs.collect([[59, 32.1]])
    """

    AML_DC_CORRELATION_HEADER = "$aml_dc_correlation_id"
    AML_DC_SCORING_TIMESTAMP_HEADER = "$aml_dc_scoring_timestamp"
    AML_DC_BOUNDARY_HEADER = "$aml_dc_boundary"
    AML_WORKSPACE_HEADER = "$aml_workspace"
    AML_SERVICE_NAME_HEADER = "$aml_service_name"
    AML_MODEL_NAME_HEADER = "$aml_model_name"
    AML_MODEL_VERSION_HEADER = "$aml_model_version"
    AML_REQUEST_ID_HEADER = "$aml_request_id"

    def __init__(self, model_name: str, designation: str = _UNKNOWN, feature_names: Optional[List[str]] = None,
                 workspace: str = "default/default/default", webservice_name: str = _UNKNOWN,
                 model_version: str = _UNKNOWN, collection_name: str = _UNKNOWN) -> None:
        """`designation`: inputs, predictions, labels, signals or general. `collection_name`: the file's name where it
        is signals or general. With another designation nothing is collected, which a warning says."""
        self._designation = "general" if designation == _UNKNOWN else designation
        self._is_on = os.environ.get("AML_MODEL_DC_STORAGE_ENABLED", "true").lower() != "false"
        if self._designation not in _DESIGNATIONS:
            self._is_on = False
            messages.warn("cannot collect data of model '{}': there is no designation '{}', only {}".format(
                model_name, designation, ", ".join(_DESIGNATIONS)))
        self.model_name, self.model_version = model_name, model_version
        self.workspace = workspace if workspace != "default/default/default" else "/".join(
            workspace_file.from_environment())
        self.service_name = webservice_name if webservice_name != _UNKNOWN else os.environ.get("SERVICE_NAME", _UNKNOWN)
        self.filename = (collection_name if self._designation in ("signals", "general") else self._designation) + ".csv"
        self._feature_names = list(feature_names) if feature_names is not None else None
        self._lock = threading.Lock()

    def collect(self, input_data: Any, user_correlation_id: str = "") -> Optional[Dict[str, Any]]:
        """Append the rows of a list, an array or a data frame. Returns what add_correlations() takes, for inputs.

        Data that are no table, and a file that cannot be written, are a warning: a model must answer in any case.
        """
        if not self._is_on:
            return None
        correlations = self._new_correlations(user_correlation_id) if self._designation == "inputs" else None
        names, rows = _table(input_data)
        if rows is None:
            messages.warn("cannot collect data of model '{}': it is a {}, not a list, an array or a data frame".format(
                self.model_name, type(input_data).__name__))
            return None
        names = names or self._feature_names
        if correlations is not None:
            names = names + list(correlations) if names else None
            rows = [row + list(correlations.values()) for row in rows]
        try:
            self._append(names, rows)
        except OSError as error:
            messages.warn("cannot collect data of model '{}': {}".format(self.model_name, error))
        return correlations

    def add_correlations(self, input_data: Any, correlations: Optional[Dict[str, Any]]) -> Any:
        """The data with the columns that collect() of the inputs returned: list, array or data frame, as given."""
        if correlations is None:
            return input_data
        if hasattr(input_data, "columns"):
            return input_data.assign(**correlations)
        names, rows = _table(input_data)
        if rows is None:
            return input_data
        if self._feature_names is not None:
            self._feature_names += [name for name in correlations if name not in self._feature_names]
        return [row + list(correlations.values()) for row in rows]

    def _new_correlations(self, given: str) -> Dict[str, Any]:
        """The facts about one request."""
        made = str(uuid.uuid4())
        return {self.AML_DC_CORRELATION_HEADER: "{}-{}".format(given, made) if given else made,
                self.AML_DC_SCORING_TIMESTAMP_HEADER: datetime.now(timezone.utc).replace(tzinfo=None).isoformat(),
                self.AML_DC_BOUNDARY_HEADER: _MINUTES_A_DAY, self.AML_WORKSPACE_HEADER: self.workspace,
                self.AML_SERVICE_NAME_HEADER: self.service_name, self.AML_MODEL_NAME_HEADER: self.model_name,
                self.AML_MODEL_VERSION_HEADER: self.model_version, self.AML_REQUEST_ID_HEADER: str(uuid.UUID(int=0))}

    def _append(self, names: Optional[List[str]], rows: List[List[Any]]) -> None:
        """Append rows to today's file, behind a first line with the names. OSError: it cannot be written."""
        text = io.StringIO()
        path = self._path()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with self._lock, open(path, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # other processes of the service
            csv.writer(text).writerows(([names] if names and not os.fstat(file.fileno()).st_size else []) + rows)
            file.write(text.getvalue().encode("utf-8", "replace"))

    def _path(self) -> str:
        """The file of today."""
        parts = self.workspace.split("/") + [self.service_name, self.model_name, str(self.model_version),
                                             self._designation]
        top = ["outputs"] if os.environ.get("RUNYARD_RUN_ID") else []
        today = datetime.now(timezone.utc).strftime("%Y/%m/%d")
        return os.path.join(*top, "modeldata", *map(_safe, parts), *today.split("/"), _safe(self.filename))


def _safe(name: str) -> str:
    """A name as the name of one folder or file."""
    return name.replace("/", "_").replace("\0", "_") if name not in ("", ".", "..") else "_"


def _table(data: Any) -> Any:
    """The names of the columns (None: there are none) and the rows; no rows: it is no table. A flat list is a row."""
    if hasattr(data, "toPandas"):
        data = data.toPandas()
    if hasattr(data, "columns") and hasattr(data, "values"):
        return [str(name) for name in data.columns], data.values.tolist()
    if hasattr(data, "tolist"):
        data = data.tolist()
    if not isinstance(data, list):
        return None, None
    return None, [list(row) for row in data] if data and all(isinstance(row, (list, tuple)) for row in data) else [data]
