// SPDX-License-Identifier: Apache-2.0
// Which process holds a socket. The kernel names the user of a connection's other end, but a program may pass on what
// others send it: sshd does for the far end of a tunnel. Such a program has changed its user, so the kernel lets no
// process of that user look into it.
// The kernel says who asks: docs/decisions/04-peer-identity-instead-of-tokens.md.
#pragma once

#include <sys/types.h>

#include <atomic>

namespace http {

/// Used on pool threads.
class SocketHolders {
 public:
  /// Whether a process of our user, into which we may look, has the socket of this inode open. Reads /proc: some
  /// milliseconds where there are many processes; less where the last one to be found holds this one too (a browser).
  bool has(ino_t socket);

 private:
  std::atomic<pid_t> last_{0};
};

}  // namespace http
