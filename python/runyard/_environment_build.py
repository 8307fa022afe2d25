# SPDX-License-Identifier: Apache-2.0
"""What Environment.build does: it looks whether the interpreter holds what the environment asks for."""

import os
import subprocess
from typing import TYPE_CHECKING

from . import _interpreter, _packages, _requirements
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .environment import Environment


class ImageBuildDetails:
    """The answer of a build that had nothing to build: the interpreter holds the packages."""

    status = "Succeeded"

    def __init__(self, name: str, interpreter: str) -> None:
        self.environment_name, self._interpreter = name, interpreter

    def wait_for_completion(self, show_output: bool = True) -> None:
        """Return at once; show_output prints which interpreter the runs use."""
        if show_output:
            print("Environment '{}' needs no build: {} has what it asks for.".format(
                self.environment_name, self._interpreter))


def checked(environment: "Environment") -> ImageBuildDetails:
    """Look at the interpreter of an environment. UserErrorException: it lacks packages, or cannot be asked."""
    interpreter = _interpreter.resolve(environment.python.interpreter_path)
    managed = not environment.python.user_managed_dependencies
    wanted = _requirements.of(environment.python.conda_dependencies) if managed else []
    path = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    done = subprocess.run([interpreter, "-m", "runyard._packages"] + wanted, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, PYTHONPATH=path))
    if done.returncode == _packages.LACKING:
        raise UserErrorException(done.stdout.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        raise UserErrorException("cannot ask {} for its packages: {}".format(
            interpreter, done.stderr.decode("utf-8", "replace").strip()[-300:]))
    return ImageBuildDetails(environment.name, interpreter)
