// SPDX-License-Identifier: Apache-2.0
// A range of a scalar metric for a chart: its points along x, reduced to parts.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "daemon/store/queries/metrics.h"
#include "daemon/store/queries/series_parts.h"
#include "daemon/store/queries/whole_series.h"
#include "protocol/json.h"

namespace store {

using base::Result;
using nlohmann::json;

namespace {

struct Points {
  std::vector<SeriesPoint> all;
  bool numeric = true;  ///< nothing but numbers among them
};

std::optional<std::int64_t> metric_key(Database& database, RunKey run, const std::string& name) {
  Query query = database.query("SELECT key FROM metric WHERE run = ? AND name = ? AND kind = 0");
  const auto found = query.bind(run).bind(name).step();
  return found && *found ? std::optional(query.integer(0)) : std::nullopt;
}

double number_of(const Cell& cell, bool* numeric) {
  if (const auto* d = std::get_if<double>(&cell)) return *d;
  if (const auto* i = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*i);
  if (const auto* b = std::get_if<bool>(&cell)) return *b ? 1 : 0;
  *numeric = false;
  return std::numeric_limits<double>::quiet_NaN();
}

/// The values of another metric, by step where it has steps, else by place.
Result<std::map<std::int64_t, double>> other_values(Database& database, RunKey run, const std::string& name) {
  std::map<std::int64_t, double> values;
  const auto key = metric_key(database, run, name);
  if (!key) return values;
  TRY_ASSIGN(const Series series, whole_series(database, *key));
  bool ignored = true;
  for (std::size_t i = 0; i < series.size(); ++i)
    values[series.steps[i] == kNoStep ? static_cast<std::int64_t>(i) : series.steps[i]] =
        number_of(series.cells[i], &ignored);
  return values;
}

Result<Points> points_of(Database& database, RunKey run, std::int64_t metric, const std::string& x) {
  TRY_ASSIGN(const Series series, whole_series(database, metric));
  std::map<std::int64_t, double> other;
  if (x.starts_with("metric.")) {
    TRY_ASSIGN(other, other_values(database, run, x.substr(7)));
  }
  Query started = database.query("SELECT coalesce(started, created) FROM run WHERE key = ?");
  TRY(started.bind(run).step());
  const double start = base::to_seconds(started.integer(0));
  Points points;
  points.all.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i), step = series.steps[i] == kNoStep ? place : series.steps[i];
    SeriesPoint point{static_cast<double>(place), base::to_seconds(series.times[i]),
                      number_of(series.cells[i], &points.numeric)};
    if (x == "step") point.x = static_cast<double>(step);
    else if (x == "time") point.x = point.time;
    else if (x == "relative") point.x = point.time - start;
    else if (x != "index") {
      const auto at = other.find(step);
      if (at == other.end() || !std::isfinite(at->second)) continue;
      point.x = at->second;
    }
    points.all.push_back(point);
  }
  const auto before = [](const SeriesPoint& a, const SeriesPoint& b) { return a.x < b.x; };
  if (!std::is_sorted(points.all.begin(), points.all.end(), before))
    std::stable_sort(points.all.begin(), points.all.end(), before);
  return points;
}

/// The points in the range: [first, last).
std::pair<std::size_t, std::size_t> range_of(const std::vector<SeriesPoint>& points, const SeriesFilter& filter) {
  const auto begin = filter.from ? std::partition_point(points.begin(), points.end(),
                                                        [&](const SeriesPoint& p) { return p.x < *filter.from; })
                                 : points.begin();
  const auto end =
      filter.to ? std::partition_point(begin, points.end(), [&](const SeriesPoint& p) { return p.x <= *filter.to; })
                : points.end();
  return {static_cast<std::size_t>(begin - points.begin()), static_cast<std::size_t>(end - points.begin())};
}

json number_json(double value) {
  if (std::isfinite(value)) return value;
  return json::object({{"$", std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf"}});
}

json numbers(const std::vector<SeriesPart>& parts, double SeriesPart::*member) {
  json array = json::array();
  for (const auto& part : parts) array.push_back(number_json(part.*member));
  return array;
}

/// Null where a part has no finite value.
json finite_numbers(const std::vector<SeriesPart>& parts, double SeriesPart::*member) {
  json array = json::array();
  for (const auto& part : parts) array.push_back(part.nan == part.n ? json(nullptr) : json(part.*member));
  return array;
}

json counts(const std::vector<SeriesPart>& parts, std::int64_t SeriesPart::*member) {
  json array = json::array();
  for (const auto& part : parts) array.push_back(part.*member);
  return array;
}

}  // namespace

Result<json> series_json(Database& database, RunKey run, const SeriesFilter& filter) {
  json items = json::array();
  for (const auto& name : filter.names) {
    const auto metric = metric_key(database, run, name);
    if (!metric) continue;
    TRY_ASSIGN(const Points points, points_of(database, run, *metric, filter.x));
    const auto [first, last] = range_of(points.all, filter);
    const auto parts = parts_of(points.all, first, last, filter.points);
    items.push_back({{"name", name},
                     {"count", points.all.size()},
                     {"numeric", points.numeric},
                     {"x", numbers(parts, &SeriesPart::x)},
                     {"time", numbers(parts, &SeriesPart::time)},
                     {"first", numbers(parts, &SeriesPart::first)},
                     {"last", numbers(parts, &SeriesPart::last)},
                     {"low", finite_numbers(parts, &SeriesPart::low)},
                     {"high", finite_numbers(parts, &SeriesPart::high)},
                     {"nan", counts(parts, &SeriesPart::nan)},
                     {"n", counts(parts, &SeriesPart::n)}});
  }
  return items;
}

}  // namespace store
