// SPDX-License-Identifier: Apache-2.0
// One daemon a state directory.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "protocol/names.h"

namespace state {

/// Makes the state directory and takes its lock, which is held as long as the descriptor; the daemon.json of a killed
/// daemon is removed then, so that clients believe one only while its daemon holds the lock. Refused in words: a
/// directory that is not ours alone (base/ownership), a network file system, a daemon that serves it already.
base::Result<base::Fd> lock_state(const protocol::StateDir& state);

}  // namespace state
