// SPDX-License-Identifier: Apache-2.0
// The filter language: whatever parses becomes SQL that SQLite takes, and each run either fits or does not.
#include "daemon/filter/filter.h"

#include "base/text.h"
#include "daemon/filter/filter_sql.h"
#include "daemon/store/rows.h"
#include "daemon/store/schema.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

using yard::Database;
using yard::Mistake;
using yard::Sql;

constexpr base::Micros kNow = 1'790'000'000'000'000;

Database made() {
  auto database = Database::open(":memory:");
  EXPECT(database);
  EXPECT(yard::migrate(*database));
  yard::Rows rows(*database);
  protocol::RunSpec spec;
  for (const char* id : {"a", "b"}) {
    spec.id = id;
    spec.experiment = "ridge";
    spec.arguments = {"--alpha", "0.5"};
    const auto run = rows.run(spec);
    EXPECT(run);
    EXPECT(rows.tag(*run, "best", std::optional<std::string>(id), false, {1, "f"}));
    spec.arguments = {"--alpha", "text"};
  }
  return std::move(*database);
}

std::int64_t count(Database& database, const Sql& condition) {
  yard::Query query = database.query_once(
      "SELECT count(*) FROM run r JOIN experiment e ON e.key = r.experiment WHERE " + condition.text);
  yard::bind_all(query, condition.values);
  const auto found = query.step();
  EXPECT(found && *found);
  return query.integer(0);
}

void expect_all_or_nothing(Database& database, const yard::Filter& filter) {
  const Sql condition = yard::condition_of(filter, kNow);
  yard::Filter opposite;
  opposite.kind = yard::Filter::Kind::kNot;
  opposite.parts = {filter};
  EXPECT(count(database, condition) + count(database, yard::condition_of(opposite, kNow)) == 2);
}

void expect_sortable(Database& database, const yard::Key& key) {
  for (const auto& expression : {yard::value_of(key, kNow), yard::order_of(key, kNow)}) {
    yard::Query query =
        database.query_once("SELECT " + expression.text + " FROM run r JOIN experiment e ON e.key = r.experiment");
    yard::bind_all(query, expression.values);
    EXPECT(query.step());
  }
}

}  // namespace

void fuzz::filter(std::string_view input) {
  static Database database = made();
  const auto filter = yard::parse_filter(input, kNow);
  if (const auto* const mistake = std::get_if<Mistake>(&filter))
    EXPECT(!mistake->sentence.empty() && mistake->at <= input.size());
  else expect_all_or_nothing(database, std::get<yard::Filter>(filter));
  if (const auto key = yard::parse_key(input); std::holds_alternative<yard::Key>(key))
    expect_sortable(database, std::get<yard::Key>(key));
}
