// SPDX-License-Identifier: Apache-2.0
// Registered models: a name, a version, and files that are kept as blobs.
// A model is a list of digests; each file is kept once. A file of a record is linked, because the record never
// changes; one in a journal is copied, because its process may still write.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/store/ingest/ingest.h"
#include "daemon/store/queries/artifacts.h"
#include "protocol/facts.h"

namespace store {

/// The body of POST /api/v1/models: a model without number, version and sizes of files. Files that are sent come before
/// the run's of the same path.
base::Result<protocol::ModelRegistered> model_from_json(const nlohmann::json& body);
/// Whether files of its run belong to it.
inline bool has_files_of_run(const protocol::ModelRegistered& model) {
  return !model.run.empty() && !model.path.empty();
}

/// A change of a model, without its number.
base::Result<protocol::ModelChanged> model_change_from_json(const nlohmann::json& body);

/// The run's files that `path` names: that file, or all below that folder. `no_such_file_or_directory`: there are none.
base::Result<std::vector<ArtifactRow>> model_files_of(Database& database, RunKey run, const std::string& path);

/// The name that a file of a run has in a model made of `path`: relative to the folder that holds `path`.
std::string name_in_model(const std::string& file, const std::string& path);

/// Keeps a file of a run as a blob. Returns its entry in the model's files.
base::Result<protocol::ModelRegistered::File> keep_model_file(const protocol::StateDir& state,
                                                              const protocol::RunDir& dir, const ArtifactRow& file,
                                                              const std::string& path);

/// Gives the model its number and version. Returns the number. `no_such_file_or_directory`: the blob of a file has not
/// been sent.
base::Result<std::int64_t> add_model(Ingest& ingest, const protocol::StateDir& state, protocol::ModelRegistered model);
/// `file_exists`: a property has another value.
base::Result<void> change_model(Ingest& ingest, const protocol::ModelChanged& change);
/// The blobs that models use: digest to one of those models, NAME:VERSION.
base::Result<std::map<std::string, std::string>> used_blobs(Database& database);
/// Blobs that no other model uses are removed too.
base::Result<void> remove_model(Ingest& ingest, const protocol::StateDir& state, std::int64_t number);
/// Removes the blobs that no model uses and that were sent more than a day ago.
void remove_unused_blobs(Database& database, const protocol::StateDir& state);

}  // namespace store
