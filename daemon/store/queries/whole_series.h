// SPDX-License-Identifier: Apache-2.0
// All points of a metric, in the order in which they count.
#pragma once

#include "daemon/store/ingest/series.h"
#include "daemon/store/sqlite.h"

namespace store {

/// Across files by time, then by file name; within a file nothing is reordered.
base::Result<Series> whole_series(Database& database, std::int64_t metric);

}  // namespace store
