// SPDX-License-Identifier: Apache-2.0
// One daemon a state directory.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "protocol/names.h"

namespace yard {

/// Makes the state directory and takes its lock, which is held as long as the descriptor. Refused in words: a network file
/// system, a folder that others may write to, a daemon that serves it already.
base::Result<base::Fd> lock_state(const protocol::StateDir& state);

}  // namespace yard
