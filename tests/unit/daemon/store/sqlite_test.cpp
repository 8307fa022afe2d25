// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite.h"

#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace {

constexpr std::string_view kEndless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

}  // namespace

TEST_CASE("sqlite: a question that takes too long ends in words, and the connection goes on") {
  support::Folder folder;
  { REQUIRE(store::Database::open(folder / "db")); }
  auto database = store::Database::open_read_only(folder / "db");
  REQUIRE(database);
  database->end_at(std::chrono::steady_clock::now() + std::chrono::milliseconds(50));
  {
    const auto endless = database->query(kEndless).step();
    REQUIRE_FALSE(endless);
    CHECK(endless.error().code == std::errc::timed_out);
    CHECK(endless.error().message.find("too long") != std::string::npos);
  }
  database->end_at(std::chrono::steady_clock::now() + std::chrono::hours(1));
  auto query = database->query("SELECT 7");
  REQUIRE(query.step());
  CHECK(query.integer(0) == 7);
}
