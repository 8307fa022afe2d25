# SPDX-License-Identifier: Apache-2.0
"""Where the daemon is, and how to start it.

A daemon is found only through `daemon.json` in its state directory (docs/formats/run-directory.md), which must be this
user's. Outside of a run it is started when it does not answer; a run's process only waits for it.
"""

import json
import os
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from .. import __version__
from .._base import messages
from ..exceptions import ServiceException
from . import state_directory

PROTOCOL = 1
_WAIT_IN_RUN = 600.0
_START = 60.0
_STARTS = 3
_PAUSE = 0.05


class Endpoint(NamedTuple):
    """Where a daemon listens: the path of a socket, else host and port. `protocol` is the major version."""

    socket: Optional[str]
    host: str
    port: int
    protocol: int
    version: str


def find() -> Optional[Endpoint]:
    """The daemon of daemon.json. None: the file is absent or incomplete, or no process holds the daemon's lock.
    UserErrorException: the state directory or the file is not this user's."""
    folder = state_directory.own()
    try:
        text = state_directory.read_small(os.path.join(folder, "daemon.json")).decode("utf-8")
        endpoint = _endpoint(json.loads(text))
        # The lock tells, not the pid, which another process may have by now: a lock ends with its holder or a reboot.
        return endpoint if state_directory.is_locked(os.path.join(folder, "lock")) else None
    except (OSError, ValueError, TypeError):
        return None


def _endpoint(facts: Dict[str, Any]) -> Endpoint:
    """The parts of daemon.json that a client needs."""
    return Endpoint(facts.get("socket") or None, facts.get("host") or "127.0.0.1", int(facts.get("port") or 0),
                 int(str(facts.get("protocol") or 0).split(".")[0]), str(facts.get("version") or ""))


def address() -> Optional[str]:
    """The address of the daemon for programs, by number: the C library cannot resolve the portal's host name. None:
    there is no daemon."""
    endpoint = find()
    return None if endpoint is None else "http://{}:{}".format(endpoint.host, endpoint.port)


def inside_run() -> bool:
    """Whether this process belongs to a run."""
    return bool(os.environ.get("RUNYARD_RUN_ID"))


def own_run() -> str:
    """The id of this process's run; "" outside a run."""
    return os.environ.get("RUNYARD_RUN_ID", "")


def _beside() -> List[str]:
    """The folders of programs that belong to this package: beside it (pip install --target), of the prefix it is
    installed in (lib/pythonX.Y/site-packages, lib/runyard/python, share/runyard/python), or of its source tree."""
    site = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    above = os.path.dirname(site)
    library, name = os.path.split(os.path.dirname(above))
    folders = [os.path.join(site, "bin")]
    if name in ("lib", "lib64", "share"):
        folders.append(os.path.join(library, "bin"))
    if os.path.exists(os.path.join(above, "CMakeLists.txt")):
        folders += [os.path.join(above, "build", kind, "bin") for kind in ("release", "dev")]
    return folders


def _folders() -> List[str]:
    """The folders in which to look for the daemon's program: of RUNYARD_HOME, beside this package, on PATH."""
    home = os.environ.get("RUNYARD_HOME")
    on_path = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    return ([os.path.join(home, "bin")] if home else []) + _beside() + on_path


def program(name: str = "runyardd") -> str:
    """The path of a program, by default the daemon. ServiceException, with the searched folders: it is not found, or
    may not be executed."""
    folders = _folders()
    found = [path for path in (os.path.join(folder, name) for folder in folders) if os.path.isfile(path)]
    for path in found:
        if os.access(path, os.X_OK):
            return path
    if found:
        raise ServiceException("cannot start Runyard's daemon: the program {} cannot be executed; check its "
                               "permissions, and whether its file system is mounted 'noexec'".format(found[0]))
    raise ServiceException("cannot start Runyard's daemon: the program '{}' was not found in {}; install the programs "
                           "(docs/install.md), or set RUNYARD_HOME to the folder that contains its bin".format(
                               name, ", ".join(folders)))


def start(answers: Callable[[], bool]) -> None:
    """Start the daemon and wait until `answers()`. ServiceException: it does not start (with its message) or answer.

    While another daemon is ending, a start fails or does nothing, so it is repeated.
    """
    command = [program(), "--background"]
    end = time.monotonic() + _START
    failed = 0
    while True:
        said = _start(command)
        failed += bool(said)
        if not said and answers():
            return
        if failed == _STARTS:
            raise ServiceException("cannot start Runyard's daemon with {}: {}".format(command[0], said))
        if time.monotonic() > end:
            raise ServiceException(
                "Runyard's daemon does not answer (state directory {})".format(state_directory.path()))
        time.sleep(_PAUSE)


def _start(command: List[str]) -> str:
    """Run the command that starts the daemon. Returns why it failed, or "". ServiceException: it cannot be run."""
    import subprocess
    import tempfile
    with tempfile.TemporaryFile() as errors:  # not a pipe, which would stay open in the daemon
        try:
            status = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                                     timeout=_START)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ServiceException("cannot start Runyard's daemon with {}: {}".format(command[0], error)) from None
        errors.seek(0)
        said = errors.read(4096).decode("utf-8", "replace").strip()
    return "" if status == 0 else said or "it ended with status {} and said nothing".format(status)


def wait_in_run(answers: Callable[[], bool]) -> None:
    """Inside a run: wait up to ten minutes until `answers()`, with one line on stderr. Else ServiceException."""
    end = time.monotonic() + _WAIT_IN_RUN
    pause = _PAUSE
    messages.say("the daemon does not answer; waiting for it (up to 10 minutes)")
    while time.monotonic() < end:
        time.sleep(pause)
        if answers():
            return
        pause = min(pause * 1.5, 2.0)
    raise ServiceException("Runyard's daemon did not answer for 10 minutes (state directory {}); a run does not "
                           "start it: use 'runyard up' in a shell".format(state_directory.path()))


def check_protocol(endpoint: Endpoint) -> None:
    """ServiceException: the daemon speaks another major version of the protocol; the message says what to restart."""
    if endpoint.protocol == PROTOCOL:
        return
    versions = "Runyard's daemon is {} (protocol {}), what this Python has loaded is {} (protocol {})".format(
        endpoint.version, endpoint.protocol, __version__, PROTOCOL)
    if endpoint.protocol > PROTOCOL:
        raise ServiceException(versions + ": restart the kernel, so that it loads the SDK that came with the daemon")
    raise ServiceException(versions + ": restart the daemon with 'runyard down' and 'runyard up'")


_said_version = False


def say_if_older(endpoint: Endpoint) -> None:
    """Say once, outside of runs, that the daemon is of an older version than this SDK, and who replaces it."""
    global _said_version
    if _said_version or not endpoint.version or inside_run() or _numbers(endpoint.version) >= _numbers(__version__):
        return
    _said_version = True
    messages.say("the daemon is runyard {}, and this is {}: 'runyard up' lets this version take over; "
                 "runs go on".format(endpoint.version, __version__))


def _numbers(version: str) -> List[int]:
    """The parts of a version, to compare it."""
    return [int(part) if part.isdigit() else -1 for part in version.split(".")]
