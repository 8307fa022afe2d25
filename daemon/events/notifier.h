// SPDX-License-Identifier: Apache-2.0
// Tells the user's own program of each change of a run's state: state/hooks/status-changed, where it is there. The
// daemon starts no program of a user's itself: the launcher does (--notify).
// Mail, chat and pagers are a line of shell in that program, not settings of the daemon.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/file.h"
#include "daemon/events/state_watcher.h"
#include "daemon/store/queries/queries.h"
#include "daemon/store/readers.h"

namespace events {

/// What Notifier works with; all of it outlives it.
struct NotifierParts {
  boost::asio::io_context& loop;
  boost::asio::any_io_executor pool;
  runs::Hub& hub;
  store::Readers& readers;
  const store::Place& place;
  base::Path launcher;
};

/// Owned by serve(); loop thread only. One call at a time, in the order of the changes.
class Notifier {
 public:
  explicit Notifier(const NotifierParts& parts)
      : p_(parts), watcher_(parts.loop, parts.hub, [this](NewState what) { return tell(std::move(what)); }) {}

  void start() { watcher_.start(); }
  /// Nothing of it waits on the loop when this returns.
  Task<void> stop();

 private:
  Task<bool> has_hook();
  Task<store::RunView> describe(const std::string& id);
  Task<void> tell(NewState what);

  NotifierParts p_;
  StateWatcher watcher_;
};

}  // namespace events
