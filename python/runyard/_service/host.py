# SPDX-License-Identifier: Apache-2.0
"""The program of a service's run: `python -m runyard._service.host`.

It listens on the unix socket that RUNYARD_SERVICE_SOCKET names, with workers as RUNYARD_SERVICE says. GET / is 200 as
soon as init() has returned in one worker. SIGTERM lets the running requests end, for at most 30 s.
"""

import asyncio
import os
import signal
import socket
import stat
import sys
from typing import Optional

from .. import _objects
from .._base import messages as sentences
from ..exceptions import UserErrorException
from . import settings, worker
from .metrics import Metrics
from .server import Connection
from .settings import Settings
from .site import Site
from .workers import Pool

_DRAIN = 30.0  # seconds
_TICK = 0.5
_BACKLOG = 1024
_WRONG = 2


def listening(path: str) -> socket.socket:
    """A socket that listens at a path, for this user only; one that a killed host has left is replaced.

    UserErrorException: it cannot be made there.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        if os.path.lexists(path) and stat.S_ISSOCK(os.lstat(path).st_mode):
            os.unlink(path)
        made.bind(path)
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise UserErrorException("cannot listen at {}: {}".format(path, error.strerror or error)) from None
    finally:
        os.umask(mask)
    return made


async def serve(chosen: Settings, own: socket.socket) -> int:
    """Serve until SIGTERM (0), or until the script turns out not to be usable (3)."""
    loop = asyncio.get_running_loop()
    ended: "asyncio.Future[Optional[str]]" = loop.create_future()

    def end(reason: Optional[str]) -> None:
        if not ended.done():
            ended.set_result(reason)

    pool = Pool(chosen, end)
    metrics = Metrics(_objects.Run.get_context(), lambda: [os.getpid()] + pool.pids(), pool.now())
    site = Site(pool, metrics.count)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end, None)
    server = await loop.create_unix_server(lambda: Connection(site), sock=own)
    pool.start()
    while not ended.done():
        await asyncio.wait([ended], timeout=_TICK)
        pool.check()
        site.check()
        metrics.check(pool.now())
    server.close()
    reason = ended.result()
    if reason is None:
        await _drained(site, pool)
    await pool.close()
    metrics.check(pool.now(), is_last=True)
    if reason is not None:
        sentences.say("the service cannot start: " + reason)
    return 0 if reason is None else worker.FAILED


async def _drained(site: Site, pool: Pool) -> None:
    """Wait until the running requests have ended, or the time for that is over."""
    site.drain()
    until = pool.now() + _DRAIN
    while site.is_busy() and pool.now() < until:
        pool.check()
        await asyncio.sleep(0.02)


def main() -> int:
    """Run the service of this process. Returns the exit code."""
    try:
        chosen = settings.of_environment()
        path = os.environ.get(settings.SOCKET)
        if not path:
            raise UserErrorException("cannot start a service: {} does not say where to listen".format(settings.SOCKET))
        os.environ[settings.MODEL_DIR] = settings.model_dir(chosen.models, os.getcwd())
        os.environ[settings.ROOT] = os.getcwd()
        own = listening(path)
    except UserErrorException as error:
        sentences.say(error.message)
        return _WRONG
    return asyncio.new_event_loop().run_until_complete(serve(chosen, own))


if __name__ == "__main__":
    sys.exit(main())
