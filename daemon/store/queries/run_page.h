// SPDX-License-Identifier: Apache-2.0
// The runs of one page of a list, in its order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/ingest/rows.h"
#include "daemon/store/queries/run_filter.h"
#include "protocol/json.h"

namespace store {

struct RunPage {
  std::vector<RunKey> runs;
  std::optional<std::string> next;  ///< the cursor of the next page; nothing on the last one
};
/// `where`: conditions_of() the filter.
base::Result<RunPage> page_of(Database& database, const RunFilter& filter, const Sql& where, base::Micros now);

/// The value in a column of a row, null where it has none.
nlohmann::json value_at(const Query& row, int column);

}  // namespace store
