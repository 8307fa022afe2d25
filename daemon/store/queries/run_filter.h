// SPDX-License-Identifier: Apache-2.0
// Which runs a list shows, and the conditions for it in SQL.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/store/filter/filter.h"
#include "daemon/store/filter/filter_sql.h"
#include "daemon/store/sqlite.h"
#include "protocol/spec.h"

namespace store {

struct RunFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string experiment, kind, parent;
  std::vector<std::string> states, tags, properties;  ///< words; "K" or "K=V"
  bool children = false;
  std::int64_t limit = 100, skip = 0;
  std::string cursor;
  std::optional<Filter> filter;
  std::optional<Key> sort;  ///< none: newest first
  bool descending = false;
  std::vector<std::pair<std::string, Key>> columns;  ///< each as the client wrote it
  bool counts = false;
};

/// The tables that the conditions speak of: runs (as r), their experiments (e) and workspaces (w).
inline constexpr std::string_view kRunTables =
    "run r JOIN experiment e ON e.key = r.experiment JOIN workspace w ON w.key = e.workspace";

/// " AND ..." for the workspace, the experiment and the states of the filter. They hold for rows of `tally` too.
base::Result<Sql> scope_of(Database& database, const RunFilter& filter);
/// " AND ..." for each condition that a run of the list meets, scope_of() among them.
base::Result<Sql> conditions_of(Database& database, const RunFilter& filter, base::Micros now);
/// Whether a run is in the list for its scope and for having a parent or none, and for nothing else.
bool is_scope_only(const RunFilter& filter);

}  // namespace store
