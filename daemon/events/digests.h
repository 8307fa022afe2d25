// SPDX-License-Identifier: Apache-2.0
// Notes the digests of a run's files when it has ended (store/file_digests.h), on a thread of the lowest priority. What
// is missed (a daemon that was killed) the doctor makes up for.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>

#include "daemon/events/state_watcher.h"
#include "daemon/store/readers.h"

namespace events {

/// Owned by serve(); loop thread only.
class Digester {
 public:
  /// `loop`, `hub` and `readers` outlive it.
  Digester(boost::asio::io_context& loop, runs::Hub& hub, store::Readers& readers, protocol::StateDir state)
      : readers_(readers), state_(std::move(state)),
        watcher_(loop, hub, [this](NewState what) { return note(std::move(what)); }) {}

  void start();
  /// Gives up what it reads. Nothing of it waits on the loop when this returns.
  Task<void> stop();
  /// Waits for the thread: for a daemon that ends without stop().
  void stop_thread();

 private:
  Task<void> note(NewState what);

  store::Readers& readers_;
  protocol::StateDir state_;
  boost::asio::thread_pool pool_{1};
  std::atomic<bool> stopping_{false};
  StateWatcher watcher_;
};

}  // namespace events
