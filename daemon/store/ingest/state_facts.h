// SPDX-License-Identifier: Apache-2.0
// What each fact about the state directory (yard.jsonl) means to the tables: workspaces, experiments, targets, models,
// environments.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "daemon/store/ingest/rows.h"

namespace store {

/// Applies the facts about the state directory. Owned by Ingest; writer thread only.
class StateFacts {
 public:
  StateFacts(Database& database, Rows& rows) : database_(database), rows_(rows) {}

  /// A fact of an unknown kind changes nothing.
  base::Result<void> apply(const nlohmann::json& fact);

 private:
  base::Result<void> target(const nlohmann::json& fact, base::Micros time);
  base::Result<void> alias(const nlohmann::json& fact, base::Micros time);
  base::Result<void> experiment(const nlohmann::json& fact, base::Micros time);
  base::Result<void> experiment_changed(const nlohmann::json& fact, base::Micros time);
  base::Result<void> model(const nlohmann::json& fact, base::Micros time);
  base::Result<void> model_changed(const nlohmann::json& fact);
  base::Result<void> environment(const nlohmann::json& fact, base::Micros time);
  base::Result<std::int64_t> workspace_of(const nlohmann::json& fact, base::Micros time);
  base::Result<std::int64_t> experiment_of(const nlohmann::json& fact, base::Micros time);

  Database& database_;
  Rows& rows_;
};

}  // namespace store
