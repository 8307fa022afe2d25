# SPDX-License-Identifier: Apache-2.0
"""What steps have written: digests of its content, and its protection from changes."""

import hashlib
import os
import stat
from typing import Iterator, Optional, Tuple

from ..exceptions import UserErrorException

_BLOCK = 1 << 20


def digest(path: str) -> Optional[str]:
    """A digest of the content of a file, or of the names and content of all files below a folder; times and modes do
    not count. None: there is nothing. UserErrorException: something cannot be read."""
    if not os.path.exists(path):
        return None
    whole = hashlib.sha256()
    try:
        for name, file in _files(path):
            whole.update(name.encode("utf-8", "surrogateescape") + b"\0" + _digest_of_file(file) + b"\n")
    except OSError as error:
        raise UserErrorException("cannot read {}: {}".format(error.filename or path, error.strerror)) from None
    return whole.hexdigest()


def _files(path: str) -> Iterator[Tuple[str, str]]:
    """Name relative to a path, and path, of everything below it, in order. The name of a folder ends with '/'. What
    has no content to read has the path "": folders, links to folders or to nothing, pipes and sockets."""
    if not os.path.isdir(path):
        yield "", _if_file(path)
        return
    for folder, folders, files in os.walk(path):
        folders.sort()
        relative = os.path.relpath(folder, path)
        yield relative + "/", ""
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        yield from (("{}/{}>{}".format(relative, name, os.readlink(os.path.join(folder, name))), "") for name in links)
        yield from ((os.path.join(relative, name), _if_file(os.path.join(folder, name))) for name in sorted(files))


def _if_file(path: str) -> str:
    """The path, if it is a file or leads to one; else "": to open a pipe would wait for a writer without end."""
    return path if os.path.isfile(path) else ""


def _digest_of_file(path: str) -> bytes:
    """The digest of the content of a file; that of a folder ("") is empty."""
    found = hashlib.sha256()
    if path:
        with open(path, "rb") as file:
            for block in iter(lambda: file.read(_BLOCK), b""):
                found.update(block)
    return found.digest()


def protect(path: str) -> None:
    """Make the files of a finished step read-only. Files of other users, and links, stay as they are."""
    if os.path.islink(path):
        return  # what it leads to was there before the step, perhaps
    for _, file in _files(path):
        try:
            if file and not os.path.islink(file):
                os.chmod(file, stat.S_IMODE(os.stat(file).st_mode) & ~0o222)
        except OSError:
            continue  # the digest finds a change
