// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/schema.h"

#include <cstdlib>

#include "tests/support/catch.h"

TEST_CASE("an empty database gets its tables once, one of another version is refused") {
  char name[] = "/tmp/runyard-test-XXXXXX";
  const base::Path folder = ::mkdtemp(name);
  {
    auto database = yard::Database::open(folder / "runyard.db");
    REQUIRE(database);
    REQUIRE(yard::migrate(*database));
    REQUIRE(yard::migrate(*database));
    REQUIRE(database->query("INSERT INTO target (name, slots) VALUES (?, ?)").bind(std::string_view("local")).bind(std::int64_t{1}).run());
    {
      auto transaction = yard::Transaction::begin(*database);
      REQUIRE(transaction);
      REQUIRE(database->query("DELETE FROM target").run());
    }
    auto rows = database->query("SELECT name, slots FROM target");
    REQUIRE(*rows.step());
    CHECK(rows.text(0) == "local");
    CHECK(rows.integer(1) == 1);
  }
  {
    auto database = yard::Database::open(folder / "runyard.db");
    REQUIRE(database);
    for (const int other : {999, yard::schema_version() - 1}) {
      REQUIRE(database->execute("PRAGMA user_version=" + std::to_string(other)));
      CHECK(yard::version_of(*database).value() == other);
      CHECK_FALSE(yard::migrate(*database));
    }
  }
  std::filesystem::remove_all(folder);
}
