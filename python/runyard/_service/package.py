# SPDX-License-Identifier: Apache-2.0
"""The folder of a package: a Dockerfile, the source of a service with its models, and its requirements.

The container runs Microsoft's server (azureml-inference-server-http), which needs nothing of Runyard.
"""

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any, List

from .._config import requirements
from ..exceptions import WebserviceException
from .settings import MODELS
from .source import Source, path_of, staged

if TYPE_CHECKING:
    from ..model import Model

_ROOT = "/var/azureml-app"
_PORT = 5001
_SERVER = "azureml-inference-server-http"
_OURS = ("runyard", "pip", "setuptools", "wheel")
_DOCKERFILE = """{head}
WORKDIR {root}
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt {server}
COPY . .
{variables}
EXPOSE {port}
CMD ["azmlinfsrv", "--entry_script", "{script}", "--model_dir", "{models}", "--port", "{port}"]
"""


def write(source: Source, models: "List[Model]", folder: str) -> None:
    """Write the folder; files of the same name are replaced. WebserviceException: it cannot be written."""
    with staged(source, models) as top:
        try:
            lines = _requirements(source.environment)
            _put(os.path.join(top, "requirements.txt"), "".join(line + "\n" for line in lines))
            _put(os.path.join(top, "Dockerfile"), _dockerfile(source, models))
            _move(top, folder)
        except OSError as error:
            raise WebserviceException("cannot write the package to {}: {}".format(
                folder, error.strerror or error)) from None


def _move(top: str, folder: str) -> None:
    """Copy all files below one folder into another one."""
    for path, _, names in os.walk(top):
        target = os.path.join(folder, os.path.relpath(path, top))
        os.makedirs(target, exist_ok=True)
        for name in names:
            shutil.copyfile(os.path.join(path, name), os.path.join(target, name))


def _put(path: str, text: str) -> None:
    """Write a text file."""
    if os.path.lexists(path):
        os.unlink(path)  # it may be a link to the user's own file
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _dockerfile(source: Source, models: "List[Model]") -> str:
    """The text of the Dockerfile."""
    docker = None if source.environment is None else source.environment.docker
    head = docker.base_dockerfile if docker and docker.base_dockerfile else "FROM python:{}-slim".format(
        _python(source.environment))
    given = {"AML_APP_ROOT": _ROOT, **_variables(source.environment)}
    below = path_of(models[0]) if len(models) == 1 else MODELS
    return _DOCKERFILE.format(
        head=head.rstrip("\n"), root=_ROOT, server=_SERVER, port=_PORT, script=source.entry_script,
        models="{}/{}".format(_ROOT, below),
        variables="\n".join('ENV {}="{}"'.format(name, _escaped(value)) for name, value in given.items()))


def _escaped(value: str) -> str:
    """A value in quotes of a Dockerfile."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", " ")


def _variables(environment: Any) -> Any:
    """The variables of an environment, without the example that every new one has."""
    found = {} if environment is None else environment.environment_variables or {}
    return {str(name): str(value) for name, value in found.items() if name != "EXAMPLE_ENV_VAR"}


def _python(environment: Any) -> str:
    """The version of Python, as "3.8"."""
    packages = _packages(environment)
    chosen = packages.get_python_version() if packages is not None else None
    return ".".join((chosen or "{}.{}".format(*sys.version_info)).split(".")[:2])


def _packages(environment: Any) -> Any:
    """The packages of an environment that Runyard builds; None: it is an interpreter."""
    if environment is None or environment.python.user_managed_dependencies:
        return None
    return environment.python.conda_dependencies


def _requirements(environment: Any) -> List[str]:
    """The lines for pip: of the environment, or all that this Python has."""
    packages = _packages(environment)
    if packages is None:
        return _installed()
    lines = [line for line in packages.pip_packages if line.split("=")[0] not in _OURS]
    conda = [line for line in requirements.of(packages) if line not in lines]
    return [*packages.pip_options, *lines, *conda]


def _installed() -> List[str]:
    """The packages of this Python with their versions, as requirements."""
    try:
        from importlib import metadata  # Python 3.7 lacks it
    except ImportError:
        return []
    found = {str(package.metadata["Name"]): package.version for package in metadata.distributions()
             if package.metadata["Name"]}
    return sorted("{}=={}".format(name, version) for name, version in found.items() if name.lower() not in _OURS)
