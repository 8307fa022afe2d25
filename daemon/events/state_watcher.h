// SPDX-License-Identifier: Apache-2.0
// Does something for each state that a run comes to, one at a time, in the order of the changes.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <deque>
#include <functional>
#include <string>

#include "daemon/runs/hub.h"

namespace events {

using async::Task;

/// A state that a run has come to. It may have left it since.
struct NewState {
  std::string run;  ///< id
  protocol::RunState state = protocol::RunState::kNotStarted;
};

/// Loop thread only.
class StateWatcher {
 public:
  using Tell = std::function<Task<void>(NewState)>;
  /// `loop` and `hub` outlive it. While `tell` is at work what comes is kept; states beyond 100,000 are lost, and the
  /// log says so. What `tell` throws is logged, and ends nothing.
  StateWatcher(boost::asio::io_context& loop, runs::Hub& hub, Tell tell)
      : loop_(loop), hub_(hub), tell_(std::move(tell)) {}

  void start();
  /// Nothing of it waits on the loop when this returns.
  Task<void> stop();
  /// How many states have not been told yet.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  void keep(const store::Change& change);
  void note_lost();
  Task<void> follow();
  Task<void> tell_next();

  boost::asio::io_context& loop_;
  runs::Hub& hub_;
  Tell tell_;
  std::deque<NewState> waiting_;
  std::size_t lost_ = 0;
  boost::asio::cancellation_signal signal_;
  bool running_ = false, stopping_ = false;
};

}  // namespace events
