# SPDX-License-Identifier: Apache-2.0
"""ModelPackage: a folder from which a container with the models and the script can be built elsewhere."""

import os
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn

from ._service import package, submission
from ._service.source import Source
from .exceptions import WebserviceException

if TYPE_CHECKING:
    from .workspace import Workspace


class ModelPackage:
    """What Model.package() returns. Nothing is built before save().

    >>> Model.package(ws, [model], inference_config, generate_dockerfile=True).save("image")
    """

    def __init__(self, workspace: "Workspace", operation_id: Any, environment: Any) -> None:
        """Always raises WebserviceException: Model.package() makes packages."""
        raise WebserviceException("a package is made by Model.package(workspace, models, inference_config)")

    @classmethod
    def _of(cls, workspace: "Workspace", models: Any, config: Any, generate_dockerfile: bool) -> "ModelPackage":
        """The package of models and a configuration. WebserviceException: there is none, or a model is not found."""
        if config is None:
            raise WebserviceException("Error, model packaging requires an InferenceConfig containing an Environment "
                                      "object.")
        made = object.__new__(cls)
        made.workspace, made.generate_dockerfile = workspace, generate_dockerfile
        made._models, made._source = submission.resolved(workspace, models), config._source()
        made.state, made.error, made.location = "Succeeded", None, None
        return made

    workspace: "Workspace"
    generate_dockerfile: bool
    state: str
    error: Any
    location: Any
    _models: List[Any]
    _source: Source
    package_build_log_uri = None

    def wait_for_creation(self, show_output: bool = False) -> None:
        """Print that the package can be saved."""
        if show_output:
            print("Package creation {}".format(self.state))

    def update_creation_state(self) -> None:
        """Nothing changes."""

    def save(self, output_directory: str) -> None:
        """Write a Dockerfile, the source, the models and requirements.txt into a folder.

        WebserviceException: it is a file, or cannot be written.
        """
        if os.path.exists(output_directory) and not os.path.isdir(output_directory):
            raise WebserviceException("Error, output path is not a directory: {}".format(output_directory))
        package.write(self._source, self._models, output_directory)

    def pull(self) -> NoReturn:
        """Always raises WebserviceException: no image is built here."""
        raise WebserviceException("no image is built on this machine: package.save('image') writes a folder, and "
                                  "`docker build image` makes an image of it")

    def get_container_registry(self) -> NoReturn:
        """Always raises WebserviceException: there is no registry."""
        raise WebserviceException("a package has no registry here: package.save('image') writes a folder for `docker "
                                  "build`")

    def get_logs(self, decode: bool = True, offset: int = 0) -> Any:
        """An empty log."""
        return "" if decode else b""

    def serialize(self) -> Dict[str, Any]:
        """The package for JSON."""
        return {"generateDockerfile": self.generate_dockerfile, "state": self.state, "location": self.location}
