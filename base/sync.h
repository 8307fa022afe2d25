// SPDX-License-Identifier: Apache-2.0
// Making several files durable for the price of little more than one.
#pragma once

#include <vector>

#include "base/file.h"

namespace base {

/// Syncs files and directories, several at the same time: the file system then writes them out together.
Result<void> sync_together(const std::vector<Path>& paths);

}  // namespace base
