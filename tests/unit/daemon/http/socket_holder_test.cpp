// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/socket_holder.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <array>

#include "base/fd.h"
#include "tests/support/catch.h"

TEST_CASE("socket holder: a socket is found while a process of ours has it open") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  base::Fd one(ends[0]), other(ends[1]);
  struct stat status {};
  REQUIRE(::fstat(one.get(), &status) == 0);
  http::SocketHolders holders;
  CHECK(holders.has(status.st_ino));
  CHECK(holders.has(status.st_ino));  // by the process that was found
  one = base::Fd();
  CHECK_FALSE(holders.has(status.st_ino));
}
