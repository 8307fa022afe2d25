// SPDX-License-Identifier: Apache-2.0
// The database is a function of the files: this makes it again from them.
#pragma once

#include "base/file.h"
#include "base/result.h"
#include "protocol/names.h"

namespace store {

/// Rebuilds the database and puts the new one in the place of the old one; no daemon may run. Returns the exit status.
base::Result<int> rebuild(const protocol::StateDir& state);
/// At the start of a daemon, which holds the lock: rebuilds the database when it is missing though there are runs,
/// damaged, or of an older version, so that no answer comes from a half-filled one. The old one is kept beside it, one
/// at most. A database of a newer version is an error and stays as it is.
base::Result<void> rebuild_if_needed(const protocol::StateDir& state);

/// Makes a database at `path`, which is removed first, from the files as they are now.
base::Result<void> build_index(const protocol::StateDir& state, const base::Path& path);
/// Makes one and puts it in the place of the daemon's; the caller holds the lock of the state directory. Until the last
/// step the old one is in its place, so a kill before it changes nothing. `keep`: the word in the name under which the
/// old one is kept; empty: it is not kept.
base::Result<void> replace_index(const protocol::StateDir& state, const std::string& keep = "");
void remove_index(const base::Path& path);

}  // namespace store
