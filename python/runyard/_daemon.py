# SPDX-License-Identifier: Apache-2.0
"""Where the daemon is, and how to start it.

A daemon is found only through `daemon.json` in its state directory (docs/formats/run-directory.md). Outside of
a run it is started when it does not answer; a run's process only waits for it.
"""

import json
import os
import sys
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from .exceptions import ServiceException

PROTOCOL = 1
_WAIT_IN_RUN = 600.0
_START = 60.0


class Place(NamedTuple):
    """Where a daemon listens: a socket's path, where there is one, else host and port."""

    socket: Optional[str]
    host: str
    port: int
    protocol: int
    version: str


def state_directory() -> str:
    """The state directory: $RUNYARD_STATE, $XDG_STATE_HOME/runyard or ~/.local/state/runyard."""
    given = os.environ.get("RUNYARD_STATE")
    if given:
        return os.path.abspath(given)
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "runyard")


def find() -> Optional[Place]:
    """What daemon.json says; None where it is absent or not whole."""
    try:
        with open(os.path.join(state_directory(), "daemon.json"), "rb") as file:
            return _place(json.loads(file.read().decode("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _place(facts: Dict[str, Any]) -> Place:
    """The parts of daemon.json that a client needs."""
    return Place(facts.get("socket") or None, facts.get("host") or "127.0.0.1", int(facts.get("port") or 0),
                 int(facts.get("protocol") or 0), str(facts.get("version") or ""))


def inside_run() -> bool:
    """Whether this process belongs to a run."""
    return bool(os.environ.get("RUNYARD_RUN_ID"))


def _folders() -> List[str]:
    """The folders in which the daemon's program is looked for, PATH last."""
    home = os.environ.get("RUNYARD_HOME")
    above = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    installed = os.path.dirname(os.path.dirname(above))  # the package lies in PREFIX/lib/runyard/python
    folders = [os.path.join(home, "bin")] if home else []
    folders += [os.path.join(installed, "bin")] if above.endswith(os.path.join("lib", "runyard")) else []
    folders += [os.path.join(above, "build", each, "bin") for each in ("release", "dev")]
    return folders + [each for each in os.environ.get("PATH", os.defpath).split(os.pathsep) if each]


def program(name: str = "runyardd") -> str:
    """The path of the daemon's program. ServiceException names the folders that were searched."""
    folders = _folders()
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise ServiceException("cannot start Runyard's daemon: the program '{}' was not found in {}; install Runyard "
                           "(scripts/install), or set RUNYARD_HOME to the folder that contains its bin".format(
                               name, ", ".join(folders)))


def start() -> None:
    """Start the daemon and wait until it answers. ServiceException: what it said instead."""
    import subprocess
    import tempfile
    command = [program(), "--background"]
    with tempfile.TemporaryFile() as errors:  # not a pipe, which lasts as long as whoever inherits it
        try:
            status = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                                     timeout=_START)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ServiceException("cannot start Runyard's daemon with {}: {}".format(command[0], error)) from None
        errors.seek(0)
        said = errors.read(4096).decode("utf-8", "replace").strip()
    if status != 0:
        raise ServiceException("cannot start Runyard's daemon with {}: {}".format(
            command[0], said or "it ended with status {} and said nothing".format(status)))


def wait_in_run(answers: Callable[[], bool]) -> None:
    """Inside a run: wait up to ten minutes until `answers()`, with one line on stderr. Else ServiceException."""
    end = time.monotonic() + _WAIT_IN_RUN
    pause = 0.05
    sys.stderr.write("runyard: the daemon does not answer; waiting for it (up to 10 minutes)\n")
    while time.monotonic() < end:
        time.sleep(pause)
        if answers():
            return
        pause = min(pause * 1.5, 2.0)
    raise ServiceException("Runyard's daemon did not answer for 10 minutes (state directory {}); a run does not "
                           "start it: use 'runyard up' in a shell".format(state_directory()))


def check_protocol(place: Place) -> None:
    """Refuse a daemon that speaks another version of the protocol."""
    from . import __version__
    if place.protocol != PROTOCOL:
        raise ServiceException("Runyard's daemon (version {}) speaks protocol {}, this SDK (version {}) speaks {}; "
                               "restart the daemon with 'runyard down' and 'runyard up', or install the same version "
                               "of both".format(place.version, place.protocol, __version__, PROTOCOL))
