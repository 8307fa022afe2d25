// SPDX-License-Identifier: Apache-2.0
// The metrics of a run: all values, or a range of them in about as many points as a chart has room for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/ingest/rows.h"
#include "protocol/json.h"

namespace store {

/// How much of a metric to return: scalars without their points, all values, or all values with their times.
enum class MetricsDetail { kSummary, kValues, kTimes };
/// The metrics of a run in the order in which it first logged them, as the text of the array "metrics" of http-api.md.
/// Empty `names`: all.
base::Result<std::string> metrics_json(Database& database, RunKey run, const std::vector<std::string>& names,
                                       MetricsDetail detail);

struct SeriesFilter {
  std::vector<std::string> names;
  std::string x = "index";  ///< index, step, time, relative, metric.NAME
  std::optional<double> from, to;
  std::int64_t points = 1000;
};
/// The array "items" of GET .../series: a range of scalar metrics, cut into about `points` parts.
base::Result<nlohmann::json> series_json(Database& database, RunKey run, const SeriesFilter& filter);

}  // namespace store
