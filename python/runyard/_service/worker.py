# SPDX-License-Identifier: Apache-2.0
"""A worker process: `python -m runyard._service.worker DESCRIPTOR`, with one end of a socket pair of the host.

It loads the script, calls init() once, and then run() for one request after the other, in its main thread. It ends
when the host closes the socket.
"""

import faulthandler
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

from ..exceptions import UserErrorException
from . import frames, scoring, script, settings, swagger

FAILED = 3  # the exit code when the script cannot be used, as that of Microsoft's server


def main(descriptor: int) -> int:
    """Serve the host. Returns the exit code."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _go_on)
    faulthandler.enable()
    chosen = settings.of_environment()
    with socket.socket(fileno=descriptor) as host:
        try:
            found = script.load(os.getcwd(), chosen.entry_script)
            found.init()
            documents = swagger.documents(found.run, os.getcwd(), chosen.name)
        except BaseException as error:
            host.sendall(frames.encoded(frames.FAILED, first=_reason(error, chosen.entry_script).encode("utf-8")))
            return FAILED
        host.sendall(frames.encoded(frames.READY, first=json.dumps(documents, default=str).encode("utf-8")))
        _serve(host, scoring.Scorer(found, chosen.timeout, chosen.cors))
    return 0


def _serve(host: socket.socket, scorer: scoring.Scorer) -> None:
    """Answer requests until the host closes the socket."""
    with host.makefile("rb") as stream:
        while True:
            frame = frames.read(stream)
            if frame is None:
                return
            status, answer = scorer.answer(frame.first, frame.second)
            host.sendall(frames.encoded(frames.ANSWER, status, answer))


def _go_on(number: int, frame: Any) -> None:
    """Ignore a signal that goes to all processes of the run: the host ends this one when its request has ended."""


def _reason(error: BaseException, entry_script: str) -> str:
    """Why the script cannot be used, in a sentence; the traceback of an exception of the script is printed."""
    if isinstance(error, UserErrorException):
        return error.message
    script.print_error(error)
    kind = type(error).__name__
    frames_of = traceback.extract_tb(error.__traceback__)
    called = [frame.name for frame in frames_of if frame.filename.endswith(entry_script)]
    where = "init() of" if "init" in called[:1] else "the module"
    return "{} {} raised {}: {}".format(where, entry_script, kind, error)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
