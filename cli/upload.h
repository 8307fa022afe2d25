// SPDX-License-Identifier: Apache-2.0
// Sending a source folder to a daemon that does not see it (another container or mount namespace).
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "cli/client.h"

namespace cli {

/// The body of POST /uploads: every file, folder and link below `source`, with the rules that exclude some.
/// Folders that are never captured (.git and such) are named and not entered.
base::Result<nlohmann::json> list_for_upload(const base::Path& source, bool large);

/// Sends the files of `source` that the daemon asks for; returns the upload's id. `progress` gets a text for people.
base::Result<std::string> send_source(const Client& client, const base::Path& source, bool large,
                                      const std::function<void(const std::string&)>& progress);

}  // namespace cli
