// SPDX-License-Identifier: Apache-2.0
// The environments that were built, for commands that are about other things.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "cli/context.h"

namespace cli {

/// {"items": [...]} as the launcher lists them; no daemon is needed. Gives up after so many milliseconds.
base::Result<nlohmann::json> built_environments(const Context& context, int patience_ms);

}  // namespace cli
