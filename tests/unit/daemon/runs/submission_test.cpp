// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/submission.h"

#include "protocol/json.h"
#include "protocol/redaction.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

json interactive_body() {
  return {{"kind", "interactive"},
          {"experiment", "e"},
          {"submission_id", "s1"},
          {"submitter", "ada"},
          {"name", "mine"},
          {"tags", {{"a", nullptr}}},
          {"properties", {{"p", "x"}}},
          {"process", {{"pid", 4700}, {"start_time", 98}}}};
}

}  // namespace

TEST_CASE("submission: the body says what the first fact of the run says", "[submission]") {
  const auto read = runs::submission_from_json(interactive_body(), {});
  REQUIRE(read);
  const auto& created = read->created;
  CHECK(created.submission_id == "s1");
  CHECK(created.submitter == "ada");
  CHECK(created.name == "mine");
  CHECK(created.tags == protocol::Tags{{"a", std::nullopt}});
  CHECK(created.properties == std::map<std::string, std::string>{{"p", "x"}});
  CHECK(created.interactive);
  REQUIRE(created.process);
  CHECK(*created.process == base::ProcessId{4700, 98});
  CHECK_FALSE(created.snapshot.files);
}

TEST_CASE("submission: a process that cannot be is refused by name", "[submission]") {
  json body = interactive_body();
  body["process"]["pid"] = 1LL << 40;
  const auto refused = runs::submission_from_json(body, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("'pid' is out of range") == 0);
}

TEST_CASE("submission: a run that is submitted again keeps its snapshot, and says what was hidden", "[submission]") {
  protocol::RunSpec spec;
  spec.id = "old";
  spec.snapshot = "9f86";
  protocol::Created created;
  created.submission_id = "s0";
  created.name = "mine";
  created.display_name = "first";
  created.snapshot.files = 3;
  created.tags = {{"a", "x"}};
  created.warnings = {"an old one"};
  const auto again = runs::again("s1", spec, created, {{"TOKEN", std::string(protocol::kRedacted)}, {"HOME", "/h"}});
  CHECK(again.run.id.empty());
  CHECK(again.run.snapshot == "9f86");
  CHECK(again.created.submission_id == "s1");
  CHECK(again.created.name.empty());
  CHECK(again.created.display_name == "first");
  CHECK(again.created.snapshot.files == 3);
  CHECK(again.created.tags == created.tags);
  CHECK(again.environ == protocol::StringMap{{"HOME", "/h"}});
  CHECK(again.created.warnings == std::vector<std::string>{"the variable TOKEN is not set: its value was not kept"});
}

TEST_CASE("submission: the source of another run is named alone", "[submission]") {
  json body = {{"kind", "script"},
               {"experiment", "e"},
               {"submission_id", "s1"},
               {"script", "train.py"},
               {"interpreter", "/bin/python"},
               {"source", {{"run", "sweep_1"}}}};
  const auto read = runs::submission_from_json(body, {});
  REQUIRE(read);
  CHECK(read->source_run == "sweep_1");
  CHECK_FALSE(read->take_snapshot);
  const json own = {{"directory", "/home/me"}, {"upload", "u1"}, {"links", json::array()}, {"in_place", true}};
  for (const auto& [member, value] : own.items()) {
    body["source"] = {{"run", "sweep_1"}, {member, value}};
    const auto refused = runs::submission_from_json(body, {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find(member) != std::string::npos);
  }
  for (const json& id : {json(""), json("../other"), json(7)}) {
    body["source"] = {{"run", id}};
    CHECK_FALSE(runs::submission_from_json(body, {}));
  }
}

TEST_CASE("submission: a snapshot for a run that is there is not that of another run", "[submission]") {
  const auto refused = runs::source_from_json({{"source", {{"run", "sweep_1"}}}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("'directory'") != std::string::npos);
}
