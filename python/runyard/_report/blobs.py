# SPDX-License-Identifier: Apache-2.0
"""Files that a process of the run keeps: copies in the journal, under names that can be used once."""

from __future__ import annotations

import errno
import hashlib
import os

from .._base.progress import Progress
from ..exceptions import UserErrorException
from .journal import Journal, printable, until_space

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import RawIOBase
    from typing import Any, BinaryIO, Optional, Tuple

_BLOCK = 1 << 20
_NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK)


class Taken(UserErrorException):
    """A file has that name already."""

    def __init__(self, name: str, run_id: str) -> None:
        super().__init__("UserError: Resource Conflict: ArtifactId ExperimentRun/dcid.{}/{} already exists.".format(
            run_id, name))


def artifact_name(name: Any) -> str:
    """The name of a file of a run, without empty parts and dots: outputs/model.pkl for ./outputs//model.pkl.

    UserErrorException: it is no text, empty, too long, or leads out of the run.
    """
    text = printable(os.fspath(name) if isinstance(name, os.PathLike) else name)
    parts = [part for part in text.split("/") if part not in ("", ".")]
    longest = max([len(os.fsencode(part)) for part in parts] or [0])
    if not parts or ".." in parts or longest > 255 or len(os.fsencode(text)) > 4096:
        raise UserErrorException("the file name '{}' is not allowed: it must name a place inside of the run, with "
                                 "parts of up to 255 bytes and 4096 in all".format(text))
    return "/".join(parts)


def shortened(name: str) -> str:
    """The name of a file with no part over 255 bytes: a longer part is cut, and gets a checksum before its ending."""
    return "/".join(map(_short_part, name.split("/")))


def _short_part(part: str) -> str:
    """One part of such a name."""
    data = os.fsencode(part)
    if len(data) <= 255:
        return part
    stem, dot, ending = part.rpartition(".")
    kept_ending = dot + ending if stem and len(os.fsencode(ending)) < 16 else ""
    mark = "~" + hashlib.sha256(data).hexdigest()[:8] + kept_ending
    return data[:255 - len(os.fsencode(mark))].decode("utf-8", "ignore") + mark


def inside(path: Any, otherwise: str) -> str:
    """A path as the name of a file of a run, without parts that lead out of it; `otherwise` if nothing remains."""
    return "/".join(part for part in os.path.normpath(str(path)).split("/") if part not in ("", ".", "..")) or otherwise


def path_in_journal(name: str) -> str:
    """The path of the first file with a name, in the journal's folder."""
    # The same name always has the same path, and a file there is never replaced: so a process learns that a name is
    # taken without asking the daemon.
    return "blobs/" + hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def is_stale(journal: Journal, name: str, path: str) -> Optional[bool]:
    """Whether a file may have changed since it was kept under that name. None: the name has no file."""
    try:
        kept = os.stat(os.path.join(journal.directory, path_in_journal(artifact_name(name))))
    except OSError:
        return None
    return os.stat(path).st_ctime_ns >= kept.st_mtime_ns  # equal within one tick of the kernel's clock


def add_newest(journal: Journal, name: str, path: Any, run_id: str) -> None:
    """As add(); but if the name has a file, keep this one as its newest version, if it may have changed since."""
    try:
        add(journal, name, path, run_id)
    except Taken:
        if isinstance(path, (str, os.PathLike)) and is_stale(journal, name, os.fspath(path)):
            add(journal, name, path, run_id, "-newest")


def add(journal: Journal, name: str, path_or_stream: Any, run_id: str, again: str = "") -> None:
    """Copy a file, or the rest of a binary stream, and report it. Waits for space on a full disk.

    Taken: the name has a file. `again` is a suffix for the path of a newer version, which replaces it.
    UserErrorException: the name or the file cannot be used. OSError: reading failed.
    """
    name = artifact_name(name)
    path = path_in_journal(name) + again
    final = os.path.join(journal.directory, path)
    until_space(journal.directory, os.makedirs, os.path.dirname(final), 0o700, True)
    with opened(path_or_stream) as reader:
        try:
            size, digest = _store(reader, final)
        except FileExistsError:
            raise Taken(name, run_id) from None
    journal.file(name, path, ',"size":{},"sha256":"{}"'.format(size, digest))


def open_file(path: Any, doing: str) -> BinaryIO:
    """Open a regular file for reading; `doing` is the verb of the error message.

    UserErrorException: it cannot be opened, or is a FIFO or a device, which could block the process forever.
    """
    import stat
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if stat.S_ISREG(os.fstat(fd).st_mode):
            return os.fdopen(fd, "rb")
        os.close(fd)
        why = "it is not a regular file"
    except OSError as error:
        why = error.strerror or str(error)
    raise UserErrorException("cannot {} {}: {}".format(doing, os.path.abspath(os.fsdecode(path)), why))


class opened:
    """Context of a file by path, which is closed at the end, or of a binary stream, which stays open."""

    def __init__(self, path_or_stream: Any) -> None:
        """UserErrorException: it is neither, or a folder, or cannot be opened."""
        self._own = isinstance(path_or_stream, (str, bytes, os.PathLike))
        if self._own and os.path.isdir(path_or_stream):
            raise UserErrorException("cannot upload {} as a file: it is a folder, which upload_folder takes".format(
                os.path.abspath(os.fsdecode(path_or_stream))))
        if self._own:
            self._file = open_file(path_or_stream, "upload")
        elif hasattr(path_or_stream, "read"):
            self._file = path_or_stream
        else:
            raise UserErrorException("UnsupportedType: path_or_stream must be a path or a binary stream, not {}"
                                     .format(type(path_or_stream).__name__))

    def __enter__(self) -> BinaryIO:
        """The stream to read from."""
        return self._file

    def __exit__(self, *ignored: Any) -> None:
        """Close the file, if it was opened here."""
        if self._own:
            self._file.close()


def checked(block: Any) -> bytes:
    """A block of a stream. UserErrorException: the stream is a text stream."""
    if not isinstance(block, bytes):
        raise UserErrorException("UnsupportedType: a stream must be opened in binary mode")
    return block


def _copy(reader: BinaryIO, target: str) -> Tuple[int, str]:
    """Copy into a file that must not exist. Returns size and SHA-256."""
    total, digest, progress = 0, hashlib.sha256(), Progress("keeping {}".format(getattr(reader, "name", "a stream")), 0)
    where, flags = os.path.dirname(target), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(until_space(where, os.open, target, flags, 0o600), "wb", buffering=0) as writer:
        while True:
            block = checked(reader.read(_BLOCK))
            if not block:
                return total, digest.hexdigest()
            _write_all(writer, block, where)
            digest.update(block)
            total += len(block)
            progress.add(len(block))


def _write_all(writer: RawIOBase, block: bytes, where: str) -> None:
    """Write a block to an unbuffered file of a folder."""
    left = memoryview(block)
    while left:
        left = left[until_space(where, writer.write, left):]


def _store(reader: BinaryIO, final: str) -> Tuple[int, str]:
    """Copy to a temporary name, then link it to the final name, which fails if that exists."""
    if os.path.lexists(final):
        raise FileExistsError(final)
    beside = "{}.{}-{}".format(final, os.getpid(), os.urandom(4).hex())
    try:
        facts = _copy(reader, beside)
        _link(beside, final)
        return facts
    finally:
        try:
            os.unlink(beside)
        except OSError:
            pass


def _link(beside: str, final: str) -> None:
    """Give a finished file its name. On a file system without links, by a copy that fails if the name exists."""
    try:
        until_space(os.path.dirname(final), os.link, beside, final)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        with open(beside, "rb") as reader:
            _copy(reader, final)
