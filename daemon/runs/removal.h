// SPDX-License-Identifier: Apache-2.0
// Removing a run that has ended, and its files.
#pragma once

#include <string>

#include "daemon/runs/runs.h"

namespace runs {

/// Waits a few seconds for processes that still use its folder. `device_or_resource_busy` when it has not ended.
Task<base::Result<void>> remove(store::Store& store, store::Readers& readers, const Runs& runs,
                                protocol::StateDir state, std::string id);

}  // namespace runs
