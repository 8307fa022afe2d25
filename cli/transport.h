// SPDX-License-Identifier: Apache-2.0
// One request, one answer, one connection: blocking HTTP/1.1 over a Unix socket or loopback TCP.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "cli/http.h"

namespace cli {

/// Where a daemon listens: at `socket`, or at the port when that is empty.
struct Endpoint {
  std::string socket;
  std::string host;
  int port = 0;
};

/// Sends bytes. False: the daemon takes no more, and may have answered.
using Send = std::function<bool(std::string_view)>;

/// Sends the first `size` bytes of a file, or what the daemon takes of them. Error: it became shorter, or cannot be
/// read.
base::Result<void> send_file(const base::Fd& file, std::uint64_t size, const Send& send);

struct Request {
  std::string method = "GET";
  std::string target;        ///< path and query, encoded
  std::string content_type;  ///< empty: no body
  std::string body;
  std::function<base::Result<void>(const Send&)> stream = {};  ///< sends `stream_size` bytes, instead of `body`
  std::uint64_t stream_size = 0;
  std::string run = {};     ///< the run that asks; empty: none
  std::string bearer = {};  ///< key of a service; empty: none
};

/// Callbacks of the caller while it waits. All optional.
struct Watch {
  /// Gets the body of a 2xx answer piece by piece as it arrives; else the body is collected in Response::body.
  std::function<base::Result<void>(const ResponseParser& head, std::string_view piece)> on_body;
  /// Called whenever nothing has come for `idle_after`.
  std::function<void()> on_idle;
  std::chrono::milliseconds idle_after{250};
  /// The wait ends with std::errc::interrupted when this descriptor becomes readable.
  int interrupt = -1;
  /// Longest silence: then std::errc::timed_out. 0: for ever.
  std::chrono::milliseconds patience{0};
};

struct Response {
  int status = 0;
  std::string body;
};

/// Asks the kernel first which user is at the other end, and sends nothing unless it is this one. Errors:
/// std::errc::connection_refused, no process listens; permission_denied, another user does, or the kernel does not know
/// which; connection_reset, it broke on the way; interrupted; timed_out; protocol_error, the listener speaks no HTTP;
/// errors of `on_body`.
base::Result<Response> exchange(const Endpoint& endpoint, const Request& request, const Watch& watch = {});

/// Whether this user listens there; otherwise an error, one of those of exchange().
base::Result<void> probe(const Endpoint& endpoint);

/// Whether `error` means that the daemon is gone or went away, so that asking the next one makes sense.
bool connection_lost(const base::Error& error);

}  // namespace cli
