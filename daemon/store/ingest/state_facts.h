// SPDX-License-Identifier: Apache-2.0
// What each fact about the state directory (yard.jsonl) means to the tables: workspaces, experiments, targets, models,
// environments.
#pragma once

#include "daemon/store/ingest/rows.h"
#include "protocol/facts.h"

namespace store {

/// Applies the facts about the state directory. Owned by Ingest; writer thread only.
class StateFacts {
 public:
  StateFacts(Database& database, Rows& rows) : database_(database), rows_(rows) {}

  /// A line of the file. One that is no fact changes nothing.
  base::Result<void> apply(const nlohmann::json& line);

 private:
  /// The line of a fact as it is: fields that this program does not know go into the database too.
  struct Line {
    const nlohmann::json& json;
    base::Micros time;
  };
  base::Result<void> apply(const protocol::WorkspaceMade& made, const Line& line);
  base::Result<void> apply(const protocol::ExperimentMade& made, const Line& line);
  base::Result<void> apply(const protocol::ExperimentChanged& changed, const Line& line);
  base::Result<void> apply(const protocol::NumberUsed& used, const Line& line);
  base::Result<void> apply(const protocol::TargetSet& target, const Line& line);
  base::Result<void> apply(const protocol::AliasSet& alias, const Line& line);
  base::Result<void> apply(const protocol::AliasRemoved& alias, const Line& line);
  base::Result<void> apply(const protocol::ModelRegistered& model, const Line& line);
  base::Result<void> apply(const protocol::ModelChanged& changed, const Line& line);
  base::Result<void> apply(const protocol::ModelRemoved& model, const Line& line);
  base::Result<void> apply(const protocol::EnvironmentRegistered& environment, const Line& line);
  base::Result<std::int64_t> experiment_of(const protocol::WorkspaceId& id, const std::string& name, base::Micros time);

  Database& database_;
  Rows& rows_;
};

}  // namespace store
