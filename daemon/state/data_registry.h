// SPDX-License-Identifier: Apache-2.0
// The datastores and datasets of a workspace, as the SDK registers them (docs/formats/run-directory.md). `folder` is
// that of the workspace. Errors are sentences for the caller; a name that is not there has no_such_file_or_directory.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "protocol/dataset_use.h"
#include "protocol/json.h"

namespace state {

/// [{"name", "type", "path", "linked", "default", "settings"}], those that each workspace has first.
base::Result<nlohmann::json> list_datastores(const base::Path& folder);
/// Leads a datastore, which is made where it is new, to a folder of this machine. Returns it.
base::Result<nlohmann::json> link_datastore(const base::Path& folder, const std::string& name, const std::string& path);

/// [{"id", "name", "version", "type", "paths", "description", "tags", "created"}], the newest version of each name.
base::Result<nlohmann::json> list_datasets(const base::Path& folder);
/// Registers a file, a folder or a web address as the next version of a name; the newest one, if it is the same. `type`
/// is file or tabular; empty: tabular for tables by their names (.csv, .tsv, .parquet, .jsonl), else file.
base::Result<nlohmann::json> register_dataset(const base::Path& folder, const std::string& name,
                                              const std::string& path, std::string type);

/// A dataset, and how the records of runs name it.
struct FoundDataset {
  nlohmann::json shown;          ///< as in list_datasets(), with "options", "steps" and "versions"
  std::vector<std::string> ids;  ///< its own, and those of datasets without a name that have the same definition
  std::string run, output;       ///< the output of a run that became it; empty: none
};
base::Result<FoundDataset> find_dataset(const base::Path& folder, const std::string& id);

/// {"inputs", "outputs"}: [{"name", "mode", "dataset"}] of a run, where "dataset" is as in list_datasets(), with null
/// as the name of one without; null: the workspace no longer has it, or none is registered for that output.
base::Result<nlohmann::json> list_datasets_of_run(const base::Path& folder, const std::string& run,
                                                  const std::vector<protocol::DatasetUse>& uses);

}  // namespace state
