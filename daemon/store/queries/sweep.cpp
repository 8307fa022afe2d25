// SPDX-License-Identifier: Apache-2.0
// The children of a run with one metric of each, as JSON text: one statement for the runs and one for the points, since
// a sweep may have thousands of children.
#include "daemon/store/queries/sweep.h"

#include <cmath>
#include <unordered_map>

#include "daemon/store/queries/series_sample.h"
#include "daemon/store/queries/whole_series.h"
#include "protocol/json_field.h"

namespace store {

using base::Result;
using nlohmann::json;
using protocol::cell_json;

namespace {

/// Parameters of both statements: the parent's id, the children's ids (a JSON array; null: all), the metric.
constexpr std::string_view kChildren =
    " WHERE r.parent = ?1 AND (?2 IS NULL OR r.id IN (SELECT value FROM json_each(?2)))";
/// The same for a few children: found by their ids, since a request that waits asks again after each change of any run.
constexpr std::string_view kFewChildren = " WHERE +r.parent = ?1 AND r.id IN (SELECT value FROM json_each(?2))";
constexpr std::string_view kMetric = "metric m ON m.run = r.key AND m.name = ?3 AND m.kind = 0";

void bind_children(Query& query, const RunHead& parent, const SweepFilter& filter, const std::string& metric) {
  query.bind(std::string_view(parent.id));
  if (filter.runs) query.bind(std::string_view(json(*filter.runs).dump()));
  else query.bind_null();
  query.bind(std::string_view(metric));
}

/// The metric that is shown, and what the sweep wants of it.
Result<void> find_metric(Database& database, const RunHead& parent, const SweepFilter& filter, Sweep& sweep) {
  TRY_ASSIGN(const auto property, property_of(database, parent.key, "primary_metric_config"));
  const auto config = protocol::parse_json(property.value_or("null"), "primary_metric_config");
  const std::string primary = config ? protocol::text_at(*config, "name") : "";
  sweep.metric = filter.metric.empty() ? primary : filter.metric;
  if (config && sweep.metric == primary) sweep.goal = protocol::text_at(*config, "goal");
  return {};
}

Result<void> count_children(Database& database, const RunHead& parent, Sweep& sweep) {
  Query query = database.query("SELECT count(*) FROM run WHERE parent = ?");
  TRY(query.bind(std::string_view(parent.id)).step());
  sweep.total = query.integer(0);
  return {};
}

std::string text_json(const Query& row, int column) {
  return row.is_null(column) ? "null" : cell_json(protocol::Cell(row.text(column)));
}

std::string time_json(const Query& row, int column) {
  return row.is_null(column) ? "null" : '"' + base::iso_time(row.integer(column)) + '"';
}

std::string number_json(const Query& row, int column) {
  return row.is_null(column) ? "null" : cell_json(protocol::Cell(row.real(column)));
}

/// The number that a sweep has given to a child, whose submission id is SWEEP/NUMBER. Null for other children.
std::string number_of_child(const std::string& submission) {
  const std::string number = submission.substr(submission.rfind('/') + 1);
  const bool plain =
      number.find_first_not_of("0123456789") == std::string::npos && !number.empty() && number.size() < 10;
  return plain && number.size() < submission.size() ? std::to_string(std::stoi(number)) : "null";
}

/// What the controller of a sweep chose for the child: a property that holds an object as JSON text.
std::string parameters_json(const Query& row, int column) {
  const auto parameters = protocol::parse_json(row.is_null(column) ? "null" : row.text(column), "hyperparameters");
  return parameters && parameters->is_object() ? protocol::to_text(*parameters) : "null";
}

/// Without its points and the brace at its end.
std::string child_json(const Query& row) {
  const auto state = static_cast<protocol::RunState>(row.integer(2));
  return "{\"id\":" + text_json(row, 0) + ",\"n\":" + number_of_child(row.text(1)) + ",\"state\":\"" +
         std::string(protocol::to_string(state)) + "\",\"created\":" + time_json(row, 3) +
         ",\"started\":" + time_json(row, 4) + ",\"ended\":" + time_json(row, 5) +
         ",\"display_name\":" + text_json(row, 6) + ",\"hyperparameters\":" + parameters_json(row, 7) +
         ",\"arguments\":" + (row.is_null(8) ? "[]" : row.text(8)) + ",\"reason\":" + text_json(row, 9) +
         ",\"message\":" + text_json(row, 10) + ",\"count\":" + std::to_string(row.integer(12)) +
         ",\"last\":" + (row.is_null(13) ? "null" : row.text(13)) + ",\"min\":" + number_json(row, 14) +
         ",\"max\":" + number_json(row, 15);
}

struct Child {
  std::int64_t metric = 0;  ///< its key; 0: the child has not logged it
  std::string text;         ///< child_json()
};

Result<std::vector<Child>> children_of(Database& database, const RunHead& parent, const SweepFilter& filter,
                                       const std::string& metric) {
  std::vector<Child> children;
  Query query = database.query(
      "SELECT r.id, r.submission, r.state, r.created, r.started, r.ended,"
      " (SELECT value FROM label WHERE run = r.key AND name = 'display_name'),"
      " (SELECT value FROM property WHERE run = r.key AND name = 'hyperparameters'),"
      " CASE WHEN json_valid(t.spec) THEN t.spec -> '$.arguments' END,"
      " CASE WHEN json_valid(t.ending) THEN t.ending ->> '$.reason' END,"
      " CASE WHEN json_valid(t.ending) THEN t.ending ->> '$.message' END,"
      " m.key, m.count, m.last_cell, m.low, m.high"
      " FROM run r JOIN run_text t ON t.run = r.key LEFT JOIN " +
      std::string(kMetric) + std::string(filter.runs ? kFewChildren : kChildren) + " ORDER BY r.key");
  bind_children(query, parent, filter, metric);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return children;
    children.push_back({query.is_null(11) ? 0 : query.integer(11), child_json(query)});
  }
}

/// [[step, time, value], ...]: the step is the place where the program gave none.
std::string points_json(const Series& series, std::int64_t most) {
  std::vector<double> values;
  values.reserve(series.size());
  for (const Cell& cell : series.cells) values.push_back(finite_or_infinite(cell).value_or(std::nan("")));
  std::string text = "[";
  for (const std::size_t i : sample_of(values, static_cast<std::size_t>(most))) {
    const auto step = series.steps[i] == kNoStep ? static_cast<std::int64_t>(i) : series.steps[i];
    text += (text.size() > 1 ? ",[" : "[") + std::to_string(step) + ',' +
            cell_json(Cell(base::to_seconds(series.times[i]))) + ',' + cell_json(Cell(values[i])) + ']';
  }
  return text + "]";
}

/// By the keys of the children's metrics. The chunks come child by child, so that only one series is in memory.
Result<std::unordered_map<std::int64_t, std::string>> points_of(Database& database, const RunHead& parent,
                                                                const SweepFilter& filter, const std::string& metric) {
  std::unordered_map<std::int64_t, std::string> points;
  Query query = database.query("SELECT c.metric, c.file, c.times, c.steps, c.cells FROM run r CROSS JOIN " +
                               std::string(kMetric) + " CROSS JOIN chunk c ON c.metric = m.key" +
                               std::string(kChildren) + " ORDER BY r.key, c.file, c.number");
  bind_children(query, parent, filter, metric);
  ChunkCollector chunks;
  for (std::int64_t current = 0;;) {
    TRY_ASSIGN(const bool found, query.step());
    const std::int64_t next = found ? query.integer(0) : 0;
    if (current != 0 && next != current) points[current] = points_json(chunks.collect(), filter.points);
    if (!found) return points;
    current = next;
    TRY(chunks.add(query.text(1), query.text(2), query.text(3), query.text(4)));
  }
}

}  // namespace

Result<Sweep> sweep_of(Database& database, const RunHead& parent, const SweepFilter& filter) {
  Sweep sweep;
  TRY(find_metric(database, parent, filter, sweep));
  TRY(count_children(database, parent, sweep));
  TRY_ASSIGN(const auto children, children_of(database, parent, filter, sweep.metric));
  std::unordered_map<std::int64_t, std::string> points;
  if (filter.points > 0 && !children.empty()) {
    TRY_ASSIGN(points, points_of(database, parent, filter, sweep.metric));
  }
  for (const auto& [metric, text] : children) {
    sweep.children += (sweep.shown++ == 0 ? "[" : ",") + text;
    if (filter.points > 0) sweep.children += ",\"points\":" + (points.contains(metric) ? points[metric] : "[]");
    sweep.children += '}';
  }
  sweep.children += sweep.shown == 0 ? "[]" : "]";
  return sweep;
}

}  // namespace store
