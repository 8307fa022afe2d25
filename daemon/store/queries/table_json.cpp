// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/table_json.h"

#include <unordered_map>

#include "protocol/json.h"

namespace store {

namespace {

/// The cells of a table's column, by their rows: others have none there.
using Column = std::vector<std::pair<std::size_t, std::string>>;

void write_column(std::string& out, const Column& column, std::size_t rows) {
  std::size_t row = 0;
  out += '[';
  for (const auto& [at, cell] : column) {
    for (; row < at; ++row) out += row > 0 ? ",null" : "null";
    out += (row > 0 ? "," : "") + cell;
    ++row;
  }
  for (; row < rows; ++row) out += row > 0 ? ",null" : "null";
  out += ']';
}

}  // namespace

base::Result<void> write_table(std::string& out, const std::vector<Cell>& rows, std::size_t most_holes) {
  std::vector<std::string> order;
  std::unordered_map<std::string, Column> columns;
  std::size_t row = 0;
  for (const auto& cell : rows) {
    const auto* text = std::get_if<std::string>(&cell);
    const auto object = nlohmann::ordered_json::parse(text ? *text : "{}", nullptr, false);
    if (!object.is_object()) return base::error("a row of a table is broken", std::errc::bad_message);
    for (const auto& [name, value] : object.items()) {
      auto& column = columns[name];
      if (column.empty()) order.push_back(name);
      column.emplace_back(row, value.dump());
    }
    ++row;
  }
  std::size_t holes = 0, omitted = 0;
  out += ",\"columns\":{";
  for (const auto& name : order) {
    const Column& column = columns[name];
    if (holes + row - column.size() > most_holes) {
      ++omitted;
      continue;
    }
    holes += row - column.size();
    if (out.back() != '{') out += ',';
    out += protocol::cell_json(Cell(name)) + ":";
    write_column(out, column, row);
  }
  out += "},\"rows\":" + std::to_string(row);
  if (omitted > 0) out += ",\"columns_left_out\":" + std::to_string(omitted);
  return {};
}

}  // namespace store
