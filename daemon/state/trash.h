// SPDX-License-Identifier: Apache-2.0
// What is to go: moved away at once, deleted by the sweeper when there is time.
#pragma once

#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "protocol/names.h"

namespace state {

/// Moves a file or folder to the trash. Gone already: nothing happens. Not synced.
base::Result<void> put_away(const protocol::StateDir& state, const base::Path& path);

/// What was made under a name that nothing else has, and never got its own: while the state's lock is held and nothing
/// is submitted, its maker was killed.
std::vector<base::Path> half_made(const protocol::StateDir& state);

}  // namespace state
