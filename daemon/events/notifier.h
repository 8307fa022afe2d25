// SPDX-License-Identifier: Apache-2.0
// Starts the user's hook, state/hooks/status-changed, for each change of a run's state; without that file, nothing
// happens. The daemon itself starts no program of the user: the launcher does (--notify).
// Mail, chat and pagers are a line of shell in the hook, not settings of the daemon.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/file.h"
#include "daemon/events/state_watcher.h"
#include "daemon/store/queries/run_view.h"
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

/// Owned by serve(); loop thread only. Runs one hook at a time, in the order of the changes.
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
