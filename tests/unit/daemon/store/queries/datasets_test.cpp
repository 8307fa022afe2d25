// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/datasets.h"

#include "tests/unit/daemon/store/ingest/ingest_case.h"

using ingest_case::Daemon;
using ingest_case::State;
using nlohmann::json;
using protocol::DatasetUse;

namespace {

/// A daemon that has ingested "r1", which names no datasets, and two runs that do.
struct Lineage {
  State state;
  Daemon daemon{state};

  Lineage() {
    add_run("maker", 1790000001, R"({"people":{"id":"d1","mode":"direct"}})",
            R"({"prepared":{"id":"s2","mode":"mount","path":"/p"},"chosen":{"mode":"link"}})");
    add_run("user", 1790000002, R"({"again":{"id":"s2","mode":"mount"},"people":{"id":"d1","mode":"download"}})", "{");
  }
  void add_run(const std::string& id, double submitted, const std::string& inputs, const std::string& outputs) {
    protocol::RunSpec spec;
    spec.id = id;
    spec.experiment = "lineage";
    spec.number = 1;
    spec.script = "main.py";
    spec.submitted = submitted;
    spec.environment = {{"RUNYARD_INPUTS", inputs}, {"RUNYARD_OUTPUTS", outputs}};
    const auto dir = state.dir.run(id);
    REQUIRE(base::make_directories(dir.record()));
    state.append(dir.spec(), protocol::to_json(spec).dump() + "\n");
    state.append(dir.daemon_facts(), R"({"k":"created","t":1790000000.5,"submission_id":")" + id + "\"}\n");
    daemon.in_transaction([&] { REQUIRE(daemon.ingest.adopt(id)); });
  }
  std::vector<DatasetUse> uses(const std::string& run) {
    const auto found = store::datasets_of_run(daemon.database, run);
    REQUIRE(found);
    CHECK(found->workspace.name == "default");
    return found->uses;
  }
  json runs(const std::vector<std::string>& datasets, const std::string& maker = "", const std::string& output = "") {
    const auto found = store::runs_of_datasets(daemon.database, datasets, maker, output);
    REQUIRE(found);
    json named;
    for (const char* direction : {"made_by", "used_by"})
      for (const json& use : (*found)[direction])
        named[direction].push_back(use["run"].get<std::string>() + " " + use["name"].get<std::string>());
    return named;
  }
};

}  // namespace

TEST_CASE("datasets of a run: inputs before outputs; what is damaged is no dataset", "[store]") {
  Lineage lineage;
  CHECK(lineage.uses("r1").empty());
  CHECK(lineage.uses("maker") == std::vector<DatasetUse>{{"people", "d1", "direct", false},
                                                         {"chosen", "", "link", true},
                                                         {"prepared", "s2", "mount", true}});
  CHECK(lineage.uses("user") ==
        std::vector<DatasetUse>{{"again", "s2", "mount", false}, {"people", "d1", "download", false}});
  CHECK(store::datasets_of_run(lineage.daemon.database, "none").error().code == std::errc::no_such_file_or_directory);
}

TEST_CASE("runs of datasets: the newest first, by any of its ids, or by the output that became it", "[store]") {
  Lineage lineage;
  CHECK(lineage.runs({"d1"}) == json{{"used_by", {"user people", "maker people"}}});
  CHECK(lineage.runs({"d2", "s2"}) == json{{"made_by", {"maker prepared"}}, {"used_by", {"user again"}}});
  CHECK(lineage.runs({"d3"}, "maker", "chosen") == json{{"made_by", {"maker chosen"}}});
  CHECK(lineage.runs({"none"}, "maker", "none").is_null());
  const auto found = store::runs_of_datasets(lineage.daemon.database, {"s2"}, "", "");
  REQUIRE(found);
  CHECK((*found)["made_by"] == json{{{"run", "maker"},
                                     {"experiment", "lineage"},
                                     {"status", "Queued"},
                                     {"created", base::iso_time(base::from_seconds(1790000001))},
                                     {"name", "prepared"},
                                     {"mode", "mount"}}});
}
