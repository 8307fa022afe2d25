// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/state_facts.h"

#include "daemon/store/schema.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

/// Facts in a database in memory.
struct AppliedFacts {
  store::Database database;
  store::Rows rows{database};
  store::StateFacts facts{database, rows};

  AppliedFacts() : database(open()) {}
  static store::Database open() {
    auto database = store::Database::open(":memory:");
    REQUIRE(database);
    REQUIRE(store::migrate(*database));
    return std::move(*database);
  }
  void apply(std::string_view line) { REQUIRE(facts.apply(json::parse(line))); }
  json first(const std::string& column, const std::string& table) {
    auto query = database.query("SELECT " + column + " FROM " + table);
    const auto found = query.step();
    REQUIRE(found);
    return *found ? json(query.text(0)) : json(nullptr);
  }
};

}  // namespace

TEST_CASE("state facts: a model is kept as its line says, and changes are merged into it", "[ingest]") {
  AppliedFacts state;
  state.apply(R"({"k":"model","number":3,"name":"ridge","version":2,"shade":"red","tags":{"a":"1","b":null},)"
              R"("properties":{"alpha":"0.5"},"description":"old","t":1.5})");
  state.apply(R"({"k":"model_changed","number":3,"tags":{"c":"x"},"untag":["a"],"properties":{"alpha":"9","beta":"2"},)"
              R"("description":null})");
  state.apply(R"({"k":"model_changed","number":4,"tags":{"c":"x"}})");
  const json kept = json::parse(state.first("fact", "model").get<std::string>());
  CHECK(kept["shade"] == "red");
  CHECK(kept["tags"] == json({{"b", nullptr}, {"c", "x"}}));
  CHECK(kept["properties"] == json({{"alpha", "0.5"}, {"beta", "2"}}));
  CHECK(kept["description"].is_null());
  state.apply(R"({"k":"model_changed","number":3})");
  CHECK(json::parse(state.first("fact", "model").get<std::string>()) == kept);
}

TEST_CASE("state facts: an experiment is archived and restored, which leaves its tags", "[ingest]") {
  AppliedFacts state;
  state.apply(R"({"k":"experiment_changed","experiment":"e","tags":{"a":"1"},"archived":true,"t":1})");
  CHECK(json::parse(state.first("fact", "experiment").get<std::string>()) ==
        json({{"tags", {{"a", "1"}}}, {"archived", "1970-01-01T00:00:01.000000Z"}}));
  state.apply(R"({"k":"experiment_changed","experiment":"e","archived":false,"t":2})");
  CHECK(json::parse(state.first("fact", "experiment").get<std::string>()) ==
        json({{"tags", {{"a", "1"}}}, {"archived", nullptr}}));
}

TEST_CASE("state facts: lines of another shape change nothing", "[ingest]") {
  AppliedFacts state;
  for (const char* line :
       {"null", "[1]", R"({"k":"flown"})", R"({"k":["target"]})", R"({"k":"workspace","workspace":7})",
        R"({"k":"experiment","workspace":{"name":1},"experiment":"e"})"})
    state.apply(line);
  CHECK(state.first("name", "experiment").is_null());
  CHECK(state.first("name", "workspace").is_null());
}
