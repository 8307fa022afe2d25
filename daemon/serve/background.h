// SPDX-License-Identifier: Apache-2.0
// Starts the daemon for a client that needs it now: by the user's service manager where it has the service, else as a
// detached process.
#pragma once

#include <optional>

#include "base/result.h"
#include "protocol/names.h"

namespace serve {

struct BackgroundOptions {
  bool own_place = false;  ///< RUNYARD_STATE names the state directory, so no service serves it
  /// For a daemon that has to be started. A service has a port of its own, so it is not used when this is set.
  std::optional<int> port;
};

/// Returns when a daemon answers, which may have run before. Fails inside a run: the daemon would end with that run.
base::Result<void> start_in_background(const protocol::StateDir& state, const BackgroundOptions& options);

}  // namespace serve
