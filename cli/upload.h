// SPDX-License-Identifier: Apache-2.0
// Sending a source folder to a daemon that does not see it (another container or mount namespace): a tar archive,
// made while it is sent.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "cli/client.h"
#include "cli/tar.h"

namespace cli {

/// Every entry below `source`, a folder before what it holds. Entries that ignore rules exclude or that the run gets as
/// links are not sent, and are not entered. In a folder over the limits no file is sent unless `large`: the daemon
/// only says what makes it so large.
base::Result<std::vector<TarEntry>> list_source(const base::Path& source, const std::vector<std::string>& links,
                                                bool large);

/// Sends the folder of `source`, as it stands in the body of a submit; returns the upload's id. `progress` gets a text
/// for people.
base::Result<std::string> send_source(const Client& client, const nlohmann::json& source,
                                      const std::function<void(const std::string&)>& progress);

}  // namespace cli
