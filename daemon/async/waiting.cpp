// SPDX-License-Identifier: Apache-2.0
#include "daemon/async/waiting.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "daemon/async/as_tuple.h"

namespace async {

// GCC 12: an awaitable and its result get names (CONTRIBUTING.md).
Task<void> pause(std::chrono::milliseconds duration) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
  auto waited = co_await timer.async_wait(kAsTuple);
  static_cast<void>(waited);
}

Task<void> until_gone(base::Fd pidfd) {
  const auto loop = co_await boost::asio::this_coro::executor;
  boost::asio::posix::stream_descriptor watched(loop, pidfd.release());
  auto waited = co_await watched.async_wait(boost::asio::posix::stream_descriptor::wait_read, kAsTuple);
  static_cast<void>(waited);
}

}  // namespace async
