# SPDX-License-Identifier: Apache-2.0
"""Connections to public hosts only: never to this machine, nor to its private network, unless $RUNYARD_FETCH_PRIVATE is
set. The check is made on the very address that is connected to, so that a name cannot change its meaning in between."""

import ipaddress
import os
import socket
from typing import Any, List, Tuple, Union

VARIABLE = "RUNYARD_FETCH_PRIVATE"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]


class PrivateHost(OSError):
    """A host is in the private network of this machine."""

    def __init__(self, host: str, where: str) -> None:
        super().__init__("{} is {}, an address of this machine or its private network; set {}=1 if it is meant"
                         .format(host, where, VARIABLE))


def is_allowed(text: str) -> bool:
    """Whether an IP address may be connected to."""
    if os.environ.get(VARIABLE, "") not in ("", "0"):
        return True
    address = _embedded(ipaddress.ip_address(text.partition("%")[0]))
    is_site_local = getattr(address, "is_site_local", False)  # only IPv6 has such addresses, and calls them global
    return address.is_global and not (is_site_local or address.is_multicast or address.is_reserved)


def _embedded(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 address leads to, else the address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def found(host: str, port: int) -> List[Tuple[Any, ...]]:
    """What a host's name leads to, as getaddrinfo returns it. PrivateHost: one of the addresses is not allowed.
    OSError: there is no such host."""
    infos = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    for info in infos:
        if not is_allowed(str(info[4][0])):
            raise PrivateHost(host, str(info[4][0]))
    return infos


def check_behind_proxy(host: str, port: int) -> None:
    """PrivateHost: a host that a proxy connects to is not allowed. A name that only the proxy knows is left to it."""
    try:
        found(host, port)
    except PrivateHost:
        raise
    except OSError:
        pass


def connect(address: Tuple[str, int], timeout: Any = None, source_address: Any = None) -> socket.socket:
    """As socket.create_connection, to public hosts only."""
    failed: OSError = OSError("the host has no address")
    for family, kind, protocol, _, target in found(*address):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(timeout)
            made.connect(target)
            return made
        except OSError as error:
            made.close()
            failed = error
    raise failed
