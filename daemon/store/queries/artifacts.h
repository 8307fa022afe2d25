// SPDX-License-Identifier: Apache-2.0
// The artifacts of a run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/ingest/rows.h"

namespace store {

struct ArtifactRow {
  std::string name, path;
  std::uint64_t size = 0;
  std::string sha256;
  base::Micros time = 0;
};
/// The run's artifacts under the names that the run gave them.
base::Result<std::vector<ArtifactRow>> artifacts(Database& database, RunKey run);
/// The run's artifacts under names that do not clash (artifact_names.h).
base::Result<std::vector<ArtifactRow>> listed_artifacts(Database& database, RunKey run);
/// The artifact of that name, given or listed; nothing for the name of a log, if the run has logs.
base::Result<std::optional<ArtifactRow>> artifact(Database& database, RunKey run, const std::string& name);

}  // namespace store
