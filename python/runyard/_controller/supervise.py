# SPDX-License-Identifier: Apache-2.0
"""A process that does its work in a child process, and starts that again if it is killed."""

import os
import signal
import sys
import time
from typing import Any, Callable, List

from .._base import messages

_AGAIN = 5  # times in a minute
_MINUTE = 60.0
_PAUSE = 0.5
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopped(BaseException):
    """This process has been asked to end (SIGTERM or SIGINT). Raised once in the main thread."""

    CODE = 143

    def __init__(self, is_request: bool) -> None:
        super().__init__()
        # False: the supervisor was killed, and the launcher ends what is left of the run
        self.is_request = is_request


def supervised(work: Callable[[], int]) -> int:
    """The exit code of `work`, done in a child process. It is done again if the process is killed by a signal that
    this process did not pass on, for instance when memory is short."""
    asked: List[int] = []
    killed: List[float] = []
    current = [0]

    def pass_on(number: int, frame: Any) -> None:
        asked.append(number)
        if current[0]:
            os.kill(current[0], number)

    for number in _SIGNALS:
        signal.signal(number, pass_on)
    while not asked:
        current[0] = _forked(work)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        _, status = os.waitpid(current[0], 0)
        current[0] = 0
        if not os.WIFSIGNALED(status) or asked:
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else Stopped.CODE
        killed = [at for at in killed if at > time.monotonic() - _MINUTE] + [time.monotonic()]
        if len(killed) >= _AGAIN:
            messages.say("the controller was killed {} times in a minute; it is not started again".format(_AGAIN))
            return 128 + os.WTERMSIG(status)
        messages.say("the controller was killed by signal {}; it is started again".format(os.WTERMSIG(status)))
        time.sleep(_PAUSE)
    return Stopped.CODE


def _forked(work: Callable[[], int]) -> int:
    """The id of a child process that does the work. The signals are blocked in this process when it returns, so that
    none comes before the caller knows the child."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    supervisor = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1

    def stop(number: int, frame: Any) -> None:
        for other in _SIGNALS:
            signal.signal(other, signal.SIG_IGN)  # what follows is not interrupted
        raise Stopped(is_request=os.getppid() == supervisor)

    try:
        for number in _SIGNALS:
            signal.signal(number, stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        code = work()
    except Stopped:
        code = Stopped.CODE
    except BaseException:
        import traceback
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            messages.flush(stream)
        os._exit(code)
