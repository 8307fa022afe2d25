# SPDX-License-Identifier: Apache-2.0
"""The state directory: where it is, and the check that only this user can write to it, before anything in it is used.

The check is needed because the SDK trusts the files in it. Daemon and command line check the same (base/ownership.h).
"""

import errno
import os
import stat
from typing import Optional

from ..exceptions import UserErrorException

_WRITABLE_FOR_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_MAX_SMALL = 1 << 16


def path() -> str:
    """The directory's path: $RUNYARD_STATE, $XDG_STATE_HOME/runyard or ~/.local/state/runyard. Checks nothing."""
    given = os.environ.get("RUNYARD_STATE")
    if given:
        return os.path.abspath(given)
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(base, "runyard")


def own() -> str:
    """The directory's path, after the check that only this user can write to it. It may be absent.

    UserErrorException: it belongs to another user, or others may write to it; the message says what to do.
    """
    where = path()
    try:
        why = _objection(where)
    except OSError as error:
        why = "it cannot be looked at: {}".format(error.strerror)
    if why:
        raise UserErrorException("cannot use the state directory {}: {}".format(where, why))
    return where


def make() -> str:
    """As own(), and create it (0700) if it is absent. UserErrorException: it cannot be created."""
    where = own()
    try:
        os.makedirs(where, 0o700, exist_ok=True)
    except OSError as error:
        raise UserErrorException("cannot make the state directory {}: {}".format(where, error.strerror)) from None
    return own()  # another user may have created it first


def read_small(where: str) -> bytes:
    """The content of a small file, at most 64 KiB. OSError: it cannot be read. UserErrorException: it is a symbolic
    link, or belongs to another user."""
    try:
        fd = os.open(where, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise UserErrorException("cannot read {}: it is a symbolic link; remove it".format(where)) from None
    try:
        owner = os.fstat(fd).st_uid
        if owner != os.geteuid():
            raise UserErrorException("cannot read {}: it {}; remove it".format(where, _of_another(owner)))
        return os.read(fd, _MAX_SMALL)
    finally:
        os.close(fd)


def is_locked(where: str) -> bool:
    """Whether a process holds the lock on a file; False if the file is absent."""
    try:
        fd = os.open(where, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        os.lockf(fd, os.F_TEST, 0)
        return False
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        return True
    finally:
        os.close(fd)


def _objection(where: str) -> Optional[str]:
    """Why a directory cannot be used, and what to do. None: it can, or it is absent."""
    me = os.geteuid()
    if me == _overflow_uid():
        return (
            "the kernel gives the uid of this process ({}) to every user that a user namespace does not map, so that "
            "its owner cannot be told; run this as a user of its own, or in a namespace that maps its user".format(me))
    try:
        about = os.lstat(where)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(about.st_mode):
        if about.st_uid not in (me, 0):
            return "the symbolic link {}; use a directory of your own".format(_of_another(about.st_uid))
        try:
            about = os.stat(where)
        except OSError as error:
            return "make the directory that the symbolic link leads to, or remove the link: {}".format(error.strerror)
    return _objection_to(where, about, me)


def _objection_to(where: str, about: os.stat_result, me: int) -> Optional[str]:
    """Why a path that is not a symbolic link cannot be used; None: it can."""
    if not stat.S_ISDIR(about.st_mode):
        return "it is not a directory; use another path"
    if about.st_uid != me:
        return "it {}; use a directory of your own".format(_of_another(about.st_uid))
    if about.st_mode & _WRITABLE_FOR_OTHERS:
        return ("other users may write to it (mode {:04o}); make sure that all it holds is yours, then run "
                "'chmod go-w {}'".format(stat.S_IMODE(about.st_mode), where))
    return None


def _of_another(owner: int) -> str:
    """That a path belongs to another user, in words."""
    return "belongs to another user (uid {})".format(owner)


def _overflow_uid() -> int:
    """The uid that the kernel shows for every user that a user namespace does not map."""
    try:
        fd = os.open("/proc/sys/kernel/overflowuid", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 65534
    try:
        return int(os.read(fd, 16))
    finally:
        os.close(fd)
