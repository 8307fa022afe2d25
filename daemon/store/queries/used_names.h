// SPDX-License-Identifier: Apache-2.0
// The names of metrics, tags, properties and arguments that runs use, for completions.
#pragma once

#include <optional>
#include <string>

#include "daemon/store/sqlite.h"
#include "protocol/json.h"
#include "protocol/spec.h"

namespace store {

/// For names_in_use(): `kind` is metric, tag, property or argument; `contained` is a text in the name.
struct NameFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string experiment, kind, contained;
  std::int64_t limit = 100;
};
/// {"items", "more"}: names of metrics, tags, properties or arguments, those that begin with the text first.
base::Result<nlohmann::json> names_in_use(Database& database, const NameFilter& filter);

}  // namespace store
