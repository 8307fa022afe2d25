# SPDX-License-Identifier: Apache-2.0
"""The worker processes of a host, and the requests that wait for one of them."""

import asyncio
import collections
import json
import os
import signal
import socket
import subprocess
import sys
from typing import Any, Callable, Deque, Dict, List, Optional

from .._base import messages as sentences
from . import frames, messages
from .settings import Settings

MOST_WAITING = 1000
_GRACE = 2.0  # seconds beyond its time limit after which a worker is killed
_HEALTHY = 10.0  # seconds after which the next pause before a start is short again
_LONGEST_PAUSE = 30.0
_REMIND = 30.0


class Request:
    """One request to /score. `done` gets the status and the whole answer, once."""

    __slots__ = ("head", "body", "done", "began", "is_dropped")

    def __init__(self, head: bytes, body: bytes, done: Callable[[int, bytes], None], began: float) -> None:
        self.head, self.body, self.done, self.began = head, body, done, began
        self.is_dropped = False  # its caller has gone

    def refuse(self, status: int, sentence: str) -> None:
        """Answer in words."""
        self.done(status, messages.error(status, sentence))


class Worker(asyncio.Protocol):
    """The host's side of one process, which the pool starts again when it ends."""

    def __init__(self, pool: "Pool", number: int) -> None:
        self._pool, self.number = pool, number
        self._reader = frames.Reader()
        self._transport: Any = None
        self.process: Optional["subprocess.Popen[bytes]"] = None
        self.request: Optional[Request] = None
        self.since = 0.0  # when it was started, was ready, or got its request
        self.is_ready = False
        self.reason = ""  # why the script cannot be used

    async def start(self) -> None:
        """Start the process."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "runyard._service.worker", str(theirs.fileno())]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        self.since = self._pool.now()
        self._transport, _ = await self._pool.loop.create_unix_connection(lambda: self, sock=ours)

    def give(self, request: Request) -> None:
        """Let it score a request."""
        self.request, self.since = request, self._pool.now()
        self._transport.write(frames.encoded(frames.REQUEST, 0, request.head, request.body))

    def data_received(self, data: bytes) -> None:
        """Read what it says."""
        for frame in self._reader.feed(data):
            if frame.kind == frames.READY:
                self.is_ready, self.since = True, self._pool.now()
                self._pool.on_ready(self, json.loads(frame.first.decode("utf-8")))
            elif frame.kind == frames.FAILED:
                self.reason = frame.first.decode("utf-8", "replace")
            elif self.request is not None:
                request, self.request = self.request, None
                self.since = self._pool.now()
                request.done(frame.number, frame.first)
                self._pool.on_idle(self)

    def connection_lost(self, error: Optional[Exception]) -> None:
        """The process has ended, or is about to."""
        self._pool.on_end(self, self._ended())

    def _ended(self) -> str:
        """Wait for the end of the process. Returns how it ended, in words."""
        assert self.process is not None
        try:
            code = self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self.process.wait()
        if code < 0:
            return "was killed by signal {} ({})".format(-code, _name_of(-code))
        return "ended with exit code {}".format(code)

    def kill(self) -> None:
        """Kill the process."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()

    def close(self) -> None:
        """Let the process end when it has nothing to do."""
        if self._transport is not None:
            self._transport.close()


class Pool:
    """All workers. A request goes to one that is idle, else it waits; a worker that ends is started again after a pause
    that grows from nothing to half a minute."""

    def __init__(self, settings: Settings, on_failure: Callable[[str], None]) -> None:
        """`on_failure` gets the reason when a worker has ended before any was ready."""
        self.loop = asyncio.get_running_loop()
        self.now = self.loop.time
        self.settings = settings
        self._on_failure = on_failure
        self._workers: List[Worker] = []
        self._idle: List[Worker] = []
        self._waiting: Deque[Request] = collections.deque()
        self._pauses: Dict[int, float] = {}
        self._is_closing = False
        self._reminded = 0.0
        self.documents: Optional[Dict[str, Any]] = None  # of swagger, when a worker was ready
        self.trouble = "init() of {} has not returned yet".format(settings.entry_script)

    def start(self) -> None:
        """Start all workers."""
        for number in range(1, self.settings.workers + 1):
            self._start(number)

    def is_ready(self) -> bool:
        """Whether a worker can answer."""
        return any(worker.is_ready for worker in self._workers)

    def pids(self) -> List[int]:
        """The ids of the processes."""
        return [worker.process.pid for worker in self._workers if worker.process is not None]

    def submit(self, request: Request) -> None:
        """Have a request answered."""
        if self._idle:
            self._idle.pop().give(request)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(request)
        else:
            request.refuse(503, "{} requests wait already; ask again later".format(MOST_WAITING))

    def on_ready(self, worker: Worker, documents: Dict[str, Any]) -> None:
        """A worker has returned from init()."""
        self.documents, self.trouble = documents, ""
        sentences.say("worker {} (process {}) is ready".format(worker.number, worker.process and worker.process.pid))
        self.on_idle(worker)

    def on_idle(self, worker: Worker) -> None:
        """A worker has nothing to do."""
        while self._waiting:
            request = self._waiting.popleft()
            if not request.is_dropped:
                worker.give(request)
                return
        self._idle.append(worker)

    def on_end(self, worker: Worker, how: str) -> None:
        """A worker has ended: its request is answered in words, and another one is started."""
        self._workers.remove(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.request is not None:
            self._answer_for(worker, how)
        if self._is_closing:
            return
        self.trouble = worker.reason or "worker {} {}{}".format(
            worker.number, how, "" if worker.is_ready else " before init() had returned")
        if self.documents is None:
            self._on_failure(self.trouble)
            return
        pause = self._pause(worker)
        sentences.say("{}; another one is started{}".format(self.trouble, " in {:g} s".format(pause) if pause else ""))
        self.loop.call_later(pause, self._start, worker.number)

    def _answer_for(self, worker: Worker, how: str) -> None:
        """Answer the request of a worker that has ended."""
        request = worker.request
        assert request is not None
        if self.now() - worker.since > self.settings.timeout:
            request.refuse(500, "Scoring timeout after {:g} ms; the worker did not stop, and {}".format(
                self.settings.timeout * 1000, how))
        else:
            request.refuse(502, "the worker process {} while it scored this request; another one is started".format(
                how))

    def _pause(self, worker: Worker) -> float:
        """The seconds before the next start: none after a healthy time, else twice the last."""
        healthy = worker.is_ready and self.now() - worker.since > _HEALTHY
        last = self._pauses.get(worker.number, 0.0)
        self._pauses[worker.number] = 0.0 if healthy else min(_LONGEST_PAUSE, 2 * last or 0.5)
        return last if not healthy else 0.0

    def _start(self, number: int) -> None:
        """Start a worker."""
        if not self._is_closing:
            worker = Worker(self, number)
            self._workers.append(worker)
            self.loop.create_task(self._begin(worker))

    async def _begin(self, worker: Worker) -> None:
        """Start the process of a worker. A worker that has none counts as one that has ended: it is started again."""
        try:
            await worker.start()
        except OSError as error:
            worker.reason = "worker {} cannot be started: {}".format(worker.number, error.strerror or error)
            worker.kill()
            self.on_end(worker, "")

    def check(self) -> None:
        """Enforce the time limits. To be called about once a second."""
        for worker in list(self._workers):
            spent = self.now() - worker.since
            if worker.request is not None and spent > self.settings.timeout + _GRACE:
                worker.kill()
            elif worker.process is not None and not worker.is_ready:
                self._check_start(worker, spent)
        while self._waiting and self.now() - self._waiting[0].began > self.settings.timeout:
            request = self._waiting.popleft()
            if not request.is_dropped:
                request.refuse(503, "no worker was free for {:g} s{}".format(
                    self.settings.timeout, ": " + self.trouble if self.trouble else ""))

    def _check_start(self, worker: Worker, spent: float) -> None:
        """Say that init() takes long, and kill a worker whose init() takes too long."""
        if spent > self.settings.init_timeout:
            worker.reason = "init() of {} did not return in {:g} s".format(
                self.settings.entry_script, self.settings.init_timeout)
            worker.kill()
        elif spent > _REMIND and self.now() - self._reminded > _REMIND:
            self._reminded = self.now()
            sentences.say("init() of {} runs for {:.0f} s now".format(self.settings.entry_script, spent))

    async def close(self) -> None:
        """Kill all workers, and wait for their ends."""
        self._is_closing = True
        for worker in list(self._workers):
            worker.close()
        for worker in list(self._workers):
            worker.kill()
        while self._workers:
            await asyncio.sleep(0.01)


def _name_of(number: int) -> str:
    """The name of a signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def memory_mb(pids: List[int]) -> float:
    """The memory that processes hold, in MB; shared pages count for each."""
    pages = 0
    for pid in pids:
        try:
            with open("/proc/{}/statm".format(pid)) as file:
                pages += int(file.read().split()[1])
        except (OSError, ValueError, IndexError):
            pass  # it has ended
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
