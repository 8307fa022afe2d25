# SPDX-License-Identifier: Apache-2.0
"""Files of web addresses, fetched once into <state directory>/fetched and read from there.

Beside a file are `.NAME.about` (JSON: address, length and validator of the file; also the lock for fetching it) and,
until the file is whole, `.NAME.part`, which the next call continues if the server can do that.
"""

import fcntl
import http.client
import json
import os
import re
import time
from typing import Any, Dict, Optional, Tuple

from .._base import messages
from .._base.progress import Progress
from .._client import state_directory
from ..exceptions import DatasetExecutionError
from . import addresses, web, workspace_folder

_BLOCK = 1 << 18
_TRIES = 3
_LEAST_RATE = 100  # bytes a second; a slower transfer counts as hanging
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_GIGABYTE = 10 ** 9


def file_of(address: str) -> str:
    """The path that the file of a checked address has when it is fetched."""
    return os.path.join(state_directory.own(), "fetched", addresses.file_name(address))


def fetch(address: str) -> str:
    """The path of the file of an address. Fetches the file, unless it has been fetched.

    UserErrorException: the address cannot be one of a file. DatasetExecutionError: the file cannot be fetched; what has
    arrived is kept, and the next call continues there.

    >>> fetch("https://host/data.csv")
    '/home/me/.local/state/runyard/fetched/https%3A/%2Fhost/data.csv'
    """
    address = addresses.checked(address)
    state_directory.make()
    path = file_of(address)
    try:
        workspace_folder.make(os.path.dirname(path))
        with _Download(address, path) as download:
            download.complete()
    except OSError as error:
        raise _failure(address, "cannot write {}: {}".format(error.filename or path, error.strerror)) from None
    return path


def _failure(address: str, why: str) -> DatasetExecutionError:
    """The exception for a file that cannot be fetched."""
    return DatasetExecutionError("cannot fetch {}: {}".format(addresses.shown(address), why))


def _number(variable: str, default: float) -> float:
    """The number in an environment variable; the default if it is unset, empty or not a number."""
    try:
        return float(os.environ.get(variable) or default)
    except ValueError:
        return default


class _Broken(Exception):
    """The connection ended before the file was whole; another try may continue."""


class _Download:
    """The fetching of one file, by one process at a time."""

    def __init__(self, address: str, path: str) -> None:
        folder, name = os.path.split(path)
        self._address, self._path = address, path
        self._part = os.path.join(folder, ".{}.part".format(name))
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._about = os.fdopen(os.open(os.path.join(folder, ".{}.about".format(name)), flags, 0o600), "r+b")
        self._patience = _number("RUNYARD_FETCH_SECONDS", 60)

    def __enter__(self) -> "_Download":
        """Take the lock; another process may hold it until it has fetched the file."""
        try:
            fcntl.flock(self._about, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            messages.say("waiting for another process that fetches {}".format(addresses.shown(self._address)))
            fcntl.flock(self._about, fcntl.LOCK_EX)
        return self

    def __exit__(self, *exception: Any) -> None:
        """Release the lock."""
        self._about.close()

    def complete(self) -> None:
        """Make sure that the whole file is there. DatasetExecutionError: it cannot be fetched."""
        about = self._facts()
        if os.path.isfile(self._path) and os.path.getsize(self._path) == about.get("length"):
            return
        for left in reversed(range(_TRIES)):
            try:
                self._continue()
                break
            except _Broken as error:
                if not left:
                    raise _failure(self._address, str(error)) from None
        os.replace(self._part, self._path)

    def _continue(self) -> None:
        """Fetch the missing part of the file. _Broken: another try may continue. DatasetExecutionError: it failed."""
        about, have = self._facts(), os.path.getsize(self._part) if os.path.exists(self._part) else 0
        headers = {"Range": "bytes={}-".format(have), "If-Range": about["validator"]} if (
            have and about.get("validator")) else {}
        try:
            with web.answer(self._address, headers, self._patience) as response:
                self._receive(response, have if headers else 0)
        except web.Failed as error:
            if error.status == 416 and headers:  # the part has a wrong length
                self._discard()
                raise _Broken(str(error)) from None
            raise _failure(self._address, str(error)) from None

    def _receive(self, response: Any, have: int) -> None:
        """Write the body of an answer to the part, behind the first `have` bytes if the answer continues there."""
        validator = _validator(response.headers)
        start, length = self._range(response, have, validator)
        if start:  # an answer that continues need not repeat the validator
            validator = validator or self._facts().get("validator")
        self._check(response, length, start)
        with open(self._part, "r+b" if start else "wb") as part:
            os.fchmod(part.fileno(), 0o600)
            part.truncate(start)  # before the facts: old bytes never get a new validator
            part.seek(start)
            self._write_facts(length, validator)
            got = self._copy(response, part, start, length)
            os.fsync(part.fileno())
        self._write_facts(got, validator)

    def _range(self, response: Any, have: int, validator: Optional[str]) -> Tuple[int, Optional[int]]:
        """Where the body begins, and the length of the whole file. _Broken: it is not the part that was asked for."""
        if response.status != 206:
            return 0, _length(response)
        found = _RANGE.match(response.headers.get("Content-Range") or "")
        if found is None or int(found.group(1)) != have or validator not in (None, self._facts().get("validator")):
            self._discard()
            raise _Broken("the server sent a part of the file that does not continue the first one")
        return have, int(found.group(2))

    def _check(self, response: Any, length: Optional[int], start: int) -> None:
        """DatasetExecutionError: the answer is compressed, or longer than the disk or the limit allows."""
        encoding = (response.headers.get("Content-Encoding") or "identity").lower()
        if encoding != "identity" and not self._path.endswith((".gz", ".tgz", ".Z")):
            raise _failure(
                self._address, "the server compresses it by '{}', which it was not asked for".format(encoding))
        free = os.statvfs(os.path.dirname(self._part))
        room = free.f_bavail * free.f_frsize
        if length is not None and length - start > room:
            raise _failure(self._address, "it has {:.1f} GB, and the disk of {} has {:.1f} GB left".format(
                length / _GIGABYTE, os.path.dirname(self._part), room / _GIGABYTE))
        self._check_limit(length or 0)

    def _check_limit(self, length: int) -> None:
        """DatasetExecutionError: the file is longer than RUNYARD_FETCH_LIMIT_GB allows."""
        limit = _number("RUNYARD_FETCH_LIMIT_GB", 50)
        if length > limit * _GIGABYTE:
            self._discard()
            raise _failure(
                self._address, "it has more than {:g} GB; set RUNYARD_FETCH_LIMIT_GB to fetch it".format(limit))

    def _discard(self) -> None:
        """Remove the part; the next try starts at the beginning."""
        if os.path.exists(self._part):
            os.unlink(self._part)

    def _copy(self, response: Any, part: Any, start: int, length: Optional[int]) -> int:
        """Copy the body. Returns the length of the file. _Broken: it is not whole. DatasetExecutionError: it is too
        long, or comes too slowly."""
        progress = Progress("fetching {}".format(addresses.shown(self._address)), length or 0)
        progress.add(start)
        got, pace = start, _Pace(self._patience)
        while length is None or got < length:
            block = self._block(response)
            if not block:
                break
            got += len(block)
            self._check_limit(got)
            part.write(block)
            progress.add(len(block))
            if pace.is_too_slow(len(block)):
                raise _failure(self._address, "the server sends less than {} bytes a second; the next try continues "
                                              "after {} bytes".format(_LEAST_RATE, got))
        if length is not None and got != length:
            raise _Broken("the connection ended after {} of {} bytes; the next try continues there".format(got, length))
        return got

    def _block(self, response: Any) -> bytes:
        """The next bytes; b"" at the end. _Broken: the connection ended. DatasetExecutionError: it cannot be read."""
        try:
            return bytes(response.read1(_BLOCK))
        except (http.client.HTTPException, ConnectionError) as error:
            raise _Broken("the connection ended before the file was whole: {}".format(error or "no bytes")) from None
        except OSError as error:
            why = "nothing came for {:g} seconds".format(self._patience) if "timed out" in str(error) else str(error)
            raise _failure(self._address, why) from None

    def _facts(self) -> Dict[str, Any]:
        """The facts about the file; {}: there are none."""
        self._about.seek(0)
        try:
            return dict(json.loads(self._about.read().decode("utf-8")))
        except (ValueError, TypeError):
            return {}

    def _write_facts(self, length: Optional[int], validator: Optional[str]) -> None:
        """Replace the facts."""
        text = json.dumps({"address": self._address, "length": length, "validator": validator, "time": time.time()})
        self._about.seek(0)
        self._about.truncate()
        self._about.write(text.encode("ascii") + b"\n")
        self._about.flush()


def _length(response: Any) -> Optional[int]:
    """The length of the body; None: it is not known before its end."""
    text = response.headers.get("Content-Length") or ""
    return int(text) if text.isdigit() and response.headers.get("Transfer-Encoding") is None else None


def _validator(headers: Any) -> Optional[str]:
    """The value for If-Range, which distinguishes this content from a later one: a strong ETag, else the time of the
    last change. None: there is neither."""
    etag = headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return str(etag)
    modified = headers.get("Last-Modified")
    return None if modified is None else str(modified)


class _Pace:
    """Finds out whether bytes arrive so slowly that a transfer hangs."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._since, self._bytes = time.monotonic(), 0

    def is_too_slow(self, size: int) -> bool:
        """Count `size` more bytes. Returns whether too few came in `patience` seconds; before these end, False."""
        self._bytes += size
        passed = time.monotonic() - self._since
        if passed < self._patience:
            return False
        slow = self._bytes < _LEAST_RATE * passed
        self._since, self._bytes = time.monotonic(), 0
        return slow
