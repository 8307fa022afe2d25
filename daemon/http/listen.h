// SPDX-License-Identifier: Apache-2.0
// The descriptors that the daemon listens on: a Unix socket in the state directory, and loopback TCP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/file.h"
#include "base/result.h"

namespace http {

inline constexpr std::uint16_t kUsualPort = 7471;

/// Listens on `path` (0600), replacing a socket file that lies there: the caller holds the daemon's lock, so it is a
/// dead daemon's. `filename_too_long` when the path does not fit in a socket address: clients then use the port.
base::Result<base::Fd> listen_unix(const base::Path& path);

struct Loopback {
  base::Fd v4;  ///< 127.0.0.1
  base::Fd v6;  ///< ::1, the same port; none where there is no IPv6
  std::uint16_t port = 0;
};
/// With `asked`: that port or an error (address_in_use). Without: the `earlier` one, else kUsualPort, else any that is
/// free for both. `earlier` 0: none.
base::Result<Loopback> listen_loopback(std::optional<std::uint16_t> asked, std::uint16_t earlier = 0);

/// The next waiting connection, non-blocking and close-on-exec; resource_unavailable_try_again when there is none.
base::Result<base::Fd> accept_one(int listening);

}  // namespace http
