// SPDX-License-Identifier: Apache-2.0
// Starting the daemon for somebody who needs it now: through the user's service manager where there is one, else
// detached by ourselves.
#pragma once

#include "base/result.h"
#include "protocol/names.h"

namespace yard {

/// Returns when a daemon answers. `own_place`: the state directory was chosen by hand, so no service serves it.
base::Result<void> start_in_background(const protocol::StateDir& state, bool own_place);

}  // namespace yard
