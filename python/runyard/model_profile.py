# SPDX-License-Identifier: Apache-2.0
"""ModelProfile: how long a scoring script takes for real requests, which a service that lives only for this answers."""

import time
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _objects
from .exceptions import UserErrorException, WebserviceException

if TYPE_CHECKING:
    from .workspace import Workspace

MIN_PROFILE_CPU, MAX_PROFILE_CPU = 0.1, 3.5
MIN_PROFILE_MEMORY, MAX_PROFILE_MEMORY = 0.1, 15.0
_REQUESTS = 200
_SECONDS = 30.0  # after which no further request is sent
_PERCENTILES = (("50", 0.5), ("90", 0.9), ("95", 0.95), ("99", 0.99), ("999", 0.999))


class ModelProfile:
    """What Model.profile() returns. wait_for_completion() measures, and get_details() has the numbers."""

    def __init__(self, workspace: "Workspace", name: str) -> None:
        """Always raises UserErrorException: profiles are not kept."""
        raise UserErrorException("cannot find the profile '{}': profiles are not kept here, Model.profile(...) makes "
                                 "one".format(name))

    @classmethod
    def _of(cls, workspace: "Workspace", name: str, models: Any, config: Any, dataset: Any, cpu: Optional[float],
            memory: Optional[float], description: Optional[str]) -> "ModelProfile":
        """A profile that has not been measured. UserErrorException: an argument cannot be used."""
        if not name:
            raise UserErrorException("profile_name cannot be None or empty.")
        for value, what, low, high in ((cpu, "cpu", MIN_PROFILE_CPU, MAX_PROFILE_CPU),
                                       (memory, "memory", MIN_PROFILE_MEMORY, MAX_PROFILE_MEMORY)):
            if value and not low <= value <= high:
                raise UserErrorException("Expected {} value is between {} and {}. Provided: {}".format(
                    what, low, high, value))
        made = object.__new__(cls)
        made.workspace, made.name, made.description = workspace, name, description
        made._models, made._config, made._rows = models, config, _rows(dataset)
        made._asked = {"requestedCpu": cpu, "requestedMemoryInGB": memory}
        made.state, made.created_time, made.error, made._details = "NotStarted", datetime.utcnow(), None, {}
        return made

    workspace: "Workspace"
    name: str
    description: Optional[str]
    state: str
    created_time: datetime
    error: Optional[Dict[str, Any]]
    _models: Any
    _config: Any
    _rows: List[str]
    _asked: Dict[str, Any]
    _details: Dict[str, Any]

    def wait_for_completion(self, show_output: bool = False) -> None:
        """Measure: deploy a service, send it requests, remove it. An error is in get_details()."""
        if self.state != "NotStarted":
            return
        service = None
        try:
            service = _objects.Model.deploy(self.workspace, "profile-" + uuid.uuid4().hex[:12], self._models,
                                            self._config, _objects.AciWebservice.deploy_configuration())
            service.wait_for_deployment(show_output)
            self._measure(service)
            self.state = "Succeeded"
        except WebserviceException as error:
            self.state, self.error = "Failed", {"message": error.message}
        finally:
            if service is not None:
                service.delete()
        print(self.state)

    def _measure(self, service: Any) -> None:
        """Send the rows of the data set, again and again, and note how long the answers take."""
        taken: List[float] = []
        good, began = 0, time.monotonic()
        while len(taken) < _REQUESTS and time.monotonic() - began < _SECONDS:
            started = time.monotonic()
            try:
                service.run(self._rows[len(taken) % len(self._rows)])
                good += 1
            except WebserviceException as error:
                self.error = {"message": error.message}
            taken.append((time.monotonic() - started) * 1000)
        ordered = sorted(taken)
        self._details = {
            "totalQueries": len(taken), "successQueries": good, "successRate": 100.0 * good / len(taken),
            "averageLatencyInMs": sum(taken) / len(taken),
            "measuredQueriesPerSecond": len(taken) / (time.monotonic() - began)}
        for name, share in _PERCENTILES:
            self._details["latencyPercentile{}InMs".format(name)] = ordered[int(share * (len(ordered) - 1))]

    def get_details(self) -> Dict[str, Any]:
        """What was measured; of a failed profile, the error."""
        return {name: value for name, value in self.serialize().items() if value is not None and name != "id"}

    def serialize(self) -> Dict[str, Any]:
        """The profile for JSON."""
        return dict(self._asked, id=self.name, name=self.name, createdTime=self.created_time.isoformat(),
                    state=self.state, description=self.description, error=self.error, **self._details)


def _rows(dataset: Any) -> List[str]:
    """The requests in the one column of a data set. UserErrorException: it has another form."""
    if dataset is None:
        raise UserErrorException("Dataset not provided. Profiling required a dataset with sample input data.")
    if not hasattr(dataset, "to_pandas_dataframe"):
        raise UserErrorException("Dataset type not supported. Profiling currently works only with Tabular Datasets. "
                                 "Provided: {}".format(type(dataset)))
    frame = dataset.to_pandas_dataframe()
    if len(frame.columns) != 1:
        raise UserErrorException("Dataset format not supported. Number of columns != 1. Columns: {}".format(
            list(frame.columns)))
    rows = list(frame[frame.columns[0]])
    if not rows:
        raise UserErrorException("Empty Dataset. A row is a request")
    if not all(isinstance(row, str) for row in rows):
        raise UserErrorException("Dataset format not supported. Dataset contains datatype other than string.")
    return rows
