# SPDX-License-Identifier: Apache-2.0
"""The result of get_details, from a run as the API describes it."""

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .. import _objects
from .._data import inputs, outputs
from ..exceptions import UserErrorException

if TYPE_CHECKING:
    from ..environment import Environment

_HISTORY = {"outputCollection": True, "directoriesToWatch": ["logs"], "enableMLflowTracking": True}
_DEFINITION: Dict[str, Any] = {
    "sourceDirectoryDataStore": None, "framework": "Python", "communicator": "None", "dataReferences": {}, "data": {},
    "outputData": {}, "datacaches": [], "jobName": None, "maxRunDurationSeconds": None, "nodeCount": 1,
    "priority": None, "credentialPassthrough": False, "identity": None,
    "docker": {"useDocker": False, "sharedVolumes": True, "shmSize": None, "arguments": []}, "spark": {},
    "parallelTask": {}, "amlCompute": {}, "tensorflow": {}, "mpi": {}, "pyTorch": {}, "hdi": {}}
SCRIPT_RUN, SWEEP = "azureml.scriptrun", "hyperdrive"
PIPELINE, STEP = "azureml.PipelineRun", "azureml.StepRun"
_TYPES = {"script": SCRIPT_RUN, "command": SCRIPT_RUN}
_MLFLOW = {"azureml.git.repository_uri": "mlflow.source.git.repoURL", "azureml.git.branch": "mlflow.source.git.branch",
           "azureml.git.commit": "mlflow.source.git.commit"}


def type_of(run: Dict[str, Any]) -> Optional[str]:
    """The type that v1 gives a run; None for interactive runs."""
    source = (run.get("properties") or {}).get("azureml.runsource")
    return source if source in (SWEEP, PIPELINE, STEP) else _TYPES.get(run.get("kind", ""))


def is_sweep(run: Dict[str, Any]) -> bool:
    """Whether a run is a sweep, whose controller submits its child runs."""
    return (run.get("properties") or {}).get("azureml.runsource") == SWEEP


def printed(experiment: str, run_id: str, kind: Optional[str], status: str) -> str:
    """A run as v1 prints it."""
    return "Run(Experiment: {},\nId: {},\nType: {},\nStatus: {})".format(experiment, run_id, kind, status)


def shaped(run: Dict[str, Any], log_files: Dict[str, str]) -> Dict[str, Any]:
    """The dictionary of v1: runId, target, status, times, properties, runDefinition, logFiles, error, warnings.

    Times are ISO 8601 with Z. endTimeUtc is absent while the run goes on, and error if the run has none.
    """
    made: Dict[str, Any] = {"runId": run["id"], "target": run.get("target") or "local", "status": run["status"]}
    for key, name in (("startTimeUtc", "started"), ("endTimeUtc", "ended")):
        if run.get(name):
            made[key] = run[name]
    made.update(properties=properties_of(run), inputDatasets=inputs.details(run), outputDatasets=outputs.details(run),
                logFiles=log_files, submittedBy=run.get("submitter"))
    if type_of(run) is not None:
        made["runDefinition"] = _definition(run)
    if run.get("error"):
        made["error"] = error_of(run)
    if run.get("warnings"):
        made["warnings"] = [{"source": "runyard", "message": str(warning)} for warning in run["warnings"]]
    return made


def error_of(run: Dict[str, Any]) -> Dict[str, Any]:
    """The error as v1 nests it: details["error"]["error"]["message"]."""
    error = run.get("error") or {}
    shown: Dict[str, Any] = {"code": error.get("code") or "UserError", "message": error.get("message") or "",
                             "details": []}
    if error.get("type"):
        shown["debugInfo"] = {"type": error["type"], "message": error.get("message"),
                              "stackTrace": error.get("traceback")}
    return {"error": shown}


def properties_of(run: Dict[str, Any]) -> Dict[str, str]:
    """The run's own properties, and those that v1 adds."""
    made = {} if type_of(run) is None else {"_azureml.ComputeTargetType": "local"}
    snapshot = run.get("snapshot") or {}
    if snapshot.get("digest"):
        made["ContentSnapshotId"] = snapshot["digest"]
    for key, value in (snapshot.get("git") or {}).items():
        made[key] = str(value)
        if key in _MLFLOW:
            made[_MLFLOW[key]] = str(value)
    made.update(run.get("properties") or {})
    return made


def environment_of(run: Dict[str, Any]) -> "Environment":
    """The environment that a run was given. UserErrorException: the run is interactive."""
    if type_of(run) is None:
        raise UserErrorException("run {} is interactive: it has the environment of the Python that it belongs to"
                                 .format(run.get("id")))
    definition = _definition(run)["environment"]
    made = _objects.Environment(definition["name"] or "local")
    made.fill(definition, "the environment of run {}".format(run.get("id")))
    return made


def _texts(values: Any) -> List[str]:
    """Arguments as texts; bytes that are not UTF-8 are escaped."""
    import base64
    return [base64.b64decode(text["base64"]).decode("utf-8", "surrogateescape") if isinstance(text, dict) else str(text)
            for text in values or []]


def _definition(run: Dict[str, Any]) -> Dict[str, Any]:
    """The runDefinition of a script run: its configuration, and the facts of the run."""
    given = dict(run.get("configuration") or {})
    facts = {"script": run.get("script"), "command": run.get("command") or "", "useAbsolutePath": False,
             "arguments": _texts(run.get("arguments")), "target": run.get("target") or "local",
             "environmentVariables": _variables(run), "environment": _environment(run, given.get("environment") or {}),
             "history": dict(_HISTORY, **dict(given.get("history") or {}, snapshotProject=bool(run.get("snapshot"))))}
    if run.get("max_seconds") is not None:
        facts["maxRunDurationSeconds"] = run["max_seconds"]
    return dict(_DEFINITION, **dict(given, **facts))


def _environment(run: Dict[str, Any], given: Dict[str, Any]) -> Dict[str, Any]:
    """The environment of a script run, with the interpreter that it has."""
    path = (run.get("interpreter") or {}).get("path") or "python"
    python = dict({"userManagedDependencies": True, "condaDependencies": None, "baseCondaEnvironment": None},
                  **dict(given.get("python") or {}, interpreterPath=path))
    return dict({"name": "local", "version": None, "docker": {}, "spark": {}, "inferencingStackVersion": None},
                **dict(given, python=python, environmentVariables=_variables(run)))


def _variables(run: Dict[str, Any]) -> Dict[str, str]:
    """The run's own variables as texts, without those of its inputs and outputs."""
    variables = {str(name): _texts([value])[0] for name, value in (run.get("environment") or {}).items()}
    return outputs.own_only(inputs.own_only(variables))
