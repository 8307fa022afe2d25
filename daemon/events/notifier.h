// SPDX-License-Identifier: Apache-2.0
// Tells the user's own program of each change of a run's state: state/hooks/status-changed, where it is there. The daemon
// starts no program of a user's itself: the launcher does (--notify).
#pragma once

#include "daemon/api/api.h"
#include "daemon/events/state_watcher.h"

namespace events {

/// Owned by serve(); loop thread only. One call at a time, in the order of the changes.
class Notifier {
 public:
  /// `api` outlives it.
  explicit Notifier(api::Api& api) : api_(api), watcher_(api.yard, [this](NewState what) { return tell(std::move(what)); }) {}

  void start() { watcher_.start(); }
  /// Nothing of it waits on the loop when this returns.
  Task<void> stop();

 private:
  Task<bool> is_wanted();
  Task<nlohmann::json> describe(const NewState& what);
  Task<void> tell(NewState what);

  api::Api& api_;
  StateWatcher watcher_;
};

}  // namespace events
