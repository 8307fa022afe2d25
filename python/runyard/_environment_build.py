# SPDX-License-Identifier: Apache-2.0
"""Environment.build: builds the environment that a run would get, or checks the interpreter."""

import json
import os
import subprocess
import sys
import tempfile
from typing import IO, TYPE_CHECKING, Any, Dict, Optional, cast

from . import _objects, _packages
from ._base import messages
from ._client import daemon, state_directory
from ._client.api import encode
from ._config import before, interpreter, managed, requirements
from ._runs import request
from ._runs.user_variables import user_variables
from .exceptions import UserErrorException

if TYPE_CHECKING:
    from .environment import Environment


_SENTENCE = "runyard-launcher: "
# Runs _packages in another interpreter, from this package's folder only, without the packages installed beside it.
_ASK = """import sys, types
sys.modules["runyard"] = types.ModuleType("runyard")
sys.modules["runyard"].__path__ = [sys.argv.pop(1)]
from runyard._packages import main
sys.exit(main())"""


class ImageBuildDetails:
    """The result of a build, which has ended."""

    status = "Succeeded"

    def __init__(self, name: str, said: str) -> None:
        self.environment_name, self._said = name, said

    def wait_for_completion(self, show_output: bool = True) -> None:
        """Return at once; show_output prints which interpreter the runs use."""
        if show_output:
            print(self._said)


def built(environment: "Environment") -> ImageBuildDetails:
    """Build an environment, or check its interpreter if there is nothing to build. Output of the build goes to stderr.
    UserErrorException: it cannot be built, or the interpreter lacks packages."""
    path = interpreter.resolve(environment.python.interpreter_path)
    definition = None
    if not environment.python.user_managed_dependencies:
        packages = managed.with_files(environment.python.conda_dependencies, os.getcwd())
        definition = managed.of(environment.name, packages, before.of(environment, os.getcwd()))
    if definition is None:
        return _checked(environment, path)
    made = _build({"managed": definition, "interpreter": request.text(path)})
    for sentence in made["replaced"] + made["warnings"]:
        messages.say(sentence)
    return ImageBuildDetails(environment.name, "Environment '{}' is built: {}".format(
        environment.name, made["prefix"]))


def _build(definition: Dict[str, Any]) -> Dict[str, Any]:
    """Let the launcher build. Returns its description of the environment. UserErrorException: its error message."""
    command = [_launcher(), "--env", "build", "--state", state_directory.own()]
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer:
        asked.write(encode(definition))
        asked.seek(0)
        with subprocess.Popen(command, env=user_variables(), stdin=asked, stdout=answer,
                              stderr=subprocess.PIPE) as process:
            why = _shown(cast(IO[bytes], process.stderr))
        if process.returncode != 0:
            raise UserErrorException(why)
        answer.seek(0)
        return cast(Dict[str, Any], json.loads(answer.read().decode("utf-8")))


def _shown(stream: IO[bytes]) -> str:
    """Print the output of the launcher as it arrives. Returns the launcher's own error message, or ""."""
    why = ""
    for line in stream:
        said = line.decode("utf-8", "replace")
        if said.startswith(_SENTENCE):
            why = said[len(_SENTENCE):].rstrip("\n")
        else:
            messages.to_stderr(said)
    return why


def _launcher() -> str:
    """The launcher's path, where the daemon finds it, too."""
    bin_folder = os.path.dirname(daemon.program())
    beside = os.path.join(bin_folder, "runyard-launcher")
    return beside if os.path.exists(beside) else os.path.join(os.path.dirname(bin_folder), "lib", "runyard",
                                                              "runyard-launcher")


def _checked(environment: "Environment", path: str) -> ImageBuildDetails:
    """Check whether an interpreter has the packages. UserErrorException: it lacks some, or cannot be asked."""
    python = environment.python
    needed = [] if python.user_managed_dependencies else requirements.of(python.conda_dependencies)
    command = [path, "-c", _ASK, os.path.dirname(os.path.abspath(__file__))] + needed
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/")
    if done.returncode == _packages.LACKING:
        raise UserErrorException(done.stdout.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        raise UserErrorException("cannot ask {} for its packages: {}".format(
            path, done.stderr.decode("utf-8", "replace").strip()[-300:]))
    return ImageBuildDetails(environment.name, "Environment '{}' needs no build: {} has what it asks for.".format(
        environment.name, path))


def main(path: str, day: Optional[str] = None) -> int:
    """Build the environment of a conda specification (.yml, .yaml) or a requirements file, with packages from before a
    day if one is given. Returns the exit status."""
    name, ending = os.path.splitext(os.path.basename(path))
    environments = _objects.Environment
    read = environments.from_conda_specification if ending in (".yml", ".yaml") else environments.from_pip_requirements
    try:
        made = read(name, path)
        if day is not None:
            made.before = before.day(day, "--before")
        built(made).wait_for_completion()
    except UserErrorException as error:
        messages.say(error.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
