// SPDX-License-Identifier: Apache-2.0
// The daemon's own life: lock, open, publish, serve, stop.
#pragma once

#include <optional>

#include "base/result.h"
#include "protocol/names.h"

namespace serve {

struct ServeOptions {
  std::optional<int> port;
  int ready_fd = -1;  ///< told "\n" when the daemon answers, else the sentence that says why it cannot
};

/// Serves until it is told to stop (SIGTERM, SIGINT, POST /api/v1/stop). Runs go on without it. The exit status.
base::Result<int> serve(const protocol::StateDir& state, const ServeOptions& options);

}  // namespace serve
