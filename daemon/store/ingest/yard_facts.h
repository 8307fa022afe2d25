// SPDX-License-Identifier: Apache-2.0
// What each fact of yard.jsonl means to the tables: workspaces, experiments, targets, models, environments.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "daemon/store/ingest/rows.h"

namespace store {

/// Takes the facts of the yard. Owned by Ingest; writer thread only.
class YardFacts {
 public:
  YardFacts(Database& database, Rows& rows) : database_(database), rows_(rows) {}

  /// A fact that is not one of ours changes nothing.
  base::Result<void> take(const nlohmann::json& fact);

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
