// SPDX-License-Identifier: Apache-2.0
// The filter language: whatever parses becomes SQL that SQLite takes, and each run either fits or does not.
#include "daemon/store/filter/filter.h"

#include "base/text.h"
#include "daemon/store/filter/filter_sql.h"
#include "daemon/store/ingest/rows.h"
#include "daemon/store/schema.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

using store::Database;
using store::Mistake;
using store::Sql;

constexpr base::Micros kNow = 1'790'000'000'000'000;

Database made() {
  auto database = Database::open(":memory:");
  EXPECT(database);
  EXPECT(store::migrate(*database));
  store::Rows rows(*database);
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
  store::Query query = database.query_once(
      "SELECT count(*) FROM run r JOIN experiment e ON e.key = r.experiment WHERE " + condition.text);
  store::bind_all(query, condition.values);
  const auto found = query.step();
  EXPECT(found && *found);
  return query.integer(0);
}

void expect_all_or_nothing(Database& database, const store::Filter& filter) {
  const Sql condition = store::condition_of(filter, kNow);
  store::Filter opposite;
  opposite.kind = store::Filter::Kind::kNot;
  opposite.operands = {filter};
  EXPECT(count(database, condition) + count(database, store::condition_of(opposite, kNow)) == 2);
}

void expect_sortable(Database& database, const store::Key& key) {
  for (const auto& expression : {store::value_of(key, kNow), store::order_of(key, kNow)}) {
    store::Query query =
        database.query_once("SELECT " + expression.text + " FROM run r JOIN experiment e ON e.key = r.experiment");
    store::bind_all(query, expression.values);
    EXPECT(query.step());
  }
}

}  // namespace

void fuzz::filter(std::string_view input) {
  static Database database = made();
  const auto filter = store::parse_filter(input, kNow);
  if (const auto* const mistake = std::get_if<Mistake>(&filter))
    EXPECT(!mistake->sentence.empty() && mistake->at <= input.size());
  else expect_all_or_nothing(database, std::get<store::Filter>(filter));
  if (const auto key = store::parse_key(input); std::holds_alternative<store::Key>(key))
    expect_sortable(database, std::get<store::Key>(key));
}
