// SPDX-License-Identifier: Apache-2.0
// The folders of the state directory.
#pragma once

#include "base/result.h"
#include "protocol/names.h"

namespace state {

/// Makes the missing folders, and moves what an earlier daemon left half-made to the trash (half_made()). The caller
/// holds the lock of the state directory.
base::Result<void> prepare_directories(const protocol::StateDir& state);

}  // namespace state
