// SPDX-License-Identifier: Apache-2.0
// The database is a function of the files: made again from them.
#pragma once

#include "base/file.h"
#include "base/result.h"
#include "protocol/names.h"

namespace yard {

/// Makes the database anew and puts it in the place of the old one; no daemon may run. The exit status.
base::Result<int> rebuild(const protocol::StateDir& state);
/// At the start of a daemon, which holds the lock: makes the database when it is missing though there are runs, or of an
/// older version, so that nobody is answered from a half-filled one.
base::Result<void> rebuild_if_needed(const protocol::StateDir& state);

/// Makes a database at `path`, which is removed first, of what the files say now.
base::Result<void> build_index(const protocol::StateDir& state, const base::Path& path);
/// Makes one and puts it in the place of the daemon's. The state's lock is held.
base::Result<void> replace_index(const protocol::StateDir& state);
void remove_index(const base::Path& path);

}  // namespace yard
