# SPDX-License-Identifier: Apache-2.0
"""Sending a source that the daemon cannot see: a tar archive, made while it is sent."""

import os
import stat
import tarfile
from typing import Any, Dict, Iterator, List, Optional, Tuple

from .._base.progress import Progress
from .._client.api import client, decode, path_of
from .._client.files import blocks
from .._client.http import Stream
from ..exceptions import SnapshotException
from .ignore import Rules

_MAX_BYTES, _MAX_ENTRIES = 2000000000, 50000  # of a source that is not "large" (docs/formats/http-api.md)
_END = bytes(2 * tarfile.BLOCKSIZE)


def send_folder(source: Dict[str, Any]) -> str:
    """Send the folder of a submit's `source`. Returns the upload's id. SnapshotException: it cannot be read."""
    folder = source["directory"]
    if not isinstance(folder, str):
        raise SnapshotException("cannot send a folder whose name is not UTF-8")
    rules = Rules(folder, source.get("links") or ())
    found = members(folder, rules)
    if rules.understood and not source.get("large") and _is_over_limits(found):
        for member in found:  # the daemon will refuse the folder: it needs sizes, to say what is so large
            if member.isreg():
                _only_name(member)
    return _send(folder, found, {})


def send_file(path: str) -> str:
    """Send one file as a source, whatever its name. Returns the upload's id. SnapshotException: it is not a file, or
    cannot be read. OSError: it does not exist."""
    folder, name = os.path.split(path)
    facts = os.stat(path)
    if not stat.S_ISREG(facts.st_mode):
        raise SnapshotException("cannot take a snapshot of {}: it is neither a file nor a folder".format(path))
    return _send(folder, [_member(name, facts.st_mode, facts.st_size)], {"everything": 1})


def members(folder: str, rules: Rules) -> List[tarfile.TarInfo]:
    """Every entry below a folder, each folder before its entries. Entries that the rules exclude have no content."""
    return list(_below(folder, "", rules, [], False))


def _below(folder: str, prefix: str, rules: Rules, above: List[Tuple[int, int]],
           outside: bool) -> Iterator[tarfile.TarInfo]:
    """The entries below one folder, sorted by name. `above`: the _identity() of every folder on the way here;
    `outside`: one of them is a link that was followed. SnapshotException: a folder cannot be read."""
    above = above + [_identity(os.stat(os.path.join(folder, prefix)))]
    try:
        with os.scandir(os.path.join(folder, prefix)) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise SnapshotException(
            "cannot read the folder {}: {}".format(os.path.join(folder, prefix), error.strerror)) from None
    for entry in entries:
        followed = _followed(folder, entry, above, outside)
        facts = followed or entry.stat(follow_symlinks=False)
        if not (stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode) or stat.S_ISLNK(facts.st_mode)):
            continue
        member = _member(prefix + entry.name, facts.st_mode, facts.st_size)
        if member.issym():
            member.linkname = os.readlink(entry.path)
        excluded = rules.exclude(member.name, member.isdir())
        if excluded:
            member.mode = member.size = 0
        yield member
        if member.isdir() and not excluded:
            yield from _below(folder, member.name + "/", rules, above, outside or followed is not None)


def _identity(facts: os.stat_result) -> Tuple[int, int]:
    """Device and inode, which identify a folder."""
    return facts.st_dev, facts.st_ino


def _followed(root: str, entry: "os.DirEntry[str]", above: List[Tuple[int, int]],
              outside: bool) -> Optional[os.stat_result]:
    """What replaces a relative link that leads out of the root, as for a folder that the daemon reads itself
    (base/outside_links.h). None: the entry is not replaced."""
    if not entry.is_symlink() or os.path.isabs(os.readlink(entry.path)):
        return None
    root, target = os.path.realpath(root), os.path.realpath(entry.path)
    try:
        facts = os.stat(entry.path)
    except OSError:
        return None
    if not outside and _is_in(target, root):
        return None
    if stat.S_ISDIR(facts.st_mode):
        return None if _is_in(root, target) or _identity(facts) in above else facts
    return facts if stat.S_ISREG(facts.st_mode) else None


def _is_in(path: str, folder: str) -> bool:
    """Whether a real path is a folder or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _member(path: str, mode: int, size: int) -> tarfile.TarInfo:
    """An entry of the archive. Mode 0 marks an entry that is only named, so all others can be read by their owner."""
    member = tarfile.TarInfo(path)
    member.type = tarfile.DIRTYPE if stat.S_ISDIR(mode) else tarfile.SYMTYPE if stat.S_ISLNK(mode) else tarfile.REGTYPE
    member.mode = mode & 0o777 | 0o400
    member.size = size if member.isreg() else 0
    return member


def _is_over_limits(found: List[tarfile.TarInfo]) -> bool:
    """Whether the entries to send exceed the limits of a source that is not "large"."""
    folders = sum(member.isdir() for member in found if member.mode)
    files = sum(not member.isdir() for member in found if member.mode)
    return max(files, folders) > _MAX_ENTRIES or sum(member.size for member in found) > _MAX_BYTES


def _only_name(file: tarfile.TarInfo) -> None:
    """Describe a file by its size, without its bytes: the daemon makes a file that is one hole."""
    file.pax_headers = {"SCHILY.realsize": str(file.size)}
    file.mode = file.size = 0


def _send(folder: str, found: List[tarfile.TarInfo], query: Dict[str, Any]) -> str:
    """POST the archive. Returns the upload's id."""
    # A name may be any bytes.
    heads = [member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape") for member in found]
    length = sum(map(len, heads)) + sum(member.size + len(_padding(member)) for member in found) + len(_END)
    answer = client.open("POST", path_of("uploads"), Stream(length, _pieces(folder, found, heads, length)), query,
                         "application/octet-stream", timeout=None)
    return str(decode(answer.all())["upload"])


def _pieces(folder: str, found: List[tarfile.TarInfo], heads: List[bytes], length: int) -> Iterator[bytes]:
    """The bytes of the archive. SnapshotException: a file cannot be read."""
    progress = Progress("sending {}".format(folder), length)
    for member, head in zip(found, heads):
        yield head
        if member.size:
            path = os.path.join(folder, member.name)
            try:
                with open(path, "rb") as file:
                    yield from blocks(file, member.size, progress)
            except OSError as error:
                raise SnapshotException("cannot send {}: {}".format(path, error.strerror or error)) from None
            yield _padding(member)
    yield _END


def _padding(member: tarfile.TarInfo) -> bytes:
    """The zeros that fill the last block of a file."""
    return bytes(-member.size % tarfile.BLOCKSIZE)
