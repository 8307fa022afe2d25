// SPDX-License-Identifier: Apache-2.0
// Who waits for what: committed changes come in, listeners wake up.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "daemon/async/task.h"
#include "daemon/store/store.h"

namespace runs {

using async::Task;

class Listener;

/// Owned by serve(); loop thread only.
class Hub {
 public:
  explicit Hub(boost::asio::io_context& loop) : loop_(loop) {}
  void publish(std::vector<store::NumberedChange> changes);
  /// Number of the last change published; 0 before the first.
  std::int64_t last() const { return last_; }
  void start_at(std::int64_t number) { last_ = number; }
  /// Changes after `number`, oldest first; nothing when some of them are no longer in memory, or when there was no such
  /// number.
  std::optional<std::vector<store::NumberedChange>> after(std::int64_t number) const;

 private:
  friend class Listener;
  boost::asio::io_context& loop_;
  std::int64_t last_ = 0;
  std::deque<store::NumberedChange> recent_;
  /// Shared with them: a coroutine that was cut short may be destroyed with the io_context, after the hub.
  std::shared_ptr<std::list<Listener*>> listeners_ = std::make_shared<std::list<Listener*>>();
};

/// Remembers from its making on whether something changed, so nothing is missed between a look and a wait.
class Listener {
 public:
  using Clock = std::chrono::steady_clock;
  using Heard = std::function<void(const store::Change&)>;
  /// `run` empty: every run. `heard` is called with each change that concerns it, in order.
  Listener(Hub& hub, std::string run, unsigned mask, Heard heard = {});
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// True when something changed since the last call (or the making); false when `deadline` came first.
  Task<bool> wait(Clock::time_point deadline);
  /// Wakes it for a reason that is no change.
  void poke();

 private:
  friend class Hub;
  void tell(const store::Change& change);

  std::string run_;
  unsigned mask_;
  Heard heard_;
  bool changed_ = false;
  boost::asio::steady_timer timer_;
  std::shared_ptr<std::list<Listener*>> all_;  ///< of the hub, which may be gone when this goes
  std::list<Listener*>::iterator place_;
};

}  // namespace runs
