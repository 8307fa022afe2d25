# SPDX-License-Identifier: Apache-2.0
"""Which user is at the other end of a connection. The kernel says so, before a byte is sent; the peer is not asked.

A byte for another user would be too many: a submit holds all variables of this user.
"""

import _socket
import os
import sys
import time
from typing import Optional

from ..exceptions import ServiceException

_ACCEPT = 10.0
_PAUSE = 0.001
_CREDENTIALS = 12  # pid, uid and gid, of four bytes each


def check(connected: "_socket.socket", where: str) -> None:
    """Return if the other end belongs to this user. ServiceException: it does not, or the kernel does not say."""
    owner = _unix_owner(connected) if connected.family == _socket.AF_UNIX else _awaited_tcp_owner(connected)
    if owner == os.geteuid():
        return
    who = "another user (uid {})".format(owner) if owner is not None else "a user that the kernel does not name"
    raise ServiceException("cannot talk to Runyard's daemon: what listens at {} belongs to {}, so nothing was sent; "
                           "stop the daemon and start it again ('runyard up')".format(where, who))


def _unix_owner(connected: "_socket.socket") -> int:
    """The uid of the process that listens on a Unix socket."""
    credentials = connected.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _CREDENTIALS)
    return int.from_bytes(credentials[4:8], sys.byteorder)


def _awaited_tcp_owner(connected: "_socket.socket") -> Optional[int]:
    """The uid that owns the other end of a connection over IPv4, once it has accepted; None: the kernel does not
    say."""
    # Over TCP the other end has an owner only once a process has accepted it; before that, wait.
    end = time.monotonic() + _ACCEPT
    owner = _tcp_owner(connected)
    while owner is None and time.monotonic() < end:
        time.sleep(_PAUSE)
        owner = _tcp_owner(connected)
    return owner


def _tcp_owner(connected: "_socket.socket") -> Optional[int]:
    """The uid of the other end in the kernel's table; None: it is not there, or no process owns it (yet)."""
    ours, theirs = connected.getsockname(), connected.getpeername()
    for table, prefix in (("/proc/net/tcp", ""), ("/proc/net/tcp6", _MAPPED)):
        ends = [prefix + _kernel_form(*theirs), prefix + _kernel_form(*ours)]
        try:
            with open(table) as lines:
                for line in lines:
                    words = line.split()
                    if words[1:3] == ends:
                        return int(words[7]) if words[9] != "0" else None
        except OSError:
            pass
    return None


def _word(four: bytes) -> str:
    """Four bytes as the kernel prints them in these tables."""
    return "{:08X}".format(int.from_bytes(four, sys.byteorder))


def _kernel_form(host: str, port: int) -> str:
    """An address and a port as the kernel prints them."""
    return "{}:{:04X}".format(_word(_socket.inet_aton(host)), port)


_MAPPED = _word(bytes(4)) * 2 + _word(b"\0\0\xff\xff")  # of an IPv4 address in IPv6
