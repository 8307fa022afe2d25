// SPDX-License-Identifier: Apache-2.0
// Changing targets, which are names with slots, and other names of them. Each change is a fact before it counts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "daemon/runs/runs.h"

namespace runs {

/// `file_exists` when `target` is another name of a target.
Task<base::Result<void>> set_slots(store::Store& store, Runs& runs, std::string target, std::int64_t slots);
/// Another name of a target with slots; `file_exists` when the name has slots of its own. True when it is new.
Task<base::Result<bool>> set_alias(store::Store& store, Runs& runs, std::string name, std::string target,
                                   nlohmann::json properties);
Task<base::Result<void>> forget_alias(store::Store& store, Runs& runs, std::string name);

}  // namespace runs
