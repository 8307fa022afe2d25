// SPDX-License-Identifier: Apache-2.0
// All points of a metric, in the order in which they count: across files by time, then by file name; within a file
// nothing is reordered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/ingest/series.h"
#include "daemon/store/sqlite.h"

namespace store {

base::Result<Series> whole_series(Database& database, std::int64_t metric);

/// Makes the points of one metric after another out of their chunks.
class ChunkCollector {
 public:
  /// The next chunk of the metric, in the order of files, then numbers.
  base::Result<void> add(const std::string& file, std::string_view times, std::string_view steps,
                         std::string_view cells);
  /// The points of all chunks that were added. The next chunk begins another metric.
  Series collect();

 private:
  std::string file_;
  std::vector<Series> files_;  ///< what each file said, in the order of its lines
};

}  // namespace store
