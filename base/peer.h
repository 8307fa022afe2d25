// SPDX-License-Identifier: Apache-2.0
// The user at the other end of a connected socket, as the kernel knows it. The peer itself is never asked.
// Both sides ask: the daemon who is its client, and clients who is the daemon
// (docs/decisions/04-peer-identity-instead-of-tokens.md).
#pragma once

#include <sys/types.h>

#include "base/result.h"

namespace base {

/// The uid that the kernel gives for everybody whom a user namespace does not map: it is no user's.
uid_t overflow_uid();

/// The uid of the process that connected this Unix socket; for the one that connected, of the process that listens.
Result<uid_t> unix_peer_uid(int connected);

struct TcpPeer {
  uid_t uid;    ///< that owns the socket
  ino_t inode;  ///< of the socket
};
/// The socket at the other end of this TCP connection on this machine, by NETLINK_SOCK_DIAG and the exact pair of
/// addresses (IPv4, IPv6, IPv4 in IPv6). Ask before a byte is read or sent. A peer that is closed already, has not
/// accepted yet, is not on this machine or in another network namespace has no owner: no_such_process.
Result<TcpPeer> tcp_peer(int connected);

}  // namespace base
