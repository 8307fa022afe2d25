// SPDX-License-Identifier: Apache-2.0
// The database is a function of the files: made again from them, or compared with them. No daemon may run meanwhile.
#pragma once

#include "base/result.h"
#include "protocol/names.h"

namespace yard {

/// Makes the database anew and puts it in the place of the old one. The exit status.
base::Result<int> rebuild(const protocol::StateDir& state);
/// At the start of a daemon, which holds the lock: makes the database when it is missing though there are runs, damaged, or
/// of an older version, so that nobody is answered from a half-filled one. The old one is kept beside it, one at most. One
/// of a newer version is an error and left as it is.
base::Result<void> rebuild_if_needed(const protocol::StateDir& state);
/// Makes another one beside it and says what differs, a line each. 0 when nothing does, else 1.
base::Result<int> check(const protocol::StateDir& state);

}  // namespace yard
