// SPDX-License-Identifier: Apache-2.0
// Does something for each change of a run's state, one at a time, in the order of the changes.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <functional>

#include "daemon/yard.h"

namespace yard {

/// Loop thread only.
class StateWatcher {
 public:
  using Tell = std::function<Task<void>(Change)>;
  /// `yard` outlives it. More changes than are kept while one is told of: those are missed.
  StateWatcher(Yard& yard, Tell tell) : yard_(yard), tell_(std::move(tell)) {}

  void start();
  /// Nothing of it waits on the loop when this returns.
  Task<void> stop();

 private:
  Task<void> follow();

  Yard& yard_;
  Tell tell_;
  boost::asio::cancellation_signal signal_;
  bool running_ = false, stopping_ = false;
};

}  // namespace yard
