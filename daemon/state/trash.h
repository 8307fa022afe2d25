// SPDX-License-Identifier: Apache-2.0
// The trash: removed files move here at once, and the sweeper deletes them later.
#pragma once

#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "protocol/names.h"

namespace state {

/// Moves a file or folder to the trash, without a sync. Nothing happens when it does not exist.
base::Result<void> put_away(const protocol::StateDir& state, const base::Path& path);

/// Files and folders that still have a temporary name. The caller holds the lock of the state directory, and no
/// submission or upload is under way: so the daemon that made them was killed.
std::vector<base::Path> half_made(const protocol::StateDir& state);

}  // namespace state
