// SPDX-License-Identifier: Apache-2.0
// Names of a run's files that clash: with a log's, or one that is a file's and a folder's. Every file stays reachable,
// and all of them can be written below one folder.
#pragma once

#include <string_view>
#include <vector>

#include "daemon/store/sqlite.h"

namespace store {

struct ArtifactRow;

/// Follows the name of a file in lists where that name is a log's or a folder's.
inline constexpr std::string_view kApart = "~";

bool is_name_of_log(std::string_view name);
/// Whether the run has logs that its launcher captures: it is no interactive run.
base::Result<bool> has_logs(Database& database, std::int64_t run);

/// Renames the files that clash. `files` are in the order of their names; `logs`: the run has logs.
void tell_apart(std::vector<ArtifactRow>& files, bool logs);

}  // namespace store
