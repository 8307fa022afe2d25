// SPDX-License-Identifier: Apache-2.0
// The host of one run of a service, as its requests see it: a Unix socket, connections that are kept for the next
// request, and the number of requests under way.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/async/task.h"

namespace services {

using async::Task;

/// A connection to a host. Closed when destroyed.
struct Link {
  using Wire = boost::beast::basic_stream<boost::asio::local::stream_protocol>;
  explicit Link(boost::asio::any_io_executor loop) : wire(std::move(loop)) {}
  Wire wire;
  boost::beast::flat_buffer buffer;
};

/// Shared by the service and the requests under way; loop thread only. Its requests go on when the service has another
/// backend.
class Backend {
 public:
  using Limit = std::chrono::milliseconds;

  Backend(boost::asio::any_io_executor loop, std::string socket);

  /// A kept connection that is still open, or a new one. `fresh`: a new one.
  Task<base::Result<std::unique_ptr<Link>>> connect(bool fresh, Limit limit);
  /// For the next request; nothing of the last one is left on it.
  void keep(std::unique_ptr<Link> link);
  /// Closes the connections that are kept, and keeps none from now on.
  void retire();

  void begin_request() { ++requests_; }
  void end_request();
  bool is_busy() const { return requests_ > 0; }
  /// Returns when no request is under way, or at the limit.
  Task<void> until_idle(Limit limit);

 private:
  boost::asio::any_io_executor loop_;
  std::string socket_;
  std::vector<std::unique_ptr<Link>> kept_;
  bool retired_ = false;
  int requests_ = 0;
  boost::asio::steady_timer idle_;  ///< canceled when the last request ends
};

}  // namespace services
