// SPDX-License-Identifier: Apache-2.0
// Starting the daemon for a client that needs it now: through the user's service manager where there is one, else
// detached by ourselves.
#pragma once

#include <optional>

#include "base/result.h"
#include "protocol/names.h"

namespace serve {

struct BackgroundOptions {
  bool own_place = false;  ///< the state directory was chosen by hand, so no service serves it
  std::optional<int>
      port;  ///< for a daemon that has to be started; then no service starts it, which has a port of its own
};

/// Returns when a daemon answers.
base::Result<void> start_in_background(const protocol::StateDir& state, const BackgroundOptions& options);

}  // namespace serve
