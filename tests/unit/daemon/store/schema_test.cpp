// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/schema.h"

#include <cstdlib>

#include "tests/support/catch.h"

TEST_CASE("an empty database gets its tables once, one of another version is refused") {
  char name[] = "/tmp/runyard-test-XXXXXX";
  const base::Path folder = ::mkdtemp(name);
  {
    auto database = store::Database::open(folder / "runyard.db");
    REQUIRE(database);
    REQUIRE(store::migrate(*database));
    REQUIRE(store::migrate(*database));
    REQUIRE(database->query("INSERT INTO target (name, slots) VALUES (?, ?)")
                .bind(std::string_view("local"))
                .bind(std::int64_t{1})
                .run());
    {
      auto transaction = store::Transaction::begin(*database);
      REQUIRE(transaction);
      REQUIRE(database->query("DELETE FROM target").run());
    }
    auto rows = database->query("SELECT name, slots FROM target");
    REQUIRE(*rows.step());
    CHECK(rows.text(0) == "local");
    CHECK(rows.integer(1) == 1);
  }
  {
    auto database = store::Database::open(folder / "runyard.db");
    REQUIRE(database);
    for (const int other : {999, store::schema_version() - 1}) {
      REQUIRE(database->execute("PRAGMA user_version=" + std::to_string(other)));
      CHECK(store::version_of(*database).value() == other);
      CHECK_FALSE(store::migrate(*database));
    }
  }
  std::filesystem::remove_all(folder);
}
