// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/line_applier.h"

#include "daemon/store/schema.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

using base::Micros;
using base::Result;
using protocol::RunState;
using store::Effects;

namespace {

/// A run in a database in memory, and the effects of the lines that were applied.
struct Applied {
  store::Database database;
  store::Rows rows{database};
  store::SeriesBook book{database, rows};
  store::LineApplier applier{rows, book, new_run(rows)};
  Effects effects;
  int times_asked = 0;

  Applied() : database(open()) {}
  static store::Database open() {
    auto database = store::Database::open(":memory:");
    REQUIRE(database);
    REQUIRE(store::migrate(*database));
    return std::move(*database);
  }
  static store::RunKey new_run(store::Rows& rows) {
    protocol::RunSpec spec;
    spec.id = "r1";
    spec.experiment = "e";
    spec.number = 1;
    const auto key = rows.run(spec);
    REQUIRE(key);
    return *key;
  }
  /// Why the line was refused; empty: it was not.
  std::string metric_line(std::string_view line, std::string_view folder = "attempt-1/journal") {
    const std::function<Result<Micros>()> arrival = [&]() -> Result<Micros> { return ++times_asked; };
    const auto refusal = applier.apply_metric_line(
        line, {.file = "attempt-1/journal/p.jsonl", .folder = folder, .arrival = arrival}, effects);
    REQUIRE(refusal);
    return refusal->value_or("");
  }
  void daemon_fact(std::string_view line) { REQUIRE(applier.apply_daemon_fact(line, effects)); }
  void launcher_fact(std::string_view line) { REQUIRE(applier.apply_launcher_fact(line, effects)); }
  std::int64_t count(const std::string& table) {
    auto query = database.query("SELECT count(*) FROM " + table);
    REQUIRE(query.step());
    return query.integer(0);
  }
};

}  // namespace

TEST_CASE("effects: facts say the states that a run comes to, in order", "[ingest]") {
  Applied run;
  run.daemon_fact(R"({"k":"created","t":1})");
  run.daemon_fact(R"({"k":"starting","t":2})");
  run.launcher_fact(R"({"k":"started","t":3})");
  run.launcher_fact(R"({"k":"started","t":4})");
  CHECK(run.effects.states == std::vector<RunState>{RunState::kQueued, RunState::kPreparing, RunState::kRunning});
  CHECK(run.effects.changes == (store::kStateChanged | store::kRunChanged | store::kTagsChanged));
}

TEST_CASE("effects: a line changes what its kind is about", "[ingest]") {
  const auto changes = [](std::string_view line) {
    Applied run;
    CHECK(run.metric_line(line).empty());
    return run.effects.changes;
  };
  CHECK(changes(R"({"k":"scalar","n":"x","v":1,"t":1})") == store::kMetricsChanged);
  CHECK(changes(R"({"k":"tag","n":"x","v":"1","t":1})") == store::kTagsChanged);
  CHECK(changes(R"({"k":"property","n":"x","v":"1","t":1})") == store::kTagsChanged);
  CHECK(changes(R"({"k":"file","n":"x","p":"blobs/1","size":1,"t":1})") == store::kFilesChanged);
  CHECK(changes(R"({"k":"something new","t":1})") == 0);
}

TEST_CASE("effects: lines about child runs have no rows, and only a journal may hold them", "[ingest]") {
  Applied run;
  const std::string child = R"({"k":"child","n":"c1","t":1})", ending = R"({"k":"ending","outcome":"completed","t":5})";
  CHECK(run.metric_line(child, "") == "only a process of the run can say that");
  CHECK(run.effects.children.empty());
  CHECK(run.metric_line(child).empty());
  CHECK(run.metric_line(ending).empty());
  REQUIRE(run.effects.children.size() == 1);
  CHECK(run.effects.children[0].fact.id == "c1");
  CHECK(run.effects.children[0].t == 1);
  REQUIRE(run.effects.reported_ending);
  CHECK(run.effects.reported_ending->ended == 5);
  CHECK(run.count("run") == 1);
}

TEST_CASE("effects: the first ending of a record holds", "[ingest]") {
  Applied run;
  protocol::ExitRecord record;
  for (const char* reason : {"lost", "exited"}) {
    record.reason = reason;
    auto fact = protocol::to_json(record);
    fact["k"] = "ended";
    run.daemon_fact(fact.dump());
  }
  REQUIRE(run.effects.ending);
  CHECK(run.effects.ending->reason == "lost");
  CHECK(run.effects.states.empty());
}

TEST_CASE("facts: the database keeps the line itself, with fields that this daemon does not know", "[ingest]") {
  Applied run;
  const std::string created = R"({"k":"created","name":"mine","shade":"red","t":1.5})",
                    found = R"({"k":"interpreter","path":"/p","speed":9})", prepared = R"({"k":"prepared","by":"ada"})";
  run.daemon_fact(created);
  run.launcher_fact(found);
  run.launcher_fact(prepared);
  run.daemon_fact(R"({"k":"snapshot","digest":"9f86","kept":true})");
  auto query = run.database.query(
      "SELECT created_fact ->> 'shade', created_fact ->> 'kept', created_fact ->> 'name', interpreter ->> 'speed',"
      " prepared ->> 'by', spec ->> 'snapshot' FROM run_text");
  REQUIRE(query.step());
  CHECK(query.text(0) == "red");
  CHECK(query.text(1) == "1");
  CHECK(query.text(2) == "mine");
  CHECK(query.text(3) == "9");
  CHECK(query.text(4) == "ada");
  CHECK(query.text(5) == "9f86");
}

TEST_CASE("facts: one of another shape is skipped, or counts as far as it is understood", "[ingest]") {
  Applied run;
  for (const char* line : {R"({"k":"wished","wish":"sleep"})", R"({"k":"ended","outcome":7})", R"({"k":["created"]})"})
    run.daemon_fact(line);
  CHECK(run.effects.changes == 0);
  CHECK_FALSE(run.effects.ending);
  run.daemon_fact(
      R"({"k":"created","tags":[1],"git":"main","properties":{"p":1,"q":"x"},"interactive":"yes","t":"now"})");
  CHECK(run.effects.states == std::vector<RunState>{RunState::kQueued});
  CHECK(run.count("tag") == 0);
  CHECK(run.count("property") == 1);
}

TEST_CASE("effects: a torn line and one of an unknown kind cause nothing", "[ingest]") {
  Applied run;
  for (const char* line : {"{\"k\":\"crea", "[1]", R"({"k":"new kind","t":1})", R"({"t":1})"}) run.daemon_fact(line);
  CHECK(run.effects.changes == 0);
  CHECK(run.effects.reads.empty());
}

TEST_CASE("effects: only a line without a time asks for the time of its reading", "[ingest]") {
  Applied run;
  CHECK(run.metric_line(R"({"k":"scalar","n":"x","v":1,"t":1})").empty());
  CHECK(run.times_asked == 0);
  CHECK(run.metric_line(R"({"k":"scalar","n":"x","v":1})").empty());
  CHECK(run.times_asked == 1);
  CHECK_FALSE(run.metric_line("not json").empty());
  CHECK(run.times_asked == 1);
}
