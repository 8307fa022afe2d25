// SPDX-License-Identifier: Apache-2.0
// Workspaces and what they hold besides runs (experiments, models, environments), and targets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/queries/place.h"
#include "daemon/store/sqlite.h"
#include "protocol/json.h"
#include "protocol/spec.h"

namespace store {

base::Result<nlohmann::json> list_workspaces(Database& database);
/// Nothing when there is no such workspace.
base::Result<std::optional<nlohmann::json>> workspace_json(Database& database, const protocol::WorkspaceId& id);
struct ExperimentFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string name;
  std::int64_t key = 0;  ///< 0: any
  bool children = true;  ///< whether child runs are counted
};
/// Latest activity first.
base::Result<nlohmann::json> list_experiments(Database& database, const ExperimentFilter& filter);
/// An array: {"name","slots","created","alias_of","properties","removed"}.
base::Result<nlohmann::json> list_targets(Database& database);

struct ModelFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string name, run;
  std::vector<std::string> tags, properties;         ///< "K" or "K=V"
  std::int64_t version = 0, number = 0, before = 0;  ///< 0: any; `before`: only smaller numbers
  std::int64_t limit = 100;
};
/// The digest of a model's file. `no_such_file_or_directory`: the model has no such file, or there is no such model.
base::Result<std::string> model_file_digest(Database& database, std::int64_t number, const std::string& path);
/// {"items", "next"}, newest first, without removed models.
base::Result<nlohmann::json> list_models(Database& database, const Place& place, const ModelFilter& filter);

struct EnvironmentFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string name;
  std::int64_t version = 0;  ///< 0: any
  bool latest = false;
};
/// By name, newest version first.
base::Result<nlohmann::json> list_environments(Database& database, const EnvironmentFilter& filter);

}  // namespace store
