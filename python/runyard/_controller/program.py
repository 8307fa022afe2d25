# SPDX-License-Identifier: Apache-2.0
"""The program of a controller's run: it drives child runs to an ending, in a process that is started again if it is
killed."""

import os
import sys
import traceback
from typing import Any, Callable, Dict, NamedTuple, NoReturn, Optional

from .._client.api import client, path_of
from ..exceptions import AzureMLException
from .log import say
from .supervise import Stopped, supervised


class Ending(NamedTuple):
    """How the run of a controller ended, and why, in words."""

    is_good: bool
    reason: str


class Controller:
    """Drives the child runs of one run from its start, or from where its record ends, to its end."""

    def run(self) -> Ending:
        """Drive them. AzureMLException: a child cannot be submitted, or the daemon does not answer."""
        raise NotImplementedError

    def cancel_children(self, reason: str) -> None:
        """Cancel every child that has not ended, also one of whose submit the answer has not come."""
        raise NotImplementedError


def main(what: str, make: Callable[[Dict[str, Any]], Controller]) -> NoReturn:
    """Run the controller that `make` makes from the description of this process's run, which is a `what`, and exit."""
    sys.exit(supervised(lambda: _work(what, make)))


def _work(what: str, make: Callable[[Dict[str, Any]], Controller]) -> int:
    """Run the controller. Returns the exit code."""
    controller: Optional[Controller] = None
    try:
        controller = make(dict(client.call("GET", path_of("runs", os.environ["RUNYARD_RUN_ID"]))))
        ending = controller.run()
    except Stopped as stopped:
        # without a request the children go on, as they do when this process is killed
        if controller is not None and stopped.is_request:
            controller.cancel_children("the {} was canceled".format(what))
        return Stopped.CODE
    except Exception as error:  # also a mistake of this program: no child may go on without a controller
        if isinstance(error, AzureMLException):
            ending = Ending(False, error.message)
        else:
            traceback.print_exc()
            ending = Ending(False, "{}: {}".format(type(error).__name__, error))
        if controller is not None:
            controller.cancel_children("the {} failed: {}".format(what, ending.reason))
    say("API", ending.reason)
    if not ending.is_good:
        from .. import _objects  # a run that is good does not need it
        _objects.Run.get_context().fail(ending.reason)
    return 0 if ending.is_good else 1
