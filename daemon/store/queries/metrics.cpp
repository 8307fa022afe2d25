// SPDX-License-Identifier: Apache-2.0
// The metrics of a run as JSON text: chunks are decoded and written out in one go, since a series may hold millions of
// values.
#include <algorithm>

#include "daemon/store/queries/metrics.h"
#include "daemon/store/queries/table_json.h"
#include "daemon/store/queries/whole_series.h"
#include "protocol/json.h"

namespace store {

using base::Result;
using nlohmann::json;

namespace {

struct MetricRow {
  std::int64_t key = 0;
  std::string name, schema;
  MetricKind kind = MetricKind::kScalar;
};

Result<std::vector<MetricRow>> metrics_of(Database& database, RunKey run, const std::vector<std::string>& names) {
  std::vector<MetricRow> rows;
  Query query = database.query("SELECT key, name, kind, schema FROM metric WHERE run = ? ORDER BY first, key");
  query.bind(run);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return rows;
    const std::string name = query.text(1);
    if (names.empty() || std::find(names.begin(), names.end(), name) != names.end())
      rows.push_back({query.integer(0), name, query.text(3), static_cast<MetricKind>(query.integer(2))});
  }
}

template <class Items, class Write>
void write_array(std::string& out, const Items& items, Write write) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write(item);
  }
  out += ']';
}

void write_steps_and_times(std::string& out, const Series& series, bool times) {
  const bool any = std::any_of(series.steps.begin(), series.steps.end(), [](auto step) { return step != kNoStep; });
  out += ",\"steps\":";
  if (!any) out += "null";
  else write_array(out, series.steps, [&](auto step) { out += step == kNoStep ? "null" : std::to_string(step); });
  if (!times) return;
  out += ",\"times\":";
  write_array(out, series.times, [&](auto time) { out += '"' + base::iso_time(time) + '"'; });
}

std::string_view word(MetricKind kind) {
  switch (kind) {
    case MetricKind::kScalar:
      return "scalar";
    case MetricKind::kTable:
      return "table";
    case MetricKind::kImage:
      return "image";
    case MetricKind::kDocument:
      return "document";
  }
  return "scalar";
}

/// A scalar metric without its points.
Result<void> write_summary(std::string& out, Database& database, const MetricRow& metric) {
  Query query = database.query(
      "SELECT m.count, m.last_cell, m.low, m.high, (SELECT count(*) FROM chunk c WHERE c.metric = m.key AND c.steps IS "
      "NOT NULL),"
      " (SELECT count(*) FROM chunk c WHERE c.metric = m.key AND c.low IS NULL) FROM metric m WHERE m.key = ?");
  TRY(query.bind(metric.key).step());
  const auto number = [&](int column) {
    return query.is_null(column) ? std::string("null") : protocol::cell_json(Cell(query.real(column)));
  };
  out += ",\"count\":" + std::to_string(query.integer(0)) + ",\"last\":" + query.text(1) + ",\"min\":" + number(2) +
         ",\"max\":" + number(3) +
         ",\"numeric\":" + (query.integer(5) == 0 && query.text(1).front() != '"' ? "true" : "false") +
         ",\"stepped\":" + (query.integer(4) > 0 ? "true" : "false") + "}";
  return {};
}

Result<void> write_metric(std::string& out, Database& database, const MetricRow& metric, MetricsDetail detail) {
  out += "{\"name\":" + protocol::cell_json(Cell(metric.name)) + ",\"kind\":\"" + std::string(word(metric.kind)) + '"';
  if (metric.schema == kDerived) out += ",\"derived\":true";
  if (detail == MetricsDetail::kSummary && metric.kind == MetricKind::kScalar)
    return write_summary(out, database, metric);
  TRY_ASSIGN(const Series series, whole_series(database, metric.key));
  if (metric.kind == MetricKind::kDocument) out += ",\"schema\":" + protocol::cell_json(Cell(metric.schema));
  if (metric.kind == MetricKind::kTable) {
    TRY(write_table(out, series.cells));
  } else {
    out += ",\"values\":";
    write_array(out, series.cells, [&](const Cell& cell) { out += protocol::cell_json(cell); });
  }
  write_steps_and_times(out, series, detail == MetricsDetail::kTimes);
  out += '}';
  return {};
}

}  // namespace

Result<std::string> metrics_json(Database& database, RunKey run, const std::vector<std::string>& names,
                                 MetricsDetail detail) {
  TRY_ASSIGN(const auto metrics, metrics_of(database, run, names));
  std::string out = "[";
  for (const auto& metric : metrics) {
    if (out.size() > 1) out += ',';
    TRY(write_metric(out, database, metric, detail));
  }
  return out + "]";
}

}  // namespace store
