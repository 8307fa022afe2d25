// SPDX-License-Identifier: Apache-2.0
// Which datasets a run names, and which runs name a dataset. Called as the functions of queries.h.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/store/sqlite.h"
#include "protocol/dataset_use.h"
#include "protocol/json.h"
#include "protocol/spec.h"

namespace store {

/// What a run says of datasets.
struct DatasetsOfRun {
  protocol::WorkspaceId workspace;
  std::vector<protocol::DatasetUse> uses;
};
/// `no_such_file_or_directory` when there is no such run.
base::Result<DatasetsOfRun> datasets_of_run(Database& database, const std::string& run);

/// {"used_by", "made_by"}: [{"run", "experiment", "status", "created", "name", "mode"}], the newest runs that have one
/// of these datasets as an input or an output, 1000 of each at most. The output `output` of the run `maker` counts too.
base::Result<nlohmann::json> runs_of_datasets(Database& database, const std::vector<std::string>& datasets,
                                              const std::string& maker, const std::string& output);

}  // namespace store
