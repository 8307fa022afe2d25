// SPDX-License-Identifier: Apache-2.0
#include "daemon/state_watcher.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace yard {

namespace {

constexpr std::chrono::milliseconds kPoll(20);

}  // namespace

void StateWatcher::start() {
  running_ = true;
  auto ended = [this](std::exception_ptr thrown) {
    if (!stopping_) or_end_daemon(thrown);
    boost::asio::post(yard_.loop(), [this] { running_ = false; });
  };
  boost::asio::co_spawn(yard_.loop(), follow(), boost::asio::bind_cancellation_slot(signal_.slot(), std::move(ended)));
}

Task<void> StateWatcher::stop() {
  stopping_ = true;
  while (running_) {
    signal_.emit(boost::asio::cancellation_type::terminal);
    boost::asio::steady_timer timer(yard_.loop(), kPoll);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

Task<void> StateWatcher::follow() {
  Hub& hub = yard_.hub();
  Listener listener(hub, "", kStateChanged);
  for (std::int64_t after = hub.last();;) {
    co_await listener.wait(Listener::Clock::time_point::max());
    if (stopping_) co_return;
    const auto changes = hub.after(after);
    after = hub.last();
    if (!changes) continue;  // more than are kept
    for (const auto& each : *changes)
      if ((each.change.what & kStateChanged) && !each.change.run.empty() && !stopping_) co_await tell_(each.change);
  }
}

}  // namespace yard
