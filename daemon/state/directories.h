// SPDX-License-Identifier: Apache-2.0
// The folders of the state directory.
#pragma once

#include "base/result.h"
#include "protocol/names.h"

namespace state {

/// Makes those that are missing, and moves to the trash what an earlier daemon was making when it was killed. The
/// caller holds the lock of the state directory.
base::Result<void> prepare_directories(const protocol::StateDir& state);

}  // namespace state
