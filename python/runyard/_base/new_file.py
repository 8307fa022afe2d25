# SPDX-License-Identifier: Apache-2.0
"""Writes files in folders that other users may write to, but never through a file or link that they made there."""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
_MAX_LINKS = 40  # as many as the kernel follows


def beside(final: str) -> str:
    """A random path in the folder of `final`, which ends in ".part". Open it with O_EXCL."""
    return os.path.join(os.path.dirname(final), ".{}.part".format(os.urandom(8).hex()))


def put(final: str, blocks: Iterable[bytes], mode: int = 0o666) -> None:
    """Write a file, which is whole or absent. OSError: it cannot be written."""
    path = beside(final)
    fd = os.open(path, _CREATE | os.O_EXCL, mode)
    try:
        with os.fdopen(fd, "wb") as file:
            for block in blocks:
                file.write(block)
        os.replace(path, final)
    except BaseException:
        try:
            os.unlink(path)
        except OSError:
            pass
        raise


def overwrite(path: str, text: str) -> None:
    """Write a text to a path that the user chose, as `open(path, "w")` does, but not through a symbolic link of another
    user. OSError: it cannot be written."""
    try:
        fd = os.open(_followed(path), _CREATE | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise OSError(errno.ELOOP, "it is a symbolic link of another user", path) from None
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)


def _followed(path: str) -> str:
    """The path that links of this user or of root lead to; it may be a link of another user."""
    for _ in range(_MAX_LINKS):
        if not os.path.islink(path) or os.lstat(path).st_uid not in (os.geteuid(), 0):
            break
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    return path
