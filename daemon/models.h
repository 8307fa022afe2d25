// SPDX-License-Identifier: Apache-2.0
// Registered models: a name, a version, and files that are kept by what they hold.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/ingest.h"
#include "daemon/store/queries.h"
#include "protocol/json.h"

namespace yard {

/// The body of POST /api/v1/models.
struct NewModel {
  protocol::WorkspaceId workspace;
  std::string name;
  std::string run;    ///< id; empty: the files were sent before
  std::string path;   ///< of the run's file or folder; for people, when the files were sent
  nlohmann::json files = nlohmann::json::array();  ///< [{"path","sha256","size"}]
  nlohmann::json about = nlohmann::json::object();  ///< tags, properties, description, framework, framework_version
};
base::Result<NewModel> model_from_json(const nlohmann::json& body);

/// What may be changed of a model: tags, untag, properties, description; as a fact without its kind and number.
base::Result<nlohmann::json> model_change_from_json(const nlohmann::json& body);

/// The run's files that `path` names: that file, or all below that folder. `no_such_file_or_directory`: there are none.
base::Result<std::vector<ArtifactRow>> model_files_of(Database& database, RunKey run, const std::string& path);

/// Keeps a file of a run; its entry in the model's files, named relative to the folder that holds `path`.
base::Result<nlohmann::json> keep_model_file(const protocol::StateDir& state, const protocol::RunDir& dir, const ArtifactRow& file, const std::string& path);

/// Gives the model its number and version; the number. `no_such_file_or_directory`: the content of a file has not been sent.
base::Result<std::int64_t> add_model(Ingest& ingest, const protocol::StateDir& state, const NewModel& model);
/// `file_exists`: a property has another value.
base::Result<void> change_model(Ingest& ingest, std::int64_t number, nlohmann::json change);
/// The contents that models hold: digest to one of those models, NAME:VERSION.
base::Result<std::map<std::string, std::string>> used_contents(Database& database);
/// What no other model holds goes with it.
base::Result<void> remove_model(Ingest& ingest, const protocol::StateDir& state, std::int64_t number);
/// Contents that no model holds and that were sent more than a day ago.
void remove_unused_contents(Database& database, const protocol::StateDir& state);

}  // namespace yard
