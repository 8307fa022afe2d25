// SPDX-License-Identifier: Apache-2.0
// Tells the user's own program of each change of a run's state: state/hooks/status-changed, where it is there. The daemon
// starts no program of a user's itself: the launcher does (--notify).
#pragma once

#include "daemon/api/api.h"
#include "daemon/state_watcher.h"

namespace yard {

/// Owned by serve(); loop thread only. One call at a time, in the order of the changes.
class Notifier {
 public:
  /// `api` outlives it.
  explicit Notifier(Api& api) : api_(api), watcher_(api.yard, [this](Change change) { return tell(std::move(change.run)); }) {}

  void start() { watcher_.start(); }
  /// Nothing of it waits on the loop when this returns.
  Task<void> stop() { return watcher_.stop(); }

 private:
  Task<void> tell(std::string run);

  Api& api_;
  StateWatcher watcher_;
};

}  // namespace yard
