# SPDX-License-Identifier: Apache-2.0
"""What a host is told by the submit of its run: the variable RUNYARD_SERVICE, as JSON."""

import json
import os
from typing import Any, Dict, List, NamedTuple

from ..exceptions import UserErrorException

VARIABLE = "RUNYARD_SERVICE"
SOCKET = "RUNYARD_SERVICE_SOCKET"
MODEL_DIR = "AZUREML_MODEL_DIR"
ROOT = "AML_APP_ROOT"  # the folder of the source, as scripts of SDK v1 find it
MODELS = "azureml-models"  # the folder of the models in the source of a service, as in the containers of SDK v1
TIMEOUT = 60.0
INIT_TIMEOUT = 600.0
WORKERS = 2
MOST_WORKERS = 64
_CORS = "AML_CORS_ORIGINS"  # as Microsoft's server reads it


class Settings(NamedTuple):
    """entry_script: its path in the source. models: [{"name", "version", "path"}], the path in the source too.
    timeout, init_timeout: seconds that run() and init() may take. cors: origins of pages that may ask."""

    entry_script: str
    models: List[Dict[str, Any]] = []
    workers: int = WORKERS
    timeout: float = TIMEOUT
    init_timeout: float = INIT_TIMEOUT
    cors: List[str] = []
    name: str = "ML service"

    def as_text(self) -> str:
        """The value of the variable."""
        return json.dumps(self._asdict())


def of_text(text: str) -> Settings:
    """The settings in the value of the variable. UserErrorException: it is not what a submit writes."""
    try:
        given = json.loads(text)
        entry_script = given["entry_script"]
        made = Settings(**{name: value for name, value in given.items() if name in Settings._fields})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserErrorException("cannot read {}: expected JSON with entry_script, not {!r}".format(
            VARIABLE, text[:200])) from None
    if not isinstance(entry_script, str) or not entry_script:
        raise UserErrorException("cannot read {}: entry_script is {!r}".format(VARIABLE, entry_script))
    return _checked(made)


def _checked(made: Settings) -> Settings:
    """The settings, with the origins of this process. UserErrorException: a number is out of range."""
    if not isinstance(made.workers, int) or not 1 <= made.workers <= MOST_WORKERS:
        raise UserErrorException("cannot start a service with {!r} workers: 1 to {} are possible".format(
            made.workers, MOST_WORKERS))
    for name in ("timeout", "init_timeout"):
        seconds = getattr(made, name)
        if not isinstance(seconds, (int, float)) or not seconds > 0:
            raise UserErrorException("cannot start a service with {} = {!r}: it must be a positive number of "
                                     "seconds".format(name, seconds))
    origins = made.cors or [origin.strip() for origin in os.environ.get(_CORS, "").split(",") if origin.strip()]
    return made._replace(cors=origins)


def of_environment() -> Settings:
    """The settings of this process. UserErrorException: it was not started for a service."""
    text = os.environ.get(VARIABLE)
    if text is None:
        raise UserErrorException("this program is started by a service's run; deploy one with Model.deploy or "
                                 "`runyard serve` ({} is not set)".format(VARIABLE))
    return of_text(text)


def model_dir(models: List[Dict[str, Any]], folder: str) -> str:
    """The value of AZUREML_MODEL_DIR: the folder of the version where there is one model, else the folder of all,
    which then have NAME/VERSION below it.

    UserErrorException: the files of a model are not there.
    """
    for model in models:
        path = os.path.join(folder, model["path"])
        if not os.path.isdir(path):
            raise UserErrorException("cannot find version {} of the model '{}': {} is not there".format(
                model["version"], model["name"], path))
    return os.path.join(folder, models[0]["path"] if len(models) == 1 else MODELS)
