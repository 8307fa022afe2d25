// SPDX-License-Identifier: Apache-2.0
// Lists of runs, and the names in use among them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/store/filter/filter.h"
#include "daemon/store/queries/place.h"
#include "daemon/store/queries/run_view.h"
#include "daemon/store/sqlite.h"
#include "protocol/json.h"
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
struct RunList {
  std::vector<RunView> runs;                          ///< with the `columns` that were asked for
  std::optional<std::string> next;                    ///< the cursor of the next page; nothing on the last one
  std::map<protocol::RunState, std::int64_t> counts;  ///< of all pages; only states that occur
};
base::Result<RunList> list_runs(Database& database, const Place& place, const RunFilter& filter);

/// For names_in_use(): `kind` is metric, tag, property or argument; `contained` is a text in the name.
struct NameFilter {
  std::optional<protocol::WorkspaceId> workspace;
  std::string experiment, kind, contained;
  std::int64_t limit = 100;
};
/// {"items", "more"}: names of metrics, tags, properties or arguments, those that begin with the text first.
base::Result<nlohmann::json> names_in_use(Database& database, const NameFilter& filter);

}  // namespace store
