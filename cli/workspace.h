// SPDX-License-Identifier: Apache-2.0
// The workspace that a command is about, by the name that people know.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "cli/client.h"
#include "cli/options.h"

namespace cli {

/// {"subscription_id", "resource_group", "name"} of the workspace of that name; empty: the usual one. A name that is
/// not there is a new workspace of this machine. An error when several have it.
base::Result<nlohmann::json> workspace_named(const Client& client, const std::string& name);

/// --workspace WORKSPACE, which fills `name`.
Option workspace_option(std::string& name);

}  // namespace cli
