// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/table_json.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

json table_of(const std::vector<store::Cell>& rows, std::size_t most_holes) {
  std::string text = "{\"kind\":\"table\"";
  REQUIRE(store::write_table(text, rows, most_holes));
  return json::parse(text + "}");
}

/// Each row has a column of its own: a hole in all the others.
std::vector<store::Cell> rows_apart(int count) {
  std::vector<store::Cell> rows;
  rows.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) rows.emplace_back(json{{"c" + std::to_string(i), i}}.dump());
  return rows;
}

}  // namespace

TEST_CASE("tables: columns that are mostly holes are excluded in the end, and counted", "[ingest]") {
  const json table = table_of(rows_apart(40), 25 * 39);
  CHECK(table["rows"] == 40);
  CHECK(table["columns"].size() == 25);  // 39 holes in each
  CHECK(table["columns_left_out"] == 15);
  CHECK(table["columns"]["c1"].size() == 40);
  CHECK(table["columns"]["c1"][1] == 1);
  CHECK(table["columns"]["c1"][0].is_null());
}

TEST_CASE("tables: as many holes as there may be are shown", "[ingest]") {
  const json table = table_of(rows_apart(40), 40 * 39);
  CHECK(table["columns"].size() == 40);
  CHECK_FALSE(table.contains("columns_left_out"));
}

TEST_CASE("tables: a column without holes is shown after those that are excluded", "[ingest]") {
  auto rows = rows_apart(2);
  for (auto& row : rows) {
    json cells = json::parse(std::get<std::string>(row));
    cells["whole"] = true;
    row = cells.dump();
  }
  const json table = table_of(rows, 0);
  CHECK(table["columns"] == json({{"whole", {true, true}}}));
  CHECK(table["columns_left_out"] == 2);
}
