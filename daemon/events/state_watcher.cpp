// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/state_watcher.h"

#include <spdlog/spdlog.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace events {

namespace {

constexpr std::chrono::milliseconds kPoll(20);
constexpr std::size_t kMostWaiting = 100'000;

}  // namespace

void StateWatcher::start() {
  running_ = true;
  auto ended = [this](std::exception_ptr thrown) {
    if (!stopping_) async::or_end_daemon(thrown);
    boost::asio::post(loop_, [this] { running_ = false; });
  };
  boost::asio::co_spawn(loop_, follow(), boost::asio::bind_cancellation_slot(signal_.slot(), std::move(ended)));
}

Task<void> StateWatcher::stop() {
  stopping_ = true;
  while (running_) {
    signal_.emit(boost::asio::cancellation_type::terminal);
    boost::asio::steady_timer timer(loop_, kPoll);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

void StateWatcher::keep(const store::Change& change) {
  for (const auto state : change.states) {
    if (waiting_.size() < kMostWaiting) waiting_.push_back({change.run, state});
    else ++lost_;
  }
}

void StateWatcher::note_lost() {
  if (lost_ > 0)
    spdlog::error("{} changes of state came while {} others waited to be told: they are not told", lost_, kMostWaiting);
  lost_ = 0;
}

Task<void> StateWatcher::follow() {
  runs::Listener listener(hub_, "", store::kStateChanged, [this](const store::Change& change) { keep(change); });
  while (!stopping_) {
    if (waiting_.empty()) co_await listener.wait(runs::Listener::Clock::time_point::max());
    else co_await tell_next();
  }
}

Task<void> StateWatcher::tell_next() {
  NewState next = std::move(waiting_.front());
  waiting_.pop_front();
  const std::string run = next.run;
  try {
    co_await tell_(std::move(next));
  } catch (const std::exception& exception) {
    if (!stopping_) spdlog::error("Cannot tell of a change of state of run {}: {}", run, exception.what());
  }
  note_lost();
}

}  // namespace events
