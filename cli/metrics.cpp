// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::text_at;
using protocol::value_at;

namespace {

struct MetricsOptions {
  std::string run, name;
  bool csv = false;
};

const json& at(const json& array, std::size_t i) {
  static const json kNull;
  return array.is_array() && i < array.size() ? array[i] : kNull;
}

bool is_table(const json& metric) { return member_at(metric, "columns").is_object(); }

std::size_t row_count(const json& metric) {
  std::size_t rows = list_at(metric, "values").size();
  if (!is_table(metric)) return rows;
  for (const json& cells : member_at(metric, "columns"))
    if (cells.is_array()) rows = std::max(rows, cells.size());
  return rows;
}

bool is_less(const json& a, const json& b) {
  return a.is_number() && b.is_number() ? a < b : number_in(a) < number_in(b);
}

/// The smallest and largest of the numbers, as text; empty when there is none.
std::pair<std::string, std::string> range_of(const json& values) {
  const json* smallest = nullptr;
  const json* largest = nullptr;
  for (const json& value : values) {
    if (!number_in(value)) continue;
    if (!smallest || is_less(value, *smallest)) smallest = &value;
    if (!largest || is_less(*largest, value)) largest = &value;
  }
  return {smallest ? cell_text(*smallest) : "", largest ? cell_text(*largest) : ""};
}

std::string column_names(const json& metric) {
  std::string names;
  for (const auto& [name, cells] : member_at(metric, "columns").items()) names += (names.empty() ? "" : ", ") + name;
  return "(" + names + ")";
}

Table table_values(const json& metric) {
  std::vector<Table::Column> titles;
  const json& columns = member_at(metric, "columns");
  for (const auto& [name, cells] : columns.items()) titles.push_back({name, Table::Align::kRight});
  if (titles.empty()) return Table({{"(no columns)"}});
  for (auto& title : titles) title.title = printable(title.title);
  Table table(std::move(titles));
  for (std::size_t i = 0; i < row_count(metric); ++i) {
    std::vector<Table::Cell> row;
    for (const json& cells : columns) row.emplace_back(cell_text(at(cells, i)));
    table.add(std::move(row));
  }
  return table;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const auto& field : fields) line += (&field == fields.data() ? "" : ",") + csv_field(field);
  return line + "\n";
}

void csv_of(const json& metric, std::string& text) {
  const std::string name = text_at(metric, "name");
  const json& values = list_at(metric, "values");
  const json& steps = member_at(metric, "steps");
  const json& times = member_at(metric, "times");
  for (std::size_t i = 0; i < values.size(); ++i)
    text +=
        csv_line({name, std::to_string(i), cell_text(at(steps, i)), cell_text(at(times, i)), "", cell_text(values[i])});
  if (!is_table(metric)) return;
  for (std::size_t i = 0; i < row_count(metric); ++i)
    for (const auto& [column, cells] : member_at(metric, "columns").items())
      text += csv_line(
          {name, std::to_string(i), cell_text(at(steps, i)), cell_text(at(times, i)), column, cell_text(at(cells, i))});
}

base::Result<int> metrics(const Context& context, const MetricsOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const std::string id, find_run_id(client, options.run));
  TRY_ASSIGN(const json answer, client.metrics(id, options.name));
  if (context.json()) {
    TRY(out_json(answer));
    return 0;
  }
  if (value_at(answer, "behind", false)) note("the newest values are not in yet");
  const json& items = list_at(answer, "items");
  const json& found = list_at(at(items, 0), "metrics");
  if (options.csv) {
    TRY(out(metrics_csv(found)));
  } else if (!options.name.empty() && found.empty()) {
    return base::error("run " + printable(id) + " has no metric '" + printable(options.name) + "'");
  } else if (found.empty()) {
    note("no metrics");
  } else {
    const auto [color, width] = std::pair(context.terminal().color, context.terminal().width);
    TRY(out(options.name.empty() ? summary_table(found).text(color, width) : values_text(found, color, width)));
  }
  return 0;
}

}  // namespace

std::string cell_text(const json& cell) {
  if (cell.is_null()) return "";
  if (cell.is_string()) return cell.get<std::string>();
  const std::string odd = text_at(cell, "$");
  return odd.empty() ? protocol::to_text(cell) : odd;
}

std::optional<double> number_in(const json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string odd = text_at(value, "$");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return odd == "inf" ? std::optional(kInfinity) : odd == "-inf" ? std::optional(-kInfinity) : std::nullopt;
}

Table summary_table(const json& metrics) {
  Table table({{"METRIC"}, {"KIND"}, {"VALUES", Table::Align::kRight}, {"LAST"}, {"LEAST"}, {"MOST"}});
  for (const json& metric : metrics) {
    const json& values = list_at(metric, "values");
    const auto [smallest, largest] = range_of(values);
    const std::string last = is_table(metric) ? column_names(metric) : values.empty() ? "" : cell_text(values.back());
    table.add(
        {text_at(metric, "name"), text_at(metric, "kind"), std::to_string(row_count(metric)), last, smallest, largest});
  }
  return table;
}

Table values_table(const json& metric) {
  if (is_table(metric)) return table_values(metric);
  Table table({{"STEP", Table::Align::kRight}, {"TIME"}, {"VALUE"}});
  const json& values = list_at(metric, "values");
  for (std::size_t i = 0; i < values.size(); ++i)
    table.add({cell_text(at(member_at(metric, "steps"), i)), cell_text(at(member_at(metric, "times"), i)),
               cell_text(values[i])});
  return table;
}

std::string values_text(const json& metrics, bool color, std::size_t width) {
  std::string text;
  for (const json& metric : metrics) {
    if (metrics.size() > 1) text += (text.empty() ? "" : "\n") + printable(text_at(metric, "kind")) + "\n";
    text += values_table(metric).text(color, width);
  }
  return text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string metrics_csv(const json& metrics) {
  std::string text = "name,row,step,time,column,value\n";
  for (const json& metric : metrics) csv_of(metric, text);
  return text;
}

Command metrics_command() {
  const auto o = std::make_shared<MetricsOptions>();
  return {"metrics",
          "what a run logged",
          "  runyard metrics latest            one line per metric\n"
          "  runyard metrics latest loss       every value\n"
          "  runyard metrics latest --csv      name,row,step,time,column,value\n",
          {{"RUN", &o->run, "the run", "", true},
           {"NAME", &o->name, "only this metric, with all its values"},
           {"--csv", &o->csv, "as CSV, one line per value or table cell"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return metrics(context, *o); }};
}

}  // namespace cli
