# SPDX-License-Identifier: Apache-2.0
"""The journal: one file per process, one write per line (docs/formats/metric-line.md).

No error of writing is raised here. On a full disk the journal waits for space. Other errors are printed once on stderr,
while the lines are kept in memory, up to a limit; lost lines are counted.
"""

from __future__ import annotations

import atexit
import errno
import os
import time
from _collections import deque  # type: ignore  # the package would cost a script more than this module does
from _thread import RLock

from .. import __version__, _base
from ..exceptions import UserErrorException
from .values import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Deque, Dict, List, Optional, Protocol, Tuple, TypeVar

    _Some = TypeVar("_Some")

    class FallbackSink(Protocol):
        """Takes the lines and files that come after a journal is closed. It may raise."""

        def send(self, data: bytes) -> None:
            """Take one whole line."""

        def add_file(self, name: str, path_or_stream: Any) -> None:
            """Take a file."""

MAX_LINE = 1 << 20
MAX_KEPT = 8 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_CACHED = 4096
_HIGH = 200  # programs close descriptors below this in bulk, and the kernel reuses them soon


def printable(name: object) -> str:
    """A name as text, with spaces for control characters. UserErrorException: it is empty."""
    text = name if isinstance(name, str) else "" if name is None else str(name)
    if not text:
        raise UserErrorException("A name must not be empty: {!r} was given, and a text is allowed.".format(name))
    if text.isprintable():
        return text
    import unicodedata
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)


def short_name(text: str) -> str:
    """A name of at most 255 characters: a longer one is cut, and gets a checksum that keeps it distinct."""
    if len(text) <= 255:
        return text
    import hashlib
    return text[:246] + "~" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def clean_name(name: object) -> str:
    """A name as the protocol allows it: 1 to 255 printable characters. A longer one is cut, with a warning."""
    text = printable(name)
    short = short_name(text)
    if short != text:
        _base.messages.warn("the name '{}...' has {} characters: it is cut to '{}'".format(text[:40], len(text), short))
    return short


def head_of(kind: str, name: object) -> str:
    """The start of a line, up to the name. The name of a file is a path, which the caller has checked."""
    return '{{"k":"{}","n":{}'.format(kind, quote(str(name) if kind == "file" else clean_name(name)))


def start_time(pid: object = "self") -> str:
    """When a process started, by default this one, in clock ticks since boot; seconds since 1970 where /proc is
    absent."""
    try:
        with open("/proc/{}/stat".format(pid), "rb") as stat:
            return stat.read().rsplit(b")", 1)[1].split()[19].decode("ascii")
    except (OSError, IndexError):
        return str(int(time.time()))


def _host() -> str:
    """This host's name, fit for a file name."""
    name = "".join(c if c.isalnum() and c.isascii() or c == "." else "_" for c in os.uname().nodename)
    return name[:64] or "host"


class Space:
    """Waits for space on a full disk, with growing pauses. Says so once, after a second."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._start, self._pause, self._said = time.monotonic(), 0.05, False

    def awaited(self, error: OSError) -> bool:
        """True after a pause, if the error says that the disk is full; else False at once."""
        if error.errno not in _FULL:
            return False
        if not self._said and time.monotonic() - self._start >= 1:
            self._said = True
            _base.messages.say("the disk of {} is full; waiting for space".format(self._where))
        time.sleep(self._pause)
        self._pause = min(self._pause * 2, 1.0)
        return True


def until_space(where: str, do: Callable[..., _Some], *args: Any) -> _Some:
    """Call do(*args), again while the disk of a folder is full, and return its result. OSError: another error."""
    space = Space(where)
    while True:
        try:
            return do(*args)
        except OSError as error:
            if not space.awaited(error):
                raise


def _moved_up(fd: int) -> int:
    """The same open file under a high descriptor, if the limits allow it."""
    import fcntl
    try:
        moved = fcntl.fcntl(fd, getattr(fcntl, "F_DUPFD_CLOEXEC", 1030), _HIGH)  # PyPy has no name for Linux's number
    except OSError:
        return fd
    os.close(fd)
    return moved


def _identity(fd: int) -> Tuple[int, int]:
    """Device and inode of an open file; zeros if the descriptor is closed."""
    try:
        facts = os.fstat(fd)
    except OSError:
        return 0, 0
    return facts.st_dev, facts.st_ino


class Journal:
    """The file in which this process reports, opened with the first line. After the run's end the daemon does not read
    it: later lines, as from a thread that is still writing, go to the fallback sink."""

    def __init__(self, directory: str) -> None:
        self.directory = os.path.abspath(directory)
        self._fallback: Optional[FallbackSink] = None
        self._reset()
        _journals.append(self)

    def _reset(self) -> None:
        """Set the state of a process that has written nothing yet, such as a forked child."""
        self.lock = RLock()
        self._pid = os.getpid()
        self._fd = -1
        self._file = (0, 0)  # device and inode of the descriptor when it was opened
        self._hello = False
        self._torn = False
        self._closed = False
        self._said = False
        self._kept: Deque[bytes] = deque()
        self._kept_bytes = 0
        self._lines = 0
        self.lost = 0
        self._prefixes: Dict[Tuple[str, str], str] = {}
        self._ready = False  # the file is open, and nothing has to be written before the next line

    def after_fork(self) -> None:
        """In a child: leave the file and the unwritten lines to the parent."""
        self._leave()
        self._reset()

    def _leave(self) -> None:
        """Leave the file; the next line opens another. Closes the descriptor only if it is still ours: other code may
        have closed it, and the number may belong to another file now."""
        fd, self._fd = self._fd, -1
        self._hello = self._torn = False
        if fd >= 0 and _identity(fd) == self._file:
            try:
                os.close(fd)
            except OSError:  # from a network disk; the descriptor is closed nevertheless
                pass

    def prefix(self, kind: str, name: object) -> str:
        """The start of a line, up to the name; cached by name."""
        key = (kind, name if isinstance(name, str) else str(name))
        found = self._prefixes.get(key)
        if found is None:
            found = head_of(kind, name)
            if len(self._prefixes) >= _CACHED:
                self._prefixes.clear()
            self._prefixes[key] = found
        return found

    def line(self, kind: str, name: object, fields: str = "") -> bool:
        """Write one line; `fields` is JSON text that begins with a comma, or empty. False: the line is too long."""
        text = '{}{},"t":{:.6f}}}\n'.format(self.prefix(kind, name), fields, time.time())
        data = text.encode("utf-8", "replace")
        if len(data) > MAX_LINE:
            return False
        self.write(data)
        return True

    def quick(self, data: bytes) -> None:
        """Write one whole short line, as write() does, but faster if the journal is ready."""
        with self.lock:
            if self._ready:
                try:
                    wrote = os.write(self._fd, data)
                except OSError:
                    wrote = 0
                if wrote == len(data) or self._cut(wrote, len(data)):
                    self._lines += 1
                    return
        self.write(data)

    def _cut(self, wrote: int, length: int) -> bool:
        """After a short write: let the next line begin with a newline. Returns whether only the newline is missing."""
        self._ready, self._torn = False, self._torn or wrote > 0
        return wrote == length - 1

    def give_up(self, sentence: str) -> None:
        """Count a line as lost, and print why."""
        with self.lock:
            self.lost += 1
        _base.messages.say(sentence)

    def write(self, data: bytes) -> None:
        """Write one whole line, after the lines still kept in memory."""
        if self._pid != os.getpid():
            self.after_fork()
        with self.lock:
            fallback = self._fallback
            if fallback is None:
                self._ready = False
                if self._drain(True) and self._put(data, True):
                    self._ready = not self._torn and not self._closed
                else:
                    self._keep(data)
        if fallback is not None:
            fallback.send(data)

    def file(self, name: str, path: str, fields: str) -> None:
        """Report a file by its path in the directory; `fields` as for line()."""
        with self.lock:
            fallback = self._fallback
            if fallback is None:
                self.line("file", name, ',"p":"{}"{}'.format(path, fields))
        if fallback is not None:
            fallback.add_file(name, os.path.join(self.directory, path))

    def _drain(self, wait: bool) -> bool:
        """Write the lines kept in memory. False: one of them still cannot be written. A line is removed while it is
        being written, because a signal handler that reports meanwhile runs this method too."""
        while self._kept:
            data, done = self._kept.popleft(), False
            try:
                done = self._put(data, wait)
            finally:
                if done:
                    self._kept_bytes -= len(data)
                else:
                    self._kept.appendleft(data)
            if not done:
                return False
        return True

    def _keep(self, data: bytes) -> None:
        """Keep a line for later, or count it as lost."""
        if self._kept_bytes + len(data) > MAX_KEPT:
            self.lost += 1
            return
        self._kept.append(data)
        self._kept_bytes += len(data)

    def _put(self, data: bytes, wait: bool) -> bool:
        """Write a line, waiting for space on a full disk. False: any other error."""
        space, left = None, False
        while True:
            try:
                self._open()
                self._write_once(data)
                return True
            except OSError as error:
                if error.errno == errno.EBADF and not left:  # other code has closed our descriptor
                    left = True
                    self._leave()
                    continue
                space = space or Space(self.directory)
                if not wait or not space.awaited(error):
                    self._complain(error)
                    return False

    def _complain(self, error: OSError) -> None:
        """Print once that lines cannot be written."""
        if not self._said:
            self._said = True
            _base.messages.say(
                "cannot write to {}: {}; lines are kept in memory".format(self.directory, error.strerror))

    def _open(self) -> None:
        """Open the file and write the first line, unless that has been done."""
        if self._fd < 0:
            name = "{}-{}-{}-{}.jsonl".format(_host(), self._pid, start_time(), os.urandom(4).hex())
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._fd = _moved_up(os.open(os.path.join(self.directory, name), flags, 0o600))
            self._file = _identity(self._fd)
        if not self._hello:
            self._write_once(self._hello_line())
            self._hello = True

    def _hello_line(self) -> bytes:
        """The first line, which says which process writes."""
        rank = os.environ.get("RANK", "")
        ranked = ',"rank":{}'.format(int(rank)) if rank.isdecimal() and len(rank) < 10 else ""
        text = '{{"k":"hello","version":1,"pid":{}{},"library":"runyard-python {}","host":{}}}\n'
        return text.format(self._pid, ranked, __version__, quote(os.uname().nodename)).encode("utf-8", "replace")

    def _write_once(self, data: bytes) -> None:
        """Write a line by one write(). After a short or failed write the next line begins with a newline."""
        while True:
            lead = b"\n" if self._torn else b""
            self._torn = True
            wrote = os.write(self._fd, lead + data)
            self._torn = wrote < len(lead) + len(data)
            if wrote >= len(lead) + len(data) - 1:  # at most the newline is missing: the line is whole
                self._lines += 1
                return

    def close(self, fallback: Optional[FallbackSink] = None) -> None:
        """Write the kept lines and the last line, without waiting. Later lines go to the fallback sink, else into
        another file."""
        if self._pid != os.getpid():
            return
        with self.lock:
            self._fallback = fallback
            if self._closed or (self._fd < 0 and not self._kept):
                return
            self._closed, self._ready = True, False
            if self._fd >= 0 and _identity(self._fd) != self._file:
                self._leave()
            if not self._drain(False):
                self.lost += len(self._kept)
            self._put('{{"k":"end","lines":{},"lost":{}}}\n'.format(self._lines, self.lost).encode(), False)
            if self.lost:
                _base.messages.say("{} lines of this run's record were lost".format(self.lost))
            self._leave()

    def reopen(self) -> None:
        """Take lines again, in another file."""
        with self.lock:
            self._fallback, self._closed = None, False

    def forget(self) -> None:
        """Do nothing more for this journal at exit or after a fork."""
        if self in _journals:
            _journals.remove(self)


_journals: List[Journal] = []
_shared: Dict[str, Journal] = {}


def _close_all() -> None:
    """At exit: write the kept lines, and the last line of each journal."""
    for journal in list(_journals):
        try:
            journal.close()
        except Exception as error:
            _base.messages.say("cannot close the journal in {}: {}".format(journal.directory, error))


def _after_fork() -> None:
    """In a child: every journal starts again, with a file of its own."""
    for journal in list(_journals):
        journal.after_fork()


def shared(directory: Optional[str] = None) -> Journal:
    """The journal of this process in a directory, by default $RUNYARD_JOURNAL."""
    where = os.path.abspath(directory or os.environ["RUNYARD_JOURNAL"])
    return _shared.get(where) or _shared.setdefault(where, Journal(where))


atexit.register(_close_all)
os.register_at_fork(after_in_child=_after_fork)
