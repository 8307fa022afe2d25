// SPDX-License-Identifier: Apache-2.0
// A stretch of a scalar metric for a chart: cut into parts of equal width, each with what is to be drawn of it.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "daemon/store/queries.h"
#include "daemon/store/whole_series.h"
#include "protocol/json.h"

namespace yard {

using base::Result;
using nlohmann::json;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Point {
  double x = 0, time = 0, value = 0;
};

struct Points {
  std::vector<Point> all;
  bool numeric = true;  ///< nothing but numbers among them
};

/// One part of the range.
struct Part {
  double x = 0, time = 0, first = kNone, last = kNone, low = kNone, high = kNone;
  std::int64_t nan = 0, n = 0;

  void add(const Point& point) {
    if (n++ == 0) {
      x = point.x;
      time = point.time;
    }
    if (!std::isfinite(point.value)) {
      ++nan;
      return;
    }
    if (std::isnan(first)) first = low = high = point.value;
    last = point.value;
    low = std::min(low, point.value);
    high = std::max(high, point.value);
  }
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
  return kNone;
}

/// The values of another metric, by step where it has steps, else by place.
Result<std::map<std::int64_t, double>> other_values(Database& database, RunKey run, const std::string& name) {
  std::map<std::int64_t, double> values;
  const auto key = metric_key(database, run, name);
  if (!key) return values;
  TRY_ASSIGN(const Series series, whole_series(database, *key));
  bool ignored = true;
  for (std::size_t i = 0; i < series.size(); ++i)
    values[series.steps[i] == kNoStep ? static_cast<std::int64_t>(i) : series.steps[i]] = number_of(series.cells[i], &ignored);
  return values;
}

Result<Points> points_of(Database& database, RunKey run, std::int64_t metric, const std::string& x) {
  TRY_ASSIGN(const Series series, whole_series(database, metric));
  std::map<std::int64_t, double> other;
  if (x.starts_with("metric.")) { TRY_ASSIGN(other, other_values(database, run, x.substr(7))); }
  Query started = database.query("SELECT coalesce(started, created) FROM run WHERE key = ?");
  TRY(started.bind(run).step());
  const double start = base::to_seconds(started.integer(0));
  Points points;
  points.all.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto place = static_cast<std::int64_t>(i), step = series.steps[i] == kNoStep ? place : series.steps[i];
    Point point{static_cast<double>(place), base::to_seconds(series.times[i]), number_of(series.cells[i], &points.numeric)};
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
  const auto before = [](const Point& a, const Point& b) { return a.x < b.x; };
  if (!std::is_sorted(points.all.begin(), points.all.end(), before)) std::stable_sort(points.all.begin(), points.all.end(), before);
  return points;
}

/// The points in the range, and one beyond each side of it, which lines lead to.
std::pair<std::size_t, std::size_t> range_of(const std::vector<Point>& points, const SeriesFilter& filter) {
  const auto begin = filter.from ? std::partition_point(points.begin(), points.end(), [&](const Point& p) { return p.x < *filter.from; }) : points.begin();
  const auto end = filter.to ? std::partition_point(begin, points.end(), [&](const Point& p) { return p.x <= *filter.to; }) : points.end();
  const auto first = static_cast<std::size_t>(begin - points.begin()), last = static_cast<std::size_t>(end - points.begin());
  return {first > 0 && filter.from ? first - 1 : first, last < points.size() ? last + 1 : last};
}

std::vector<Part> parts_of(const std::vector<Point>& points, std::size_t first, std::size_t last, std::int64_t most) {
  std::vector<Part> parts;
  const auto count = static_cast<std::int64_t>(last - first);
  const double low = count > 0 ? points[first].x : 0, width = count > 0 ? (points[last - 1].x - low) / static_cast<double>(most) : 0;
  std::int64_t current = -1;
  for (std::size_t i = first; i < last; ++i) {
    const std::int64_t number = count <= most || width <= 0 ? static_cast<std::int64_t>(i)
                                                            : std::min(most - 1, static_cast<std::int64_t>((points[i].x - low) / width));
    if (number != current || parts.empty()) parts.emplace_back();
    current = number;
    parts.back().add(points[i]);
  }
  return parts;
}

json numbers(const std::vector<Part>& parts, double Part::*member) {
  json array = json::array();
  for (const auto& part : parts) array.push_back(std::isnan(part.*member) ? json(nullptr) : json(part.*member));
  return array;
}

json counts(const std::vector<Part>& parts, std::int64_t Part::*member) {
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
    items.push_back({{"name", name}, {"count", points.all.size()}, {"numeric", points.numeric},
                     {"x", numbers(parts, &Part::x)}, {"time", numbers(parts, &Part::time)}, {"first", numbers(parts, &Part::first)},
                     {"last", numbers(parts, &Part::last)}, {"low", numbers(parts, &Part::low)}, {"high", numbers(parts, &Part::high)},
                     {"nan", counts(parts, &Part::nan)}, {"n", counts(parts, &Part::n)}});
  }
  return items;
}

}  // namespace yard
