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
