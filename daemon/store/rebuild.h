// SPDX-License-Identifier: Apache-2.0
// The database is a function of the files: made again from them.
#pragma once

#include "base/file.h"
#include "base/result.h"
#include "protocol/names.h"

namespace store {

/// Makes the database anew and puts it in the place of the old one; no daemon may run. The exit status.
base::Result<int> rebuild(const protocol::StateDir& state);
/// At the start of a daemon, which holds the lock: makes the database when it is missing though there are runs, damaged, or
/// of an older version, so that nobody is answered from a half-filled one. The old one is kept beside it, one at most. One
/// of a newer version is an error and left as it is.
base::Result<void> rebuild_if_needed(const protocol::StateDir& state);

/// Makes a database at `path`, which is removed first, of what the files say now.
base::Result<void> build_index(const protocol::StateDir& state, const base::Path& path);
/// Makes one and puts it in the place of the daemon's; the state's lock is held. Until the last step the old one is in its
/// place: whoever is killed before has done nothing. `keep`: as what the old one is kept beside it; empty: not.
base::Result<void> replace_index(const protocol::StateDir& state, const std::string& keep = "");
void remove_index(const base::Path& path);

}  // namespace store
