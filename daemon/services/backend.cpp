// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/backend.h"

#include <sys/socket.h>

#include <cerrno>

#include "daemon/async/as_tuple.h"
#include "daemon/async/waiting.h"

namespace services {

using base::Result;

namespace {

constexpr std::size_t kMostKept = 64;
constexpr std::chrono::milliseconds kRetry(2);

/// The other end has neither closed it nor sent something that no request asked for.
bool is_open(Link& link) {
  char byte = 0;
  const auto got = ::recv(link.wire.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

base::Error cannot_connect(const boost::system::error_code& ec) {
  const bool absent = ec == std::errc::no_such_file_or_directory || ec == std::errc::connection_refused;
  return base::error("its program does not listen: " + ec.message(),
                     absent ? std::errc::connection_refused : std::errc::io_error);
}

}  // namespace

Backend::Backend(boost::asio::any_io_executor loop, std::string socket)
    : loop_(std::move(loop)), socket_(std::move(socket)), idle_(loop_, boost::asio::steady_timer::time_point::max()) {}

Task<Result<std::unique_ptr<Link>>> Backend::connect(bool fresh, Limit limit) {
  while (!fresh && !kept_.empty()) {
    auto link = std::move(kept_.back());
    kept_.pop_back();
    if (is_open(*link)) co_return std::move(link);
  }
  const auto deadline = std::chrono::steady_clock::now() + limit;
  const boost::asio::local::stream_protocol::endpoint endpoint(socket_);
  for (;;) {
    auto link = std::make_unique<Link>(loop_);
    link->wire.expires_at(deadline);
    auto connected = co_await link->wire.async_connect(endpoint, async::kAsTuple);
    const boost::system::error_code ec = std::get<0>(connected);
    if (!ec) co_return std::move(link);
    // A Unix socket says so when its queue is full: it does not wait by itself.
    const bool full = ec == std::errc::resource_unavailable_try_again;
    if (full && std::chrono::steady_clock::now() >= deadline)
      co_return base::error("its program accepts no more connections", std::errc::timed_out);
    if (!full) co_return cannot_connect(ec);
    co_await async::pause(kRetry);
  }
}

void Backend::keep(std::unique_ptr<Link> link) {
  if (!retired_ && kept_.size() < kMostKept) kept_.push_back(std::move(link));
}

void Backend::retire() {
  retired_ = true;
  kept_.clear();
}

void Backend::end_request() {
  if (--requests_ == 0) idle_.cancel();
}

Task<void> Backend::until_idle(Limit limit) {
  if (!is_busy()) co_return;
  idle_.expires_after(limit);
  auto waited = co_await idle_.async_wait(async::kAsTuple);
  static_cast<void>(waited);
}

}  // namespace services
