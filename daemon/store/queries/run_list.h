// SPDX-License-Identifier: Apache-2.0
// Lists of runs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/queries/place.h"
#include "daemon/store/queries/run_filter.h"
#include "daemon/store/queries/run_view.h"
#include "daemon/store/sqlite.h"

namespace store {

struct RunList {
  std::vector<RunView> runs;                          ///< with the `columns` that were asked for
  std::optional<std::string> next;                    ///< the cursor of the next page; nothing on the last one
  std::map<protocol::RunState, std::int64_t> counts;  ///< of all pages; only states that occur
};
base::Result<RunList> list_runs(Database& database, const Place& place, const RunFilter& filter);

}  // namespace store
