// SPDX-License-Identifier: Apache-2.0
// Also which family a run is of, and whose source it can have: questions about the runs around it.
#include "daemon/store/queries/sweep.h"
#include "daemon/runs/removal.h"
#include "protocol/json.h"
#include "tests/support/engine.h"

using nlohmann::json;
using protocol::RunState;

namespace {

struct Asked {
  store::Sweep sweep;
  json children;
};

class Family {
 public:
  std::string submit(const std::string& parent, std::map<std::string, std::string> properties = {},
                     const std::string& submission_id = base::random_hex(8)) {
    runs::Submission submission;
    submission.created.submission_id = submission_id;
    submission.created.properties = std::move(properties);
    submission.run.experiment = "e";
    submission.run.script = "complete.py";
    submission.run.arguments = {"--lr", "0.1"};
    submission.run.parent = parent;
    const auto submitted = engine.await(engine->submitter->submit(submission));
    REQUIRE(submitted);
    engine.until(submitted->run, RunState::kCompleted);
    return submitted->run;
  }
  void log(const std::string& run, const std::string& lines) {
    REQUIRE(engine.await(engine->store->add_lines(engine.head(run).key, lines)));
  }
  Asked ask(const std::string& parent, const store::SweepFilter& filter) {
    const auto head = engine.head(parent);
    auto sweep = engine.await(
        engine->readers.read([&](store::Database& database) { return store::sweep_of(database, head, filter); }));
    REQUIRE(sweep);
    return {*sweep, json::parse(sweep->children)};
  }
  std::string family(const std::string& run) {
    const auto key = engine.head(run).key;
    const auto name =
        engine.await(engine->readers.read([&](store::Database& database) { return store::family_of(database, key); }));
    REQUIRE(name);
    return *name;
  }

  test::Engine engine;
};

std::string loss(int step, const std::string& value) {
  return R"({"k":"scalar","n":"loss","v":)" + value + R"(,"s":)" + std::to_string(step) + R"(,"t":)" +
         std::to_string(1'790'000'000 + step) + "}\n";
}

}  // namespace

TEST_CASE("sweep: each child has its number, its parameters and the primary metric", "[sweep]") {
  Family family;
  const std::string parent =
      family.submit("", {{"primary_metric_config", R"({"name": "loss", "goal": "maximize"})"}}, "HD_1");
  const std::string first = family.submit(parent, {{"hyperparameters", R"({"--lr": 0.1})"}}, "HD_1/10");
  const std::string second = family.submit(parent, {{"hyperparameters", "[1]"}}, "HD_1/x");
  family.log(first, loss(1, "3") + loss(2, R"({"$":"nan"})") + loss(5, "0.5"));
  const auto [sweep, children] = family.ask(parent, {.metric = "", .runs = std::nullopt, .points = 10});
  CHECK(sweep.metric == "loss");
  CHECK(sweep.goal == "maximize");
  CHECK(sweep.total == 2);
  CHECK(sweep.shown == 2);
  REQUIRE(children.size() == 2);
  CHECK(children[0]["id"] == first);
  CHECK(children[0]["n"] == 10);
  CHECK(children[0]["state"] == "Completed");
  CHECK(children[0]["reason"] == "exited");
  CHECK(children[0]["hyperparameters"] == json{{"--lr", 0.1}});
  CHECK(children[0]["arguments"] == json{"--lr", "0.1"});
  CHECK(children[0]["count"] == 3);
  CHECK(children[0]["last"] == 0.5);
  CHECK(children[0]["min"] == 0.5);
  CHECK(children[0]["max"] == 3);
  const json nan = {{"$", "nan"}};
  CHECK(children[0]["points"] == json::array({json::array({1, 1790000001.0, 3.0}), json::array({2, 1790000002.0, nan}),
                                              json::array({5, 1790000005.0, 0.5})}));
  CHECK(children[1]["n"].is_null());
  CHECK(children[1]["hyperparameters"].is_null());
  CHECK(children[1]["count"] == 0);
  CHECK(children[1]["points"] == json::array());
}

TEST_CASE("sweep: only the children among some runs, and only as many points as are asked for", "[sweep]") {
  Family family;
  const std::string parent = family.submit(""), first = family.submit(parent), second = family.submit(parent);
  std::string lines;
  for (int step = 0; step < 3000; ++step) lines += loss(step, std::to_string(step % 100));
  for (const auto& run : {first, second}) family.log(run, lines);
  const auto some =
      family.ask(parent, {.metric = "loss", .runs = std::vector<std::string>{parent, second, "missing"}, .points = 8});
  CHECK(some.sweep.goal.empty());
  CHECK(some.sweep.total == 2);
  CHECK(some.sweep.shown == 1);
  CHECK(some.children[0]["id"] == second);
  const json& points = some.children[0]["points"];
  CHECK(points.size() <= 8);
  CHECK(points.front()[0] == 0);
  CHECK(points.back()[0] == 2999);
  const auto none = family.ask(parent, {.metric = "loss", .runs = std::vector<std::string>(), .points = 0});
  CHECK(none.sweep.children == "[]");
  const auto all = family.ask(parent, {.metric = "loss", .runs = std::nullopt, .points = 0});
  CHECK(all.children.size() == 2);
  CHECK_FALSE(all.children[0].contains("points"));
}

TEST_CASE("family: it is that of the topmost run, also when a run between has been removed", "[sweep]") {
  Family family;
  const std::string top = family.submit(""), middle = family.submit(top), below = family.submit(middle);
  for (const auto& run : {top, middle, below}) CHECK(family.family(run) == top);
  auto& engine = family.engine;
  REQUIRE(engine.await(runs::remove(*engine->store, engine->readers, *engine->runs, engine.state(), top)));
  CHECK(family.family(below) == top);
}
